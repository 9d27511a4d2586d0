"""Working days in Vietnam: Monday to Friday less public holidays."""

from datetime import date, timedelta

_EVERY_YEAR = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
_ANNOUNCED = frozenset(
    [date(2025, 1, d) for d in (27, 28, 29, 30, 31)]
    + [date(2025, 4, 7), date(2025, 5, 2), date(2025, 9, 1), date(2026, 1, 2)]
    + [date(2026, 2, d) for d in (16, 17, 18, 19, 20)]
    + [date(2026, 4, 27), date(2026, 8, 31), date(2026, 9, 1)]
)
"""Days off that move: Tết, the Hùng Kings' day, days in lieu, as the Government announced them for
each year (Labour Code 2019, Article 112). A year that is not here yet leaves a doubt.
"""
KNOWN_YEARS = (2025, 2026)
_FARTHEST = 3_660


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`."""
    if day.weekday() >= 5 or (day.month, day.day) in _EVERY_YEAR:
        return False
    return day not in _ANNOUNCED


def add_days(start: date, count: int, *, working: bool) -> tuple[date, bool]:
    """The day `count` days after `start`, counted from the day after.

    The second value says whether the moving holidays of all years passed are known.
    """
    day = start
    if not working:
        day = start + timedelta(days=min(count, _FARTHEST))
        return day, True
    left = min(count, _FARTHEST)
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day, KNOWN_YEARS[0] <= start.year and day.year <= KNOWN_YEARS[1]
