"""The first half of a build: the log, partition by partition, into pieces by bucket.

Records are sorted out as the live loop does it, but an event that its effects take as it is stays
unread: its bytes go into a file, and the other half reads them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.cloudevents import Envelope, MalformedRecordError, decode
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.deadletters.parking import reason_of, stack_of
from tiendo_runtime.kafka_log import LogReader
from tiendo_runtime.projection import Effect
from tiendo_runtime.rebuilding.buckets import bucket_of, place_of
from tiendo_runtime.rebuilding.job import Job
from tiendo_runtime.rebuilding.pieces import Manifest, SetAside, Writer, Written, stamp_of
from tiendo_runtime.records import Key, Partition, Position, Raw, Received
from tiendo_runtime.sorting import sort_out

_BATCH = 2000
_encoder = msgspec.msgpack.Encoder()

Advance = Callable[[int], None]
"""Told how many more records or rows are done."""


async def map_unit(job: Job, partition: Partition, log: LogReader, advance: Advance) -> None:
    """Write the pieces of a partition; raises KafkaError."""
    unit = _Unit(job, partition)
    begin, end = job.bounds[partition]
    async for records in log.read(partition, begin, end, _BATCH):
        unit.take(records)
        advance(len(records))
    unit.complete()


@dataclass(frozen=True, slots=True)
class _Way:
    """Where an effect's pieces go."""

    number: int
    table: int
    effect: Effect[Any, Any]


class _Unit:
    """A partition on its way into pieces."""

    def __init__(self, job: Job, partition: Partition) -> None:
        self._job = job
        self._partition = partition
        self._writer: Writer = job.room.writer(partition)
        self._at = Position(partition, job.bounds[partition][0], -1)
        self._waiting: set[Key] = set()
        self._parked: list[Parked] = []
        self._events = 0
        self._ways: dict[str, list[_Way]] = {}
        for number, (contract, effect) in enumerate(job.effects):
            way = _Way(number, job.tables[effect.table.name], effect)
            self._ways.setdefault(contract.TYPE, []).append(way)
        self._unread = {
            name
            for name in catalogue()
            if all(way.effect.split is None for way in self._ways.get(name, ()))
        }

    def take(self, records: Sequence[Raw]) -> None:
        """Take the next records."""
        if self._job.as_of is not None:
            records = [raw for raw in records if _is_until(self._job.as_of, raw)]
        if not records:
            return
        batch = sort_out(
            self._job.schema,
            records,
            {self._partition: self._at},
            self._waiting,
            self._job.discarded,
            self._read,
        )
        self._at = batch.after[self._partition]
        self._parked += batch.parked
        for received in batch.events:
            self._take(received)

    def _read(self, event_type: str, value: bytes | None) -> Contract | None:
        return None if event_type in self._unread else decode(event_type, value)

    def _take(self, received: Received[Any]) -> None:
        raw, job = received.raw, self._job
        key = (raw.partition.topic, raw.key)
        if self._waiting and key in self._waiting:
            self._parked.append(Parked(job.schema, raw, "behind", "an earlier event waits"))
            return
        letter = self._letter(raw)
        pieces: list[tuple[int, Written]] = []
        if letter is None:
            try:
                pieces = list(self._pieces(received))
            except Exception as error:  # noqa: BLE001 - whatever it is: the event is set aside
                letter = Parked(job.schema, raw, "failed", reason_of(error), stack_of(error))
        if letter is not None:
            self._parked.append(letter)
            self._waiting.add(key)
            return
        self._events += 1
        for bucket, piece in pieces:
            self._writer.add(bucket, piece)

    def _letter(self, raw: Raw) -> Parked | None:
        """The letter of a record that an effect could not take when it came to that."""
        bad = self._job.bad.get((raw.partition, raw.offset))
        return None if bad is None else Parked(self._job.schema, raw, *bad)

    def _pieces(self, received: Received[Any]) -> Iterator[tuple[int, Written]]:
        raw, buckets = received.raw, self._job.buckets
        stamp = stamp_of(received.envelope)
        for way in self._ways.get(received.envelope.type, ()):
            if way.effect.split is None:
                row = bytes.fromhex(raw.key.decode("ascii").replace("-", ""))
                piece = (way.number, row, raw.offset, stamp, raw.value or b"")
                yield bucket_of(place_of(way.table, row), buckets), piece
                continue
            for key, part in way.effect.split(received):
                row = key.bytes
                piece = (way.number, row, raw.offset, stamp, _encoder.encode(part))
                yield bucket_of(place_of(way.table, row), buckets), piece

    def complete(self) -> None:
        """Bring the unit to the disk, complete."""
        chunks = self._writer.finish()
        set_aside = [_set_aside(letter) for letter in self._parked]
        manifest = Manifest(
            self._writer.path.name, self._events, self._at.sequence, set_aside, chunks
        )
        self._job.room.complete(self._partition, manifest)


def _is_until(instant: datetime, raw: Raw) -> bool:
    """Whether a record is an event that was recorded until an instant."""
    try:
        return Envelope.parse(raw.headers).time <= instant
    except MalformedRecordError:
        return False


def _set_aside(letter: Parked) -> SetAside:
    raw = letter.raw
    return SetAside(
        raw.offset, raw.key, raw.value, raw.headers, letter.code, letter.reason, letter.stack
    )
