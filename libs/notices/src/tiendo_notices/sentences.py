"""How a sentence treats the units it names: what stands before a row of names and behind it."""

import re
from enum import Enum

from tiendo_notices.units import Phrase, unit_list
from tiendo_notices.words import OPENER, ORDER, SAYS, STATING, is_verb

_TWO = re.compile(r" *+,? *+(\w++)(?: ++(\w++))?")
_ADVERBIAL = re.compile(
    r" *+,? *+(?:theo(?! dõi)|căn cứ|trên cơ sở|với|trong|trước|tại|chậm nhất|ngoài|từ|sau khi|để"
    r"|bằng|sớm|nhanh|cùng|tự|(?:làm )?đầu mối(?=[,;. ]|$)|là (?:cơ quan|đơn vị|đầu mối)"
    r"|có (?:trách nhiệm|văn bản|kế hoạch|giải pháp|phương án|báo cáo|ý kiến|cam kết|hướng dẫn)"
    r"|không (?:để|được)|hằng|hàng|mỗi|định kỳ|giúp)(?!\w)"
)
_PLAIN_VERBS = frozenset((
    "khẩn trương", "chủ trì", "chủ động", "có trách", "tập trung", "tiếp tục", "rà soát",
    "nghiên cứu", "tổng hợp", "thực hiện", "hướng dẫn", "xây dựng", "hoàn thiện", "tham mưu",
    "phối hợp", "báo cáo", "đề xuất", "tổ chức", "triển khai", "bố trí", "làm đầu",
    "quyết liệt", "thường xuyên", "xem xét", "đẩy nhanh", "theo dõi", "đôn đốc", "kiểm tra",
    "chịu trách", "ban hành", "hoàn thành", "công bố",
))  # fmt: skip
_IS_TOLD = re.compile(
    r"được (?:yêu cầu|đề nghị|giao(?: nhiệm vụ| chủ trì| trách nhiệm)?)"
    r"(?= ?:| (?:tổ chức|xây dựng|chuẩn bị|chủ trì|thực hiện|tham mưu|tổng hợp|biên soạn"
    r"|làm đầu mối))"
)
_ONLY_SPEAKS = re.compile(
    r"(?:đã |rất ){0,2}(?:ghi nhận|lưu ý|nhắc nhở|phê bình|đánh giá cao|biểu dương|hoan nghênh"
    r"|cảm ơn|cám ơn|đồng ý"
    r"|nhất trí|tán thành|nhận thấy|cho rằng|nhấn mạnh|khẳng định"
    r"|cơ bản (?:thống nhất|đồng ý|nhất trí)|chấp thuận|cho chủ trương"
    r"|thống nhất (?:chủ trương|đánh giá|với|về|cao|nhận|ghi|thông qua|bổ sung|lấy|chọn"
    r"|kết luận|như))(?!\w)"
)
_AUTHORITY = re.compile(
    r"(?:^|[.;:,] |đồng chí )(?:đồng chí )?(?:phó )?(?:thủ tướng(?: chính phủ)?|tổng bí thư"
    r"|chủ tịch nước|ban bí thư|bộ chính trị|chính phủ|trưởng ban|phó trưởng ban(?: thường trực)?"
    r"|đồng chí|hội nghị)(?: [^.;:,]{1,40})? (?:đã )?$"
)
_NOT_AN_ORDER = re.compile(
    r"(?:việc|được|đã|theo|đáp ứng|các|những|khi|nội dung|có|cần|khẩn trương|chủ động|xem xét|để"
    r"|về) $"
)
_JOINED_ORDER = re.compile(r"(?:, |và |đồng thời,? |thống nhất |đồng ý |nhất trí )$")
_OF_THE_LEAD = re.compile(
    r"(?:chủ trì|chủ động|tích cực|khẩn trương|tiếp tục|tăng cường|thường xuyên|đầu mối"
    r"|có trách nhiệm|và|đồng thời|phải|cần|nghiêm túc|kịp thời)[, ]+$|[,;] $"
)
_SMALL_OPENER = re.compile(
    r"(?:^|[.;:] )(?:đồng thời|trước mắt|ngoài ra|trong đó|cụ thể|theo đó|do đó|vì vậy|riêng|và"
    r"|các đồng chí),? $"
)
_SUBJECT = re.compile(r"(?:về|đối với)(?: việc)? ")
_ORDERED_BEFORE = re.compile(r", (?:giao|đề nghị|yêu cầu|phân công) ")
_MARKS = (".", ";", ":")
_MOST_COLONS = 6


class Acts(Enum):
    """How a row of units goes on."""

    VERB = "verb"
    UNKNOWN_VERB = "unknown verb"
    HEADING = "heading"


def blank(phrase: Phrase, at: int) -> int:
    """The next offset that is no blank."""
    while phrase.text[at : at + 1] == " ":
        at += 1
    return at


def order_starts(phrase: Phrase) -> int:
    """Where the order begins when the item names its subject first ("Về …: giao X")."""
    if _SUBJECT.match(phrase.low) is None:
        return 0
    colons = [m.end() for m in re.finditer(r": ?", phrase.text)][:_MOST_COLONS]
    for at in colons:
        if ORDER.match(phrase.low, at) or OPENER.match(phrase.low, at) or _acts_at(phrase, at):
            return at
    if not colons or _ORDERED_BEFORE.search(phrase.low, 0, colons[0]):
        return 0
    return colons[0]


def _acts_at(phrase: Phrase, at: int) -> bool:
    units = unit_list(phrase, at)
    return bool(units) and acts(phrase, units[-1].end, opens=True) is not None


def acts(phrase: Phrase, at: int, *, opens: bool) -> Acts | None:
    """Whether what follows a row of units tells them to act.

    Args:
        phrase: The words.
        at: Where the row ends.
        opens: Whether the row opens its sentence; if not, only plain verbs of order count.
    """
    at = blank(phrase, at)
    if at >= len(phrase.text) or phrase.text[at] == ":":
        return Acts.HEADING if opens else None
    if SAYS.match(phrase.low, at):
        return None
    if _ADVERBIAL.match(phrase.low, at):
        return Acts.VERB if opens else None
    if opens and _IS_TOLD.match(phrase.low, at):
        return Acts.VERB
    two = _TWO.match(phrase.low, at)
    if two is None or _ONLY_SPEAKS.match(phrase.low, at):
        return None
    return _verb(phrase, two, comma=phrase.text[at] == ",", opens=opens)


def _verb(phrase: Phrase, two: re.Match[str], *, comma: bool, opens: bool) -> Acts | None:
    first, second = two.group(1), two.group(2) or ""
    plain = f"{first} {second}" in _PLAIN_VERBS or (first in ("phải", "cần") and opens)
    if plain and not comma:
        return Acts.VERB
    verb = is_verb(first, second)
    if comma:
        return Acts.VERB if opens and verb and first not in STATING else None
    if verb or first in STATING:
        return Acts.VERB if verb else None
    name_goes_on = first in ("và", "của", "hoặc") or not phrase.text[two.start(1)].islower()
    return Acts.UNKNOWN_VERB if opens and not name_goes_on else None


def opens_sentence(phrase: Phrase, at: int, start: int) -> bool:
    """Whether a sentence, or a clause behind a colon, begins at `at`."""
    return (
        at <= start
        or phrase.text[max(start, at - 6) : at].rstrip().endswith(_MARKS)
        or (not phrase.text[start:at].strip())
    )


def opens_behind_adverb(phrase: Phrase, at: int, start: int) -> bool:
    """Whether only "đồng thời", "trước mắt" … stand between the sentence's start and `at`."""
    return _SMALL_OPENER.search(phrase.low[max(start, at - 30) : at]) is not None


def opens_adverbially(phrase: Phrase, at: int, start: int) -> bool:
    """Whether the sentence around `at` begins with "Trên cơ sở …" and names its subject late."""
    cut = max(phrase.text.rfind(f"{mark} ", start, at) for mark in _MARKS)
    begin = cut + 2 if cut >= 0 else start
    return OPENER.match(phrase.low, blank(phrase, begin)) is not None


def is_order(phrase: Phrase, at: int, start: int, *, led: bool) -> bool:
    """Whether "giao", "đề nghị" … at `at` gives an order rather than names one.

    `led` says that the item has a lead already.
    """
    if opens_sentence(phrase, at, start) or opens_behind_adverb(phrase, at, start):
        return True
    left = phrase.low[max(start, at - 40) : at]
    if _NOT_AN_ORDER.search(left):
        return False
    if _JOINED_ORDER.search(left):
        return not led or "giao" in phrase.low[at : at + 12]
    return not led and _AUTHORITY.search(phrase.low[max(start, at - 90) : at]) is not None


def is_of_the_lead(phrase: Phrase, at: int, start: int) -> bool:
    """Whether "phối hợp" at `at` is said of the lead and not of somebody inside the sentence."""
    if opens_sentence(phrase, at, start):
        return True
    return _OF_THE_LEAD.search(phrase.low[max(start, at - 40) : at]) is not None


def opens_with_verb(words: str) -> bool:
    """Whether the words begin like an order without a subject ("Khẩn trương rà soát …")."""
    phrase = Phrase.of(words)
    two = _TWO.match(phrase.low)
    return two is not None and (
        is_verb(two.group(1), two.group(2) or "") or two.group(1) in ("phải", "cần")
    )


def is_bare_name(words: str) -> bool:
    """Whether the words are nothing but a row of units, with or without a colon."""
    phrase = Phrase.of(words.strip())
    units = unit_list(phrase, 0)
    return bool(units) and not phrase.text[units[-1].end :].strip(" :,.")


def after_row(words: str) -> int:
    """Where the words behind an opening row of units begin; 0 where none opens them."""
    units = unit_list(Phrase.of(words), 0)
    return units[-1].end + 1 if units else 0
