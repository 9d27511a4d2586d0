"""By when: words and the notice's date in, the last day in Vietnam out.

`resolve` answers for one item. "Trước ngày D" is D. A month, quarter, half or year ends on its last
day. Without a year it is the first such period that ends on or after the base date.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from tiendo_notices.calendar_vn import add_days
from tiendo_notices.text import small

VIETNAM = timezone(timedelta(hours=7), "+07:00")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_CUE = (
    r"(?P<cue>trước|chậm nhất(?: là)?(?: vào)?|muộn nhất(?: là)?(?: vào)?|không (?:muộn hơn|quá|chậm quá)"
    r"|hạn(?: cuối| chót)?(?: là)?:?|thời hạn(?: hoàn thành)?(?: là)?:?|đến hết|đến|xong|vào|ngay trong|trong"
    r"|hoàn thành|hết|cuối)"
)
_TIME = r"(?: (?P<hour>\d{1,2}) ?(?:h|g|giờ|:) ?(?P<minute>\d{2})?(?: phút)?,?)?"
_YEAR = r"(?: ?[/.\-] ?(?P<year>\d{4})| năm (?P<year2>\d{4})|,? (?P<this>năm nay|năm này))?"
_DAY = re.compile(
    rf"(?<!\w){_CUE}{_TIME}(?: (?:hết )?ngày)?"
    rf" (?P<day>\d{{1,2}})(?: ?[/.\-] ?| tháng )(?P<month>\d{{1,2}}){_YEAR}(?![\w/]|[.]\d)"
)
_MONTH = re.compile(
    rf"(?<!\w){_CUE}(?: (?P<part>đầu|giữa|cuối|hết))? (?:tháng \d{{1,2}}(?: ?/ ?\d{{4}})?(?:,| và| -) )?tháng (?P<month>\d{{1,2}})"
    rf"(?: (?:và|-) (?P<month2>\d{{1,2}}))?{_YEAR}(?![\w/])"
)
_THIS_MONTH = re.compile(rf"(?<!\w){_CUE} tháng (?P<which>này|tới|sau)(?!\w)")
_QUARTER = re.compile(
    rf"(?<!\w){_CUE}(?: (?P<part>đầu|cuối|hết))? quý (?:(?:i|ii|iii|iv|[1-4]),? (?:và |quý ))?(?P<quarter>iv|iii|ii|i|[1-4])(?!\w){_YEAR}(?![\w/])"
)
_HALF = re.compile(
    rf"(?<!\w){_CUE} (?:6|06|sáu) tháng (?P<half>đầu|cuối) năm(?: (?P<year>\d{{4}}))?(?!\w)"
)
_YEARS = re.compile(
    r"(?<!\w)(?P<cue>trong|ngay trong|hết|đến hết|trước khi hết|cuối|đến cuối|xong trong|hoàn thành)"
    r" năm(?: (?P<year>\d{4})| (?P<this>nay|này))?(?![\w/]| học| tới)"
)
_WEEK = re.compile(
    rf"(?<!\w){_CUE} tuần (?:(?:thứ )?(?P<week>\d{{1,2}})(?:(?: ?/ ?| năm )(?P<year>\d{{4}}))?|(?P<which>này|tới|sau))(?!\w)"
)
_WITHIN = re.compile(
    r"(?<!\w)(?:trong vòng|trong thời hạn|trong thời gian|trong|chậm nhất(?: là)?|không quá|sau)"
    r" (?P<count>\d{1,3}) (?P<unit>ngày làm việc|ngày|tuần|tháng)(?!\w)"
    r"(?:,? (?:kể từ|tính từ|từ|sau|kể)(?P<base>(?: [^\s,;.]+){1,12}))?"
)
_BASE_DAY = re.compile(r"ngày (\d{1,2})(?:/| tháng )(\d{1,2})(?:/| năm )(\d{4})")
_THIS_NOTICE = re.compile(r"(?:ban hành|ký|ra|có)(?: ban hành)? (?:thông báo|kết luận)")
_COUNTED = re.compile(r"(?<!\w)(?:tính|kể từ|từ) ?(?:đến )?$")
_NOT_DUE = re.compile(
    r"(?<!\w)(?:được giao|giai đoạn|có hiệu lực|tính|không có khả năng|thời kỳ|kế hoạch vốn)(?!\w)"
)
_DONE = re.compile(r"(?<!\w)(?:đã|vẫn còn|chậm tiến độ|chưa)(?!\w)")
_MEETING = re.compile(
    r"(?<!\w)(?:tại|trước|đến|vào|trong|phục vụ|tổ chức|chuẩn bị)(?: (?:cuộc|các cuộc|cho|thành công))* "
    r"(?:phiên họp|kỳ họp|cuộc họp|họp|hội nghị|buổi làm việc|giao ban|phiên giao ban)(?!\w)"
    r"(?P<rest>[^,;.]{0,90})"
)
_NEXT_MEETING = re.compile(
    r"(?<!\w)(?:tiếp theo|gần nhất|sắp tới|tới|tháng \d{1,2}|quý|thứ (?:\d+|\w+)|lần thứ|kế tiếp|định kỳ|cuối năm|tuần \d+)(?!\w)"
)
_PAST_MEETING = re.compile(
    r"(?:kết luận|chỉ đạo|phát biểu|ý kiến|nêu|giao|báo cáo của \S+)(?: [^\s,;.]+){0,3} $"
)
_VAGUE = re.compile(
    r"theo (?:đúng )?(?:cam kết|lộ trình đã cam kết)|trong thời gian (?:sớm nhất|tới)|sớm nhất|khi có yêu cầu"
)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as far as the words and the base date fix it.

    `day` is the last day in Vietnam, `at` its instant (the end of that day unless the words name an
    hour). Both are None where a person must say; `doubts` holds the codes of the reasons.
    """

    day: date | None
    at: datetime | None
    words: str
    rule: str
    start: int = 0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    day: date | None
    clock: time | None = None
    doubts: tuple[str, ...] = ()


_Reader = Callable[[re.Match[str], date | None], _Found | None]


def end_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _year_of(match: re.Match[str], base: date | None) -> int | None:
    groups = match.groupdict()
    text = groups.get("year") or groups.get("year2")
    if text:
        return int(text) if 1900 <= int(text) <= 2200 else None
    return base.year if base and groups.get("this") else None


def _first_from(base: date | None, make: Callable[[int], date]) -> _Found:
    """The first period of its kind that ends on or after the base date."""
    if base is None:
        return _Found(None, doubts=("due.no-year",))
    day = make(base.year)
    return _Found(day if day >= base else make(base.year + 1))


def _dated(match: re.Match[str], base: date | None, make: Callable[[int], date]) -> _Found:
    groups = match.groupdict()
    if groups.get("year") or groups.get("year2") or groups.get("this"):
        year = _year_of(match, base)
        return _Found(make(year)) if year else _Found(None, doubts=("due.no-such-day",))
    return _first_from(base, make)


def _day(match: re.Match[str], base: date | None) -> _Found | None:
    month, number = int(match["month"]), int(match["day"])
    cue = match["cue"]
    if cue in ("hoàn thành", "trong", "hết", "cuối") and "ngày" not in match.group():
        return None
    clock = _clock(match)
    try:
        date(2024, month, number)
        found = _dated(match, base, lambda year: date(year, month, number))
    except ValueError:
        return _Found(None, doubts=("due.no-such-day",))
    return _Found(found.day, clock, found.doubts)


def _clock(match: re.Match[str]) -> time | None:
    if not match["hour"]:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _month(match: re.Match[str], base: date | None) -> _Found | None:
    month = int(match["month2"] or match["month"])
    if not 1 <= month <= 12:
        return _Found(None, doubts=("due.no-such-day",))
    found = _dated(match, base, lambda year: end_of_month(year, month))
    return _outer(match, found, lambda day: day.replace(day=1))


def _outer(match: re.Match[str], found: _Found, first: Callable[[date], date]) -> _Found:
    """Before a period, or a part of one: a person must say which day."""
    if found.day is None:
        return found
    if match["cue"] == "trước" and match["part"] is None:
        return _Found(first(found.day) - timedelta(days=1), doubts=("due.before-period",))
    if match["part"] in ("đầu", "giữa"):
        return _Found(found.day, doubts=("due.part-of-period",))
    return found


def _this_month(match: re.Match[str], base: date | None) -> _Found:
    if base is None:
        return _Found(None, doubts=("due.no-year",))
    day = end_of_month(base.year, base.month)
    if match["which"] != "này":
        nxt = day + timedelta(days=1)
        day = end_of_month(nxt.year, nxt.month)
    return _Found(day)


def _quarter(match: re.Match[str], base: date | None) -> _Found:
    month = _ROMAN[match["quarter"]] * 3
    found = _dated(match, base, lambda year: end_of_month(year, month))
    return _outer(match, found, lambda day: date(day.year, month - 2, 1))


def _half(match: re.Match[str], base: date | None) -> _Found:
    month = 6 if match["half"] == "đầu" else 12
    return _dated(match, base, lambda year: end_of_month(year, month))


def _whole_year(match: re.Match[str], base: date | None) -> _Found | None:
    if (
        not match["year"]
        and not match["this"]
        and match["cue"] not in ("hết", "đến hết", "cuối", "đến cuối", "trước khi hết")
    ):
        return None
    return _dated(match, base, lambda year: date(year, 12, 31))


def _week(match: re.Match[str], base: date | None) -> _Found:
    if base is None and not match["year"]:
        return _Found(None, doubts=("due.no-year",))
    if match["which"]:
        monday = (base or date.min) - timedelta(days=(base or date.min).weekday())
        return _Found(monday + timedelta(days=6 if match["which"] == "này" else 13))
    try:
        sunday = date.fromisocalendar(
            int(match["year"] or (base or date.min).year), int(match["week"]), 7
        )
    except ValueError:
        return _Found(None, doubts=("due.no-such-day",))
    return _Found(sunday, doubts=("due.week-count",))


def _within(match: re.Match[str], base: date | None) -> _Found | None:
    origin = match["base"]
    count, unit = int(match["count"]), match["unit"]
    if origin is None:
        return (
            None
            if match.group().startswith(("trong " + match["count"], "sau"))
            else _Found(None, doubts=("due.unknown-start",))
        )
    start = _origin(origin, base)
    if start is None:
        return _Found(None, doubts=("due.unknown-start",))
    if unit == "tháng":
        return _Found(None, doubts=("due.unknown-start",))
    day, sure = add_days(
        start, count * (7 if unit == "tuần" else 1), working=unit == "ngày làm việc"
    )
    return _Found(day, doubts=() if sure else ("due.holidays",))


def _origin(words: str, base: date | None) -> date | None:
    printed = _BASE_DAY.search(words)
    if printed:
        try:
            return date(int(printed[3]), int(printed[2]), int(printed[1]))
        except ValueError:
            return None
    return base if _THIS_NOTICE.search(words) else None


_READERS: tuple[tuple[str, re.Pattern[str], _Reader], ...] = (
    ("due.before-day", _DAY, _day),
    ("due.in-month", _MONTH, _month),
    ("due.this-month", _THIS_MONTH, _this_month),
    ("due.in-quarter", _QUARTER, _quarter),
    ("due.in-half-year", _HALF, _half),
    ("due.in-year", _YEARS, _whole_year),
    ("due.in-week", _WEEK, _week),
    ("due.within-days", _WITHIN, _within),
)


def _clause(low: str, start: int) -> str:
    clause = low[max(0, start - 160) : start]
    return clause[max(clause.rfind(mark) for mark in (",", ";", ".", "(")) + 1 :]


def _cited(low: str, start: int) -> bool:
    """Whether the date only says which thing is meant."""
    clause = _clause(low, start)
    return bool(_COUNTED.search(clause) or _NOT_DUE.search(clause))


def _over(low: str, start: int, day: date | None, base: date | None) -> bool:
    """Whether the words tell of a thing already done: nothing was done on a day still to come."""
    past = base is None or day is None or day < base
    return past and bool(_DONE.search(_clause(low, start)))


def deadlines(words: str, base: date | None) -> Iterator[Due]:
    """Every deadline in the words, in no particular order."""
    low = small(words)
    for rule, pattern, reader in _READERS:
        for match in pattern.finditer(low):
            found = None if _cited(low, match.start()) else reader(match, base)
            if found is not None and not _over(low, match.start(), found.day, base):
                yield _due(found, _widened(words, low, match), rule, match.start())


def _widened(words: str, low: str, match: re.Match[str]) -> str:
    lead = re.search(
        r"(?:hoàn thành|xong|báo cáo|gửi|trình)(?: [^\s,;.]+){0,6} $",
        low[max(0, match.start() - 60) : match.start()],
    )
    finish = lead is not None and lead.group() == "hoàn thành "
    return words[match.start() - (len("hoàn thành ") if finish else 0) : match.end()].strip()


def _due(found: _Found, words: str, rule: str, start: int) -> Due:
    at = (
        datetime.combine(found.day, found.clock or time(23, 59, 59), VIETNAM) if found.day else None
    )
    rule = "due.before-hour" if found.clock else rule
    return Due(found.day, at, words, rule, start, found.doubts)


def _bound_to_meeting(words: str) -> Due | None:
    low = small(words)
    for match in _MEETING.finditer(low):
        if not _NEXT_MEETING.search(match["rest"]):
            continue
        if _PAST_MEETING.search(low[max(0, match.start() - 40) : match.start()]) or _cited(
            low, match.start()
        ):
            continue
        return Due(
            None,
            None,
            words[match.start() : match.end()].strip(),
            "due.meeting",
            match.start(),
            ("due.meeting",),
        )
    return None


def resolve(words: str, base: date | None) -> Due | None:
    """The deadline of an item, or None where the words hold none.

    Of two milestones the last counts, and a doubt says that there were more.

    Args:
        words: The item, one blank between words.
        base: The notice's date, else the meeting's; None where neither is known.
    """
    found = list(deadlines(words, base))
    dated = sorted((d for d in found if d.at), key=lambda d: (d.at or datetime.min, d.start))
    if not dated:
        return next(iter(found), None) or _bound_to_meeting(words) or _vague(words)
    last = dated[-1]
    codes = list(last.doubts)
    if len({d.day for d in dated}) > 1:
        codes.append("due.several")
    if any(d.at is None for d in found):
        codes.append("due.also-undated")
    if base and last.day and last.day < base:
        codes.append("due.past")
    return Due(last.day, last.at, last.words, last.rule, last.start, tuple(codes))


def _vague(words: str) -> Due | None:
    match = _VAGUE.search(small(words))
    if match is None:
        return None
    return Due(None, None, words[match.start() : match.end()], "due.no-day", match.start(), ())
