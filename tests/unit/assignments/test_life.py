"""The life of an assignment: the table of its steps, and whatever people try in any order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.unit.assignments.lives import (
    COMMITTEE,
    DUE,
    HELPER,
    LATER,
    LEAD,
    NEXT_SESSION,
    OTHER,
    PEOPLE,
    STRANGER,
    UNITS,
    Desk,
    amendment,
    issued,
    path_of,
    person,
)

from assignments.application import deadline_on
from assignments.domain import (
    ENDED,
    LIFE,
    LIVING,
    UNDONE,
    Action,
    Assignment,
    By,
    Change,
    Deadline,
    Ground,
    Help,
    Outcome,
    Part,
    Person,
    Stage,
    join,
    split,
)
from assignments.publishing import publish
from monitoring.views.board import BOARD
from monitoring.views.rows import ASSIGNMENTS, COUNTERS, AssignmentRow
from monitoring.views.stages import DONE, OFF
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import ConflictError, ForbiddenError, RuleError
from tiendo_runtime.folding import fold_in_memory
from tiendo_runtime.records import Partition, Raw, Received

ONE, ANOTHER = UUID(int=100), UUID(int=101)
INSPECTOR = Person("Lê Quang Vinh", "Chuyên viên")

Take = Callable[[Assignment, datetime], None]

STEPS: dict[str, Take] = {
    "accept": lambda it, at: it.accept(timestamp=at),
    "contest": lambda it, at: it.contest(Ground.NOT_OURS, "vì", None, timestamp=at),
    "uphold_contest": lambda it, at: it.uphold_contest("vì", timestamp=at),
    "reject_contest": lambda it, at: it.reject_contest("vì", timestamp=at),
    "transfer": lambda it, at: it.transfer(
        OTHER, path_of(OTHER), date(2026, 12, 1), "vì", timestamp=at
    ),
    "pass_on": lambda it, at: it.pass_on(
        OTHER, path_of(OTHER), date(2026, 12, 1), Change.MERGED, "luật", timestamp=at
    ),
    "request_extension": lambda it, at: it.request_extension(LATER, "vì", timestamp=at),
    "grant_extension": lambda it, at: it.grant_extension(LATER, "vì", timestamp=at),
    "refuse_extension": lambda it, at: it.refuse_extension("vì", timestamp=at),
    "ask_help": lambda it, at: it.ask_help(OTHER, "dữ liệu", timestamp=at),
    "confirm_help": lambda it, at: it.confirm_help(HELPER, "", timestamp=at),
    "decline_help": lambda it, at: it.decline_help(HELPER, "vì", timestamp=at),
    "report_completion": lambda it, at: it.report_completion(UUID(int=5), at, "", timestamp=at),
    "verify_completion": lambda it, at: it.verify_completion(INSPECTOR, "thấy", timestamp=at),
    "refuse_completion": lambda it, at: it.refuse_completion(INSPECTOR, "chưa", timestamp=at),
    "close": lambda it, at: it.close("", timestamp=at),
    "cancel": lambda it, at: it.cancel("vì", timestamp=at),
    "supersede": lambda it, at: it.supersede(ANOTHER, "vì", timestamp=at),
    "split": lambda it, at: it.split((ANOTHER, UUID(int=102)), "vì", timestamp=at),
    "join": lambda it, at: it.join(ANOTHER, "vì", timestamp=at),
    "re_date": lambda it, at: it.amend(amendment(Action.RE_DATED), timestamp=at),
    "hand_over": lambda it, at: it.amend(amendment(Action.HANDED_OVER), timestamp=at),
    "revoke": lambda it, at: it.amend(amendment(Action.REVOKED), timestamp=at),
    "pass_deadline": lambda it, at: it.pass_deadline(timestamp=at),
    "resolve_deadline": lambda it, at: it.resolve_deadline(UUID(int=9), LATER, timestamp=at),
}
TO_REACH: dict[Stage, tuple[str, ...]] = {
    Stage.OPEN: (),
    Stage.ACCEPTED: ("accept",),
    Stage.CONTESTED: ("contest",),
    Stage.CLAIMED: ("report_completion",),
    Stage.VERIFIED: ("report_completion", "verify_completion"),
    Stage.CLOSED: ("report_completion", "verify_completion", "close"),
    Stage.CANCELLED: ("cancel",),
    Stage.SUPERSEDED: ("supersede",),
}


def living_to(stage: Stage) -> Assignment:
    """An assignment that has come to a stage."""
    found = issued(due_meeting=NEXT_SESSION)
    for name in TO_REACH[stage]:
        STEPS[name](found, datetime(2026, 11, 23, tzinfo=DUE_AT.tzinfo))
    assert found.stage is stage
    found.collect_events()
    return found


assert DUE.late_from is not None
DUE_AT = DUE.late_from


class TestTheTable:
    def test_it_says_something_of_every_step_in_every_stage(self) -> None:
        assert set(STEPS) == set(LIFE)
        for step in LIFE.values():
            assert set(step.leads) | set(step.errors) == set(Stage)
            assert not set(step.leads) & set(step.errors)

    @pytest.mark.parametrize("stage", Stage)
    @pytest.mark.parametrize("name", LIFE)
    def test_the_domain_does_what_it_says(self, name: str, stage: Stage) -> None:
        found, step = living_to(stage), LIFE[name]
        if name == "refuse_extension" and stage in LIVING:
            found.asked = LATER
        if stage in step.leads:
            STEPS[name](found, DUE_AT)
            assert found.stage is step.leads[stage]
            assert found.collect_events()
        elif step.by is By.NOTICE:
            STEPS[name](found, DUE_AT)
            (told,) = found.collect_events()
            assert isinstance(told, Assignment.Amended)
            assert told.why_not
            assert found.stage is stage
        elif step.errors[stage]:
            with pytest.raises(ConflictError, match=step.errors[stage]):
                STEPS[name](found, DUE_AT)
            assert not found.collect_events()
        else:
            STEPS[name](found, DUE_AT)
            assert not found.collect_events()

    def test_nothing_leads_out_of_an_end(self) -> None:
        assert not [step.name for step in LIFE.values() if set(step.leads) & set(ENDED)]

    @pytest.mark.parametrize("name", LIFE)
    def test_a_step_is_taken_by_those_whom_it_names_and_nobody_else(self, name: str) -> None:
        step = LIFE[name]
        stage = next(iter(step.leads))
        others = [who for by, who in PEOPLE.items() if by is not step.by]
        for who in [*others, STRANGER]:
            found = living_to(stage)
            with pytest.raises(ForbiddenError):
                Desk({ONE: found}, DUE_AT).take(who, name, ONE, STEPS[name])
            assert not found.collect_events()
        if step.by in PEOPLE:
            found = living_to(stage)
            found.asked = LATER
            if name in ("request_extension", "split", "join"):
                found.asked = None
            Desk({ONE: found}, DUE_AT).take(PEOPLE[step.by], name, ONE, STEPS[name])
            assert found.collect_events()


class TestContests:
    def test_where_the_secretariat_agrees_the_assignment_is_called_off(self) -> None:
        found = living_to(Stage.CONTESTED)
        found.uphold_contest("đúng", timestamp=DUE_AT)
        answered, ended = found.collect_events()
        assert isinstance(answered, Assignment.ContestAnswered)
        assert isinstance(ended, Assignment.Closed)
        assert ended.outcome is Outcome.CANCELLED

    def test_where_it_does_not_the_unit_has_to_answer_again(self) -> None:
        found = living_to(Stage.CONTESTED)
        found.reject_contest("sai", timestamp=DUE_AT)
        assert found.stage is Stage.OPEN

    def test_a_duplicate_names_another_assignment_and_nothing_else_does(self) -> None:
        for ground, other in (
            (Ground.DUPLICATE, None),
            (Ground.DUPLICATE, ONE),
            (Ground.NOT_OURS, ANOTHER),
        ):
            with pytest.raises(RuleError, match="duplicate_of_what"):
                issued().contest(ground, "vì", other, timestamp=DUE_AT)

    def test_the_deadline_runs_on_meanwhile(self) -> None:
        found = living_to(Stage.CONTESTED)
        found.pass_deadline(timestamp=DUE_AT)
        assert [type(e).__name__ for e in found.collect_events()] == ["DeadlinePassed"]


class TestHelp:
    def test_whom_the_notice_names_is_asked_and_has_not_confirmed(self) -> None:
        assert issued().helpers == {HELPER: Help.ASKED}

    def test_nobody_helps_who_was_not_asked(self) -> None:
        with pytest.raises(RuleError, match="not_a_helper"):
            issued().confirm_help(OTHER, "", timestamp=DUE_AT)

    def test_who_is_asked_helps_only_once_it_says_so(self) -> None:
        found = issued()
        found.ask_help(OTHER, "dữ liệu", timestamp=DUE_AT)
        assert found.helpers[OTHER] is Help.ASKED
        found.confirm_help(OTHER, "", timestamp=DUE_AT)
        assert found.helpers[OTHER] is Help.CONFIRMED

    def test_who_declined_can_be_asked_again_but_who_confirmed_cannot(self) -> None:
        found = issued()
        found.decline_help(HELPER, "vì", timestamp=DUE_AT)
        found.ask_help(HELPER, "ít hơn", timestamp=DUE_AT)
        found.confirm_help(HELPER, "", timestamp=DUE_AT)
        with pytest.raises(ConflictError, match="help_asked_already"):
            found.ask_help(HELPER, "thêm", timestamp=DUE_AT)

    def test_the_lead_unit_does_not_help_itself(self) -> None:
        with pytest.raises(RuleError, match="helper_leads"):
            issued().ask_help(LEAD, "dữ liệu", timestamp=DUE_AT)


class TestTransfers:
    def test_the_new_lead_has_both_deadlines_and_has_not_accepted(self) -> None:
        found = living_to(Stage.ACCEPTED)
        found.grant_extension(LATER, "", timestamp=DUE_AT)
        STEPS["transfer"](found, DUE_AT)
        assert (found.stage, found.place.lead_unit_id) == (Stage.OPEN, OTHER)
        assert (found.original, found.deadline) == (DUE, LATER)

    def test_a_claim_and_a_wish_of_the_former_lead_are_its_own(self) -> None:
        found = issued()
        STEPS["request_extension"](found, DUE_AT)
        STEPS["report_completion"](found, DUE_AT)
        STEPS["transfer"](found, DUE_AT)
        assert (found.claimed_at, found.asked) == (None, None)

    def test_who_leads_does_not_help_any_more(self) -> None:
        found = issued()
        found.transfer(HELPER, path_of(HELPER), date(2026, 12, 1), "vì", timestamp=DUE_AT)
        assert found.helpers == {}

    def test_nobody_is_given_what_it_leads(self) -> None:
        with pytest.raises(RuleError, match="leads_already"):
            issued().transfer(LEAD, path_of(LEAD), date(2026, 12, 1), "vì", timestamp=DUE_AT)


def received(events: list[Any]) -> list[Received]:
    """Stored events as monitoring receives them."""
    found: list[Received] = []
    for number, event in enumerate(events):
        contract = publish(event)
        assert contract is not None
        envelope = Envelope(
            id=str(uuid5(event.originator_id, str(event.originator_version))),
            source="/tiendo/assignments",
            type=contract.TYPE,
            subject=str(event.originator_id),
            time=event.timestamp,
            sequence=number,
            subjectversion=event.originator_version,
            actor="user:x",
            correlationid="c",
        )
        raw = Raw(Partition(contract.TOPIC, 0), number, str(event.originator_id).encode(), b"", ())
        found.append(Received(envelope, contract, raw))
    return found


class Lives(RuleBasedStateMachine):
    """Two assignments, what is made of them, and people who try whatever comes to their minds.

    Whoever is refused changes nothing; what they were allowed to do is in the events, and the views
    are a function of these.
    """

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk({one: issued(number=one.int) for one in (ONE, ANOTHER)})
        self.events: list[Any] = []
        self.deeds: list[tuple[Principal, str, UUID]] = []
        self.notices, self.earliest = 0, DUE_AT
        for found in self.desk.found.values():
            self.events += found.collect_events()

    @rule(
        who=st.sampled_from([*PEOPLE.values(), STRANGER, *(
            person("reporter", unit, path_of(unit)) for unit in UNITS
        )]),
        name=st.sampled_from(sorted(name for name, step in LIFE.items() if step.by in PEOPLE)),
        one=st.sampled_from([ONE, ANOTHER]),
    )  # fmt: skip
    def somebody_tries(self, who: Principal, name: str, one: UUID) -> None:
        self.attempt(who, name, one, STEPS[name])

    @rule(who=st.sampled_from([*PEOPLE.values(), STRANGER]), days=st.integers(-5, 60))
    def somebody_grants_time(self, who: Principal, days: int) -> None:
        given = deadline_on(date(2026, 12, 1) + timedelta(days))
        self.attempt(
            who, "grant_extension", ONE, lambda it, at: it.grant_extension(given, "", timestamp=at)
        )

    @rule(unit=st.sampled_from(UNITS))
    def the_leader_hands_it_over(self, unit: UUID) -> None:
        self.attempt(
            PEOPLE[By.LEADER],
            "transfer",
            ONE,
            lambda it, at: it.transfer(unit, path_of(unit), at.date(), "vì", timestamp=at),
        )

    @rule(one=st.sampled_from([ONE, ANOTHER]), units=st.lists(st.sampled_from(UNITS), max_size=3))
    def the_leader_splits_it(self, one: UUID, units: list[UUID]) -> None:
        parts = [
            Part(self._unused(ahead), unit, path_of(unit), (), "một phần")
            for ahead, unit in enumerate(units)
        ]
        made: list[Assignment] = []
        self.attempt(
            PEOPLE[By.LEADER],
            "split",
            one,
            lambda it, at: made.extend(split(it, parts, "vì", timestamp=at)),
        )
        self.add(made)

    @rule()
    def the_leader_joins_both(self) -> None:
        both = [self.desk.found[one] for one in (ONE, ANOTHER)]
        self.desk.at += timedelta(hours=7)
        try:
            made = join(both, self._unused(), "cả hai", ONE, "vì", timestamp=self.desk.at)
        except RuleError:
            assert not any(one.pending_events for one in both)
            return
        for one in both:
            self.events += one.collect_events()
        self.add([made])

    def add(self, made: list[Assignment]) -> None:
        for one in made:
            self.desk.found[one.id] = one
            self.events += one.collect_events()

    def _unused(self, ahead: int = 0) -> UUID:
        return UUID(int=200 + len(self.desk.found) + ahead)

    @rule(one=st.sampled_from([ONE, ANOTHER]), unit=st.sampled_from(UNITS))
    def its_lead_merges_into_another(self, one: UUID, unit: UUID) -> None:
        self.happens(
            one,
            lambda it, at: it.pass_on(
                unit, path_of(unit), at.date(), Change.MERGED, "luật", timestamp=at
            ),
        )

    @rule(one=st.sampled_from([ONE, ANOTHER]))
    def a_report_claims_it(self, one: UUID) -> None:
        self.happens(one, STEPS["report_completion"])

    @rule(
        one=st.sampled_from([ONE, ANOTHER]),
        action=st.sampled_from(Action),
        days=st.integers(1, 60),
        unit=st.sampled_from(UNITS),
    )
    def a_later_notice_changes_it(self, one: UUID, action: Action, days: int, unit: UUID) -> None:
        self.notices += 1
        due = deadline_on(date(2026, 12, 1) + timedelta(days), f"thông báo {self.notices}")
        change = amendment(action, due, unit, number=self.notices)
        self.happens(one, lambda it, at: it.amend(change, timestamp=at))
        if self.desk.found[one].deadline == due and due.late_from is not None:
            self.earliest = min(self.earliest, due.late_from)

    @rule(days=st.integers(0, 40))
    def time_goes_by(self, days: int) -> None:
        self.desk.at += timedelta(days)
        for one in self.desk.found:
            self.happens(one, STEPS["pass_deadline"])

    def attempt(self, who: Principal, name: str, one: UUID, step: Take) -> None:
        self.desk.at += timedelta(hours=7)
        try:
            found = self.desk.take(who, name, one, step)
        except RuleError:
            assert not self.desk.found[one].pending_events
            return
        self.deeds.append((who, name, found.place.committee_id))
        self.events += found.collect_events()

    def happens(self, one: UUID, step: Take) -> None:
        found = self.desk.found[one]
        step(found, self.desk.at)
        self.events += found.collect_events()

    @invariant()
    def originals_stay_and_only_a_later_notice_brings_a_deadline_forward(self) -> None:
        for found in self.desk.found.values():
            assert found.original == DUE
            assert found.deadline.late_from is not None
            assert found.deadline.late_from >= self.earliest

    @invariant()
    def each_deadline_passed_once(self) -> None:
        passed = [
            (e.originator_id, e.deadline)
            for e in self.events
            if isinstance(e, Assignment.DeadlinePassed)
        ]
        assert len(passed) == len(set(passed))

    @invariant()
    def each_did_only_what_is_theirs(self) -> None:
        for who, name, _ in self.deeds:
            match LIFE[name].by:
                case By.LEADER:
                    assert who.unit_id == COMMITTEE
                case By.LEAD | By.HELPER:
                    assert who.unit_id in UNITS
                case _:
                    assert who.sees(PEOPLE[By.LEADER].unit_path)

    @invariant()
    def no_living_work_is_without_a_lead(self) -> None:
        for found in self.desk.found.values():
            assert found.place.lead_unit_id in UNITS
            assert found.place.lead_unit_path == path_of(found.place.lead_unit_id)

    @invariant()
    def its_events_tell_the_same_story(self) -> None:
        for one, found in self.desk.found.items():
            again: Any = None
            for happened in self.events:
                if happened.originator_id == one:
                    again = happened.mutate(again)
            assert vars(again) | {"_pending_events": None} == vars(found) | {
                "_pending_events": None
            }

    @invariant()
    def the_views_say_what_is_so(self) -> None:
        memory = fold_in_memory(BOARD, received(self.events))
        rows: dict[int, AssignmentRow] = memory.rows[ASSIGNMENTS.name]
        for one, found in self.desk.found.items():
            row = rows[one.int]
            assert (row.stage, row.version) == (found.stage, found.version)
            assert (row.lead_unit_id, row.claimed_at) == (
                found.place.lead_unit_id,
                found.claimed_at,
            )
            assert Deadline(row.due_on, row.late_from, row.due_words) == found.deadline
            assert (
                Deadline(row.original_due_on, row.original_late_from, row.original_words)
                == found.original
            )
            asked = found.asked.due_on if found.asked else None
            assert row.pending_due_on == asked
            told = {
                unit: Help.CONFIRMED
                if unit in row.confirmed_ids
                else Help.DECLINED
                if unit in row.declined_ids
                else Help.ASKED
                for unit in row.coordinator_ids
            }
            assert told == found.helpers
        cells = memory.counts[COUNTERS.name]
        assert sum(cells.values()) == len(self.desk.found)
        for cell, count in cells.items():
            assert count > 0
            is_done, is_off = cell.stage in DONE, cell.stage in OFF
            assert (cell.late_from is None) == (is_done or is_off)
            assert (cell.in_time is None) == (cell.stage in UNDONE or is_off)


TestLives = Lives.TestCase
