"""Schemas: numbered SQL files per service, applied once, in order, under an advisory lock.

Files stand in the service's package `migrations/` as `NNNN_name.sql`, and the tables of a view's
version as `<view>_v<N>.sql`; the runtime's own tables come first. What was applied is recorded with
the file's digest: an applied file never changes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import LiteralString, cast

import psycopg

from tiendo_runtime.projection import Projection

_LOCK = 7_305_723_148_001  # any number that no other program locks in these databases


class SchemaError(RuntimeError):
    """The database's schema is not the one that this version needs; run `tiendo ops migrate`."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file."""

    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of its text, hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def _numbered(folder: Traversable) -> Iterator[Traversable]:
    yield from sorted(
        (f for f in folder.iterdir() if f.name[0].isdigit() and f.name.endswith(".sql")),
        key=lambda f: f.name,
    )


def migrations(package: str) -> tuple[Migration, ...]:
    """The runtime's migrations and then those of a service's package."""
    found: list[Migration] = []
    for owner in ("tiendo_runtime", package):
        folder = files(owner) / "migrations"
        found += [Migration(f"{owner}/{f.name}", f.read_text("utf-8")) for f in _numbered(folder)]
    return tuple(found)


def migrate(url: str, package: str, projections: tuple[Projection, ...]) -> list[str]:
    """Bring a database to this version's schema; answers what was done, in order.

    Raises:
        SchemaError: An applied file was changed afterwards.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        conn.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (name text PRIMARY KEY, digest text NOT NULL,"
            "  applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = [step.name for step in migrations(package) if _apply(conn, step)]
        done += [p.schema for p in projections if _create(conn, package, p)]
        return done


def _apply(conn: psycopg.Connection, step: Migration) -> bool:
    if _is_applied(conn, step):
        return False
    with conn.transaction():
        conn.execute(cast("LiteralString", step.sql))
        _record(conn, step)
    return True


def _create(conn: psycopg.Connection, package: str, projection: Projection) -> bool:
    """Make a projection's version: a schema of its own behind plain views of the same names."""
    step = _version(package, projection)
    if _is_applied(conn, step):
        return False
    with conn.transaction():
        conn.execute(f"CREATE SCHEMA {projection.schema}".encode())
        conn.execute(f"SET LOCAL search_path = {projection.schema}, public".encode())
        conn.execute(cast("LiteralString", step.sql))
        for table in projection.relations:
            view = f"CREATE OR REPLACE VIEW public.{table} AS SELECT * FROM"
            conn.execute(f"{view} {projection.schema}.{table}".encode())
        conn.execute("SET LOCAL search_path = public")
        _record(conn, step)
    return True


def _version(package: str, projection: Projection) -> Migration:
    owner = projection.package or package
    name = f"{projection.schema}.sql"
    return Migration(f"{owner}/{name}", (files(owner) / "migrations" / name).read_text("utf-8"))


def _is_applied(conn: psycopg.Connection, step: Migration) -> bool:
    known = conn.execute(
        "SELECT digest FROM schema_migrations WHERE name = %s", (step.name,)
    ).fetchone()
    if known and known[0] != step.digest:
        raise SchemaError(f"{step.name} was changed after it was applied: add a new file")
    return known is not None


def _record(conn: psycopg.Connection, step: Migration) -> None:
    conn.execute(
        "INSERT INTO schema_migrations (name, digest) VALUES (%s, %s)", (step.name, step.digest)
    )


def check(url: str, package: str, projections: tuple[Projection, ...]) -> None:
    """See that everything that this version needs was applied to the database.

    Raises:
        SchemaError: It was not; the message says which step is missing.
    """
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as conn:
        exists = conn.execute("SELECT to_regclass('schema_migrations')").fetchone()
        rows = (
            conn.execute("SELECT name, digest FROM schema_migrations")
            if exists and exists[0]
            else ()
        )
        applied = {row[0]: row[1] for row in rows}
    for step in (*migrations(package), *(_version(package, p) for p in projections)):
        if applied.get(step.name) != step.digest:
            raise SchemaError(f"{step.name} is not applied: run `tiendo ops migrate`")
