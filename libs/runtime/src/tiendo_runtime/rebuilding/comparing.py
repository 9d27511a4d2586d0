"""Two builds of a view, compared row by row at the same positions.

PostgreSQL hashes every row on either side, and adds the hashes up by a hash of the key; only where
the sums differ are keys fetched and rows looked at. The live side is read in one snapshot, in which
its positions stand as well, so that it may go on meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.rebuilding.pool import Advance

LISTED = 20
_BINS = 1024
_AT_ONCE = 100_000

_TABLES = """
SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       coalesce(a.attnum = ANY(k.conkey), false) AS key, c.reltuples AS rows
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r' ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not the same: each column that differs with (live, new) values as text.

    `side` tells who has the row: "live", "new" or "both"; without both there are no columns.
    """

    table: str
    key: str
    side: str
    columns: Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class Comparison:
    """What was found; `skipped` are tables and columns that only one of the builds has."""

    rows: int = 0
    differences: int = 0
    listed: list[Difference] = field(default_factory=list[Difference])
    skipped: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Side:
    """A build, and the connection that it is read by."""

    name: str
    conn: Connection[DictRow]
    schema: str


@dataclass(slots=True)
class _Shape:
    types: dict[str, str] = field(default_factory=dict[str, str])
    key: list[str] = field(default_factory=list[str])


def compare(live: Side, new: Side, advance: Advance) -> Comparison:
    """Compare all tables that both have, by the columns that both have."""
    found = Comparison()
    shapes = [_shapes(side) for side in (live, new)]
    for one, other, side in ((*shapes, live), (*shapes[::-1], new)):
        found.skipped += [f"{side.name} alone has {name}" for name in _alone(one, other)]
    for table in sorted(shapes[0].keys() & shapes[1].keys()):
        mine, theirs = shapes[0][table], shapes[1][table]
        columns = [c for c, kind in mine.types.items() if theirs.types.get(c) == kind]
        if mine.key != theirs.key or not set(mine.key) <= set(columns):
            found.skipped.append(f"{table}: its key is another one")
            continue
        _Table(live, new, table, mine.key, columns).compare(found, advance)
    return found


def _shapes(side: Side) -> dict[str, _Shape]:
    shapes: dict[str, _Shape] = {}
    for row in side.conn.execute(_TABLES, (side.schema,)):
        shape = shapes.setdefault(row["table"], _Shape())
        shape.types[row["name"]] = row["type"]
        if row["key"]:
            shape.key.append(row["name"])
    return shapes


def _alone(one: Mapping[str, _Shape], other: Mapping[str, _Shape]) -> Iterable[str]:
    for table, shape in one.items():
        if table not in other:
            yield f"the table {table}"
            continue
        for column, kind in shape.types.items():
            if other[table].types.get(column) != kind:
                yield f"{table}.{column} ({kind})"


class _Table:
    """One table on both sides."""

    def __init__(
        self, live: Side, new: Side, table: str, key: Sequence[str], columns: Sequence[str]
    ) -> None:
        self._sides = (live, new)
        self._table = table
        self._columns = columns
        self._key = key
        keys = ", ".join(key)
        self._bin = f"(hash_record_extended(ROW({keys}), 7) & {_BINS - 1})::int"
        self._hash = f"hash_record_extended(ROW({', '.join(columns)}), 0)"
        self._name = f"ROW({keys})::text"

    def compare(self, found: Comparison, advance: Advance) -> None:
        """Add what differs to what was found."""
        sums = self._both(
            f"SELECT {self._bin} AS bin, count(*) AS n, sum({self._hash}) AS sum"
            " FROM {table} GROUP BY 1"
        )
        live, new = ({row["bin"]: (row["n"], row["sum"]) for row in rows} for rows in sums)
        rows = sum(n for n, _ in new.values())
        found.rows += rows
        differ = sorted(b for b in live.keys() | new.keys() if live.get(b) != new.get(b))
        size = max(1, sum(n for n, _ in live.values()) + rows)
        step = max(1, _AT_ONCE * _BINS // size)
        for at in range(0, len(differ), step):
            self._look(differ[at : at + step], found)
        advance(rows)

    def _both(self, sql: str, *values: Any) -> list[list[DictRow]]:
        def ask(side: Side) -> list[DictRow]:
            text = sql.replace("{table}", f"{side.schema}.{self._table}")
            return side.conn.execute(text.encode(), values or None).fetchall()

        with ThreadPoolExecutor(len(self._sides)) as threads:
            return list(threads.map(ask, self._sides))

    def _look(self, bins: Sequence[int], found: Comparison) -> None:
        hashes = self._both(
            f"SELECT {self._name} AS key, {self._hash} AS hash FROM {{table}}"
            f" WHERE {self._bin} = ANY(%s)",
            list(bins),
        )
        live, new = ({row["key"]: row["hash"] for row in rows} for rows in hashes)
        keys = sorted(key for key in live.keys() | new.keys() if live.get(key) != new.get(key))
        found.differences += len(keys)
        keys = keys[: LISTED - len(found.listed)]
        if keys:
            found.listed += self._list(keys)

    def _list(self, keys: list[str]) -> list[Difference]:
        texts = ", ".join(f"{column}::text" for column in self._columns)
        both = self._both(
            f"SELECT {self._name} AS the_key, {texts} FROM {{table}} WHERE {self._name} = ANY(%s)",
            keys,
        )
        live, new = ({row["the_key"]: row for row in rows} for rows in both)
        return [self._difference(key, live.get(key), new.get(key)) for key in keys]

    def _difference(self, key: str, live: DictRow | None, new: DictRow | None) -> Difference:
        name = key[1:-1]
        if live is None or new is None:
            return Difference(self._table, name, "new" if live is None else "live", {})
        columns = {
            column: (str(live[column]), str(new[column]))
            for column in self._columns
            if live[column] != new[column]
        }
        return Difference(self._table, name, "both", columns)
