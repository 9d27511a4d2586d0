from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest

from reporting.application import (
    allow_late_report,
    comment_on_report,
    draft_report,
    excuse_ahead,
    excuse_report,
    miss_report,
    open_obligation,
    return_report,
    submit_report,
)
from reporting.domain import Line, Obligation, Person, Report, Stage
from reporting.period import Period
from tiendo_runtime.clock import Uuid7
from tiendo_runtime.domain import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotYetKnownError,
    RuleError,
)
from tiendo_runtime.store import Store, Work

UNIT, OTHER = UUID(int=11), UUID(int=12)
OURS, THEIRS, NEWS = UUID(int=1), UUID(int=2), UUID(int=3)
LOCK = timedelta(weeks=8)
CHAIR = Person("Trần Văn Bình", "Phó Trưởng Ban")
DUE = datetime(2026, 11, 20, 9, tzinfo=UTC)
MISSED = DUE + timedelta(days=2)
OWED = Obligation(UNIT, f"/{UNIT}/", "2026-W47", DUE)


class StoppedClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


class EmptyStore:
    def load(self, identity: UUID) -> None:
        """Nothing was ever saved."""


def work_at(now: datetime) -> Work:
    return Work(cast("Store", EmptyStore()), StoppedClock(now), Uuid7())


def leads(ids: Sequence[UUID]) -> Mapping[UUID, UUID]:
    return {i: lead for i, lead in ((OURS, UNIT), (THEIRS, OTHER)) if i in ids}


def line(assignment: UUID = OURS, percent: int = 40, *, done: bool = False) -> Line:
    return Line(assignment, percent, done, "đang chờ", "")


def test_report_on_own_assignments_comes_in() -> None:
    report = submit_report(work_at(DUE), OWED, [line()], leads, LOCK)
    assert (report.stage, report.submitted_at) == (Stage.SUBMITTED, DUE)


def test_assignment_that_has_not_arrived_here_asks_to_try_again() -> None:
    with pytest.raises(NotYetKnownError) as refused:
        submit_report(work_at(DUE), OWED, [line(), line(NEWS)], leads, LOCK)
    assert refused.value.code == "assignment_not_yet_known"
    assert refused.value.facts["path"] == "/lines/1/assignment_id"


def test_assignment_of_another_unit_is_out_of_scope() -> None:
    with pytest.raises(ForbiddenError) as refused:
        submit_report(work_at(DUE), OWED, [line(), line(THEIRS)], leads, LOCK)
    assert refused.value.code == "out_of_scope"
    assert refused.value.facts["path"] == "/lines/1/assignment_id"


def test_what_another_try_cannot_mend_is_told_before_what_it_can() -> None:
    with pytest.raises(RuleError) as refused:
        submit_report(work_at(DUE), OWED, [line(NEWS), line(NEWS)], leads, LOCK)
    assert refused.value.code == "assignment_twice"


def test_report_for_a_period_long_gone_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        submit_report(work_at(DUE + timedelta(weeks=9)), OWED, [line()], leads, LOCK)
    assert refused.value.code == "period_too_old"


def test_returning_what_is_not_there_finds_nothing() -> None:
    with pytest.raises(NotFoundError):
        return_report(work_at(DUE), UUID(int=9), "thiếu số liệu")


def test_report_is_missed_from_the_end_of_its_grace_on_and_only_once() -> None:
    assert not miss_report(work_at(MISSED - timedelta(microseconds=1)), OWED, MISSED)
    work = work_at(MISSED)
    assert miss_report(work, OWED, MISSED)
    assert not miss_report(work, OWED, MISSED)


def test_report_that_came_in_late_is_not_missed_any_more() -> None:
    work = work_at(MISSED)
    submit_report(work, OWED, [line()], leads, LOCK)
    assert not miss_report(work, OWED, MISSED)


def test_draft_starts_from_what_was_said_a_week_before_but_claims_nothing() -> None:
    work = work_at(DUE)
    before = work.add(Report.submit(OWED, [line(percent=100, done=True)], timestamp=DUE))
    draft = draft_report(work, UNIT, Period(2026, 48))
    assert draft.report is None
    assert draft.lines == {OURS: line(percent=100, done=False)}
    assert before.lines[0].done


def test_draft_of_a_report_that_is_there_starts_from_itself() -> None:
    work = work_at(DUE)
    report = submit_report(work, OWED, [line(percent=100, done=True)], leads, LOCK)
    draft = draft_report(work, UNIT, Period(2026, 47))
    assert draft.report is report
    assert draft.lines[OURS].done


def test_obligation_is_opened_once_and_not_when_it_is_due() -> None:
    assert not open_obligation(work_at(DUE), OWED, DUE - timedelta(days=4))
    work = work_at(DUE - timedelta(days=1))
    assert open_obligation(work, OWED, DUE - timedelta(days=4))
    assert not open_obligation(work, OWED, DUE - timedelta(days=4))


def test_unit_that_reported_early_is_not_told_that_it_owes() -> None:
    work = work_at(DUE - timedelta(days=1))
    submit_report(work, OWED, [line()], leads, LOCK)
    assert not open_obligation(work, OWED, DUE - timedelta(days=4))


def test_report_that_nobody_opened_is_locked_as_well() -> None:
    with pytest.raises(ConflictError) as refused:
        submit_report(work_at(DUE + timedelta(days=7)), OWED, [line()], leads, timedelta(days=7))
    assert refused.value.code == "report_locked"


def test_late_report_comes_in_by_leave_of_somebody() -> None:
    lock = timedelta(days=7)
    work = work_at(DUE + timedelta(days=8))
    report = work.add(Report.miss(OWED, timestamp=MISSED))
    allow_late_report(work, report.id, DUE + timedelta(days=9), CHAIR, "chuyển trụ sở")
    assert submit_report(work, OWED, [line()], leads, lock).stage is Stage.SUBMITTED


def test_missed_report_is_excused_and_commented_on() -> None:
    work = work_at(DUE + timedelta(days=8))
    report = work.add(Report.miss(OWED, timestamp=MISSED))
    assert excuse_report(work, report.id, CHAIR, "bão lũ").stage is Stage.EXCUSED
    assert len(comment_on_report(work, report.id, CHAIR, OTHER, "đã biết").comments) == 1


def test_opened_report_is_missed_by_the_due_instant_that_it_was_opened_with() -> None:
    work = work_at(MISSED)
    later = replace(OWED, due_at=DUE + timedelta(hours=1))
    work.add(Report.open(later, DUE - timedelta(days=1), timestamp=DUE))
    assert not miss_report(work, OWED, MISSED)
    work = work_at(MISSED + timedelta(hours=1))
    report = work.add(Report.open(later, DUE - timedelta(days=1), timestamp=DUE))
    assert miss_report(work, OWED, MISSED)
    assert report.stage is Stage.MISSED


def test_a_unit_is_excused_before_its_obligation_is_opened_and_then_it_is_not() -> None:
    work = work_at(DUE - timedelta(weeks=10))
    report = excuse_ahead(work, OWED, DUE - timedelta(days=4), CHAIR, "nghỉ Tết")
    assert (report.stage, report.excuse_reason) == (Stage.EXCUSED, "nghỉ Tết")
    assert [type(event).__name__ for event in report.pending_events] == ["Opened", "Excused"]
    assert not open_obligation(work, OWED, DUE - timedelta(weeks=11))
    assert not report.pass_over(timestamp=MISSED)


def test_an_open_obligation_is_excused_once() -> None:
    work = work_at(DUE - timedelta(days=1))
    assert open_obligation(work, OWED, DUE - timedelta(days=4))
    excuse_ahead(work, OWED, DUE - timedelta(days=4), CHAIR, "nghỉ Tết")
    with pytest.raises(ConflictError) as refused:
        excuse_ahead(work, OWED, DUE - timedelta(days=4), CHAIR, "nghỉ Tết")
    assert refused.value.code == "not_owed"


def test_a_unit_that_was_excused_ahead_may_report_all_the_same() -> None:
    work = work_at(DUE - timedelta(days=1))
    excuse_ahead(work, OWED, DUE - timedelta(days=4), CHAIR, "nghỉ Tết")
    assert submit_report(work, OWED, [line()], leads, LOCK).stage is Stage.SUBMITTED


@pytest.mark.parametrize(
    ("now", "code"),
    [(DUE, "period_gone"), (DUE - timedelta(days=366, seconds=1), "excuse_too_far")],
)
def test_only_what_is_to_come_soon_enough_is_excused_ahead(now: datetime, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        excuse_ahead(work_at(now), OWED, DUE - timedelta(days=4), CHAIR, "nghỉ Tết")
    assert refused.value.code == code
