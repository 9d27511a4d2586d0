"""Indexes and keys of a build: taken away before rows are written, made once they all are."""

from collections.abc import Iterable

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

_CONSTRAINTS = """
SELECT c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = to_regnamespace(%s) AND k.contype IN ('p', 'u', 'x') ORDER BY 1, 2
"""
_INDEXES = """
SELECT t.relname AS table, i.relname AS name, pg_get_indexdef(i.oid) AS definition
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = to_regnamespace(%s)
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid) ORDER BY 1, 2
"""


class Index(msgspec.Struct, frozen=True):
    """An index, or a constraint that stands on one, and the SQL that makes it."""

    table: str
    name: str
    sql: str


def take_away(conn: Connection[DictRow], schema: str) -> list[Index]:
    """Drop all indexes of a schema; answers how to make them again, keys first."""
    constraints = [
        Index(
            row["table"],
            row["name"],
            f"ALTER TABLE {schema}.{row['table']} ADD CONSTRAINT {row['name']} {row['definition']}",
        )
        for row in conn.execute(_CONSTRAINTS, (schema,))
    ]
    indexes = [
        Index(row["table"], row["name"], row["definition"])
        for row in conn.execute(_INDEXES, (schema,))
    ]
    for one in constraints:
        drop = f"ALTER TABLE {schema}.{one.table} DROP CONSTRAINT {one.name}"
        conn.execute(drop.encode())
    for one in indexes:
        conn.execute(f"DROP INDEX {schema}.{one.name}".encode())
    return constraints + indexes


def make(conn: Connection[DictRow], schema: str, table: str, indexes: Iterable[Index]) -> None:
    """Make the indexes of a table that are not there yet, and let the planner know its rows."""
    conn.execute("SET maintenance_work_mem = '256MB'")
    for one in indexes:
        if one.table != table:
            continue
        found = conn.execute("SELECT to_regclass(%s) AS name", (f"{schema}.{one.name}",)).fetchone()
        if found is None or found["name"] is None:
            conn.execute(one.sql.encode())
    conn.execute(f"ANALYZE {schema}.{table}".encode())
