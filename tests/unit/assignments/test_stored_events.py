"""Any stored event comes back as the same values, and can be published."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest
from eventsourcing.utils import get_topic
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.assignments.stored import EVENTS, META
from tests.unit.golden import kinds

from assignments.publishing import publish
from tiendo_runtime import codec
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.publishing import Publisher


def name(one: DomainEvent) -> str:
    return get_topic(type(one))


@pytest.mark.parametrize("event", EVENTS, ids=name)
def test_every_event_can_be_published_as_its_own_contract(event: DomainEvent) -> None:
    [record] = Publisher("assignments", publish).records(event, META, 7)
    assert (
        dict(record.headers)["ce_type"]
        .decode()
        .endswith(f".{_public_name(type(event).__name__)}.v1")
    )


def _public_name(name: str) -> str:
    if name == "Drawn":
        return "VerificationSampled"
    of_assignments = (
        "Issued",
        "Accepted",
        "Contested",
        "Transferred",
        "Closed",
        "Split",
        "Joined",
        "Derived",
        "Amended",
    )
    if name in of_assignments:
        return f"Assignment{name}"
    of_units = ("Registered", "Renamed", "Moved", "Merged", "Dissolved")
    return f"Unit{name}" if name in of_units else name


st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))


@st.composite
def events(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(kinds("assignments")))
    hints = get_type_hints(kind)
    given = {f.name: draw(st.from_type(hints[f.name])) for f in fields(kind) if f.init}
    return kind(**given | {"originator_id": draw(st.uuids())})


@given(events())
def test_any_event_comes_back_as_it_was(event: DomainEvent) -> None:
    found, _ = codec.decode(codec.encode(event, META))
    assert type(found) is type(event)
    assert vars(found) == vars(event)
