"""What a period means: its days, and its instants in Vietnam.

    2026-11-22   the day
    2026-W47     the ISO week: Monday to Sunday; ISO years begin with the week of their 1st Thursday
    2026-11      the month
    2026-Q4      the quarter
    2026         the year

A period begins at the midnight before its first day in Asia/Ho_Chi_Minh and ends at the one after
its last. When something that is told of a period is due is no part of it: events say so.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator

from tiendo_contracts.base import AHEAD, Period, rule_broken


def days(period: str) -> tuple[date, date]:
    """The first day of a period, and the first day behind it.

    Raises:
        ValueError: It is no period, or the calendar has none of that name: 2025-W53, 2026-02-30.
    """
    year, _, part = period.partition("-")
    if part.startswith("W"):
        monday = date.fromisocalendar(int(year), int(part[1:]), 1)
        return monday, monday + timedelta(weeks=1)
    if part.startswith("Q"):
        return _months(int(year), 3 * int(part[1:]) - 2, 3)
    if not part:
        return _months(int(year), 1, 12)
    if "-" in part:
        day = date.fromisoformat(period)
        return day, day + timedelta(days=1)
    return _months(int(year), int(part), 1)


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    years, behind = divmod(first - 1 + count, 12)
    return date(year, first, 1), date(year + years, behind + 1, 1)


def instants(period: str) -> tuple[datetime, datetime]:
    """When a period begins and when it is over, in UTC.

    Raises:
        ValueError: See `days`.
    """
    first, behind = days(period)
    return _midnight(first), _midnight(behind)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - AHEAD


def _real(period: str) -> str:
    try:
        instants(period)
    except (ValueError, OverflowError):
        raise rule_broken("lịch không có kỳ này", "the calendar has no such period") from None
    return period


RealPeriod = Annotated[Period, AfterValidator(_real)]
"""A period that is in the calendar; a pattern alone takes 2025-W53 as well."""
