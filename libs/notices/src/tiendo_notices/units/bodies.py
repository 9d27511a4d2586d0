"""Single bodies: known ones, those with a head ("Sở …"), short names, bare places."""

import re

from tiendo_notices.units.departments import DEPARTMENT
from tiendo_notices.units.forms import BODY, COMPOUND, FIELD, GROUP, HEAD, NOUN, OFFICE, PROVINCE
from tiendo_notices.units.growing import grow, starts_body
from tiendo_notices.units.names import ABBREVIATIONS, NOT_UNITS
from tiendo_notices.units.phrases import WORD, Mention, Phrase, is_stop, skip, tidy

_ALONE = frozenset(
    (
        "tỉnh",
        "thành phố",
        "chủ đầu tư",
        "nhà đầu tư",
        "học viện",
        "ban quản lý",
        "trung tâm",
        "tổ công tác",
        "tổ giúp việc",
        "văn phòng",
        "ban chỉ đạo",
        "xã",
        "phường",
        "cơ quan thường trực",
        "văn phòng thường trực",
        "tổ thường trực",
        "tổ thư ký",
        "thường trực",
        "ban giám đốc",
        "ban thường vụ",
        "ban cán sự đảng",
        "đảng ủy",
        "tỉnh ủy",
        "thành ủy",
        "nhà trường",
        "công đoàn",
        "đoàn thanh niên",
        "tỉnh đoàn",
        "thành đoàn",
        "đoàn xã",
        "đoàn phường",
        "vptu",
        "vpđu",
        "trạm y tế",
        "công an",
        "btc",
        "tgv",
        "đơn vị tư vấn",
        "tư vấn giám sát",
        "tư vấn thiết kế",
        "nhà thầu",
        "liên danh",
        "hội đồng nhân dân",
        "ủy ban nhân dân",
        "ubnd",
        "hđnd",
        "thư viện",
        "ký túc xá",
        "tổ công nghệ số cộng đồng",
        "thanh tra",
        "trung ương đoàn",
    )
)
_NEEDS_CAPITAL = frozenset((
    "tổ", "thôn", "bản", "ấp", "xóm", "buôn", "làng", "nhóm", "khối", "cụm", "đội", "trạm", "hạt",
    "đồn",
    "cảng", "tt", "nhà máy", "cán bộ", "công chức", "bộ phận", "khu phố", "tổ dân phố", "chi bộ",
    "ngành", "cơ quan", "đơn vị", "báo", "đài", "quỹ", "hội", "đoàn", "cổng", "trường", "xã",
))  # fmt: skip
_NO_BODIES = (
    "khoa học",
    "báo cáo",
    "ban hành",
    "bộ phận này",
    "công an toàn",
    "phòng chống",
    "phòng, chống",
    "đoàn kết",
    "hội nghị",
    "trường hợp",
    "bộ tiêu",
    "bộ công cụ",
    "bộ dữ",
    "ban đầu",
    "đơn vị tính",
    "bộ chỉ số",
    "bộ câu",
    "bộ thủ tục",
    "tổ chức",
    "bản đồ",
    "đội ngũ",
    "khối lượng",
    "nhóm nhiệm vụ",
    "nhóm vấn đề",
    "hội thảo",
    "trạm biến áp",
    "báo động",
    "bộ máy",
)
_OPEN_NAMES = ("cán bộ", "công chức", "chi bộ", "trạm")  # fmt: skip
_WITH_PURPOSE = frozenset(
    ("tổ công tác", "tổ giúp việc", "ban chỉ đạo", "hội đồng", "tiểu ban", "tổ thư ký")
)
_PURPOSE = re.compile(
    r" (?:triển khai|thực hiện|về|chỉ đạo) (?=đề án|nghị quyết|chương trình|kế hoạch|chuyển đổi"
    r"|phát triển|xây dựng|cải cách|dự án)"
)
_WITH_FIELD = frozenset(("bộ", "sở", "phòng", "vụ", "ban", "ngành", "cục"))
_SHORT = re.compile(r"[A-ZĐ][A-ZĐ0-9]*(?:&[A-ZĐ]+)?[A-ZĐ0-9](?![\w&/\-])")
_WITH_COMMAS = frozenset(
    (
        "phòng",
        "ban",
        "khoa",
        "vụ",
        "cục",
        "trung tâm",
        "báo",
        "đài",
        "viện",
        "báo và",
        "chi cục",
        "ban quản lý",
    )
)
_ORDERS_TOO = re.compile(r" tổng hợp$")
_AT_PLACE = re.compile(r" tại (?:tỉnh |thành phố |tp\.? )?")
_BRANCHES = frozenset(("phân hiệu", "phân viện", "chi nhánh", "học viện", "trung tâm", "ban"))
_DEPARTED = frozenset(("phòng", "ban", "khoa", "vụ", "cục", "trung tâm", "viện", "chi cục", "tổ"))
_FIELDS_JOINED = re.compile(r", | và | - ")
_SMALL_FIELD = re.compile(rf"(?:{NOUN})(?!\w)")
_LONGEST_SMALL_FIELD = 6
_COMMA_TAIL = re.compile(
    r"(?:(?:, | và | - )(?:hành chính|thông tin|tư liệu|truyền hình|phát thanh|hạ tầng|đô thị"
    r"|thể thao|du lịch|quản trị|tổng hợp|đối ngoại|nghiên cứu khoa học|kế hoạch|tài chính|kỹ thuật"
    r"|tuyên truyền|gia đình|trẻ em|lưu trữ|thi đua|khen thưởng|pháp chế|môi trường|đào tạo"
    r"|bồi dưỡng"
    r"|chữa bệnh|tổ chức|cán bộ|nhân sự|tuyển sinh|khảo thí|hợp tác quốc tế|thiết bị|dự án|đầu tư"
    r"|truyền thông|xã hội|dân tộc|tôn giáo|thương mại|công nghiệp|nông nghiệp|dịch vụ|kiểm tra"
    r"|đổi mới sáng tạo|chuyển đổi số|văn hóa|y tế|giáo dục|khoa học|công nghệ|chiến lược"
    r"|hậu cần|chính trị|phong trào|dân vận|tuyên giáo)(?!\w))+"
)
_FIRST_WORD = re.compile(r"\w+")
_OF_PLACE = re.compile(
    r"(?:(?:ủy ban nhân dân|ubnd|hđnd|văn phòng|sở|tỉnh ủy|thành ủy|tỉnh đoàn|tỉnh|thành phố|tp\.?)"
    r" ){1,4}"
)
_OWNER = re.compile(
    rf" (?:hđnd(?: tỉnh| thành phố| xã| phường)?|quốc hội|tỉnh ủy|thành ủy"
    rf"|đảng ủy(?: ubnd (?:tỉnh|thành phố))?|trung ương|học viện"
    rf"|{PROVINCE.pattern})(?!\w)"
)
_BRANCH = re.compile(r" (?:chi nhánh )?(?:khu vực|vùng) (?:[ivx]+|\d{1,2})(?!\w)")
_LEVEL = re.compile(r" (?:tỉnh|thành phố|trung ương|quốc gia|xã|phường)(?!\w)")
_UNCERTAIN_TAIL = 1


def body(phrase: Phrase, at: int) -> Mention | None:
    """The single body named at `at`."""
    return _known(phrase, at) or _headed(phrase, at) or _short(phrase, at) or _place(phrase, at)


def mention(phrase: Phrase, at: int, end: int, *, doubt: str | None = None) -> Mention:
    """What stands between two offsets, as a name."""
    return Mention(tidy(phrase.text[at:end]), at, end, doubt=doubt)


def _known(phrase: Phrase, at: int) -> Mention | None:
    known = BODY.match(phrase.low, at)
    if known is None or not phrase.text[at].isupper():
        return None
    branch = _BRANCH.match(phrase.low, known.end())
    if branch:
        return mention(phrase, at, branch.end())
    level = _LEVEL.match(phrase.low, known.end())
    if level is None:
        return mention(phrase, at, _with_name(phrase, known.end()))
    place = skip(phrase.low, level.end())
    named = phrase.text[place : place + 1].isupper()
    return mention(phrase, at, grow(phrase, place, first=False)[0] if named else level.end())


def _with_name(phrase: Phrase, end: int) -> int:
    """Where a known name ends that goes on with a capital ("VNPT Cà Mau")."""
    after = end + 1
    goes_on = phrase.text[end:after] == " " and phrase.text[after : after + 1].isupper()
    if not goes_on or after in (phrase.breaks or ()) or starts_body(phrase, after):
        return end
    return grow(phrase, after, first=False)[0]


def _headed(phrase: Phrase, at: int) -> Mention | None:
    head = _head(phrase, at)
    if head is None or phrase.low.startswith(_NO_BODIES, at) or _common_noun(phrase, head):
        return None
    end = _end_of_department(phrase, head)
    if end:
        return mention(phrase, at, end)
    end = _end_of_field(phrase, head) or _end_of_place(phrase, at)
    if end:
        return mention(phrase, at, _behind_commas(phrase, head, end))
    end, trailing = grow(phrase, head.end())
    end = _at_place(phrase, head, end)
    longer = _behind_commas(phrase, head, end)
    if longer > end:
        return mention(phrase, at, longer)
    purpose = _PURPOSE.match(phrase.low, end) if head.group() in _WITH_PURPOSE else None
    if purpose and (end == head.end() or purpose.group() == " về "):
        end, _ = grow(phrase, purpose.end(), described=True)
        return mention(phrase, at, end, doubt="lead.name-end")
    if not _is_proper(phrase, head, end):
        return None
    if end == head.end():
        alone = head.group() in _ALONE and phrase.text[at].isupper()
        return mention(phrase, at, end) if alone else None
    if phrase.text[at:end].islower():
        return None
    return mention(phrase, at, end, doubt="lead.name-end" if trailing > _UNCERTAIN_TAIL else None)


def _at_place(phrase: Phrase, head: re.Match[str], end: int) -> int:
    """Where a branch's name ends that says where it is: "Phân hiệu … tại Thành phố …"."""
    place = _AT_PLACE.match(phrase.low, end) if head.group() in _BRANCHES else None
    if place is None or not phrase.text[place.end() : place.end() + 1].isupper():
        return end
    return grow(phrase, place.end(), first=False)[0]


def _head(phrase: Phrase, at: int) -> re.Match[str] | None:
    """The head at `at`; a shorter one where a known field begins right behind it.

    "Ban Quản lý đào tạo" is a department for training, "Ban Quản lý dự án" manages projects.
    """
    head = HEAD.match(phrase.low, at)
    first = _FIRST_WORD.match(phrase.low, at) if head and " " in head.group() else None
    if head is None or first is None:
        return head
    after = first.end() + 1
    field = DEPARTMENT.match(phrase.low, after) or FIELD.match(phrase.low, after)
    longer = field is not None and field.end() > head.end()
    return HEAD.fullmatch(phrase.low, at, first.end()) if longer else head


def _behind_commas(phrase: Phrase, head: re.Match[str], end: int) -> int:
    """Where a name of several fields ends ("Phòng Kinh tế, Hạ tầng và Đô thị")."""
    if head.group() not in _WITH_COMMAS or end == head.end():
        return end
    tail = _COMMA_TAIL.match(phrase.low, end)
    if tail is not None and _all_capitals(phrase.text[end : tail.end()]):
        end = max(tail.end(), grow(phrase, tail.end(), first=False)[0])
    return max(_behind_capitals(phrase, end), _behind_small(phrase, end))


def _behind_capitals(phrase: Phrase, end: int) -> int:
    """Behind fields with capitals whose last is joined by "và": "…, Giám sát và Phản biện …"."""
    at, whole = end, end
    while joint := _FIELDS_JOINED.match(phrase.low, at):
        here = joint.end()
        if not phrase.text[here : here + 1].isupper() or _is_named(phrase, here):
            break
        at, _ = grow(phrase, here)
        if at <= here:
            break
        whole = at if joint.group() != ", " else whole
    return whole


def _is_named(phrase: Phrase, at: int) -> bool:
    """Whether somebody of his own is named at `at`."""
    known = OFFICE.match(phrase.low, at) or BODY.match(phrase.low, at)
    short = _SHORT.match(phrase.text, at)
    return bool(known or short or PROVINCE.match(phrase.low, at)) or starts_body(phrase, at)


def _behind_small(phrase: Phrase, end: int) -> int:
    """Behind fields in small letters: only the last, behind "và", may be an unknown one."""
    at = end
    while joint := _FIELDS_JOINED.match(phrase.low, at):
        here = joint.end()
        known = COMPOUND.match(phrase.low, here) or _COMMA_TAIL.match(phrase.low, here - 2)
        if not phrase.text[here : here + 1].islower() or _is_noun(phrase, here):
            break
        if joint.group() == " và ":
            last = known.end() if known else _small_field(phrase, here)
            return last if last and _is_over(phrase, last) else end
        if known is None or joint.group() != ", ":
            break
        at = known.end()
    return end


def _is_noun(phrase: Phrase, at: int) -> bool:
    return bool(_SMALL_FIELD.match(phrase.low, at) or GROUP.match(phrase.low, at))


def _small_field(phrase: Phrase, at: int) -> int | None:
    """The end of a few small words that none of which gives an order."""
    end = None
    for _ in range(_LONGEST_SMALL_FIELD):
        word = WORD.match(phrase.low, skip(phrase.low, at))
        if word is None or is_stop(phrase, word.start()) or not phrase.text[word.start()].islower():
            break
        at = end = word.end()
    return end


def _is_over(phrase: Phrase, end: int) -> bool:
    """Whether a name that ends here is followed by an order, a mark or nothing."""
    here = skip(phrase.text, end)
    return here >= len(phrase.text) or phrase.text[here] in ",;:." or is_stop(phrase, here)


def _end_of_department(phrase: Phrase, head: re.Match[str]) -> int | None:
    """The end of a known department's name, with the body or place that it belongs to."""
    after = skip(phrase.text, head.end())
    found = DEPARTMENT.match(phrase.low, after) if head.group() in _DEPARTED else None
    if found is None or not phrase.text[after].isupper():
        return None
    if not _is_over(phrase, found.end()) and _ORDERS_TOO.search(found.group()):
        return None  # "Phòng Kế hoạch tổng hợp kết quả": what it does, not its name
    level = _LEVEL.match(phrase.low, found.end())
    return level.end() if level else _with_name(phrase, found.end())


def _all_capitals(tail: str) -> bool:
    """Whether each field begins with a capital; one in small letters is a part of its own word."""
    fields = re.split(r", | và | - ", tail)[1:]
    return all(field[:1].isupper() or field == "chữa bệnh" for field in fields)


def _is_proper(phrase: Phrase, head: re.Match[str], end: int) -> bool:
    """Whether a head that is also an everyday word is followed by a name of its own."""
    if head.group() not in _NEEDS_CAPITAL or head.group() in _ALONE or end == head.end():
        return True
    if head.group() in _OPEN_NAMES and phrase.text[head.start()].isupper():
        return True
    name = phrase.text[head.end() : end]
    return any(word[0].isupper() or word[0].isdigit() for word in name.split())


def _common_noun(phrase: Phrase, head: re.Match[str]) -> bool:
    """Whether a head in small letters is just a word ("thông báo kết luận")."""
    if phrase.text[head.start()].isupper() or " " in head.group():
        return False
    after = skip(phrase.text, head.end())
    return not phrase.text[after : after + 1].isupper()


def _end_of_field(phrase: Phrase, head: re.Match[str]) -> int | None:
    """The end of `Bộ X`, `Sở X tỉnh Y` where X is a known field."""
    after = skip(phrase.text, head.end())
    field = FIELD.match(phrase.low, after) if head.group() in _WITH_FIELD else None
    if field is None or not phrase.text[after].isupper():
        return None
    if phrase.text[field.end() : field.end() + 3] in (" - ", " – "):
        return None
    owner = (
        _OWNER.match(phrase.low, field.end()) if phrase.text[field.end() :][1:2].isupper() else None
    )
    if owner:
        return owner.end()
    if head.group() not in ("bộ", "sở", "ngành") and _with_name(phrase, field.end()) > field.end():
        return _with_name(phrase, field.end())
    level = _LEVEL.match(phrase.low, field.end())
    if level is None:
        return field.end()
    place = skip(phrase.low, level.end())
    known = PROVINCE.match(phrase.low, place)
    if known is None and phrase.text[place : place + 1].isupper():
        return grow(phrase, place, first=False)[0]
    return known.end() if known else level.end()


def _end_of_place(phrase: Phrase, at: int) -> int | None:
    place = _OF_PLACE.match(phrase.low, at)
    known = PROVINCE.match(phrase.low, place.end()) if place else None
    return known.end() if known else None


def _short(phrase: Phrase, at: int) -> Mention | None:
    word = _SHORT.match(phrase.text, at)
    inside = phrase.text[max(0, at - 1) : at] == "."  # "K76.A03"
    if word is None or inside or word.group() in NOT_UNITS or len(word.group()) > 12:
        return None
    known = word.group() in ABBREVIATIONS
    return mention(phrase, at, word.end(), doubt=None if known else "lead.abbreviation")


def _place(phrase: Phrase, at: int) -> Mention | None:
    known = PROVINCE.match(phrase.low, at)
    if known is None or not phrase.text[at].isupper():
        return None
    return mention(phrase, at, known.end(), doubt="lead.name-end")
