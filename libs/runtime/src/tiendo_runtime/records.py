"""Events as they come off Kafka, and where a consumer stands among them."""

from dataclasses import dataclass
from typing import Generic, NamedTuple

from typing_extensions import TypeVar

from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope, decode

Headers = tuple[tuple[str, bytes | None], ...]
"""Kafka headers as they came; one may lack a value."""

Key = tuple[str, bytes]
"""A topic and the key of a record in it: what order is kept for."""

E_co = TypeVar("E_co", bound=Contract, default=Contract, covariant=True)


class Partition(NamedTuple):
    """A partition of a topic."""

    topic: str
    number: int


class Raw(NamedTuple):
    """A Kafka record as it came, not yet read."""

    partition: Partition
    offset: int
    key: bytes
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record ready to be sent; `sequence` is the store's notification id."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    sequence: int


class Received(NamedTuple, Generic[E_co]):
    """An event with its envelope and the place it came from."""

    envelope: Envelope
    event: E_co
    raw: Raw

    @property
    def order(self) -> tuple[str, str]:
        """Sorts claims about one thing: (time of recording, event id)."""
        return (self.envelope.time.isoformat(), self.envelope.id)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a consumer stands in one partition.

    `next_offset` is where to seek; `sequence` is the highest publisher's sequence that had its
    effect: an event that is not above it is a relay's repeat.
    """

    partition: Partition
    next_offset: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Move:
    """A consumer's step from one position to the next, guarded by the former."""

    consumer: str
    before: Position
    after: Position


def read(raw: Raw) -> Received:
    """Read a record.

    Raises:
        MalformedRecordError: It is no event of the catalogue's form.
        UnknownEventTypeError: Its type is not known to this version.
    """
    envelope = Envelope.parse(raw.headers)
    return Received(envelope, decode(envelope.type, raw.value), raw)
