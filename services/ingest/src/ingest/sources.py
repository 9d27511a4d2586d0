"""The table of what each source may do now, written in the transaction that decides it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from ingest.domain import Grant

_COLUMNS = "name, version, uri, subject, types, units, below, changed_by, changed_at"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it is registered; `changed_by` is who said so last."""

    name: str
    version: int
    uri: str
    subject: str
    types: list[str]
    units: list[UUID]
    below: UUID | None
    changed_by: str
    changed_at: datetime


def keep(conn: Connection[DictRow], name: str, version: int, grant: Grant, actor: str) -> None:
    """Write what a source may do, in the place of what it could before."""
    conn.execute(
        "INSERT INTO sources (name, version, uri, subject, types, units, below, changed_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (name) DO UPDATE SET"
        " version = excluded.version, uri = excluded.uri, subject = excluded.subject,"
        " types = excluded.types, units = excluded.units, below = excluded.below,"
        " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        (
            name,
            version,
            grant.uri,
            grant.subject,
            list(grant.types),
            list(grant.units),
            grant.below,
            actor,
        ),
    )


def drop(conn: Connection[DictRow], name: str) -> None:
    """Let nobody find a source any more."""
    conn.execute("DELETE FROM sources WHERE name = %s", (name,))


def by_subject(conn: Connection[DictRow], subject: str) -> SourceRow | None:
    """The source whose tokens have that `sub`."""
    return _one(conn, "subject", subject)


def by_name(conn: Connection[DictRow], name: str) -> SourceRow | None:
    """The source of a name."""
    return _one(conn, "name", name)


def _one(conn: Connection[DictRow], column: str, value: str) -> SourceRow | None:
    query = f"SELECT {_COLUMNS} FROM sources WHERE {column} = %s".encode()
    row = conn.execute(query, (value,)).fetchone()
    return SourceRow(**row) if row else None


def names(conn: Connection[DictRow]) -> set[str]:
    """The names of all sources."""
    return {row["name"] for row in conn.execute("SELECT name FROM sources")}


def listing(
    conn: Connection[DictRow], after: tuple[Any, ...] | None, limit: int
) -> list[SourceRow]:
    """Sources by name; `after` is the (name,) before."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM sources WHERE name > %s ORDER BY name LIMIT %s".encode(),
        (after[0] if after else "", limit),
    )
    return [SourceRow(**row) for row in rows]


def units_within(
    conn: Connection[DictRow], source: SourceRow, asked: set[UUID]
) -> dict[UUID, bool]:
    """Of the units asked for, those that are known, and whether the source may speak of them.

    Units that are named need not be known: the register's copy may be behind.
    """
    rows = conn.execute(
        "SELECT u.unit_id, coalesce(u.path LIKE '%%/' || %s || '/%%', false) AS within"
        " FROM units u WHERE u.unit_id = ANY(%s) AND u.path IS NOT NULL",
        (str(source.below) if source.below else None, list(asked)),
    )
    return {row["unit_id"]: row["within"] for row in rows}
