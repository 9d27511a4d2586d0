from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reporting.period import VIETNAM, DueRule, Period, Rhythm, Schedule
from tiendo_runtime.domain import RuleError

FRIDAY = DueRule(5, time(16))

rhythms = st.sampled_from(Rhythm)
periods = st.builds(Period.of, st.dates(date(2001, 1, 1), date(2999, 12, 31)), rhythms)


def near_new_year(year: int, days: int) -> date:
    return date(year, 1, 1) + timedelta(days=days)


new_years = st.builds(near_new_year, st.integers(2001, 2400), st.integers(-10, 10))
rules = st.builds(DueRule, st.integers(1, 7), st.times().map(lambda t: t.replace(microsecond=0)))


@given(periods | new_years.map(Period.of))
@example(Period(2026, 53))
@example(Period(2027, 1))
def test_period_is_read_back_as_it_was_written(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods, periods)
def test_texts_of_a_rhythm_sort_as_periods_do(one: Period, other: Period) -> None:
    if one.rhythm is other.rhythm:
        assert (str(one) < str(other)) == (one < other) == (one.first < other.first)


@given(periods, st.integers(-60, 60))
def test_shifting_comes_back_and_periods_meet_without_a_gap(period: Period, count: int) -> None:
    assert period.shift(count).shift(-count) == period
    assert Period.of(period.next.first - timedelta(days=1), period.rhythm) == period
    assert Period.of(period.first, period.rhythm) == period


@given(new_years)
def test_every_day_around_new_year_lies_within_its_period(day: date) -> None:
    period = Period.of(day)
    assert timedelta(0) <= day - period.first < timedelta(weeks=1)


@given(new_years, st.integers(-60, 60))
def test_shifting_moves_monday_by_whole_weeks_and_comes_back(day: date, weeks: int) -> None:
    period = Period.of(day)
    assert period.shift(weeks).first - period.first == timedelta(weeks=weeks)
    assert period.shift(weeks).shift(-weeks) == period


@given(new_years)
def test_next_and_previous_are_neighbours_across_new_year(day: date) -> None:
    period = Period.of(day)
    assert period.next.previous == period
    assert period.previous < period < period.next


def test_year_with_53_weeks_ends_in_w53_and_the_next_begins_in_w01() -> None:
    assert Period.of(date(2027, 1, 3)) == Period.parse("2026-W53")
    assert Period.parse("2026-W53").next == Period.parse("2027-W01")
    assert Period.parse("2025-W52").next == Period.parse("2026-W01")


@pytest.mark.parametrize(
    "text",
    ["", "2026-W00", "2025-W53", "2026-W54", "2026-w47", "2026W47", "2026-W47\n", " 2026-W47",
     "2026-13", "2026-00", "2026-1", "2026", "2026-Q4",
     "0000-W01", "1999-W52", "9999-W01", "٢٠٢٦-W47", "26-W47", "2026-W4"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as refused:
        Period.parse(text)
    assert refused.value.code == "no_such_period"


def test_week_changes_at_midnight_in_vietnam_not_in_utc() -> None:
    sunday_evening = datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Vietnam
    assert str(Period.at(sunday_evening)) == "2026-W47"
    assert str(Period.at(sunday_evening + timedelta(seconds=1))) == "2026-W48"


def test_friday_at_four_in_vietnam_is_nine_in_utc() -> None:
    assert FRIDAY.due_at(Period(2026, 47)) == datetime(2026, 11, 20, 9, tzinfo=UTC)


@given(new_years.map(Period.of), rules)
def test_due_instant_lies_within_its_own_week_in_vietnam(period: Period, rule: DueRule) -> None:
    due = rule.due_at(period)
    local = due.astimezone(VIETNAM)
    assert due.utcoffset() == timedelta(0)
    assert Period.at(due) == period
    assert (local.isoweekday(), local.time()) == (rule.day, rule.at)


@given(rules)
def test_due_rule_is_read_back_as_it_was_written(rule: DueRule) -> None:
    assert DueRule.parse(str(rule)) == rule


@pytest.mark.parametrize(
    "text", ["", "0 16:00:00", "8 16:00:00", "5 16:00", "5 25:00:00", "Fri 16:00:00", "5 16:00:60"]
)
def test_what_is_no_due_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"written like|must be in|Invalid"):
        DueRule.parse(text)


def rules_of(rhythm: Rhythm) -> st.SearchStrategy[DueRule]:
    days = st.integers(1, 7 if rhythm is Rhythm.WEEKLY else 28)
    times = st.times().map(lambda t: t.replace(microsecond=0))
    return st.builds(DueRule, days, times, st.just(rhythm), st.booleans())


all_rules = rhythms.flatmap(rules_of)
nows = new_years.map(lambda d: datetime(d.year, d.month, d.day, 9, tzinfo=UTC))


@given(all_rules)
def test_every_rule_is_read_back_as_it_was_written(rule: DueRule) -> None:
    assert DueRule.parse(str(rule), rule.rhythm) == rule


@given(all_rules, nows)
def test_a_report_is_due_in_its_period_or_in_the_one_behind(rule: DueRule, now: datetime) -> None:
    period = Period.at(now, rule.rhythm)
    due_in = Period.at(rule.due_at(period), rule.rhythm)
    assert due_in == (period.next if rule.after else period)
    assert rule.due_at(period) < rule.due_at(period.next)


@given(
    nows,
    all_rules,
    st.timedeltas(timedelta(0), timedelta(days=28)),
    st.integers(1, 8),
)
def test_last_periods_gone_by_are_consecutive_and_the_next_one_is_not_over(
    now: datetime, rule: DueRule, grace: timedelta, count: int
) -> None:
    schedule = Schedule(rule, grace)
    gone = schedule.gone_by(now, count)
    assert len(gone) == count
    assert all(later == earlier.next for earlier, later in pairwise(gone))
    assert schedule.missed_at(gone[-1]) <= now < schedule.next_missed_at(now)
    assert schedule.next_missed_at(now) == schedule.missed_at(gone[-1].next)


def test_obligations_are_open_from_so_long_before_they_are_due_until_then() -> None:
    schedule = Schedule(FRIDAY, timedelta(days=2), ahead=timedelta(days=4))
    w47, instant = Period(2026, 47), timedelta(microseconds=1)
    opens, due = schedule.opens_at(w47), schedule.due_at(w47)
    assert opens == datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert schedule.coming(opens - instant) == []
    assert schedule.coming(opens) == schedule.coming(due - instant) == [w47]
    assert schedule.coming(due) == []


@given(
    nows,
    all_rules,
    st.timedeltas(timedelta(0), timedelta(days=28)),
)
def test_what_comes_is_open_not_due_and_leaves_no_period_out(
    now: datetime, rule: DueRule, ahead: timedelta
) -> None:
    schedule = Schedule(rule, timedelta(0), ahead=ahead)
    around = [Period.at(now, rule.rhythm).shift(count) for count in range(-3, 7)]
    open_now = [p for p in around if schedule.opens_at(p) <= now < schedule.due_at(p)]
    assert schedule.coming(now) == open_now
