"""What happened elsewhere becomes what a unit is told."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

import pytest

from notifications.domain import Notification, Occasion
from notifications.reactions import REACTIONS
from tiendo_contracts.base import Contract
from tiendo_contracts.examples import assignments, envelope, example, reporting, story
from tiendo_runtime.clock import Uuid7
from tiendo_runtime.records import Partition, Raw, Received
from tiendo_runtime.store import Store, Work


@dataclass
class EmptyStore:
    """A store that has nothing yet."""

    loaded: list[UUID] = field(default_factory=list[UUID])

    def load(self, identity: UUID) -> None:
        self.loaded.append(identity)


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 12, 12, 1, tzinfo=UTC)


@pytest.fixture
def work() -> Work:
    return Work(cast("Store", EmptyStore()), StoppedClock(), Uuid7())


def received(event: Contract, event_id: str = "") -> Received:
    attributes = envelope(event)
    raw = Raw(Partition(event.TOPIC, 0), 0, event.key(), b"", ())
    return Received(replace(attributes, id=event_id or attributes.id), event, raw)


def react(work: Work, *events: Received) -> list[Notification]:
    for one in events:
        REACTIONS.on[type(one.event)](work, one)
    seen = [work.find(Notification, identity) for identity in seen_ids(work)]
    return [notification for notification in seen if notification is not None]


def seen_ids(work: Work) -> list[UUID]:
    store = cast("EmptyStore", work._store)  # pyright: ignore[reportPrivateUsage] - our fake
    return list(dict.fromkeys(store.loaded))


SCHOOL = UUID(int=9)
COMMITTEE, REPORTER = story.COMMITTEE, reporting.REPORT_RETURNED.unit_id
BY_LAW = assignments.ASSIGNMENT_TRANSFERRED.model_copy(update={"cause": "unit_merged"})
BELOW_ANOTHER = BY_LAW.model_copy(update={"from_unit_id": BY_LAW.lead_unit_id})
DECIDED = assignments.ASSIGNMENT_TRANSFERRED.model_copy(update={"cause": "decision"})


def lead(event: Any) -> UUID:
    return event.lead_unit_id


def closed(outcome: str) -> Contract:
    """The end of an assignment, in one way or the other."""
    by = story.PLATFORM if outcome == "superseded" else None
    how = {"outcome": outcome, "superseded_by_id": by}
    return assignments.ASSIGNMENT_CLOSED.model_copy(update=how)


def answered(*, upheld: bool) -> Contract:
    return assignments.CONTEST_ANSWERED.model_copy(update={"upheld": upheld})


def commented(author_unit: UUID) -> Contract:
    return reporting.REPORT_COMMENTED.model_copy(update={"author_unit_id": author_unit})


ISSUED = assignments.ASSIGNMENT_ISSUED.model_copy(
    update={"coordinator_ids": (story.FINANCE, SCHOOL)}
)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            ISSUED,
            [
                (Occasion.ASSIGNED, lead(ISSUED)),
                (Occasion.HELP_ASKED, story.FINANCE),
                (Occasion.HELP_ASKED, SCHOOL),
            ],
        ),
        (
            DECIDED,
            [(Occasion.ASSIGNED, lead(DECIDED)), (Occasion.HANDED_OVER, DECIDED.from_unit_id)],
        ),
        (BY_LAW, [(Occasion.ASSIGNED, lead(BY_LAW))]),
        (BELOW_ANOTHER, []),
        (assignments.HELP_ASKED, [(Occasion.HELP_ASKED, assignments.HELP_ASKED.helper_id)]),
        (
            assignments.HELP_DECLINED,
            [(Occasion.HELP_DECLINED, lead(assignments.HELP_DECLINED))],
        ),
        (assignments.ASSIGNMENT_CONTESTED, [(Occasion.CONTESTED, COMMITTEE)]),
        (
            answered(upheld=True),
            [(Occasion.CONTEST_UPHELD, lead(assignments.CONTEST_ANSWERED))],
        ),
        (
            answered(upheld=False),
            [(Occasion.CONTEST_REJECTED, lead(assignments.CONTEST_ANSWERED))],
        ),
        (assignments.DEADLINE_PASSED, [(Occasion.OVERDUE, lead(assignments.DEADLINE_PASSED))]),
        (
            assignments.DEADLINE_RESOLVED,
            [(Occasion.DEADLINE_RESOLVED, lead(assignments.DEADLINE_RESOLVED))],
        ),
        (assignments.EXTENSION_REQUESTED, [(Occasion.EXTENSION_ASKED, COMMITTEE)]),
        (
            assignments.EXTENSION_GRANTED,
            [(Occasion.EXTENSION_DECIDED, lead(assignments.EXTENSION_GRANTED))],
        ),
        (
            assignments.EXTENSION_REFUSED,
            [(Occasion.EXTENSION_DECIDED, lead(assignments.EXTENSION_REFUSED))],
        ),
        (
            assignments.COMPLETION_REFUSED,
            [(Occasion.REFUSED, lead(assignments.COMPLETION_REFUSED))],
        ),
        (assignments.ASSIGNMENT_SPLIT, [(Occasion.SPLIT, lead(assignments.ASSIGNMENT_SPLIT))]),
        (assignments.ASSIGNMENT_JOINED, [(Occasion.JOINED, lead(assignments.ASSIGNMENT_JOINED))]),
        (closed("cancelled"), [(Occasion.CALLED_OFF, lead(closed("cancelled")))]),
        (closed("superseded"), [(Occasion.SUPERSEDED, lead(closed("superseded")))]),
        (closed("completed"), []),
        (reporting.REPORT_RETURNED, [(Occasion.RETURNED, REPORTER)]),
        (reporting.REPORT_EXCUSED, [(Occasion.EXCUSED, reporting.REPORT_EXCUSED.unit_id)]),
        (
            reporting.LATE_REPORT_ALLOWED,
            [(Occasion.LATE_ALLOWED, reporting.LATE_REPORT_ALLOWED.unit_id)],
        ),
        (
            commented(COMMITTEE),
            [(Occasion.COMMENTED, reporting.REPORT_COMMENTED.unit_id)],
        ),
        (commented(reporting.REPORT_COMMENTED.unit_id), []),
    ],
)
def test_each_happening_is_told_once_to_whom_it_concerns_however_often_it_arrives(
    work: Work, event: Contract, told: list[tuple[Occasion, UUID]]
):
    found = react(work, received(event), received(event))
    assert [(one.about.occasion, one.about.unit_id) for one in found] == told


@pytest.mark.parametrize(
    ("cause", "outcome", "occasion"),
    [
        (assignments.ASSIGNMENT_SPLIT, "superseded", Occasion.SPLIT),
        (assignments.ASSIGNMENT_JOINED, "superseded", Occasion.JOINED),
        (answered(upheld=True), "cancelled", Occasion.CONTEST_UPHELD),
    ],
)
def test_an_end_is_told_once_with_its_cause(
    work: Work, cause: Contract, outcome: str, occasion: Occasion
):
    place = {
        name: getattr(cause, name) for name in ("assignment_id", "lead_unit_id", "lead_unit_path")
    }
    (told,) = react(work, received(cause), received(closed(outcome).model_copy(update=place)))
    assert told.about.occasion is occasion


def test_a_helper_is_told_what_it_is_asked_for(work: Work):
    (told,) = react(work, received(assignments.HELP_ASKED))
    assert told.facts.reason == assignments.HELP_ASKED.part


def test_leave_to_report_late_is_told_with_the_instant_until_when(work: Work):
    until = datetime(2026, 12, 4, 17, tzinfo=UTC)  # the midnight that ends 4 December in Vietnam
    allowed = reporting.LATE_REPORT_ALLOWED.model_copy(update={"until": until})
    (told,) = react(work, received(allowed))
    assert (told.facts.due_on, told.facts.late_from) == (date(2026, 12, 4), until)


def test_who_is_told_comes_from_the_event(work: Work):
    told, *_ = react(work, received(assignments.ASSIGNMENT_ISSUED))
    assert told.about.unit_id == story.SCIENCE
    assert told.about.unit_path == story.SCIENCE_PATH
    assert told.about.subject_id == story.PLATFORM
    assert told.facts.due_on == story.PLATFORM_DUE.due_on


def test_a_second_deadline_that_passes_is_told_again(work: Work):
    again = assignments.DEADLINE_PASSED.model_copy(update={"deadline": story.TRAINING_DUE})
    assert len(react(work, received(assignments.DEADLINE_PASSED), received(again))) == 2


def test_a_report_that_is_returned_again_is_told_again(work: Work):
    first, second = (received(reporting.REPORT_RETURNED, event_id) for event_id in ("one", "two"))
    assert len(react(work, first, second, first)) == 2


def test_a_decision_is_told_with_its_reason(work: Work):
    granted, refused = react(
        work, received(assignments.EXTENSION_GRANTED), received(assignments.EXTENSION_REFUSED)
    )
    assert (granted.facts.granted, granted.facts.due_on) == (
        True,
        story.TRAINING_DUE_LATER.due_on,
    )
    assert (refused.facts.granted, refused.facts.reason) == (False, "Đã gia hạn một lần")


@pytest.mark.parametrize("contract", REACTIONS.on, ids=lambda contract: contract.__name__)
def test_what_a_reaction_asks_for_is_what_it_is_expected_to(
    work: Work, contract: type[Contract]
) -> None:
    event = received(example(contract.TYPE))
    react(work, event)
    assert seen_ids(work) == list(REACTIONS.expects[contract](event))
