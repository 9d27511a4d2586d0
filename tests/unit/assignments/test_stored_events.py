"""What was stored once can be read for ever, as the same values."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from eventsourcing.domain import CanMutateAggregate
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.assignments.stored import EVENTS, GOLDEN, META, SUBJECT, file_of

from assignments.domain import Assignment, Unit
from assignments.publishing import publish
from tiendo_runtime import codec
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.publishing import Publisher


def kinds() -> list[type[Any]]:
    """All event classes of all aggregates."""
    return [
        member
        for aggregate in (Unit, Assignment)
        for name, member in vars(aggregate).items()
        if name not in ("Event", "Created")
        and isinstance(member, type)
        and issubclass(member, CanMutateAggregate)
    ]


def name(one: Any) -> str:
    return get_topic(one if isinstance(one, type) else type(one))


def test_every_event_class_has_an_example() -> None:
    assert {type(event) for event in EVENTS} == set(kinds())


@pytest.mark.parametrize("event", EVENTS, ids=name)
def test_stored_bytes_are_as_they_were_when_they_were_frozen(event: DomainEvent) -> None:
    file = file_of(event)
    assert file.exists(), "run `python -m tests.unit.assignments.stored`"
    assert codec.encode(event, META).state == file.read_bytes()


@pytest.mark.parametrize("file", sorted(GOLDEN.iterdir()), ids=lambda file: file.stem)
def test_frozen_bytes_are_read_as_what_they_were(file: Path) -> None:
    topic = file.stem.rpartition(".v")[0]
    found, meta = codec.decode(StoredEvent(SUBJECT, 1, topic, file.read_bytes()))
    expected = next(event for event in EVENTS if name(event) == topic)
    assert {**vars(found), "originator_version": 0} == {**vars(expected), "originator_version": 0}
    assert meta == META


@pytest.mark.parametrize("event", EVENTS, ids=name)
def test_every_event_can_be_published_as_its_own_contract(event: DomainEvent) -> None:
    record = Publisher("assignments", publish).record(event, META, 7)
    assert record is not None
    assert (
        dict(record.headers)["ce_type"]
        .decode()
        .endswith(f".{_public_name(type(event).__name__)}.v1")
    )


def _public_name(name: str) -> str:
    named = {"Issued": "AssignmentIssued", "Registered": "UnitRegistered", "Renamed": "UnitRenamed"}
    return named.get(name, name)


st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))


@st.composite
def events(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(kinds()))
    hints = get_type_hints(kind)
    given = {f.name: draw(st.from_type(hints[f.name])) for f in fields(kind) if f.init}
    return kind(**given | {"originator_id": draw(st.uuids())})


@given(events())
def test_any_event_comes_back_as_it_was(event: DomainEvent) -> None:
    found, _ = codec.decode(codec.encode(event, META))
    assert type(found) is type(event)
    assert vars(found) == vars(event)
