"""What a period means on the calendar, and which events are told in two forms."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tiendo_contracts import reporting
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue, forms
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.examples import example
from tiendo_contracts.examples.reporting import REPORT_EXCUSED, REPORT_SUBMITTED
from tiendo_contracts.periods import days, instants

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
PAIRS = [(newest, first) for newest in catalogue().values() for first in forms(newest)]
LATER = [(newest, first) for newest, first in PAIRS if newest.version() > first.version()]


@pytest.mark.parametrize(
    ("period", "first", "behind"),
    [
        ("2026-11-30", date(2026, 11, 30), date(2026, 12, 1)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_has_its_days(period: str, first: date, behind: date) -> None:
    assert days(period) == (first, behind)


@given(st.dates(date(1980, 1, 1), date(8000, 12, 31)))
def test_a_period_begins_and_ends_at_midnights_of_vietnam(day: date) -> None:
    for period in (f"{day:%G-W%V}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}", f"{day:%Y}"):
        begins, ends = (one.astimezone(VIETNAM) for one in instants(period))
        assert begins.time() == ends.time() == datetime.min.time()
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
        assert begins <= noon < ends


@given(st.integers(1990, 2200))
def test_the_months_of_a_year_follow_each_other_without_a_gap(year: int) -> None:
    months = [instants(f"{year}-{month:02}") for month in range(1, 13)]
    assert all(one[1] == other[0] for one, other in pairwise(months))
    assert (months[0][0], months[-1][1]) == instants(str(year))


def test_instants_are_utc() -> None:
    assert instants("2026-07") == (
        datetime(2026, 6, 30, 17, tzinfo=UTC),
        datetime(2026, 7, 31, 17, tzinfo=UTC),
    )


@pytest.mark.parametrize("period", ["2025-W53", "2026-02-30", "0000-01", "9999-12", "Q4"])
def test_a_period_that_the_calendar_lacks_has_no_days(period: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        instants(period)


@pytest.mark.parametrize("period", ["2025-W53", "2026-02-30", "9999-12"])
def test_a_report_is_of_a_period_that_is_in_the_calendar(period: str) -> None:
    with pytest.raises(ValidationError, match="the calendar has no such period"):
        reporting.ReportExcused.model_validate({**dict(REPORT_EXCUSED), "period": period})


@pytest.mark.parametrize(("newest", "first"), LATER, ids=lambda model: model.TYPE)
def test_an_event_of_a_week_is_said_in_the_first_form_too(
    newest: type[Contract], first: type[Contract]
) -> None:
    told = example(newest.TYPE).earlier()
    assert told is not None
    assert type(told) is first
    assert encode(told) == encode(example(newest.TYPE))
    assert decode(first.TYPE, encode(told)) == told
    assert told.earlier() is None


@pytest.mark.parametrize(("newest", "first"), LATER, ids=lambda model: model.TYPE)
def test_an_event_of_a_month_has_no_first_form(
    newest: type[Contract], first: type[Contract]
) -> None:
    monthly = newest.model_validate({**dict(example(newest.TYPE)), "period": "2026-11"})
    assert monthly.earlier() is None
    with pytest.raises(ValidationError):
        first.model_validate(dict(monthly))


def test_a_first_form_is_a_second_one_so_that_readers_handle_both() -> None:
    first = REPORT_SUBMITTED.earlier()
    assert isinstance(first, reporting.ReportSubmitted)
    assert forms(reporting.ReportSubmitted) == forms(reporting.ReportSubmittedV1)


def test_six_events_of_reports_have_two_forms_for_more_than_a_year() -> None:
    assert len(LATER) == 6
    for newest, first in LATER:
        assert first.UNTIL is not None
        assert timedelta(days=365) <= first.UNTIL - newest.SINCE
        assert newest.UNTIL is None
