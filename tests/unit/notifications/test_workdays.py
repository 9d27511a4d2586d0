"""A reminder does not wait in an empty office: days ahead are days on which offices work."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.workdays import ahead
from tiendo_runtime.clock import VIETNAM

DAY = timedelta(days=1)


def vietnam(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of December 2026, whose 4th and 11th are Fridays."""
    return datetime(2026, 12, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "span", "then"),
    [
        (vietnam(10, 16), DAY, vietnam(11, 16)),
        (vietnam(4, 9), DAY, vietnam(7, 9)),
        (vietnam(4), DAY, vietnam(7)),
        (vietnam(3, 23, 59), DAY, vietnam(4, 23, 59)),
        (vietnam(5, 9), DAY, vietnam(8)),
        (vietnam(6, 23), DAY, vietnam(8)),
        (vietnam(2, 10), 5 * DAY, vietnam(9, 10)),
        (vietnam(4, 16), timedelta(hours=2), vietnam(4, 18)),
    ],
)
def test_weekends_add_themselves(now: datetime, span: timedelta, then: datetime):
    assert ahead(now, span) == then


HOURS = st.floats(0, 366 * 24).map(lambda hours: vietnam(1) + timedelta(hours=hours))


@given(HOURS, st.timedeltas(timedelta(0), 28 * DAY), st.timedeltas(timedelta(0), 7 * DAY))
def test_later_never_looks_less_far_ahead_and_never_less_far_than_the_span(
    now: datetime, span: timedelta, later: timedelta
):
    assert now + span <= ahead(now, span) <= ahead(now + later, span)
