"""A build's tables in PostgreSQL, for batches: rows are read and written many at once.

Several processes fold side by side, and a report's lines touch rows of any partition. So a batch
locks the rows it touches by table and key, then adds rows in that order, then moves counters in the
order of theirs: nobody waits in a circle. A row that two batches want to add first costs the slower
one its transaction: it does its work again and finds the row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format
from psycopg.rows import DictRow, tuple_row

from tiendo_runtime.folding import Batch, Part, cell_id, columns_of, jsonb, values_of
from tiendo_runtime.projection import Changed, Counters, Projection, Table

Values = tuple[Any, ...]
Tuples = Cursor[Values]

_COLUMNS = """
SELECT relname, attname, atttypid, format_type(atttypid, atttypmod) AS type
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = to_regnamespace(%s) AND attnum > 0 AND NOT attisdropped
"""


class _JsonDumper(Dumper):
    """Writes jsonb as binary COPY wants it: a version, then the text."""

    oid = types["jsonb"].oid
    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        """The bytes of a value."""
        return b"\x01" + jsonb(obj)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    oid: int
    type: str


Catalogue = Mapping[tuple[str, str], _Column]
"""The columns of a schema by the names of their table and of themselves."""


def uuids(keys: Iterable[UUID]) -> str:
    """Keys as the text of an array: for thousands, far quicker than the driver's own lists."""
    return "{" + ",".join([f"{key.int:032x}" for key in keys]) + "}"


class Tables:
    """The tables of one build of a projection, in the schema of that name."""

    def __init__(self, conn: Connection[DictRow], projection: Projection, schema: str) -> None:
        self._projection = projection
        known = _catalogue(conn, schema)
        self._tables = {table.name: _Rows(schema, table, known) for table in projection.tables}
        self._counters = [_Counts(schema, counters, known) for counters in projection.counters]

    def fold(self, conn: Connection[DictRow], parts: Sequence[Part]) -> Changed:
        """Let parts of events change the rows, inside of the caller's transaction.

        Raises:
            UniqueViolation: Another worker added one of the rows first; the same parts pass in
                another transaction.
        """
        cursor = conn.cursor(row_factory=tuple_row, binary=True)
        cursor.adapters.register_dumper(dict, _JsonDumper)
        batch = Batch(self._projection, parts)
        work: list[_Work] = []
        for table, keys in batch.touched:
            work.append(_Work(cursor, self._tables[table.name], keys))
            batch.give(table, work[-1].rows)
        changed = batch.apply()
        for one in work:
            one.write()
        for table in self._projection.tables:
            if table.appended:
                self._tables[table.name].add(cursor, changed.of(table))
        for counts in self._counters:
            counts.move(cursor, changed.moved.get(counts.name, {}))
        return changed


def _catalogue(conn: Connection[DictRow], schema: str) -> Catalogue:
    return {
        (row["relname"], row["attname"]): _Column(row["attname"], row["atttypid"], row["type"])
        for row in conn.execute(_COLUMNS, (schema,))
    }


class _Work:
    """The rows of one table that a batch touches: locked, changed, and written."""

    def __init__(self, cursor: Tuples, into: "_Rows", keys: list[UUID]) -> None:
        self._cursor = cursor
        self._into = into
        self._before = into.lock(cursor, keys)
        make = into.table.row
        self.rows = {values[0].int: make(*values) for values in self._before}
        self.rows |= {key.int: make(key) for key in keys if key.int not in self.rows}

    def write(self) -> None:
        """Write what is new and what is not as it was."""
        known = len(self._before)
        rows = list(self.rows.values())
        self._into.update(self._cursor, self._before, rows[:known])
        self._into.add(self._cursor, rows[known:])


class _Rows:
    """Reads and writes the rows of a table."""

    def __init__(self, schema: str, table: Table[Any], known: Catalogue) -> None:
        self.table = table
        self._name = f"{schema}.{table.name}"
        self._columns = [known[table.name, column] for column in columns_of(table.row)]
        self._values = values_of(table.row)
        names = ", ".join(column.name for column in self._columns)
        key = self._columns[0].name
        self._lock = (
            f"SELECT {names} FROM {self._name} WHERE {key} = ANY(%s::uuid[])"
            f" ORDER BY {key} FOR UPDATE"
        ).encode()
        self._add = f"COPY {self._name} ({names}) FROM STDIN (FORMAT binary)".encode()
        self._oids = [column.oid for column in self._columns]

    def lock(self, cursor: Tuples, keys: list[UUID]) -> list[Values]:
        """The rows that are there, by their keys, as the transaction's own."""
        return cursor.execute(self._lock, (uuids(keys),)).fetchall()

    def add(self, cursor: Tuples, rows: Sequence[Any]) -> None:
        """Add rows."""
        if not rows:
            return
        with cursor.copy(self._add) as copy:
            copy.set_types(self._oids)
            for values in map(self._values, rows):
                copy.write_row(values)

    def update(self, cursor: Tuples, before: Sequence[Values], rows: Sequence[Any]) -> None:
        """Write the rows that differ, and of them the columns in which any of them does."""
        after = map(self._values, rows)
        pairs = [(was, now) for was, now in zip(before, after, strict=True) if was != now]
        if not pairs:
            return
        olds, news = zip(*pairs, strict=True)
        moved = {
            column: now
            for column, was, now in zip(
                self._columns, zip(*olds, strict=True), zip(*news, strict=True), strict=True
            )
            if was != now or column is self._columns[0]
        }
        key, *rest = (column.name for column in moved)
        changes = ", ".join(f"{name} = s.{name}" for name in rest)
        cursor.execute(
            f"UPDATE {self._name} AS t SET {changes} FROM {_records(moved)}"
            f" WHERE t.{key} = s.{key}".encode(),
            (_json(moved, zip(*moved.values(), strict=True)),),
        )


class _Counts:
    """Moves the counters of a table."""

    def __init__(self, schema: str, counters: Counters[Any, Any], known: Catalogue) -> None:
        self.name = counters.name
        names = ("cell", *counters.cells._fields, "n")
        self._columns = [known[counters.name, name] for name in names]
        table = f"{schema}.{counters.name}"
        self._move = (
            f"INSERT INTO {table} AS c ({', '.join(names)})"
            f" SELECT * FROM {_records(self._columns)} ORDER BY cell"
            " ON CONFLICT (cell) DO UPDATE SET n = c.n + excluded.n RETURNING c.cell, c.n"
        ).encode()
        self._drop = f"DELETE FROM {table} WHERE cell = ANY(%s::uuid[])".encode()

    def move(self, cursor: Tuples, moved: Mapping[Values, int]) -> None:
        """Move counters; none may fall below 0, and 0 leaves no row."""
        if not moved:
            return
        records = ((cell_id(cell), *cell, by) for cell, by in moved.items())
        now = cursor.execute(self._move, (_json(self._columns, records),)).fetchall()
        if any(n < 0 for _, n in now):
            raise AssertionError("a counter was missing for a row that counted")
        gone = [cell for cell, n in now if n == 0]
        if gone:
            cursor.execute(self._drop, (uuids(gone),))


def _records(columns: Iterable[_Column]) -> str:
    """A statement's parameter as a table `s` of some columns."""
    return f"json_to_recordset(%s::json) AS s({', '.join(f'{c.name} {c.type}' for c in columns)})"


def _json(columns: Iterable[_Column], records: Iterable[Values]) -> str:
    names = [column.name for column in columns]
    return jsonb([dict(zip(names, record, strict=True)) for record in records]).decode()
