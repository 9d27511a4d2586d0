from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from reporting.domain import Line, Obligation, Report, Stage, check_window, report_id
from reporting.period import Period
from tiendo_runtime.domain import ConflictError, RuleError

UNIT = UUID("019a8c40-0000-7000-8000-000000000002")
FIRST, SECOND = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
OWED = Obligation(UNIT, f"/{UNIT}/", "2026-W47", datetime(2026, 11, 20, 9, tzinfo=UTC))


def line(assignment: UUID = FIRST, percent: int = 40, *, done: bool = False) -> Line:
    return Line(assignment, percent, done, "", "")


def submitted() -> Report:
    return Report.submit(OWED, [line()], timestamp=NOW)


def test_report_has_one_id_per_unit_and_period_however_it_is_born() -> None:
    missed = Report.miss(OWED, timestamp=NOW)
    assert submitted().id == missed.id == report_id(UNIT, Period(2026, 47))
    assert report_id(UNIT, Period(2026, 48)) != missed.id


def test_report_that_came_in_knows_when_and_what() -> None:
    report = submitted()
    assert (report.stage, report.version) == (Stage.SUBMITTED, 1)
    assert (report.submitted_at, report.lines) == (NOW, (line(),))


def test_missed_report_has_no_lines() -> None:
    report = Report.miss(OWED, timestamp=NOW)
    assert (report.stage, report.lines, report.submitted_at) == (Stage.MISSED, (), None)


def test_second_report_for_a_period_is_refused() -> None:
    with pytest.raises(ConflictError) as refused:
        submitted().resubmit([line(SECOND)], timestamp=LATER)
    assert refused.value.code == "report_exists"


def test_report_may_come_after_it_was_missed() -> None:
    report = Report.miss(OWED, timestamp=NOW)
    report.resubmit([line()], timestamp=LATER)
    assert (report.stage, report.version, report.submitted_at) == (Stage.SUBMITTED, 2, LATER)


def test_returned_report_may_come_again_and_forgets_the_reason() -> None:
    report = submitted()
    report.send_back("thiếu số liệu", timestamp=LATER)
    assert (report.stage, report.return_reason) == (Stage.RETURNED, "thiếu số liệu")
    report.resubmit([line(SECOND)], timestamp=LATER)
    assert (report.stage, report.return_reason) == (Stage.SUBMITTED, "")
    assert report.lines == (line(SECOND),)


def test_due_instant_stays_as_it_was_when_the_report_was_born() -> None:
    report = submitted()
    report.send_back("thiếu số liệu", timestamp=LATER)
    report.resubmit([line()], timestamp=LATER)
    assert report.owed == OWED


@pytest.mark.parametrize("stage", [Stage.MISSED, Stage.RETURNED])
def test_only_a_submitted_report_can_be_returned(stage: Stage) -> None:
    report = submitted() if stage is Stage.RETURNED else Report.miss(OWED, timestamp=NOW)
    if stage is Stage.RETURNED:
        report.send_back("thiếu số liệu", timestamp=LATER)
    with pytest.raises(ConflictError) as refused:
        report.send_back("lần nữa", timestamp=LATER)
    assert refused.value.code == "not_submitted"


def test_same_assignment_twice_is_refused_with_the_path_of_the_second() -> None:
    with pytest.raises(RuleError) as refused:
        Report.submit(OWED, [line(FIRST), line(SECOND), line(FIRST)], timestamp=NOW)
    assert refused.value.code == "assignment_twice"
    assert refused.value.facts == {"path": "/lines/2/assignment_id"}


def test_done_with_less_than_everything_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        Report.submit(OWED, [line(), line(SECOND, 99, done=True)], timestamp=NOW)
    assert refused.value.code == "done_below_100"
    assert refused.value.facts == {"path": "/lines/1/percent", "percent": 99}


def test_everything_without_done_is_no_claim_and_is_taken() -> None:
    report = Report.submit(OWED, [line(percent=100)], timestamp=NOW)
    assert not report.lines[0].done


def test_report_that_comes_again_obeys_the_same_rules() -> None:
    report = Report.miss(OWED, timestamp=NOW)
    with pytest.raises(RuleError):
        report.resubmit([line(percent=10, done=True)], timestamp=LATER)
    assert report.stage is Stage.MISSED


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2026-W49", "period_too_early"),
        ("2026-W48", None),
        ("2026-W47", None),
        ("2026-W39", None),
        ("2026-W38", "period_too_old"),
    ],
)
def test_reports_are_taken_from_eight_weeks_ago_to_next_week(period: str, code: str | None) -> None:
    if code is None:
        check_window(Period.parse(period), NOW)
        return
    with pytest.raises(RuleError) as refused:
        check_window(Period.parse(period), NOW)
    assert refused.value.code == code
