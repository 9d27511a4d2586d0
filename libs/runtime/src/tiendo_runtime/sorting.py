"""What of a batch counts: the pure part of consuming.

A record counts when its owner published it, it is not a relay's repeat, it can be read, nobody
discarded it, and no earlier record of its key waits among the dead letters. Whoever else writes to
a topic cannot raise the sequence that marks repeats.
"""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.cloudevents import Envelope, MalformedRecordError, decode, source_of
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.records import Key, Move, Partition, Position, Raw, Received

Read = Callable[[str, bytes | None], Any]
"""Reads the data of an event by its type."""

_NONE: AbstractSet[tuple[Partition, int]] = frozenset()


@dataclass(slots=True)
class Sorted:
    """A batch, sorted out: events to handle, records to park, and the steps of the positions."""

    consumer: str
    events: list[Received] = field(default_factory=list[Received])
    parked: list[Parked] = field(default_factory=list[Parked])
    after: dict[Partition, Position] = field(default_factory=dict[Partition, Position])
    before: dict[Partition, Position] = field(default_factory=dict[Partition, Position])

    @property
    def moves(self) -> tuple[Move, ...]:
        """The guarded steps from the positions before the batch to those behind it."""
        return tuple(Move(self.consumer, self.before[p], after) for p, after in self.after.items())


@cache
def _sources() -> Mapping[str, str]:
    """Who publishes each known type."""
    return {name: source_of(contract.OWNER) for name, contract in catalogue().items()}


def sort_out(
    consumer: str,
    records: Iterable[Raw],
    positions: Mapping[Partition, Position],
    waiting: set[Key],
    discarded: AbstractSet[tuple[Partition, int]] = _NONE,
    read: Read = decode,
) -> Sorted:
    """Sort a batch out. `waiting` is amended by the keys of what is parked here.

    A rebuild gives a `read` that leaves events unread which are not needed yet.
    """
    batch = Sorted(consumer)
    for partition, run in groupby(records, attrgetter("partition")):
        at = batch.after.get(partition) or positions[partition]
        batch.before.setdefault(partition, at)
        batch.after[partition] = _sort_run(batch, run, at, waiting, discarded, read)
    return batch


def _sort_run(
    batch: Sorted,
    run: Iterable[Raw],
    at: Position,
    waiting: set[Key],
    discarded: AbstractSet[tuple[Partition, int]],
    read: Read,
) -> Position:
    """Sort records of one partition into a batch; answers where they lead."""
    sources, parse = _sources(), Envelope.parse
    following, highest = at.next_offset, at.sequence
    for raw in run:
        if raw.offset < following:
            continue  # Kafka's redelivery
        following = raw.offset + 1
        try:
            envelope = parse(raw.headers)
        except MalformedRecordError as error:
            letter = Parked.because(batch.consumer, raw, "no_event", error)
            _set_aside(batch, letter, discarded)
            continue
        source = sources.get(envelope.type)
        if source is None:
            continue  # of a newer publisher, or nobody's: its sequence says nothing
        if envelope.source != source:
            reason = f"{envelope.source} does not publish {envelope.type}"
            _set_aside(batch, Parked(batch.consumer, raw, "no_event", reason), discarded)
        elif envelope.sequence > highest:
            highest = envelope.sequence
            if not discarded or (raw.partition, raw.offset) not in discarded:
                _take(batch, raw, envelope, waiting, read)
    return Position(at.partition, following, highest)


def _set_aside(
    batch: Sorted, letter: Parked, discarded: AbstractSet[tuple[Partition, int]]
) -> None:
    if (letter.raw.partition, letter.raw.offset) not in discarded:
        batch.parked.append(letter)


def _take(batch: Sorted, raw: Raw, envelope: Envelope, waiting: set[Key], read: Read) -> None:
    """Take an event that is new, or park it."""
    if waiting and (raw.partition.topic, raw.key) in waiting:
        batch.parked.append(Parked(batch.consumer, raw, "behind", "an earlier event waits"))
        return
    try:
        batch.events.append(Received(envelope, read(envelope.type, raw.value), raw))
    except MalformedRecordError as error:
        batch.parked.append(Parked.because(batch.consumer, raw, "malformed", error))
        waiting.add((raw.partition.topic, raw.key))
