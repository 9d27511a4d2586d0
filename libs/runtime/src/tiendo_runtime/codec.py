"""Domain events to stored bytes and back.

Stored is `{"v": class_version, "data": {…}, "meta": {…}}` as UTF-8 JSON. The event class's
annotations decide how data is read back, so tuples, enums, decimals and dates return as what they
were. Bytes once stored are never rewritten: an older `v` is upcast while it is read, by the
library's `upcast_vX_vY` methods on the raw dictionary.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any, cast, get_type_hints
from uuid import UUID

import msgspec
from eventsourcing.domain import CanMutateAggregate
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic, resolve_topic

from tiendo_runtime.context import Meta

DomainEvent = CanMutateAggregate[UUID]
_IDENTITY = ("originator_id", "originator_version")


class _Stored(msgspec.Struct):
    data: msgspec.Raw
    meta: Meta
    v: int = 1


_encoder = msgspec.json.Encoder(decimal_format="string")
_stored = msgspec.json.Decoder(_Stored)


class StoredEventError(Exception):
    """A stored event cannot be read by the present classes: an upcaster is missing."""


def encode(event: DomainEvent, meta: Meta) -> StoredEvent:
    """The event as it is stored."""
    state = vars(event)
    data = {name: value for name, value in state.items() if name not in _IDENTITY}
    version: int = getattr(type(event), "class_version", 1)
    return StoredEvent(
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        topic=get_topic(type(event)),
        state=_encoder.encode({"v": version, "data": data, "meta": meta}),
    )


def decode(stored: StoredEvent) -> tuple[DomainEvent, Meta]:
    """The stored event as a domain event of today's class, with its meta.

    Raises:
        StoredEventError: Its class is gone, or its data do not fit and no upcaster mends them.
    """
    try:
        kind: type[DomainEvent] = resolve_topic(stored.topic)
        envelope = _stored.decode(stored.state)
        data = _reader(kind)(envelope)
    except Exception as wrong:
        where = f"{stored.topic} {stored.originator_id} version {stored.originator_version}"
        raise StoredEventError(f"{where}: {wrong}") from wrong
    event = object.__new__(kind)
    data["originator_id"] = stored.originator_id
    data["originator_version"] = stored.originator_version
    object.__setattr__(event, "__dict__", data)
    return event, envelope.meta


@cache
def _reader(kind: type[DomainEvent]) -> Callable[[_Stored], dict[str, Any]]:
    hints = get_type_hints(kind)
    fields = dataclasses.fields(cast("Any", kind))
    shape = msgspec.defstruct(
        kind.__name__,
        [(f.name, hints[f.name]) for f in fields if f.name not in _IDENTITY],
        forbid_unknown_fields=True,
    )
    newest: int = getattr(kind, "class_version", 1)
    direct = msgspec.json.Decoder(shape)

    def read(envelope: _Stored) -> dict[str, Any]:
        if envelope.v == newest:
            found = direct.decode(envelope.data)
        elif envelope.v > newest:
            raise StoredEventError(f"stored by a newer class, version {envelope.v}")
        else:
            raw = cast("dict[str, Any]", msgspec.json.decode(envelope.data))
            for version in range(envelope.v, newest):
                getattr(kind, f"upcast_v{version}_v{version + 1}")(raw)
            found = direct.decode(_encoder.encode(raw))
        return msgspec.structs.asdict(found)

    return read
