"""How often: daily to yearly, or a regular assignment without an end."""

import re
from dataclasses import dataclass

from tiendo_notices.due.rrules import rrule
from tiendo_notices.text import small
from tiendo_notices.words import is_verb

_EVERY = re.compile(
    r"(?<!\w)(?:hằng|hàng|mỗi|định kỳ|từng)"
    r" (?:(?P<six>6|06|sáu) tháng|(?P<three>3|03|ba) tháng"
    r"|(?P<unit>ngày|tuần|tháng|quý|năm))(?!\w)(?! \d(?!\d? (?:lần"
    r"|đợt|buổi|kỳ|số|bài|tin|văn bản|mô hình|địa phương|đơn vị))| thứ)"
    r"|(?<!\w)(?P<half>6|06|sáu) tháng (?:một|1|01) lần"
    r"|(?<!\w)định kỳ[^.;]{0,40} cuối (?:của )?(?P<last>tháng|quý|năm)(?!\w)"
    r"|(?<!\w)(?<!\d )(?:tháng cuối (?:của )?(?:mỗi )?(?P<of>quý)(?! (?:[iv]+|\d))"
    r"|(?P<once>tuần|tháng|quý) (?:một|1|01) lần)(?!\w)"
    r"|(?<!\w)(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|tuần(?: \w+)?|ngày làm việc)"
    r" (?:đầu tiên|đầu|cuối cùng|cuối)(?: của)? (?P<in>tháng|quý)"
    r"(?! (?:[iv]+|\d|này|tới|sau))(?!\w)"
    r"|(?<!\w)(?P<times>một|1|01|hai) (?P<per>tuần|tháng|quý|năm) (?:một|1|01|hai|2|02) lần"
)
_PER = re.compile(
    r"(?<!\w)(?:(?P<count>\d{1,2}|một|hai) ?(?P<unit>ngày|tuần|tháng|quý|năm) ?/ ?(?:1 )?lần"
    r"|(?P<times>\d{1,2}|một|hai) lần ?/ ?(?P<per>ngày|tuần|tháng|quý|năm))(?!\w)"
)
_SOME_PER = re.compile(
    r"(?<!\w)(?:\d{1,2}|một|hai) (?!triệu|tỷ|đồng|nghìn|giờ|phút)\w+ ?/ ?(?:ngày|tuần|tháng|quý)"
    r"(?!\w)"
)
"""So many things in each period, whose rhythm a person must say."""
_NAMES = {
    "ngày": "daily",
    "tuần": "weekly",
    "tháng": "monthly",
    "quý": "quarterly",
    "năm": "yearly",
}
_NOUNS = re.compile(
    r"(?:ngân sách|kế hoạch|dự toán|vốn|kinh phí|chi(?! bộ| đoàn| hội)|chương trình|bình quân"
    r"|trung bình|tăng trưởng"
    r"|nhu cầu|thu nhập|chỉ tiêu|doanh thu|nguồn thu|tổng kết|xếp hạng|danh mục)(?: \w+)? $"
)
_OF_EACH = re.compile(
    r"(?:khối lượng|tiến độ|mốc|nhiệm vụ|công việc|lộ trình|nội dung|sản phẩm|chi tiết|cụ thể|theo"
    r"|cho|của|rõ)(?: \w+)? $"
)
"""What is divided by "từng tháng" rather than done in each."""
_REGULAR_TASK = re.compile(r"(?<!\w)(?:nhiệm vụ|công việc|việc) thường xuyên(?!\w)")
_REGULARLY = re.compile(r"(?:^|[,;.:] ?|cần |phải |và |thường )(?:duy trì )?thường xuyên(?!\w),?")
_AT_THE_END = re.compile(
    r"(?:duy trì|thực hiện|làm|tiến hành|cập nhật)(?: [^\s,;.]+){0,3} thường xuyên ?(?=[.,;]|$)"
    r"|(?:theo dõi|cập nhật|kiểm tra|rà soát|đôn đốc|duy trì) thường xuyên(?!\w)"
)
_CONTINUES = re.compile(
    r"(?<!\w)(?:tiếp tục (?:theo dõi|duy trì|thường xuyên)|thường xuyên, liên tục"
    r"|liên tục (?:theo dõi|cập nhật))(?!\w)"
)
_GOES_ON = re.compile(r"(?<!\w)tiếp tục(?!\w)")
_VAGUE = re.compile(
    r"(?<!\w)(?:đầu|cuối) (?:các )?(tuần|tháng|quý) (?:sau|tiếp theo|kế tiếp)(?!\w)"
    r"|(?<!\w)báo cáo (?:định kỳ )?(tuần|tháng|quý)(?= (?:và|,)|[.;,]|$)"
)
_SOMETIMES = re.compile(
    r"(?<!chi )(?<!vốn )(?<!nguồn )(?<!nhiệm vụ chi )(?<!thi đua )(?<!\w)thường xuyên(?! của"
    r"| năm| và đầu tư| phục vụ)(?!\w)"
)
_PERIODIC = re.compile(r"(?<!\w)định kỳ(?!\w)(?! (?:hằng|hàng|mỗi|0?6 tháng))")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What an item says about repetition; `period` is None where it says nothing clear.

    `at` is where the words stand, `rrule` the same in RFC 5545's words.
    """

    period: str | None
    rule: str | None = None
    doubts: tuple[str, ...] = ()
    rrule: str | None = None
    at: tuple[int, int] | None = None


def recurrence(words: str, *, after_lead: int = 0, dated: bool = False) -> Recurrence:
    """Read repetition from an item.

    Args:
        words: The item, one blank between words.
        after_lead: Where the words behind the lead's name begin ("X thường xuyên …").
        dated: Whether the item has a day of its own: "tiếp tục" is then no hint of a regular task.
    """
    low = small(words)
    periods = _periods(low)
    if periods:
        period, at = periods[0]
        codes = ("recurring.several",) if len({name for name, _ in periods}) > 1 else ()
        return Recurrence(period, f"recurring.{period}", codes, rrule(period, low), at)
    if task := _REGULAR_TASK.search(low):
        codes = ("recurring.beside-deadline",) if dated else ()
        return Recurrence("continuous", "recurring.regular-task", codes, at=task.span())
    if low[after_lead:].lstrip(" ,").startswith("thường xuyên"):
        return Recurrence("continuous", "recurring.regularly")
    if regular := _AT_THE_END.search(low):
        return Recurrence("continuous", "recurring.regularly", at=regular.span())
    if _regular_verb(low) or (_CONTINUES.search(low) and not dated):
        return Recurrence("continuous", "recurring.regularly", ("recurring.maybe",))
    return _hinted(low, dated=dated)


def _hinted(low: str, *, dated: bool) -> Recurrence:
    """Repetition that the words only hint at, for a person to say."""
    if vague := _VAGUE.search(low):
        return Recurrence(_NAMES[vague[1] or vague[2]], "recurring.vague", ("recurring.vague",))
    if _PERIODIC.search(low) or _PER.search(low) or _SOME_PER.search(low):
        return Recurrence(None, None, ("recurring.no-period",))
    if (not dated and _GOES_ON.search(low)) or _SOMETIMES.search(low):
        return Recurrence(None, None, ("recurring.maybe",))
    return Recurrence(None)


def _periods(low: str) -> list[tuple[str, tuple[int, int]]]:
    periods: list[tuple[str, tuple[int, int]]] = []
    for match in _EVERY.finditer(low):
        before = low[max(0, match.start() - 40) : match.start()]
        divided = match.group().startswith("từng") and _OF_EACH.search(before)
        if divided or _NOUNS.search(before):
            continue
        if named := match["last"] or match["of"] or match["once"] or match["in"]:
            periods.append((_NAMES[named], match.span()))
        elif match["three"]:
            periods.append(("quarterly", match.span()))
        elif match["six"] or match["half"]:
            periods.append(("half-yearly", match.span()))
        elif match["times"] in (None, "một", "1", "01"):
            periods.append((_NAMES[match["unit"] or match["per"]], match.span()))
    periods.extend(
        (_NAMES[match["unit"] or match["per"]], match.span())
        for match in _PER.finditer(low)
        if (match["count"] or match["times"]) in ("một", "1", "01")
    )
    return periods


def _regular_verb(low: str) -> bool:
    for match in _REGULARLY.finditer(low):
        words = low[match.end() : match.end() + 40].split()
        if len(words) >= 2 and is_verb(words[0], words[1]):
            return True
    return False
