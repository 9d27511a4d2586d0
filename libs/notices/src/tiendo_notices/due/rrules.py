"""Recurrence as RFC 5545 says it, as far as the words fix it."""

import re

_WEEKDAYS = {
    "hai": "MO", "2": "MO", "ba": "TU", "3": "TU", "tư": "WE", "4": "WE", "năm": "TH", "5": "TH",
    "sáu": "FR", "6": "FR", "bảy": "SA", "7": "SA",
}  # fmt: skip
_WEEKDAY = re.compile(r"(?<!\w)thứ (hai|ba|tư|năm|sáu|bảy|[2-7])(?!\w)|(?<!\w)chủ nhật(?!\w)")
_MONTH_DAY = re.compile(
    r"(?<!\w)(?:ngày|trước|mùng|mồng) (?:ngày )?(\d{1,2})(?! ?[/.\-]?\d)(?! tháng \d)(?!\w)"
)
_WEEKDAY_OF_MONTH = re.compile(
    rf"(?:{_WEEKDAY.pattern}) (?P<place>đầu(?: tiên)?|cuối(?: cùng)?)(?: của)?"
    r"(?: mỗi| hằng| hàng)? tháng(?!\w)"
)
_LAST_DAY = re.compile(r"ngày (?:cuối cùng|cuối)(?!\w)|(?<!\w)cuối (?:mỗi |hằng |hàng )?tháng")
_HOUR = re.compile(r"(?<!\w)(\d{1,2}) ?(?:h|g|giờ)(?: ?(\d{2}))?(?!\w)")
_OF_PERIOD = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=YEARLY;BYMONTH=3,6,9,12",
    "half-yearly": "FREQ=YEARLY;BYMONTH=6,12",
    "yearly": "FREQ=YEARLY;BYMONTH=12",
}


def rrule(period: str | None, words: str) -> str | None:
    """The rule for a period; None where RFC 5545 has no word for it ("thường xuyên").

    Where the words name no day, a period is due on its last one. Times are those of Vietnam.

    Args:
        period: `daily` to `yearly`.
        words: The item in small letters.
    """
    if period not in _OF_PERIOD:
        return None
    parts = [_OF_PERIOD[period], *_days(period, words)]
    hour = _HOUR.search(words)
    if hour and int(hour[1]) < 24:
        parts.append(f"BYHOUR={int(hour[1])};BYMINUTE={int(hour[2] or 0)}")
    return ";".join(parts)


def _days(period: str, words: str) -> list[str]:
    if period == "daily":
        return []
    if period == "weekly":
        day = _WEEKDAY.search(words)
        return [f"BYDAY={_WEEKDAYS[day[1]] if day[1] else 'SU'}"] if day else ["BYDAY=SU"]
    if period == "monthly" and (named := _WEEKDAY_OF_MONTH.search(words)):
        place = 1 if named["place"].startswith("đầu") else -1
        return [f"BYDAY={place}{_WEEKDAYS[named[1]] if named[1] else 'SU'}"]
    days = [int(m[1]) for m in _MONTH_DAY.finditer(words) if 1 <= int(m[1]) <= 31]
    if _LAST_DAY.search(words):
        days.append(-1)
    return [f"BYMONTHDAY={','.join(str(day) for day in dict.fromkeys(days or [-1]))}"]
