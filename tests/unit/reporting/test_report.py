from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from reporting.domain import (
    MOST_COMMENTS,
    Line,
    Obligation,
    Person,
    Report,
    Stage,
    check_window,
    report_id,
)
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


CHAIR = Person("Trần Văn Bình", "Phó Trưởng Ban")
LOCK = timedelta(days=7)
LOCKED = OWED.due_at + LOCK


def opened() -> Report:
    return Report.open(OWED, NOW, timestamp=NOW)


def missed() -> Report:
    report = opened()
    assert report.pass_over(timestamp=LATER)
    return report


def excused() -> Report:
    report = opened()
    report.excuse(CHAIR, "bão lũ", timestamp=LATER)
    return report


def returned() -> Report:
    report = submitted()
    report.send_back("thiếu số liệu", timestamp=LATER)
    return report


def test_opened_obligation_has_the_id_of_its_report_and_is_missed_once() -> None:
    report = opened()
    assert (report.id, report.stage) == (submitted().id, Stage.OPENED)
    assert [report.pass_over(timestamp=LATER) for _ in range(2)] == [True, False]
    assert (report.stage, report.version) == (Stage.MISSED, 2)


@pytest.mark.parametrize("make", [submitted, returned, excused])
def test_what_came_in_or_is_excused_is_never_missed(make: Callable[[], Report]) -> None:
    report = make()
    stage = report.stage
    assert not report.pass_over(timestamp=LATER)
    assert report.stage is stage


@pytest.mark.parametrize("make", [opened, missed])
def test_what_is_owed_can_be_excused_with_its_reason(make: Callable[[], Report]) -> None:
    report = make()
    report.excuse(CHAIR, "bão lũ", timestamp=LATER)
    assert (report.stage, report.excuse_reason) == (Stage.EXCUSED, "bão lũ")


@pytest.mark.parametrize("make", [submitted, returned, excused])
def test_what_is_not_owed_can_neither_be_excused_nor_be_let_late(
    make: Callable[[], Report],
) -> None:
    report = make()
    with pytest.raises(ConflictError) as refused:
        report.excuse(CHAIR, "bão lũ", timestamp=LATER)
    assert refused.value.code == "not_owed"
    with pytest.raises(ConflictError) as refused:
        report.allow_late(LOCKED + LOCK, CHAIR, "bão lũ", timestamp=LATER)
    assert refused.value.code == "not_owed"


@pytest.mark.parametrize("make", [opened, missed, excused])
def test_locked_period_takes_no_report(make: Callable[[], Report]) -> None:
    report = make()
    report.check_lock(LOCK, LOCKED - timedelta(microseconds=1))
    with pytest.raises(ConflictError) as refused:
        report.check_lock(LOCK, LOCKED)
    assert refused.value.code == "report_locked"


def test_returned_report_is_taken_whenever_it_is_mended() -> None:
    report = returned()
    report.check_lock(LOCK, LOCKED + LOCK)
    report.resubmit([line()], timestamp=LOCKED + LOCK)
    assert report.stage is Stage.SUBMITTED


def test_allowed_late_report_is_taken_until_the_instant_that_was_named() -> None:
    report, until = missed(), LOCKED + timedelta(days=2)
    report.allow_late(until, CHAIR, "chuyển trụ sở", timestamp=LOCKED)
    report.check_lock(LOCK, until - timedelta(microseconds=1))
    with pytest.raises(ConflictError) as refused:
        report.check_lock(LOCK, until)
    assert refused.value.code == "report_locked"


def test_leave_to_be_late_lies_ahead() -> None:
    with pytest.raises(RuleError) as refused:
        missed().allow_late(LATER, CHAIR, "chuyển trụ sở", timestamp=LATER)
    assert refused.value.code == "until_past"


def test_comment_leaves_stage_and_lines_as_they_are() -> None:
    report = submitted()
    report.comment(CHAIR, UUID(int=7), "nêu rõ số liệu", timestamp=LATER)
    assert (report.stage, report.lines) == (Stage.SUBMITTED, (line(),))
    (said,) = report.comments
    assert (said.author, said.author_unit_id, said.text, said.at) == (
        CHAIR, UUID(int=7), "nêu rõ số liệu", LATER,
    )  # fmt: skip


def test_comments_end_somewhere() -> None:
    report = submitted()
    for _ in range(MOST_COMMENTS):
        report.comment(CHAIR, UUID(int=7), "nêu rõ số liệu", timestamp=LATER)
    with pytest.raises(ConflictError) as refused:
        report.comment(CHAIR, UUID(int=7), "nêu rõ số liệu", timestamp=LATER)
    assert refused.value.code == "too_many_comments"
