"""Assignments that are made of others: nothing is counted twice, and no deadline is softened."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.unit.assignments.lives import (
    COMMITTEE,
    COMMITTEE_PATH,
    DUE,
    HELPER,
    LEAD,
    NOW,
    OTHER,
    issued,
    path_of,
)
from tests.unit.assignments.test_life import received

from assignments import views as assignments
from assignments.application import deadline_on
from assignments.domain import (
    Assignment,
    Deadline,
    Derivation,
    DueMeeting,
    Help,
    Origin,
    Part,
    Place,
    Source,
    Stage,
    join,
    split,
)
from monitoring.views.board import BOARD
from monitoring.views.rows import ASSIGNMENTS, COUNTERS, AssignmentRow
from monitoring.views.stages import OFF
from notifications import views as notifications
from reporting import views as reporting
from tiendo_runtime.domain import ConflictError, RuleError
from tiendo_runtime.folding import fold_in_memory
from tiendo_runtime.projection import Projection

EARLIER, LATER = deadline_on(date(2026, 12, 1)), deadline_on(date(2026, 12, 31))
OPEN_END = Deadline(None, None, "thường xuyên")
FIRST, SECOND, JOINT = UUID(int=201), UUID(int=202), UUID(int=203)
ONE = UUID(int=100)
COPIES: tuple[tuple[Projection, Callable[[Any], bool]], ...] = (
    (reporting.ASSIGNMENTS, lambda row: row.stage == "open" and len(row.turns) % 2 == 1),
    (notifications.ASSIGNMENTS, lambda row: row.is_open),
    (assignments.DEADLINES, lambda row: not row.claimed and not row.settled),
)
"""The copies that other services and the sweeps keep, and what each of them holds for open."""


def part(identity: UUID, lead: UUID, *helpers: UUID) -> Part:
    return Part(identity, lead, path_of(lead), helpers, "Một phần")


def halves(whole: Assignment) -> list[Assignment]:
    return split(whole, [part(FIRST, LEAD, HELPER), part(SECOND, OTHER)], "hai việc", timestamp=NOW)


def given(
    number: int,
    deadline: Deadline,
    lead: UUID = LEAD,
    recurring: Any = None,
    due_meeting: DueMeeting | None = None,
) -> Assignment:
    """An assignment of a notice of its own."""
    return Assignment(
        id=UUID(int=number),
        timestamp=NOW,
        place=Place(COMMITTEE, COMMITTEE_PATH, lead, path_of(lead)),
        origin=Origin(UUID(int=number + 1000), f"{number}-TB/BCĐ", "I", date(2026, 11, 1)),
        coordinator_ids=(HELPER, OTHER),
        text=f"Việc {number}",
        deadline=deadline,
        recurring=recurring,
        due_meeting=due_meeting,
    )


def joined(*several: Assignment, deadline_of: UUID | None = None) -> Assignment:
    return join(several, JOINT, "Cả hai việc", deadline_of, "cùng một việc", timestamp=NOW)


def names(assignment: Assignment) -> list[str]:
    return [type(event).__name__ for event in assignment.collect_events()]


def ask(found: Assignment) -> None:
    found.request_extension(LATER, "vì", timestamp=NOW)


def claim(found: Assignment) -> None:
    found.report_completion(UUID(int=5), NOW, "", timestamp=NOW)


class TestSplitting:
    def test_the_whole_ends_and_its_parts_take_its_place(self) -> None:
        whole = issued()
        parts = halves(whole)
        assert names(whole) == ["Issued", "Split", "Closed"]
        assert (whole.stage, whole.parts) == (Stage.SUPERSEDED, (FIRST, SECOND))
        assert whole.superseded_by == FIRST
        assert [(it.id, it.place.lead_unit_id, it.stage) for it in parts] == [
            (FIRST, LEAD, Stage.OPEN),
            (SECOND, OTHER, Stage.OPEN),
        ]
        assert parts[0].helpers == {HELPER: Help.ASKED}

    def test_each_part_knows_the_item_and_the_whole_that_it_comes_from(self) -> None:
        whole = issued()
        for one in halves(whole):
            assert (one.origin, one.how) == (whole.origin, Derivation.SPLIT)
            assert one.sources == (Source(whole.id, (whole.origin,)),)
            assert one.place.committee_id == whole.place.committee_id

    def test_each_part_keeps_the_original_deadline_of_the_whole(self) -> None:
        for one in halves(issued()):
            assert (one.original, one.deadline) == (DUE, DUE)
            assert names(one) == ["Issued", "Derived"]

    def test_more_time_that_the_whole_was_granted_holds_for_its_parts_beside_the_original(
        self,
    ) -> None:
        whole = issued()
        whole.grant_extension(LATER, "được", timestamp=NOW)
        for one in halves(whole):
            assert (one.original, one.deadline) == (DUE, LATER)
            assert names(one) == ["Issued", "Derived", "ExtensionGranted"]

    def test_a_part_gets_another_deadline_by_an_extension_like_any_other(self) -> None:
        (first, _) = halves(issued())
        ask(first)
        first.grant_extension(None, "được", timestamp=NOW)
        assert (first.original, first.deadline) == (DUE, LATER)

    def test_a_part_of_what_is_late_is_late_as_well(self) -> None:
        assert DUE.late_from is not None
        for one in halves(issued()):
            one.collect_events()
            one.pass_deadline(timestamp=DUE.late_from)
            assert names(one) == ["DeadlinePassed"]

    @pytest.mark.parametrize(
        ("before", "error"), [(ask, "extension_pending"), (claim, "claimed_already")]
    )
    def test_what_waits_for_a_decision_is_not_split(self, before: Any, error: str) -> None:
        whole = issued()
        before(whole)
        whole.collect_events()
        with pytest.raises(ConflictError, match=error):
            halves(whole)
        assert not whole.collect_events()

    def test_what_was_split_is_not_split_again_but_a_part_is(self) -> None:
        whole = issued()
        first, _ = halves(whole)
        with pytest.raises(ConflictError, match="assignment_ended"):
            halves(whole)
        quarters = split(
            first, [part(UUID(int=301), LEAD), part(UUID(int=302), OTHER)], "vì", timestamp=NOW
        )
        assert {it.original for it in quarters} == {DUE}
        assert {it.sources[0].assignment_id for it in quarters} == {FIRST}

    def test_one_part_is_none_and_nobody_helps_itself(self) -> None:
        whole = issued()
        whole.collect_events()
        with pytest.raises(RuleError, match="too_few_parts"):
            split(whole, [part(FIRST, LEAD)], "vì", timestamp=NOW)
        with pytest.raises(RuleError, match="helper_leads"):
            split(whole, [part(FIRST, LEAD, LEAD), part(SECOND, OTHER)], "vì", timestamp=NOW)
        assert not whole.collect_events()


class TestJoining:
    def test_those_joined_end_and_one_goes_on_with_all_their_items(self) -> None:
        one, another = given(100, DUE), given(101, LATER)
        made = joined(another, one)
        for ended in (one, another):
            assert names(ended) == ["Issued", "Joined", "Closed"]
            assert (ended.stage, ended.superseded_by) == (Stage.SUPERSEDED, JOINT)
        assert made.origins == (one.origin, another.origin)
        assert (made.stage, made.text, made.how) == (Stage.OPEN, "Cả hai việc", Derivation.JOIN)

    def test_the_earliest_original_deadline_is_kept(self) -> None:
        made = joined(given(100, LATER), given(101, EARLIER))
        assert (made.original, made.deadline) == (EARLIER, EARLIER)
        assert names(made) == ["Issued", "Derived"]

    def test_the_deadline_that_holds_is_chosen_from_theirs(self) -> None:
        made = joined(given(100, LATER), given(101, EARLIER), deadline_of=ONE)
        assert (made.original, made.deadline) == (EARLIER, LATER)
        assert names(made) == ["Issued", "Derived", "ExtensionGranted"]
        with pytest.raises(RuleError, match="deadline_of_another"):
            joined(given(100, LATER), given(101, EARLIER), deadline_of=FIRST)

    def test_an_original_deadline_stays_though_all_were_granted_more_time(self) -> None:
        both = given(100, EARLIER), given(101, DUE)
        for one in both:
            one.grant_extension(LATER, "được", timestamp=NOW)
        made = joined(*both)
        assert (made.original, made.deadline) == (EARLIER, LATER)

    def test_a_deadline_is_not_lost_to_what_has_none(self) -> None:
        assert joined(given(100, OPEN_END), given(101, DUE)).deadline == DUE
        with pytest.raises(RuleError, match="extension_not_later"):
            joined(given(100, OPEN_END), given(101, DUE), deadline_of=ONE)

    def test_helpers_are_asked_again_unless_they_declined(self) -> None:
        one, another = given(100, DUE), given(101, DUE)
        one.confirm_help(HELPER, "", timestamp=NOW)
        for it in (one, another):
            it.decline_help(OTHER, "vì", timestamp=NOW)
        assert joined(one, another).helpers == {HELPER: Help.ASKED}

    def test_what_is_not_of_one_kind_is_not_joined(self) -> None:
        for others, error in (
            ([given(101, DUE, lead=OTHER)], "joins_other_leads"),
            ([given(101, OPEN_END, recurring="weekly")], "joins_other_rhythms"),
            ([], "too_few_joined"),
            ([given(100, DUE)], "too_few_joined"),
        ):
            one = given(100, DUE)
            one.collect_events()
            with pytest.raises(RuleError, match=error):
                joined(one, *others)
            assert not one.collect_events()

    @pytest.mark.parametrize(
        ("before", "error"), [(ask, "extension_pending"), (claim, "claimed_already")]
    )
    def test_what_waits_for_a_decision_is_not_joined(self, before: Any, error: str) -> None:
        one, another = given(100, DUE), given(101, DUE)
        before(another)
        with pytest.raises(ConflictError, match=error):
            joined(one, another)

    def test_parts_joined_again_go_back_to_the_item_of_the_whole(self) -> None:
        whole = issued()
        made = joined(*split(whole, [part(FIRST, LEAD), part(SECOND, LEAD)], "vì", timestamp=NOW))
        assert (made.original, made.origins) == (DUE, (whole.origin,))

    def test_parts_of_what_was_joined_go_back_to_all_its_items(self) -> None:
        one, another = given(100, DUE), given(101, LATER)
        for made in halves(joined(one, another)):
            assert made.origins == (one.origin, another.origin)


def test_a_whole_is_reported_on_and_reminded_of_no_more_but_its_parts_are() -> None:
    whole = issued()
    first, second = halves(whole)
    events = received([e for it in (whole, first, second) for e in it.collect_events()])
    for copy, is_open in COPIES:
        (rows,) = fold_in_memory(copy, events).rows.values()
        assert {key for key, row in rows.items() if is_open(row)} == {FIRST.int, SECOND.int}


def test_the_board_counts_what_goes_on_and_nothing_twice() -> None:
    whole, other = issued(), given(101, LATER)
    first, second = halves(whole)
    claim(second)
    made = joined(first, other)
    everything = [whole, other, first, second, made]
    events = [e for it in everything for e in it.collect_events()]
    memory = fold_in_memory(BOARD, received(events))
    cells = memory.counts[COUNTERS.name]
    counted = sum(n for cell, n in cells.items() if cell.stage not in OFF)
    assert (counted, sum(cells.values())) == (2, 5)
    rows: dict[int, AssignmentRow] = memory.rows[ASSIGNMENTS.name]
    assert rows[whole.id.int].split_into == [FIRST, SECOND]
    assert rows[SECOND.int].split_from == whole.id
    assert rows[FIRST.int].joined_into == JOINT
    assert rows[JOINT.int].joined_from == [FIRST, other.id]
    assert rows[JOINT.int].original_late_from == DUE.late_from
