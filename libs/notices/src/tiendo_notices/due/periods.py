"""Single days and periods as notices print them, resolved to their last day.

A period is a day, month, quarter, half, year, week, or a number of days from a known day. Without
a year it is the first of its kind that ends on or after the base date.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from tiendo_notices.due.calendar_vn import add_days

_QUARTERS = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4,
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4,
}  # fmt: skip

_DONE = (
    "(?:hoàn thành|hoàn tất|thực hiện|giải quyết|xử lý|trình|báo cáo|gửi|nộp|ban hành"
    "|bàn giao|xong)"
)
_CUE = (
    r"(?P<cue>trước|chậm nhất(?: là)?(?: vào)?|muộn nhất(?: là)?(?: vào)?"
    rf"|không (?:muộn hơn|quá|chậm quá)|hạn(?: cuối| chót| {_DONE})?(?: là)?:?"
    rf"|(?:thời hạn|thời gian|tiến độ)(?: {_DONE})?(?: là| chậm nhất(?: là)?)?:?"
    r"|đến hết|đến|xong|vào|ngay trong|trong|hoàn thành|hết|cuối"
    r"|(?<!từ )(?:đầu|giữa)(?= tháng \d| quý)|(?<=\()(?=quý|tháng|ngày|\d))"
)
_PART = (
    r"(?: (?P<part>đầu|giữa|cuối|hết|(?:tuần|nửa) (?:đầu|cuối|thứ \w+)(?: của)?|(?:thượng|trung|hạ)"
    r" tuần))?"
)
_TIME = r"(?: (?P<hour>\d{1,2}) ?(?:h|g|giờ|:) ?(?P<minute>\d{2})?(?: phút)?,?)?"
_PART_OF_DAY = r"(?: (?:sáng|trưa|chiều|tối))?"
_WEEKDAY = (
    r"(?: (?:ngày )?(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật),?(?: tuần (?:này|tới),?)?)?"
)
_YEAR = r"(?: ?[/.\-] ?(?P<year>\d{4})| năm (?P<year2>\d{4})|,? (?P<this>năm nay|năm này))?"
_OF_EVENT = "(?: (?:khai giảng|bế giảng|khai mạc|bế mạc|bầu cử|khánh thành))?"
_DAY = re.compile(
    rf"(?<!\w){_CUE}{_TIME}(?: thời điểm)?{_PART_OF_DAY}{_WEEKDAY}(?: ?(?:hết )?ngày{_OF_EVENT})?"
    rf" ?(?P<day>\d{{1,2}})(?: ?[/.\-] ?| tháng )(?P<month>\d{{1,2}}){_YEAR}(?![\w/]|[.]\d)"
)
_MONTH = re.compile(
    rf"(?<!\w){_CUE}{_PART} ?(?:các tháng (?:\d{{1,2}}(?:,| và| -) )+"
    r"|(?:tháng \d{1,2}(?: ?/ ?\d{4})?(?:,| và| -) )?tháng )(?P<month>\d{1,2})"
    rf"(?: (?:và|-) (?P<month2>\d{{1,2}}))?{_YEAR}(?![\w/])"
)
_THIS_MONTH = re.compile(rf"(?<!\w){_CUE} tháng (?P<which>này|tới|sau)(?!\w)")
_WHICH = "iv|iii|ii|i|[1-4]|một|hai|ba|bốn|tư"
_QUARTER = re.compile(
    rf"(?<!\w){_CUE}{_PART} ?quý (?:(?:{_WHICH})(?:,? và quý |, quý |,? và | - ))?"
    rf"(?P<quarter>{_WHICH})(?!\w){_YEAR}(?![\w/])"
)
_HALF = re.compile(
    rf"(?<!\w){_CUE} (?:6|06|sáu) tháng (?P<half>đầu|cuối) năm(?: (?P<year>\d{{4}}))?(?!\w)"
)
_YEARS = re.compile(
    r"(?<!\w)(?P<cue>trong|ngay trong|hết|đến hết|trước khi hết|trước khi kết thúc|vào cuối"
    r"|đến cuối|trong cuối|xong trong"
    r"|hoàn thành)"
    r" năm(?: (?P<year>\d{4})| (?P<this>nay|này))?(?![\w/]| học| tới)"
)
_OPEN_ENDED = (
    "hết",
    "đến hết",
    "vào cuối",
    "đến cuối",
    "trong cuối",
    "trước khi hết",
    "trước khi kết thúc",
)
_WEEK = re.compile(
    rf"(?<!\w){_CUE} tuần (?:(?:thứ )?(?P<week>\d{{1,2}})(?:(?: ?/ ?| năm )(?P<year>\d{{4}}))?"
    r"|(?P<which>này|tới|sau))(?!\w)"
)
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5}
_ON_WEEKDAY = re.compile(
    rf"(?<!\w){_CUE}{_TIME}{_PART_OF_DAY} (?:ngày )?(?:thứ (?P<weekday>[2-7]|{'|'.join(_WEEKDAYS)})"
    r"|chủ nhật),? tuần (?P<which>này|tới|sau)(?!\w)"
)
WITHIN = re.compile(
    r"(?<!\w)(?P<cue>trong vòng|trong thời hạn|trong thời gian|trong|chậm nhất(?: là)?|không quá"
    r"|sau)"
    r" (?P<count>\d{1,3})(?: \([^()]{1,30}\))? (?P<unit>ngày làm việc|ngày|tuần|tháng)(?!\w)"
    r"(?P<ahead> tới(?!\w))?"
    r"(?! (?:làm việc )?trước )"
    r"(?:,? (?:kể từ|tính từ|từ|sau|kể)(?P<base>(?: [^\s,;.]+){1,12}))?(?P<ends> ?(?:[.;,]|$))?"
)
_MOST_MONTHS = 240
CELL = re.compile(
    r" *(?:ngày )?(?:\d{1,2} ?[/.\-]|\d{1,2} tháng|tháng \d|quý |năm \d{4}|6 tháng|tuần \d|trước )"
)
"""How a table's cell begins that is nothing but a deadline."""
_BASE_DAY = re.compile(r"ngày (\d{1,2})(?:/| tháng )(\d{1,2})(?:/| năm )(\d{4})")
_THIS_MEETING = re.compile(
    r"(?:cuộc họp|phiên họp|buổi làm việc|hội nghị|phiên giao ban|giao ban)(?: này| hôm nay|$)"
    r"|ngày họp|ngày kết luận"
)
_THIS_NOTICE = re.compile(r"(?:ban hành|ký|ra|có)(?: ban hành)? (?:thông báo|kết luận)")


@dataclass(frozen=True, slots=True)
class Found:
    """A resolved period: its last day, the hour if one is named, and codes of doubts."""

    day: date | None
    clock: time | None = None
    doubts: tuple[str, ...] = ()


Reader = Callable[[re.Match[str], date | None], Found | None]


def end_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _year_of(match: re.Match[str], base: date | None) -> int | None:
    groups = match.groupdict()
    text = groups.get("year") or groups.get("year2")
    if text:
        return int(text) if 1900 <= int(text) <= 2200 else None
    return base.year if base and groups.get("this") else None


def _first_from(base: date | None, make: Callable[[int], date]) -> Found:
    """The first period of its kind that ends on or after the base date."""
    if base is None:
        return Found(None, doubts=("due.no-year",))
    day = make(base.year)
    return Found(day if day >= base else make(base.year + 1))


def _dated(match: re.Match[str], base: date | None, make: Callable[[int], date]) -> Found:
    groups = match.groupdict()
    if groups.get("year") or groups.get("year2") or groups.get("this"):
        year = _year_of(match, base)
        return Found(make(year)) if year else Found(None, doubts=("due.no-such-day",))
    return _first_from(base, make)


def _day(match: re.Match[str], base: date | None) -> Found | None:
    month, number = int(match["month"]), int(match["day"])
    cue = match["cue"]
    if cue in ("hoàn thành", "trong", "hết", "cuối") and "ngày" not in match.group():
        return None
    clock = _clock(match)
    try:
        date(2024, month, number)
        found = _dated(match, base, lambda year: date(year, month, number))
    except ValueError:
        return Found(None, doubts=("due.no-such-day",))
    return Found(found.day, clock, found.doubts)


def _clock(match: re.Match[str]) -> time | None:
    if not match["hour"]:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _month(match: re.Match[str], base: date | None) -> Found | None:
    month = int(match["month2"] or match["month"])
    if not 1 <= month <= 12:
        return Found(None, doubts=("due.no-such-day",))
    found = _dated(match, base, lambda year: end_of_month(year, month))
    return _outer(match, found, lambda day: day.replace(day=1))


def _outer(match: re.Match[str], found: Found, first: Callable[[date], date]) -> Found:
    """Before a period, or a part of one: a person must say which day."""
    if found.day is None:
        return found
    if match["cue"] == "trước" and match["part"] is None:
        return Found(first(found.day) - timedelta(days=1), doubts=("due.before-period",))
    if match["part"] not in (None, "cuối", "hết") or match["cue"] in ("đầu", "giữa"):
        return Found(found.day, doubts=("due.part-of-period",))
    return found


def _this_month(match: re.Match[str], base: date | None) -> Found:
    if base is None:
        return Found(None, doubts=("due.no-year",))
    day = end_of_month(base.year, base.month)
    if match["which"] != "này":
        nxt = day + timedelta(days=1)
        day = end_of_month(nxt.year, nxt.month)
    return Found(day)


def _quarter(match: re.Match[str], base: date | None) -> Found:
    month = _QUARTERS[match["quarter"]] * 3
    found = _dated(match, base, lambda year: end_of_month(year, month))
    return _outer(match, found, lambda day: date(day.year, month - 2, 1))


def _half(match: re.Match[str], base: date | None) -> Found:
    month = 6 if match["half"] == "đầu" else 12
    return _dated(match, base, lambda year: end_of_month(year, month))


def _whole_year(match: re.Match[str], base: date | None) -> Found | None:
    named = match["year"] or match["this"]
    if not named and match["cue"] not in _OPEN_ENDED:
        return None
    return _dated(match, base, lambda year: date(year, 12, 31))


def _week(match: re.Match[str], base: date | None) -> Found:
    if match["which"]:
        return _relative_week(match["which"], base)
    if base is None and not match["year"]:
        return Found(None, doubts=("due.no-year",))
    year = int(match["year"]) if match["year"] else (base or date.min).year
    try:
        sunday = date.fromisocalendar(year, int(match["week"]), 7)
    except ValueError:
        return Found(None, doubts=("due.no-such-day",))
    return Found(sunday, doubts=("due.week-count",))


def _relative_week(which: str, base: date | None) -> Found:
    if base is None:
        return Found(None, doubts=("due.no-year",))
    monday = base - timedelta(days=base.weekday())
    return Found(monday + timedelta(days=6 if which == "này" else 13))


def _weekday(match: re.Match[str], base: date | None) -> Found:
    """A day of this week or the next, by the notice's date."""
    found = _relative_week(match["which"], base)
    if found.day is None:
        return found
    named = match["weekday"] or "8"
    at = int(named) - 2 if named.isdigit() else _WEEKDAYS[named]
    return Found(found.day - timedelta(days=6 - at), _clock(match))


def within(match: re.Match[str], base: date | None, met: date | None) -> Found | None:
    """A number of days from a day that the words name, the notice's or the meeting's."""
    ahead = match["ahead"] is not None and match["cue"] != "sau"
    open_ended = match["base"] is None and match["cue"] in ("trong", "sau") and not ahead
    if open_ended and not (match["cue"] == "trong" and match["ends"] is not None):
        return None
    start = base if ahead else _origin(match["base"] or "", base, met)
    if start is None:
        return Found(None, doubts=("due.unknown-start",))
    if match["unit"] == "tháng":
        return Found(_months_after(start, int(match["count"])))
    count = int(match["count"]) * (7 if match["unit"] == "tuần" else 1)
    day, sure = add_days(start, count, working=match["unit"] == "ngày làm việc")
    return Found(day, doubts=() if sure else ("due.holidays",))


def _months_after(start: date, count: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    years, month = divmod(start.month - 1 + min(count, _MOST_MONTHS), 12)
    last = end_of_month(start.year + years, month + 1)
    return last.replace(day=min(start.day, last.day))


def _origin(words: str, base: date | None, met: date | None) -> date | None:
    printed = _BASE_DAY.search(words)
    if printed:
        try:
            return date(int(printed[3]), int(printed[2]), int(printed[1]))
        except ValueError:
            return None
    if _THIS_MEETING.search(words.strip()):
        return met
    return base if _THIS_NOTICE.search(words) else None


READERS: tuple[tuple[str, re.Pattern[str], Reader], ...] = (
    ("due.before-day", _DAY, _day),
    ("due.in-month", _MONTH, _month),
    ("due.this-month", _THIS_MONTH, _this_month),
    ("due.in-quarter", _QUARTER, _quarter),
    ("due.in-half-year", _HALF, _half),
    ("due.in-year", _YEARS, _whole_year),
    ("due.in-week", _WEEK, _week),
    ("due.on-weekday", _ON_WEEKDAY, _weekday),
)
