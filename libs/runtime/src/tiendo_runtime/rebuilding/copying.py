"""Rows as the text that COPY takes, many at once: column by column, by the column's type.

A build writes each row once, so what a value costs here is much of what a build costs. The types
are those that views use; a column of another type is refused when the build begins.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.folding import columns_of, jsonb
from tiendo_runtime.projection import Table

_COLUMNS = """
SELECT attname AS name, format_type(atttypid, atttypmod) AS type
FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""
_ROWS = 1000
_NULL = r"\N"

Encode = Callable[[Any], str]
"""The text of a value that is not None."""


class UnknownColumnTypeError(TypeError):
    """A view has a column of a type that builds cannot write yet."""


def _text(value: str) -> str:
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\\", "\\\\").replace("\t", "\\t")
        return value.replace("\n", "\\n").replace("\r", "\\r")
    return value


def _uuid(value: UUID) -> str:
    return f"{value.int:032x}"  # cheaper than to look it up


@lru_cache(2**14)
def _instant(value: datetime) -> str:
    return value.isoformat()


@lru_cache(2**12)
def _day(value: date) -> str:
    return value.isoformat()


def _truth(value: bool) -> str:
    return "t" if value else "f"


def _json(value: Any) -> str:
    return _text(jsonb(value).decode())


def _array(encode: Encode) -> Encode:
    def encode_all(values: Iterable[Any]) -> str:
        return "{" + ",".join("NULL" if v is None else encode(v) for v in values) + "}"

    return encode_all


def _quoted(value: str) -> str:
    inner = value.replace("\\", "\\\\").replace('"', '\\"')
    return _text(f'"{inner}"')


ENCODERS: Mapping[str, Encode] = {
    "uuid": _uuid,
    "text": _text,
    "smallint": str,
    "integer": str,
    "bigint": str,
    "boolean": _truth,
    "date": _day,
    "timestamp with time zone": _instant,
    "jsonb": _json,
    "uuid[]": _array(_uuid),
    "text[]": _array(_quoted),
    "date[]": _array(_day),
    "timestamp with time zone[]": _array(lambda instant: f'"{_instant(instant)}"'),
    "integer[]": _array(str),
    "bigint[]": _array(str),
}
"""How values are written, by the type of their column."""


class Copier:
    """Writes rows into one table."""

    def __init__(self, conn: Connection[DictRow], table: str, columns: Sequence[str]) -> None:
        types = {row["name"]: row["type"] for row in conn.execute(_COLUMNS, (table,))}
        try:
            self._encoders = [ENCODERS[types[column]] for column in columns]
        except KeyError as unknown:
            raise UnknownColumnTypeError(f"{table}: no column or type {unknown}") from None
        names = ", ".join(columns)
        self._copy = f"COPY {table} ({names}) FROM STDIN".encode()

    @classmethod
    def of(cls, conn: Connection[DictRow], schema: str, table: Table[Any]) -> "Copier":
        """The copier of a projection's table."""
        return cls(conn, f"{schema}.{table.name}", columns_of(table.row))

    def encode(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """The text of rows, given as their values."""
        if not rows:
            return b""
        columns = [
            [_NULL if value is None else encode(value) for value in column]
            for encode, column in zip(self._encoders, zip(*rows, strict=True), strict=True)
        ]
        lines = map("\t".join, zip(*columns, strict=True))
        return ("\n".join(lines) + "\n").encode()

    def write(self, conn: Connection[DictRow], blocks: Iterable[bytes]) -> None:
        """Write blocks of text inside of the caller's transaction."""
        with conn.cursor().copy(self._copy) as copy:
            for block in blocks:
                copy.write(block)


class Collected:
    """Rows of a table on their way: they become text as they come."""

    def __init__(self, copier: Copier, row: type[Any]) -> None:
        self._copier = copier
        self._values = attrgetter(*columns_of(row))
        self._rows: list[Any] = []
        self._blocks: list[bytes] = []
        self.count = 0

    def add(self, row: Any) -> None:
        """Take a row that will not change any more."""
        self._rows.append(row)
        if len(self._rows) >= _ROWS:
            self._encode()

    def _encode(self) -> None:
        self.count += len(self._rows)
        self._blocks.append(self._copier.encode(list(map(self._values, self._rows))))
        self._rows.clear()

    def write(self, conn: Connection[DictRow]) -> int:
        """Write all; answers how many rows there were."""
        self._encode()
        self._copier.write(conn, self._blocks)
        self._blocks.clear()
        return self.count
