"""Schemas: numbered SQL files per service, applied once, in order, under an advisory lock.

Files stand in the service's package `migrations/` as `NNNN_name.sql`, and the tables of a view's
version as `<view>_v<N>.sql`; the runtime's own tables come first. What was applied is recorded with
the file's digest: an applied file never changes. A view that is not there yet is made at once; a
next version of one is built beside it (`tiendo ops rebuild`), never here.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, LiteralString, cast

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import versions
from tiendo_runtime.database import connected
from tiendo_runtime.projection import Projection
from tiendo_runtime.versions import Build

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

    A view of which another version is live stays as it is: see `other_versions`.

    Raises:
        SchemaError: An applied file was changed afterwards.
    """
    with connected(url) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        conn.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (name text PRIMARY KEY, digest text NOT NULL,"
            "  applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = [step.name for step in migrations(package) if _apply(conn, step)]
        done += [p.schema for p in projections if _first_build(conn, package, p)]
        return done


def _apply(conn: Connection[DictRow], step: Migration) -> bool:
    if _is_applied(conn, step):
        return False
    with conn.transaction():
        conn.execute(cast("LiteralString", step.sql))
        _record(conn, step)
    return True


def _first_build(conn: Connection[DictRow], package: str, projection: Projection) -> bool:
    """Make a view that is not there yet, live at once; whether it was made."""
    digest = tables_of(package, projection).digest
    found = versions.live(conn, projection.name)
    if found is not None:
        _check_digest(found, projection, digest)
        return False
    with conn.transaction():
        create(conn, package, projection, projection.schema, "live", {})
        for name in projection.relations:
            conn.execute(f"DROP VIEW IF EXISTS public.{name}".encode())
        show(conn, projection.schema, projection.relations)
    return True


def create(
    conn: Connection[DictRow],
    package: str,
    projection: Projection,
    schema: str,
    state: versions.State,
    facts: Mapping[str, Any],
) -> Build:
    """Make a build: its tables in a schema of their own, empty, and its entry in the registry."""
    tables = tables_of(package, projection)
    conn.execute(f"CREATE SCHEMA {schema}".encode())
    conn.execute(f"SET LOCAL search_path = {schema}, public".encode())
    conn.execute(cast("LiteralString", tables.sql))
    conn.execute("SET LOCAL search_path = public")
    return versions.add(
        conn, projection.name, projection.version, schema, state, tables.digest, facts
    )


def show(conn: Connection[DictRow], schema: str, relations: Iterable[str]) -> None:
    """Let readers see a build: a plain view in `public` for each of its tables."""
    for name in relations:
        view = f"CREATE VIEW public.{name} AS SELECT * FROM {schema}.{name}"
        conn.execute(view.encode())


def tables_of(package: str, projection: Projection) -> Migration:
    """The file that makes the tables of a projection's version."""
    owner = projection.package or package
    name = f"{projection.schema}.sql"
    return Migration(f"{owner}/{name}", (files(owner) / "migrations" / name).read_text("utf-8"))


def _check_digest(build: Build, projection: Projection, digest: str) -> None:
    if build.version == projection.version and build.digest != digest:
        raise SchemaError(
            f"{projection.schema}.sql was changed after it was applied: raise the version of"
            f" {projection.name} and run `tiendo ops rebuild {projection.name}`"
        )


def _is_applied(conn: Connection[DictRow], step: Migration) -> bool:
    known = conn.execute(
        "SELECT digest FROM schema_migrations WHERE name = %s", (step.name,)
    ).fetchone()
    if known and known["digest"] != step.digest:
        raise SchemaError(f"{step.name} was changed after it was applied: add a new file")
    return known is not None


def _record(conn: Connection[DictRow], step: Migration) -> None:
    conn.execute(
        "INSERT INTO schema_migrations (name, digest) VALUES (%s, %s)", (step.name, step.digest)
    )


def check(url: str, package: str, projections: tuple[Projection, ...]) -> None:
    """See that everything that this version needs is there; `projections` are what it reads.

    Raises:
        SchemaError: It is not; the message says what is missing, and what to run.
    """
    with connected(url) as conn:
        exists = conn.execute("SELECT to_regclass('schema_migrations') AS name").fetchone()
        rows = (
            conn.execute("SELECT name, digest FROM schema_migrations")
            if exists and exists["name"]
            else ()
        )
        applied = {row["name"]: row["digest"] for row in rows}
        for step in migrations(package):
            if applied.get(step.name) != step.digest:
                raise SchemaError(f"{step.name} is not applied: run `tiendo ops migrate`")
        for projection in projections:
            _check_live(conn, package, projection)


def _check_live(conn: Connection[DictRow], package: str, projection: Projection) -> None:
    try:
        build = versions.live_of(conn, projection.name, projection.version)
    except versions.OtherVersionError as other:
        raise SchemaError(str(other)) from other
    _check_digest(build, projection, tables_of(package, projection).digest)


def other_versions(url: str, projections: tuple[Projection, ...]) -> list[str]:
    """What is left to do after a migration: a sentence for each view with another version live."""
    sentences: list[str] = []
    with connected(url) as conn:
        for projection in projections:
            try:
                versions.live_of(conn, projection.name, projection.version)
            except versions.OtherVersionError as other:
                sentences.append(str(other))
    return sentences
