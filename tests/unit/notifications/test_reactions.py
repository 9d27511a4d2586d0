"""What happened elsewhere becomes what a unit is told."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast
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


@pytest.mark.parametrize(
    ("event", "occasion"),
    [
        (assignments.ASSIGNMENT_ISSUED, Occasion.ASSIGNED),
        (assignments.DEADLINE_PASSED, Occasion.OVERDUE),
        (assignments.EXTENSION_GRANTED, Occasion.EXTENSION_DECIDED),
        (assignments.EXTENSION_REFUSED, Occasion.EXTENSION_DECIDED),
        (assignments.COMPLETION_REFUSED, Occasion.REFUSED),
        (reporting.REPORT_RETURNED, Occasion.RETURNED),
    ],
)
def test_each_happening_is_told_once_however_often_it_arrives(
    work: Work, event: Contract, occasion: Occasion
):
    told = react(work, received(event), received(event))
    assert [one.about.occasion for one in told] == [occasion]


def test_who_is_told_comes_from_the_event(work: Work):
    (told,) = react(work, received(assignments.ASSIGNMENT_ISSUED))
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
