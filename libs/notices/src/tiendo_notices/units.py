"""Names of units in running text: where a name starts, where it ends, who is meant.

All functions take a `Phrase` (brackets and quotes already blanked out) and offsets into it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tiendo_notices.names import ABBREVIATIONS, BODY, FIELD, PROVINCE
from tiendo_notices.text import masked, small
from tiendo_notices.words import STOP_PAIRS, STOPS

_WORD = re.compile(r"[^\W_]+(?:[&/.'’][^\W_]+)*")
_QUANTITY = r"(?:(?:tất cả|toàn thể|toàn bộ) )?(?:các|những|mọi|mỗi|từng|một số|hai|ba)"
_NOUN = (
    r"cơ quan ngang bộ|cơ quan thuộc chính phủ|cơ quan trung ương|cơ quan, đơn vị|cơ quan|đơn vị"
    r"|bộ|ban đảng|ban|ngành|sở|địa phương|cấp ủy đảng|cấp ủy|cấp|chính quyền|tổ chức đảng|tổ chức"
    r"|đoàn thể|tỉnh ủy|thành ủy|đảng ủy|tỉnh|thành phố|xã|phường|đặc khu|học viện|trường chính trị"
    r"|trường|viện|doanh nghiệp|tập đoàn|tổng công ty|công ty|ngân hàng|chủ đầu tư|nhà đầu tư|nhà thầu"
    r"|hiệp hội|hội|thành viên|vụ|cục|phòng|khoa|trung tâm|tổ công tác|ủy ban nhân dân|ubnd|lực lượng"
)
_GROUP = re.compile(rf"{_QUANTITY} (?P<noun>{_NOUN})(?!\w)")
_BARE_GROUP = re.compile(
    rf"(?P<noun>bộ|ban|sở|tỉnh|xã|phường|ngành|đơn vị|cơ quan), (?=(?:{_NOUN})(?!\w))"
)
_MORE = re.compile(rf"(?:, | và | hoặc |, và )(?P<noun>{_NOUN})(?!\w)")
_QUALIFIER = re.compile(
    r" (?:(?P<vague>(?:có )?liên quan(?: khác)?|khác)|trực thuộc(?: trung ương)?|thuộc|trong|trên|của|có"
    r"|chức năng|nêu trên|ngoài|tại|ở)(?!\w)"
)
_TITLE = re.compile(
    r"(?:(?:các )?(?:đồng chí|đ/c) )?(?:phó )?(?:bộ trưởng|thứ trưởng|thủ trưởng|chủ nhiệm|chủ tịch|tổng giám đốc|giám đốc"
    r"|cục trưởng|vụ trưởng|chánh văn phòng|chánh thanh tra|trưởng ban|viện trưởng|hiệu trưởng|bí thư"
    r"|thống đốc|tổng thanh tra|chánh án|người đứng đầu|lãnh đạo|tư lệnh|trưởng phòng|tổng biên tập)(?!\w)"
)
_DEPUTY = re.compile(r"(?:đồng chí |đ/c )?(?:phó|thứ trưởng)(?!\w)")
_PERSON = re.compile(r"(?:các )?(?:đồng chí|đ/c|ông|bà) ")
_HEAD = re.compile(
    r"(?:ủy ban nhân dân|ủy ban mặt trận tổ quốc|ủy ban mttq|ủy ban|ubnd|hội đồng nhân dân|hđnd|hội đồng"
    r"|văn phòng|thanh tra|ngân hàng|đài|thông tấn xã|phân viện|học viện|viện kiểm sát|viện|trung tâm"
    r"|ban chỉ đạo|ban quản lý|ban thường vụ|ban giám đốc|ban cán sự đảng|ban|bộ tư lệnh|bộ chỉ huy|bộ"
    r"|mặt trận|tổng cục|chi cục|cục|vụ|sở|phòng|tỉnh đoàn|tỉnh ủy|thành ủy|đảng ủy|đảng đoàn|đảng bộ|tổ công tác"
    r"|tổ giúp việc|tổ thư ký|tổ thường trực|tổ công nghệ số|cơ quan thường trực|cơ quan|đơn vị|tiểu ban|tổng công ty|công ty|tập đoàn"
    r"|đại học|trường|bệnh viện|kho bạc|kiểm toán|tòa án|bảo hiểm xã hội|công an|quân khu|chủ đầu tư"
    r"|nhà đầu tư|tỉnh|thành phố|xã|phường|đặc khu|cổng|báo|tạp chí|nhà xuất bản|quỹ|khoa|liên minh"
    r"|liên hiệp|liên đoàn|hội liên hiệp|hội|hiệp hội|thường trực|đoàn|ngành)(?!\w)"
)
_ALONE = frozenset(("tỉnh", "thành phố", "chủ đầu tư", "nhà đầu tư", "học viện", "ban quản lý",
                    "trung tâm", "tổ công tác", "tổ giúp việc", "văn phòng", "ban chỉ đạo", "xã", "phường",
                    "cơ quan thường trực", "tổ thường trực", "tổ thư ký", "thường trực", "ban giám đốc",
                    "ban thường vụ", "ban cán sự đảng", "đảng ủy", "tỉnh ủy", "thành ủy"))  # fmt: skip
_WITH_PURPOSE = frozenset(
    ("tổ công tác", "tổ giúp việc", "ban chỉ đạo", "hội đồng", "tiểu ban", "tổ thư ký")
)
_PURPOSE = re.compile(
    r" (?:triển khai|thực hiện|về|chỉ đạo) (?=đề án|nghị quyết|chương trình|kế hoạch|chuyển đổi|phát triển|xây dựng|cải cách|dự án)"
)
_FIELD_HEADS = frozenset(("bộ", "sở", "phòng", "vụ", "ban", "ngành", "cục"))
_SHORT = re.compile(r"[A-ZĐ][A-ZĐ0-9]*(?:&[A-ZĐ]+)?[A-ZĐ0-9](?![\w&/\-])")
_NOT_UNITS = frozenset(
    [
        "KHCN",
        "ĐMST",
        "CĐS",
        "CSDL",
        "TTHC",
        "DVC",
        "NSNN",
        "KPI",
        "AI",
        "CNTT",
        "GRDP",
        "KTXH",
        "PPP",
    ]
)
_SEPARATOR = re.compile(r",? và (?:với )?|, (?:với )?|; (?=và )")
_START = re.compile(r"(?<![\w&/])(?=[^\W\d_])")
_LONGEST_LIST = 60


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of text prepared for names; all offsets are into it.

    `breaks` are offsets where a printed line starts.
    """

    text: str
    low: str
    breaks: frozenset[int] = frozenset()

    @classmethod
    def of(cls, text: str, breaks: frozenset[int] = frozenset()) -> "Phrase":
        """Blank out brackets and quotes."""
        words = masked(text)
        return cls(words, small(words), breaks)


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit as named in the text.

    `vague` says that nobody can look the body up ("các đơn vị liên quan"). `doubt` is the code of
    what a person should check about the name, or None.
    """

    name: str
    start: int
    end: int
    group: bool = False
    vague: bool = False
    titled: bool = False
    doubt: str | None = None


def tidy(name: str) -> str:
    """One blank between words, no blank or mark at the ends."""
    return " ".join(name.split()).strip(" ,;:.-–")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] == " ":
        at += 1
    return at


def is_stop(phrase: Phrase, at: int, *, described: bool = False) -> bool:
    """Whether the word at `at` cannot belong to a name that runs up to it.

    A description ("các xã có thôn chưa có sóng") may hold small words that a name may not.
    """
    first = _WORD.match(phrase.low, at)
    if first is None:
        return True
    second = _WORD.match(phrase.low, _skip(phrase.low, first.end()))
    pair = f"{first.group()} {second.group() if second else ''}"
    if pair in STOP_PAIRS:
        return True
    return not described and first.group() in STOPS and phrase.text[at].islower()


def _grow(
    phrase: Phrase, at: int, *, lower_first: bool = False, described: bool = False
) -> tuple[int, int]:
    """Where the name that goes on at `at` ends, and how many small words it ends in."""
    end, words, trailing, after_joint = at, 0, 0, True
    while words < 18:
        here = _skip(phrase.text, end)
        if here - end > 1 or here >= len(phrase.text):
            break
        joint = re.compile(r"[-–] |và |của ").match(phrase.low, here)
        if joint and words:
            nxt = phrase.text[joint.end() : joint.end() + 1]
            if not nxt.isupper() or _TITLE.match(phrase.low, joint.end()):
                break
            if joint.group() == "và " and starts_unit(phrase, joint.end()):
                break
            end, after_joint = joint.end() - 1, True
            continue
        word = _WORD.match(phrase.text, here)
        if word is None:
            break
        capital = word.group()[0].isupper() or word.group()[0].isdigit()
        if is_stop(phrase, here, described=described) and not (
            capital and after_joint and not lower_first
        ):
            break
        if capital and here in phrase.breaks and words and _opens_sentence(phrase, here):
            break
        trailing = 0 if capital else trailing + 1
        end, words = word.end(), words + 1
        after_joint = capital and word.group().lower() in _FIELD_HEADS
        if trailing > 9:
            break
    return end, trailing


def _opens_sentence(phrase: Phrase, at: int) -> bool:
    return is_stop(phrase, at)


def starts_unit(phrase: Phrase, at: int) -> bool:
    """Whether a name of a body of its own begins at `at`."""
    if FIELD.match(phrase.low, at):
        return False
    head = _HEAD.match(phrase.low, at)
    if head and phrase.low.startswith("khoa học", at):
        return False
    return bool(head or _GROUP.match(phrase.low, at) or _TITLE.match(phrase.low, at))


def one_unit(phrase: Phrase, at: int) -> list[Mention]:
    """The unit, or the units of a shortened list, named at `at`; empty where none is."""
    return _titled(phrase, at) or _untitled(phrase, at)


def _untitled(phrase: Phrase, at: int) -> list[Mention]:
    for reader in (_group, _body, _headed, _short, _place):
        found = reader(phrase, at)
        if found:
            return found
    return []


def _titled(phrase: Phrase, at: int) -> list[Mention]:
    title = _TITLE.match(phrase.low, at)
    if title is None:
        return _person(phrase, at)
    office = _last_of_row(phrase, title)
    inside = re.search(r"(?:văn phòng|thanh tra)$", office.group())
    if inside:
        own = _untitled(phrase, office.start() + inside.start())
        if own:
            return [replace(m, start=at, titled=True) for m in own]
    after = _skip(phrase.text, office.end())
    if phrase.low.startswith("thường trực ", after):
        after += len("thường trực ")
    inner = _untitled(phrase, after) or _bare_nouns(phrase, after)
    if not inner and office.group().endswith("trưởng ban"):
        inner = _untitled(phrase, office.end() - len("ban"))
    if inner and office is not title:
        start = _PERSON.match(phrase.low, at)
        return [_row_of_offices(phrase, at, start.end() if start else at, inner)]
    if not inner:
        end, _ = _grow(phrase, title.end())
        name = tidy(phrase.text[at:end])
        return [Mention(name, at, end, titled=True, doubt="lead.person")]
    if not title.group().startswith("các "):
        inner = _last_office(phrase, inner)
    code = "lead.deputy" if _DEPUTY.match(phrase.low, at) else None
    end = _personal_name(phrase, inner[-1].end)
    last = replace(inner[-1], end=end)
    return [replace(m, start=at, titled=True, doubt=m.doubt or code) for m in [*inner[:-1], last]]


def _last_office(phrase: Phrase, inner: list[Mention]) -> list[Mention]:
    """Of the offices of one person the last named one counts ("Bí thư Đảng ủy, Bộ trưởng Bộ X")."""
    mark = re.compile(r", ").match(phrase.low, inner[-1].end)
    title = _TITLE.match(phrase.low, mark.end()) if mark else None
    if title is None:
        return inner
    return _untitled(phrase, _skip(phrase.text, title.end())) or inner


def _row_of_offices(phrase: Phrase, at: int, start: int, inner: list[Mention]) -> Mention:
    """Heads of several kinds of bodies, as printed: nobody stands for all of them by name."""
    end = inner[-1].end
    return Mention(tidy(phrase.text[start:end]), at, end, group=True, titled=True)


def _bare_nouns(phrase: Phrase, at: int) -> list[Mention]:
    """A group behind an office, without "các": "Thủ trưởng cơ quan ngang bộ"."""
    noun = re.compile(rf"(?P<noun>{_NOUN})(?!\w)").match(phrase.low, at)
    if noun is None:
        return []
    end = noun.end()
    while more := _MORE.match(phrase.low, end):
        if _names_follow(phrase, more):
            break
        end = more.end("noun")
    return _qualified(phrase, at, end)


def _last_of_row(phrase: Phrase, title: re.Match[str]) -> re.Match[str]:
    """The last of offices in a row that share a body: "Bộ trưởng, Thủ trưởng cơ quan …"."""
    for _ in range(4):
        mark = _SEPARATOR.match(phrase.low, title.end())
        following = _TITLE.match(phrase.low, mark.end()) if mark else None
        if following is None:
            return title
        title = following
    return title


def _personal_name(phrase: Phrase, at: int) -> int:
    """Skip a person's own name after an office ("Bộ trưởng Bộ X Nguyễn Văn A")."""
    end = at
    for _ in range(4):
        word = _WORD.match(phrase.text, end + 1)
        if word is None or not word.group().istitle() or is_stop(phrase, word.start()):
            break
        end = word.end()
    return max(at, end)


def _person(phrase: Phrase, at: int) -> list[Mention]:
    word = _PERSON.match(phrase.low, at)
    if word is None:
        return []
    end, _ = _grow(phrase, word.end())
    office = re.compile(r"(?:,| [-–])? ").match(phrase.low, end)
    for _ in range(4):
        if office is None or not _TITLE.match(phrase.low, office.end()):
            break
        holder = _titled(phrase, office.end())
        if holder and not all(m.doubt == "lead.person" for m in holder):
            follow = re.compile(r"(?:,| [-–]) ").match(phrase.low, holder[-1].end)
            if follow and _TITLE.match(phrase.low, follow.end()):
                office = follow
                continue
            return [replace(m, start=at) for m in holder]
        end = holder[-1].end if holder else end
        office = re.compile(r"(?:,| [-–])? ").match(phrase.low, end)
    if end <= word.end():
        return []
    return [Mention(tidy(phrase.text[at:end]), at, end, titled=True, doubt="lead.person")]


def _group(phrase: Phrase, at: int) -> list[Mention]:
    start = _GROUP.match(phrase.low, at) or _BARE_GROUP.match(phrase.low, at)
    if start is None:
        return []
    noun, end = start.group("noun"), start.end("noun")
    first_noun = phrase.text[start.start("noun") : start.end("noun")]
    listed = _listed(phrase, end, first_noun, noun)
    if listed:
        return [replace(listed[0], start=at), *listed[1:]]
    while more := _MORE.match(phrase.low, end):
        if _names_follow(phrase, more):
            break
        end, noun = more.end("noun"), more.group("noun")
    listed = _listed(phrase, end, first_noun, noun) if phrase.text[end : end + 1] == ":" else []
    if listed:
        return [replace(listed[0], start=at), *listed[1:]]
    return _qualified(phrase, at, end)


def _names_follow(phrase: Phrase, more: re.Match[str]) -> bool:
    """Whether a noun in a chain starts a name of its own ("…, Bộ Tài chính")."""
    nxt = phrase.text[more.end() + 1 : more.end() + 2]
    return nxt.isupper() and phrase.text[more.start("noun")].isupper()


def _qualified(phrase: Phrase, at: int, end: int) -> list[Mention]:
    vague = False
    grown, trailing = _grow(phrase, end, lower_first=True)
    end = max(end, grown)
    while mark := _QUALIFIER.match(phrase.low, end):
        vague = vague or mark.group("vague") is not None
        grown, _ = _grow(phrase, mark.end(), described=mark.group() == " có")
        if mark.group().strip() in ("trong", "trên", "của", "có", "tại", "ở", "thuộc", "ngoài"):
            if grown == mark.end() or (
                mark.group().strip() == "có" and _is_order(phrase, mark.start() + 1)
            ):
                break
        end = grown
        more = re.compile(r", (?:thành phố|phường|đặc khu|xã)(?!\w)").match(phrase.low, end)
        end = more.end() if more else end
    vague = vague or "liên quan" in phrase.low[at:end]
    code = "lead.name-end" if trailing > 4 else None
    return [Mention(tidy(phrase.text[at:end]), at, end, group=True, vague=vague, doubt=code)]


def _is_order(phrase: Phrase, at: int) -> bool:
    return phrase.low.startswith(("có trách", "có văn", "có kế", "có giải", "có phương", "có báo",
                                  "có ý", "có cam", "có hướng"), at)  # fmt: skip


def _listed(phrase: Phrase, at: int, head: str, noun: str) -> list[Mention]:
    """The members of a shortened list: `các Bộ: A, B`, `các tỉnh B, C`."""
    colon = re.compile(r" ?: ?").match(phrase.text, at)
    start = colon.end() if colon else _skip(phrase.text, at)
    if (
        start >= len(phrase.text)
        or not phrase.text[start].isupper()
        or (is_stop(phrase, start) and not FIELD.match(phrase.low, start))
    ):
        return []
    if start in phrase.breaks and not colon and not _member(phrase, start, noun):
        return []
    singular = head[0].upper() + head[1:] if noun in ("bộ", "sở", "tập đoàn") else head
    members: list[Mention] = []
    end = start
    for _ in range(_LONGEST_LIST):
        member = _own_head(phrase, end) or _member(phrase, end, noun)
        if member is None:
            break
        if not member.titled:
            member = replace(member, name=f"{singular} {member.name}")
        members.append(replace(member, titled=False, start=start))
        sep = _SEPARATOR.match(phrase.low, member.end)
        if sep is None or not phrase.text[sep.end() : sep.end() + 1].isupper():
            return members
        end = sep.end()
    return members


def _own_head(phrase: Phrase, at: int) -> Mention | None:
    """A member with a head of its own; `titled` marks that it needs no other head."""
    if FIELD.match(phrase.low, at):
        return None
    head = _HEAD.match(phrase.low, at)
    if head and _GROUP.match(phrase.low, _skip(phrase.text, head.end())):
        return None
    found = _body(phrase, at) or _headed(phrase, at) or _short(phrase, at)
    return replace(found[0], titled=True) if found else None


def _member(phrase: Phrase, at: int, noun: str) -> Mention | None:
    known = FIELD.match(phrase.low, at) or PROVINCE.match(phrase.low, at)
    if known:
        return Mention(tidy(phrase.text[at : known.end()]), at, known.end())
    if noun in ("bộ", "sở", "cơ quan", "ngành"):
        return None
    end, trailing = _grow(phrase, at)
    if end <= at:
        return None
    return Mention(
        tidy(phrase.text[at:end]), at, end, doubt="lead.name-end" if trailing > 4 else None
    )


def _body(phrase: Phrase, at: int) -> list[Mention]:
    known = BODY.match(phrase.low, at)
    if known is None or not phrase.text[at].isupper():
        return []
    return [Mention(tidy(phrase.text[at : known.end()]), at, known.end())]


def _headed(phrase: Phrase, at: int) -> list[Mention]:
    head = _HEAD.match(phrase.low, at)
    if head is None or phrase.low.startswith(("khoa học", "báo cáo", "ban hành", "bộ phận", "công an toàn",
                                              "phòng chống", "phòng, chống", "đoàn kết", "hội nghị",
                                              "trường hợp", "bộ tiêu", "bộ công cụ", "bộ dữ", "ban đầu"), at):  # fmt: skip
        return []
    after = _skip(phrase.text, head.end())
    if (
        phrase.text[at].islower()
        and " " not in head.group()
        and not phrase.text[after : after + 1].isupper()
    ):
        return []
    field = FIELD.match(phrase.low, after) if head.group() in _FIELD_HEADS else None
    if field and phrase.text[field.end() : field.end() + 3] in (" - ", " – "):
        field = None
    if field and phrase.text[after].isupper():
        end, trailing = _suffix(phrase, field.end()), 0
        return [Mention(tidy(phrase.text[at:end]), at, end)]
    group = _GROUP.match(phrase.low, after)
    if group:
        members = _group(phrase, after)
        prefix = phrase.text[at : head.end()]
        return [replace(m, name=f"{prefix} {m.name}", start=at) for m in members]
    place = re.compile(
        r"(?:(?:ủy ban nhân dân|ubnd|hđnd|văn phòng|sở|tỉnh ủy|thành ủy|tỉnh đoàn|tỉnh|thành phố|tp\.?) )+"
    ).match(phrase.low, at)
    known = PROVINCE.match(phrase.low, place.end()) if place else None
    if known:
        return [Mention(tidy(phrase.text[at : known.end()]), at, known.end())]
    end, trailing = _grow(phrase, head.end())
    purpose = _PURPOSE.match(phrase.low, end) if head.group() in _WITH_PURPOSE else None
    if purpose:
        end, trailing = _grow(phrase, purpose.end(), described=True)[0], 9
    if end == head.end() or (phrase.text[after : after + 1].islower() and end == after):
        alone = head.group() in _ALONE and phrase.text[at].isupper()
        return [Mention(tidy(phrase.text[at : head.end()]), at, head.end())] if alone else []
    if not phrase.text[at].isupper() and not any(
        c.isupper() for c in phrase.text[head.end() : end]
    ):
        return []
    code = "lead.name-end" if trailing > 5 else None
    return [Mention(tidy(phrase.text[at:end]), at, end, doubt=code)]


def _suffix(phrase: Phrase, at: int) -> int:
    """A province or level behind `Sở X`, `Bộ X`."""
    more = re.compile(r" (?:tỉnh|thành phố|trung ương|xã|phường)(?!\w)").match(phrase.low, at)
    if more is None:
        return at
    after = _skip(phrase.low, more.end())
    known = PROVINCE.match(phrase.low, after)
    if known is None and phrase.text[after : after + 1].isupper():
        return _grow(phrase, after)[0]
    return known.end() if known else more.end()


def _short(phrase: Phrase, at: int) -> list[Mention]:
    word = _SHORT.match(phrase.text, at)
    if word is None or word.group() in _NOT_UNITS or len(word.group()) > 12:
        return []
    end, trailing = word.end(), 0
    if word.group() in ("UBND", "HĐND"):
        end, trailing = _grow(phrase, end)
    code = None if word.group() in ABBREVIATIONS else "lead.abbreviation"
    if trailing > 5:
        code = "lead.name-end"
    return [Mention(tidy(phrase.text[at:end]), at, end, doubt=code)]


def _place(phrase: Phrase, at: int) -> list[Mention]:
    known = PROVINCE.match(phrase.low, at)
    if known is None or not phrase.text[at].isupper():
        return []
    return [Mention(tidy(phrase.text[at : known.end()]), at, known.end(), doubt="lead.name-end")]


def described_body(phrase: Phrase, at: int) -> list[Mention]:
    """A body that is only described, where the words before it call for one ("với doanh nghiệp …")."""
    return _bare_nouns(phrase, at)


def unit_list(phrase: Phrase, at: int) -> list[Mention]:
    """All units named in a row from `at` on: `A, B và C`."""
    found = one_unit(phrase, at)
    for _ in range(_LONGEST_LIST):
        if not found:
            return []
        sep = _SEPARATOR.match(phrase.low, _skip_blank_run(phrase.text, found[-1].end))
        more = one_unit(phrase, sep.end()) if sep else []
        if not more:
            return found
        found = [*found, *more]
    return found


def _skip_blank_run(text: str, at: int) -> int:
    """Step over a blanked-out bracket behind a name, up to the next mark."""
    end = _skip(text, at)
    return end if end - at > 1 and text[end : end + 1] in (",", ";") else at


def starts(phrase: Phrase) -> Iterator[int]:
    """Offsets where a word begins."""
    return (m.start() for m in _START.finditer(phrase.text))
