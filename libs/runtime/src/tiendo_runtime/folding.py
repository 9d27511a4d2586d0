"""The pure part of projecting: from events to parts, and from parts to rows and counts.

The live handler and a rebuild do the same three things with it: they split events into parts, they
find the rows that the parts touch, and they let a `Batch` apply the parts to the rows.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Changed, Counters, Effect, Projection, Table
from tiendo_runtime.records import Received

Rows = dict[int, Any]
"""Rows of one table by the number of their key: numbers are found far faster than UUIDs."""

Part = tuple[Effect[Any, Any], UUID, Any, Envelope]
"""What an event means to one row: the event itself where nothing splits it."""


def parts_of(projection: Projection, events: Iterable[Received]) -> list[Part]:
    """The parts of events, in their order; an event that the projection does not know has none."""
    found: list[Part] = []
    for received in events:
        event, envelope = received.event, received.envelope
        for effect in projection.on.get(type(event), ()):
            if effect.split is None:
                found.append((effect, getattr(event, event.KEY), event, envelope))
            else:
                found += [(effect, key, what, envelope) for key, what in effect.split(received)]
    return found


def values_of(row: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads the values of a row, in the order of its columns (two at least)."""
    return attrgetter(*columns_of(row))


def columns_of(row: type[Any]) -> tuple[str, ...]:
    """The names of a row's columns: the fields of its dataclass."""
    return tuple(row.__dataclass_fields__)


class Batch:
    """Parts that are applied together, and the rows they touch."""

    def __init__(self, projection: Projection, parts: Sequence[Part]) -> None:
        self._projection = projection
        self._parts = parts
        self._rows: dict[str, Rows] = {}
        self._cells: dict[str, list[Any]] = {}

    @property
    def touched(self) -> list[tuple[Table[Any], list[UUID]]]:
        """The tables with the keys of the rows that are needed, both in the order of locks."""
        keys: dict[str, dict[int, UUID]] = {}
        for effect, key, _, _ in self._parts:
            keys.setdefault(effect.table.name, {})[key.int] = key
        return [
            (table, [found[number] for number in sorted(found)])
            for table in self._projection.tables
            if (found := keys.get(table.name))
        ]

    def give(self, table: Table[Any], rows: Rows) -> None:
        """Hand over all rows of a table that are touched, as they are before the batch."""
        self._rows[table.name] = rows
        for counters in self._projection.counters:
            if counters.of is table:
                self._cells[counters.name] = list(map(counters.cell, rows.values()))

    def apply(self) -> Changed:
        """Let the parts change the rows."""
        added: dict[type[Any], list[Any]] = {
            table.row: [] for table in self._projection.tables if table.appended
        }
        rows = self._rows

        def emit(row: Any) -> None:
            added[type(row)].append(row)

        for effect, key, what, envelope in self._parts:
            effect.apply(rows[effect.table.name][key.int], what, envelope, emit)
        touched: dict[str, Sequence[Any]] = {
            table.name: added[table.row]
            for table in self._projection.tables
            if table.appended and added[table.row]
        }
        touched |= {name: list(found.values()) for name, found in rows.items()}
        return Changed(touched, self._moved())

    def _moved(self) -> dict[str, dict[Any, int]]:
        moved: dict[str, dict[Any, int]] = {}
        for counters in self._projection.counters:
            found: Counter[Any] = Counter()
            for before, row in zip(
                self._cells.get(counters.name, ()),
                self._rows.get(counters.of.name, {}).values(),
                strict=True,
            ):
                after = counters.cell(row)
                if before != after:
                    found[before] -= 1
                    found[after] += 1
            del found[None]
            moved[counters.name] = {cell: by for cell, by in found.items() if by}
        return moved


def counted(counters: Counters[Any, Any], rows: Iterable[Any]) -> Counter[Any]:
    """How many of these rows are in each cell."""
    cells = Counter(map(counters.cell, rows))
    del cells[None]
    return cells


def cell_id(cell: tuple[Any, ...]) -> UUID:
    """The key of a cell's row: a digest of its values."""
    return UUID(bytes=hashlib.blake2b(msgspec.msgpack.encode(cell), digest_size=16).digest())


@dataclass(slots=True)
class Memory:
    """The tables of a projection in memory: what a build holds that took the same events."""

    projection: Projection
    rows: dict[str, Rows] = field(default_factory=dict[str, Rows])
    added: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    counts: dict[str, Counter[Any]] = field(default_factory=dict[str, "Counter[Any]"])

    def take(self, events: Iterable[Received]) -> Changed:
        """Fold a batch."""
        batch = Batch(self.projection, parts_of(self.projection, events))
        for table, keys in batch.touched:
            mine = self.rows.setdefault(table.name, {})
            mine |= {key.int: table.row(key) for key in keys if key.int not in mine}
            batch.give(table, {key.int: mine[key.int] for key in keys})
        changed = batch.apply()
        for table in self.projection.tables:
            if table.appended:
                self.added.setdefault(table.name, []).extend(changed.of(table))
        for name, moved in changed.moved.items():
            counts = self.counts.setdefault(name, Counter())
            counts.update(moved)
            for cell in [cell for cell in moved if not counts[cell]]:
                del counts[cell]
        return changed


def fold_in_memory(projection: Projection, events: Iterable[Received]) -> Memory:
    """All tables after events, from the start."""
    memory = Memory(projection)
    memory.take(events)
    return memory


def jsonb(value: Any) -> bytes:
    """The text of a json column's value, which may hold ids, instants and contracts' values."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: Any) -> dict[str, Any]:
    return value.__dict__  # of a contract's model, which msgspec does not know
