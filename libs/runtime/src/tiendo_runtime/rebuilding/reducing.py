"""The second half of a build: the pieces of a bucket into rows, each written once.

A slice of a bucket is one transaction with its mark in `view_parts`: done wholly, once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.cloudevents import MalformedRecordError, decode
from tiendo_runtime.deadletters.parking import reason_of, stack_of
from tiendo_runtime.folding import cell_id, counted
from tiendo_runtime.projection import Counters
from tiendo_runtime.rebuilding.buckets import place_of, slice_of
from tiendo_runtime.rebuilding.copying import Collected, Copier
from tiendo_runtime.rebuilding.job import Job
from tiendo_runtime.rebuilding.mapping import Advance
from tiendo_runtime.rebuilding.pieces import Piece
from tiendo_runtime.records import Partition

Bad = dict[tuple[Partition, int], tuple[str, str, str]]
"""Events that an effect could not take, with (code, reason, stack)."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of a bucket; most buckets have one."""

    bucket: int
    number: int
    of: int

    @property
    def mark(self) -> str:
        """Its name among the parts that are done."""
        return f"{self.bucket}/{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class Reduced:
    """What a slice gave: rows by table, or the events that prevented it."""

    rows: dict[str, int] = field(default_factory=dict[str, int])
    bad: Bad = field(default_factory=Bad)


def parts_table(counters: Counters[Any, Any]) -> str:
    """Where the counts of slices wait until they are added up."""
    return f"{counters.name}__parts"


def reduce_slice(job: Job, conn: Connection[DictRow], part: Slice, advance: Advance) -> Reduced:
    """Fold a slice and write its rows."""
    with conn.transaction() as transaction:
        marked = conn.execute(
            "INSERT INTO view_parts (schema, part, rows) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
            (job.schema, part.mark),
        )
        if marked.rowcount != 1:
            return Reduced()  # by a process that was given up for dead
        folding = _Folding(job, conn, part)
        bad = folding.fold(advance)
        if bad:
            transaction.force_rollback = True
            return Reduced(bad=bad)
        rows = folding.write(conn)
        conn.execute(
            "UPDATE view_parts SET rows = %s WHERE schema = %s AND part = %s",
            (sum(rows.values()), job.schema, part.mark),
        )
    return Reduced(rows)


class _Folding:
    """The rows of one slice."""

    def __init__(self, job: Job, conn: Connection[DictRow], part: Slice) -> None:
        self._job = job
        self._part = part
        self._rows: dict[str, dict[bytes, Any]] = {t.name: {} for t in job.projection.tables}
        self._copied = {
            table.name: Collected(Copier.of(conn, job.schema, table), table.row)
            for table in job.projection.tables
        }
        self._added = {
            table.row: self._copied[table.name].add
            for table in job.projection.tables
            if table.appended
        }
        self._broken: set[tuple[int, bytes]] = set()
        self._apply = [
            (
                effect.apply,
                effect.table.row,
                self._rows[effect.table.name],
                job.tables[effect.table.name],
                partial(decode, contract.TYPE)
                if effect.split is None
                else msgspec.msgpack.Decoder(effect.part).decode,
            )
            for contract, effect in job.effects
        ]

    def fold(self, advance: Advance) -> Bad:
        """Apply all pieces, in the order of their partitions; answers the events that failed."""
        bad: Bad = {}
        for partition in self._job.units:
            for chunk in self._chunks(partition):
                self._fold(partition, chunk, bad)
                advance(len(chunk))
        return bad

    def _chunks(self, partition: Partition) -> Iterator[list[Piece]]:
        room, part, job = self._job.room, self._part, self._job
        manifest = room.manifest(partition)
        if manifest is None:
            raise FileNotFoundError(f"the pieces of {partition} are gone from {room.path}")
        for chunk in room.pieces(manifest, part.bucket):
            if part.of == 1:
                yield chunk
                continue
            tables = [table for _, _, _, table, _ in self._apply]
            yield [
                piece
                for piece in chunk
                if slice_of(place_of(tables[piece.effect], piece.key), job.buckets, part.of)
                == part.number
            ]

    def _fold(self, partition: Partition, pieces: list[Piece], bad: Bad) -> None:
        added, broken = self._added, self._broken

        def emit(row: Any) -> None:
            added[type(row)](row)

        for piece in pieces:
            apply, make, rows, table, read = self._apply[piece.effect]
            if broken and (table, piece.key) in broken:
                continue  # what comes after may only seem to fail
            try:
                row = rows.get(piece.key)
                if row is None:
                    row = rows[piece.key] = make(UUID(bytes=piece.key))
                apply(row, read(piece.data), piece.stamp.envelope, emit)
            except Exception as error:  # noqa: BLE001 - whatever it is: the event is set aside
                bad[partition, piece.offset] = _why(error)
                broken.add((table, piece.key))

    def write(self, conn: Connection[DictRow]) -> dict[str, int]:
        """Write everything; answers how many rows each table got."""
        counts: dict[str, int] = {}
        for counters in self._job.projection.counters:
            self._count(conn, counters)
        for table in self._job.projection.tables:
            collected, rows = self._copied[table.name], self._rows[table.name]
            for row in rows.values():
                collected.add(row)
            rows.clear()
            counts[table.name] = collected.write(conn)
        return counts

    def _count(self, conn: Connection[DictRow], counters: Counters[Any, Any]) -> None:
        cells = counted(counters, self._rows[counters.of.name].values())
        columns = ("cell", *counters.cells._fields, "n")
        copier = Copier(conn, f"{self._job.schema}.{parts_table(counters)}", columns)
        values = [(cell_id(cell), *cell, n) for cell, n in cells.items()]
        copier.write(conn, [copier.encode(values)])


def _why(error: Exception) -> tuple[str, str, str]:
    code = "malformed" if isinstance(error, MalformedRecordError) else "failed"
    return (code, reason_of(error), stack_of(error))
