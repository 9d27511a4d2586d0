"""One realistic event per contract, for documents and tests; persons and bodies are invented.

They tell one story: the committee of Bình Sơn meets, its notice gives two assignments, one is
reported done and verified, the other asks for time and passes its deadline. Each event is a typed
constant in the module of its context; a test varies it with `event.model_copy(update={...})`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import UnknownEventTypeError
from tiendo_contracts.cloudevents import Envelope, source_of
from tiendo_contracts.examples import (
    assignments,
    indicators,
    meetings,
    notifications,
    quality,
    reporting,
    story,
    units,
)


@cache
def examples() -> Mapping[str, Contract]:
    """An example of every contract by its CloudEvents type."""
    parts = (units, meetings, assignments, reporting, notifications, indicators, quality)
    return MappingProxyType({event.TYPE: event for part in parts for event in part.ALL})


def example(event_type: str) -> Contract:
    """The example of a CloudEvents type.

    Raises:
        UnknownEventTypeError: The catalogue does not hold it.
    """
    try:
        return examples()[event_type]
    except KeyError:
        raise UnknownEventTypeError(event_type) from None


def structured(event: Contract) -> dict[str, Any]:
    """An example as a whole event in the JSON format, as a member unit's system would write it.

    It has no `sequence`, `subjectversion` or `actor`: those are of the relays.
    """
    found = envelope(event)
    return {
        "specversion": "1.0",
        "id": found.id,
        "source": story.PORTAL if event.OWNER == "ingest" else found.source,
        "type": found.type,
        "subject": found.subject,
        "time": "2026-11-22T08:30:00.25+07:00",
        "datacontenttype": "application/json",
        "data": event.model_dump(mode="json"),
    }


def envelope(event: Contract) -> Envelope:
    """The attributes that an example travels with; the same for the same type and key."""
    subject = event.key().decode()
    return Envelope(
        id=str(uuid5(UUID(subject), event.TYPE)),
        source=source_of(event.OWNER),
        type=event.TYPE,
        subject=subject,
        time=datetime(2026, 11, 22, 1, 30, 0, 250_000, tzinfo=UTC),
        sequence=1287,
        subjectversion=1,
        actor="user:7f3c",
        correlationid="019aa655-0000-7000-8000-0000000000c0",
        causationid="019aa655-0000-7000-8000-0000000000ca",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
