"""Groups: `các bộ, ngành`, shortened lists (`các Bộ: A, B`), described bodies."""

import re
from dataclasses import replace

from tiendo_notices.text import CAPITAL
from tiendo_notices.units.bodies import body, mention
from tiendo_notices.units.forms import (
    FIELD,
    GROUP,
    HEAD,
    LONGEST_ROW,
    NOUN,
    PROVINCE,
    SEPARATOR,
    SINGLE_NOUNS,
)
from tiendo_notices.units.growing import grow
from tiendo_notices.units.phrases import Mention, Phrase, is_stop, skip, tidy

_BARE_ROW = re.compile(
    rf"(?P<noun>cấp ủy đảng|cấp ủy|bộ|ban|sở|tỉnh|xã|phường|ngành|đơn vị"
    rf"|cơ quan), (?=(?:{NOUN})(?!\w))"
)
_BARE = re.compile(rf"(?P<noun>{NOUN})(?!\w)")
_MORE = re.compile(rf"(?: trung ương)?(?:, | và | hoặc |, và )(?P<noun>{NOUN})(?!\w)")
_QUALIFIER = re.compile(
    r" (?:(?:có )?liên quan(?: khác)?|khác|(?P<needs>thuộc|trong|trên|của|có|tại|ở|ngoài)"
    r"|(?:thuộc(?:,| và) )?trực thuộc(?: (?:trung ương|bộ|tỉnh|ban|học viện|sở)(?!\w))?"
    r"|chức năng|nêu trên)(?!\w)"
)
_DESCRIBED = re.compile(
    r" (?:chưa|còn|đang|đã)(?: [^\s,;.:]+){1,9}"
    r"(?= (?:phải|cần|khẩn trương|nghiêm túc|có trách nhiệm)(?!\w))"
)
_DESCRIBES = re.compile(
    r"(?<!\w)(?:doanh nghiệp|ngân hàng|trường|viện|công ty|nhà|bệnh viện)(?!\w)"
)
_WHICHEVER = re.compile(
    rf"(?:{NOUN})(?:, (?:{NOUN}))* nào(?: [^\s,;.:]+){{1,10}}"
    r"?(?=,? (?:phải|cần|thì|gửi|chịu trách nhiệm)(?!\w))"
)
_SAME_LEVEL = re.compile(r", (?:thành phố|phường|đặc khu|xã)(?!\w)")
_OF_THE_FRONT = re.compile(r"(?:ủy ban (?:mặt trận tổ quốc|mttq)|ubmttq|ub mttq) (?:việt nam|vn)")
_OF_LEVELS = re.compile(
    rf"(?<=đảng ủy)(?:(?:,| và|, và)? (?:xã|phường|đặc khu)(?!\w)){{1,3}}(?! {CAPITAL})"
)
_OF_PLACES = re.compile(rf"(?<=[đĐ]ảng ủy) (?P<level>xã|phường|đặc khu)(?: ?: ?| )(?={CAPITAL})")
"""`các đảng ủy xã A, B`: the level belongs to what the members have in common."""
_OF_ALL_PLACES = re.compile(
    r" các (?:xã|phường|đặc khu|huyện|tỉnh|thành phố|địa phương|thôn|bản|ấp|khu phố)(?!\w)"
)
"""What follows the whole name of a body of which each place has one."""
_COLON = re.compile(r" ?: ?")
_PLACES = ("tỉnh", "thành phố", "xã", "phường", "đặc khu")
_NO_PLACE = re.compile(
    r"(?:tỉnh|thành phố|xã|phường|đặc khu|ủy ban|ubnd|sở|ban|văn phòng|công an|trung tâm|công ty)"
    r"(?!\w)"
)
_CAPITALS = re.compile(rf"{CAPITAL}[\w'’]*(?: (?:{CAPITAL}[\w'’]*|\d{{1,2}}(?!\w)))*")
_TO_DO = (
    "có trách", "có văn", "có kế", "có giải", "có phương", "có báo", "có ý", "có cam",
    "có hướng",
)  # fmt: skip
_OWN_FIELDS = ("bộ", "sở", "cơ quan", "ngành")
_UNCERTAIN_TAIL = 0
_LONGEST_NAME = 80


def group(phrase: Phrase, at: int) -> list[Mention]:
    """The group named at `at`: one mention, or one for each member of a shortened list."""
    whichever = _WHICHEVER.match(phrase.low, at)
    if whichever:
        return [Mention(tidy(phrase.text[at : whichever.end()]), at, whichever.end(), group=True)]
    start = GROUP.match(phrase.low, at) or _BARE_ROW.match(phrase.low, at)
    if start is None:
        return []
    noun = phrase.text[start.start("noun") : start.end("noun")]
    if of_places := _OF_PLACES.match(phrase.text, start.end("noun")):
        members = _members(phrase, of_places.end("level"), f"{noun} {of_places['level']}")
        return [replace(members[0], start=at), *members[1:]] if members else []
    if levels := _OF_LEVELS.match(phrase.low, start.end("noun")):
        return [Mention(tidy(phrase.text[at : levels.end()]), at, levels.end(), group=True)]
    end = _end_of_nouns(phrase, start.end("noun"))
    single = noun.lower() in SINGLE_NOUNS or phrase.text[end : end + 1] == ":"
    members = _members(phrase, start.end("noun"), noun) if single else []
    if not members and phrase.text[end : end + 1] == ":":
        members = _members(phrase, end, noun)
    if len(members) == 1 and ":" not in phrase.text[at : members[0].end]:
        whole = tidy(phrase.text[at : members[0].end])
        return [replace(members[0], name=whole, start=at, group=True)]
    if members:
        return [replace(members[0], start=at), *members[1:]]
    return [_qualified(phrase, at, end)]


def headed_group(phrase: Phrase, at: int) -> list[Mention]:
    """`UBND các xã, phường`, `UBND các thành phố: A, B`, `Ban thường vụ đảng ủy các xã`."""
    head = _OF_THE_FRONT.match(phrase.low, at) or HEAD.match(phrase.low, at)
    if head is None:
        return []
    end = head.end()
    if phrase.text.startswith("Các ", skip(phrase.text, end)):  # "Vụ Các trường chính trị"
        return []
    if not GROUP.match(phrase.low, skip(phrase.text, end)):
        if not _OF_ALL_PLACES.search(phrase.low, end, end + _LONGEST_NAME):
            return []
        second = HEAD.match(phrase.low, skip(phrase.text, end))
        end = second.end() if second else grow(phrase, end)[0]
        if not _OF_ALL_PLACES.match(phrase.low, end):
            return []
    prefix = phrase.text[at:end]
    members = group(phrase, skip(phrase.text, end))
    return [replace(m, name=f"{prefix} {m.name}", start=at) for m in members]


def described_body(phrase: Phrase, at: int) -> list[Mention]:
    """A body without "các", where the words before it call for one ("với doanh nghiệp …")."""
    noun = _BARE.match(phrase.low, at)
    return [_qualified(phrase, at, _end_of_nouns(phrase, noun.end()))] if noun else []


def _end_of_nouns(phrase: Phrase, end: int) -> int:
    """The end of a chain of nouns: "bộ, ngành, địa phương"."""
    while more := _MORE.match(phrase.low, end):
        if phrase.low.startswith((" các ", " nhân dân"), more.end()):
            break
        after = phrase.text[more.end() + 1 : more.end() + 2]
        if after.isupper() and phrase.text[more.start("noun")].isupper():
            break
        end = more.end()
    return end


def _qualified(phrase: Phrase, at: int, end: int) -> Mention:
    """A group with what tells which of its kind are meant."""
    grown, trailing = grow(phrase, end, first=False)
    end = max(end, grown)
    level = _SAME_LEVEL.match(phrase.low, end) if phrase.low[:end].endswith(" tỉnh") else None
    end = level.end() if level else end
    while mark := _QUALIFIER.match(phrase.low, end):
        grown, _ = grow(phrase, mark.end(), described=mark.group() == " có")
        to_do = phrase.low.startswith(_TO_DO, mark.start() + 1)
        if mark.group("needs") and (grown == mark.end() or to_do):
            break
        more = _SAME_LEVEL.match(phrase.low, grown) or _goes_on_in_small(phrase, grown)
        end = more.end() if more else grown
    described = _DESCRIBED.match(phrase.low, end)
    end = described.end() if described else end
    low = phrase.low[at:end]
    vague = "liên quan" in low or (low.endswith(" khác") and not _DESCRIBES.search(low))
    code = "lead.name-end" if trailing > _UNCERTAIN_TAIL else None
    return Mention(tidy(phrase.text[at:end]), at, end, group=True, vague=vague, doubt=code)


def _goes_on_in_small(phrase: Phrase, at: int) -> re.Match[str] | None:
    """Another noun of the same group ("các chi bộ trực thuộc, đảng ủy bộ phận")."""
    more = _MORE.match(phrase.low, at)
    return more if more and phrase.text[more.start("noun")].islower() else None


def _members(phrase: Phrase, at: int, noun: str) -> list[Mention]:
    """The members of a shortened list: `các Bộ: A, B`, `các tỉnh B, C`."""
    colon = _COLON.match(phrase.text, at)
    end = colon.end() if colon else skip(phrase.text, at)
    if not _may_be_member(phrase, end, noun, after_colon=colon is not None):
        return []
    common = noun.lower() in ("bộ", "sở", "tập đoàn")
    head = noun[0].upper() + noun[1:] if common else noun
    found: list[Mention] = []
    for _ in range(LONGEST_ROW):
        own = (
            None
            if noun.lower().endswith(_PLACES) and not _is_level(phrase, end)
            else (_with_own_head(phrase, end))
        )
        member = own or _member(phrase, end, head)
        if member is None:
            break
        found.append(member)
        mark = SEPARATOR.match(phrase.low, member.end)
        if mark is None or not phrase.text[mark.end() : mark.end() + 1].isupper():
            break
        end = mark.end()
    return found


def _may_be_member(phrase: Phrase, at: int, noun: str, *, after_colon: bool) -> bool:
    if not phrase.text[at : at + 1].isupper():
        return False
    if is_stop(phrase, at) and not FIELD.match(phrase.low, at):
        return False
    return after_colon or at not in (phrase.breaks or ()) or _member(phrase, at, noun) is not None


def _is_level(phrase: Phrase, at: int) -> bool:
    """Whether something other than a place's bare name follows in a row of places."""
    return _NO_PLACE.match(phrase.low, at) is not None


def _capitals(phrase: Phrase, at: int) -> int:
    """Where the run of words with capitals that begins at `at` ends."""
    run = _CAPITALS.match(phrase.text, at)
    return run.end() if run else at


def _with_own_head(phrase: Phrase, at: int) -> Mention | None:
    """A member that has a head of its own ("…, Văn phòng Chính phủ")."""
    head = HEAD.match(phrase.low, at)
    if FIELD.match(phrase.low, at) or PROVINCE.match(phrase.low, at):
        return None
    if head and GROUP.match(phrase.low, skip(phrase.text, head.end())):
        return None
    return body(phrase, at)


def _member(phrase: Phrase, at: int, head: str) -> Mention | None:
    known = FIELD.match(phrase.low, at) or PROVINCE.match(phrase.low, at)
    if known is None and head.lower() in _OWN_FIELDS:
        return None
    end, trailing = (known.end(), 0) if known else grow(phrase, at)
    if known is None and head.lower().endswith(_PLACES):
        end, trailing = _capitals(phrase, at), 0
    if end <= at:
        return None
    found = mention(phrase, at, end, doubt="lead.name-end" if trailing > _UNCERTAIN_TAIL else None)
    return replace(found, name=f"{head} {found.name}")
