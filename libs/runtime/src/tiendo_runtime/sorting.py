"""What of a batch counts: the pure part of consuming.

A record counts when its owner published it, it is not a relay's repeat, it can be read, and no
earlier record of its key waits among the dead letters. Whoever else writes to a topic cannot raise
the sequence that marks repeats.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.cloudevents import Envelope, MalformedRecordError, decode, source_of
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.records import Move, Partition, Position, Raw, Received

Key = tuple[str, bytes]


@dataclass(slots=True)
class Sorted:
    """A batch, sorted out: events to handle, records to park, and the steps of the positions."""

    consumer: str
    events: list[Received] = field(default_factory=list[Received])
    parked: list[Parked] = field(default_factory=list[Parked])
    _after: dict[Partition, Position] = field(default_factory=dict[Partition, Position])
    _before: dict[Partition, Position] = field(default_factory=dict[Partition, Position])

    @property
    def moves(self) -> tuple[Move, ...]:
        """The guarded steps from the positions before the batch to those behind it."""
        return tuple(
            Move(self.consumer, self._before[p], after) for p, after in self._after.items()
        )

    @property
    def after(self) -> Mapping[Partition, Position]:
        """Where the consumer stands once the batch has been handled."""
        return self._after

    def take(self, raw: Raw, at: Position, waiting: set[Key]) -> None:
        """Sort one record in; `at` is its partition's position before the batch."""
        partition = raw.partition
        self._before.setdefault(partition, at)
        now = self._after.setdefault(partition, at)
        if raw.offset < now.next_offset:
            return
        sequence = self._judge(raw, now.sequence, waiting)
        self._after[partition] = Position(partition, raw.offset + 1, sequence)

    def _judge(self, raw: Raw, highest: int, waiting: set[Key]) -> int:
        """Decide what to do with a record; answers the highest sequence after it."""
        try:
            envelope = Envelope.parse(raw.headers)
        except MalformedRecordError as error:
            self.parked.append(Parked.because(self.consumer, raw, "no_event", error))
            return highest
        contract = catalogue().get(envelope.type)
        if contract is None:
            return highest  # of a newer publisher, or nobody's: its sequence says nothing
        if envelope.source != source_of(contract.OWNER):
            reason = f"{envelope.source} does not publish {envelope.type}"
            self.parked.append(Parked(self.consumer, raw, "no_event", reason))
            return highest
        if envelope.sequence <= highest:
            return highest
        self._take(raw, envelope, waiting)
        return envelope.sequence

    def _take(self, raw: Raw, envelope: Envelope, waiting: set[Key]) -> None:
        """Take an event that is new, or park it."""
        key = (raw.partition.topic, raw.key)
        if key in waiting:
            self.parked.append(Parked(self.consumer, raw, "behind", "an earlier event waits"))
            return
        try:
            event = decode(envelope.type, raw.value)
            self.events.append(Received(envelope, event, raw))
        except MalformedRecordError as error:
            self.parked.append(Parked.because(self.consumer, raw, "malformed", error))
            waiting.add(key)


def sort_out(
    consumer: str,
    records: Iterable[Raw],
    positions: Mapping[Partition, Position],
    waiting: set[Key],
) -> Sorted:
    """Sort a batch out. `waiting` is amended by the keys of what is parked here."""
    batch = Sorted(consumer)
    for raw in records:
        batch.take(raw, positions[raw.partition], waiting)
    return batch
