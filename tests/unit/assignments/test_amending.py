"""What a later notice does to an assignment; what does not apply is recorded with why."""

from datetime import UTC, date, datetime

import pytest
from tests.unit.assignments.lives import DUE, LATER, LEAD, OTHER, amendment, issued
from tests.unit.assignments.test_life import ANOTHER, STEPS, living_to

from assignments.application import amend_assignment, deadline_on
from assignments.domain import Action, Assignment, Outcome, Part, Stage, split
from assignments.publishing import publish
from tiendo_contracts.assignments import AssignmentAmended
from tiendo_runtime.domain import RuleError

AT = datetime(2026, 12, 8, 2, tzinfo=UTC)
REASON = "Thông báo số 51-TB/BCĐ ngày 07/12/2026, mục 3"


def amended(found: Assignment) -> Assignment.Amended:
    told = next(e for e in found.collect_events() if isinstance(e, Assignment.Amended))
    assert isinstance(told, Assignment.Amended)
    return told


def test_another_deadline_holds_by_the_notice_and_the_original_stays() -> None:
    found = living_to(Stage.ACCEPTED)
    found.amend(amendment(Action.RE_DATED), timestamp=AT)
    first, granted = found.collect_events()
    assert isinstance(first, Assignment.Amended)
    assert isinstance(granted, Assignment.ExtensionGranted)
    assert (granted.deadline, granted.reason) == (LATER, REASON)
    assert (found.original, found.deadline, found.stage) == (DUE, LATER, Stage.ACCEPTED)


def test_a_notice_can_bring_a_deadline_forward_which_no_extension_can() -> None:
    sooner = deadline_on(date(2026, 12, 10), "trước ngày 10/12/2026")
    found = issued()
    with pytest.raises(RuleError, match="extension_not_later"):
        found.grant_extension(sooner, "", timestamp=AT)
    found.amend(amendment(Action.RE_DATED, sooner), timestamp=AT)
    assert (found.original, found.deadline) == (DUE, sooner)


def test_parts_of_what_was_brought_forward_keep_both_deadlines() -> None:
    sooner = deadline_on(date(2026, 12, 10), "")
    found = issued()
    found.amend(amendment(Action.RE_DATED, sooner), timestamp=AT)
    parts = [Part(one, LEAD, "/", (), "phần") for one in (ANOTHER, OTHER)]
    for part in split(found, parts, "Hai việc", timestamp=AT):
        assert (part.original, part.deadline) == (DUE, sooner)


def test_a_wish_for_more_time_is_answered_by_another_deadline() -> None:
    found = issued()
    STEPS["request_extension"](found, AT)
    found.amend(amendment(Action.RE_DATED), timestamp=AT)
    assert found.asked is None


def test_another_unit_leads_from_the_notices_day_and_has_not_accepted() -> None:
    found = living_to(Stage.CLAIMED)
    found.amend(amendment(Action.HANDED_OVER), timestamp=AT)
    _, transferred = found.collect_events()
    assert isinstance(transferred, Assignment.Transferred)
    assert (transferred.effective_on, transferred.reason) == (date(2026, 12, 7), REASON)
    assert (found.place.lead_unit_id, found.stage) == (OTHER, Stage.OPEN)
    assert found.claimed_at is None


def test_what_is_revoked_is_cancelled_with_the_notice_as_the_reason() -> None:
    found = living_to(Stage.ACCEPTED)
    found.amend(amendment(Action.REVOKED), timestamp=AT)
    _, closed = found.collect_events()
    assert isinstance(closed, Assignment.Closed)
    assert (closed.outcome, closed.reason) == (Outcome.CANCELLED, REASON)
    assert found.stage is Stage.CANCELLED


def test_a_supplement_is_told_and_changes_nothing() -> None:
    found = living_to(Stage.ACCEPTED)
    found.amend(amendment(Action.ADDED), timestamp=AT)
    told = publish(amended(found))
    assert isinstance(told, AssignmentAmended)
    assert (told.applied, told.why_not, told.by.notice_number) == (True, "", "51-TB/BCĐ")
    assert found.stage is Stage.ACCEPTED


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.VERIFIED, "assignment_closed"),
        (Stage.CLOSED, "assignment_ended"),
        (Stage.CANCELLED, "assignment_ended"),
        (Stage.SUPERSEDED, "superseded_by_another"),
    ],
)
@pytest.mark.parametrize("action", [Action.RE_DATED, Action.HANDED_OVER, Action.REVOKED])
def test_what_has_ended_is_not_changed_but_it_is_recorded_why(
    stage: Stage, why: str, action: Action
) -> None:
    found = living_to(stage)
    before = (found.stage, found.deadline, found.place)
    found.amend(amendment(action), timestamp=AT)
    told = publish(amended(found))
    assert isinstance(told, AssignmentAmended)
    assert (told.applied, told.why_not, told.action) == (False, why, action.value)
    assert (found.stage, found.deadline, found.place) == before


def test_what_is_so_already_is_recorded_as_that() -> None:
    found = issued()
    found.amend(amendment(Action.RE_DATED, DUE), timestamp=AT)
    assert amended(found).why_not == "deadline_holds_already"
    found.amend(amendment(Action.HANDED_OVER, unit=LEAD), timestamp=AT)
    assert amended(found).why_not == "leads_already"


@pytest.mark.parametrize("action", Action)
def test_the_same_change_again_records_nothing(action: Action) -> None:
    found = issued()
    found.amend(amendment(action), timestamp=AT)
    found.collect_events()
    found.amend(amendment(action), timestamp=AT)
    assert not found.collect_events()


class _Work:
    """What the use case is given instead of `Work`."""

    def __init__(self, *found: Assignment) -> None:
        self.found = {one.id: one for one in found}
        self.clock = self

    def now(self) -> datetime:
        return AT

    def get(self, _: object, identity: object) -> Assignment:
        return next(one for key, one in self.found.items() if key == identity)


def test_what_was_split_is_changed_in_its_parts() -> None:
    whole = issued()
    parts = [Part(one, LEAD, "/", (), "phần") for one in (ANOTHER, OTHER)]
    made = split(whole, parts, "Hai việc", timestamp=AT)
    whole.collect_events()
    amend_assignment(_Work(whole, *made), whole.id, amendment(Action.RE_DATED))  # pyright: ignore[reportArgumentType] - a stand-in
    assert amended(whole).why_not == "split_into_parts"
    assert [part.deadline for part in made] == [LATER, LATER]
    assert [part.original for part in made] == [DUE, DUE]
