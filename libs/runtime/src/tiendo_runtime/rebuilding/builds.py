"""The builds of a view, as an operator handles them: one who works at a time, what is there."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime.database import Database, connected
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.catching_up import CatchingUp
from tiendo_runtime.rebuilding.request import RebuildError, View


@contextmanager
def alone(view: View) -> Generator[Connection[DictRow]]:
    """A connection that holds the projection's lock: one rebuild or rollback at a time."""
    name = view.projection.name
    with connected(view.database_url) as conn:
        row = conn.execute(
            "SELECT pg_try_advisory_lock(hashtextextended(%s, 4)) AS mine", (f"rebuild {name}",)
        ).fetchone()
        if not row or not row["mine"]:
            raise RebuildError(f"another rebuild or rollback of {name} is at work")
        yield conn


@contextmanager
def catching_up(view: View, name: str) -> Generator[CatchingUp]:
    """What brings a build up to date, while the block runs."""
    database = Database(view.database_url, "tiendo-rebuild")
    database.open()
    try:
        yield CatchingUp(view.projection, name, database, view.bootstrap, view.topics)
    finally:
        database.close()


def drop(conn: Connection[DictRow], name: str) -> None:
    """Remove a build that nobody reads: its tables, files, positions and dead letters that wait.

    Raises:
        RebuildError: There is no such build, or it is live.
    """
    with conn.transaction():
        row = conn.execute(
            "SELECT state, facts FROM view_versions WHERE schema = %s FOR UPDATE", (name,)
        ).fetchone()
        if row is None:
            raise RebuildError(f"there is no build {name}: see `tiendo ops views`")
        if row["state"] == "live":
            raise RebuildError(f"{name} is live: readers use it")
        conn.execute(f"DROP SCHEMA {name} CASCADE".encode())
        conn.execute("DELETE FROM positions WHERE consumer = %s", (name,))
        conn.execute(
            "DELETE FROM dead_letters WHERE consumer = %s AND discarded_at IS NULL", (name,)
        )
        conn.execute("DELETE FROM view_versions WHERE schema = %s", (name,))
    if row["facts"].get("directory"):
        shutil.rmtree(row["facts"]["directory"], ignore_errors=True)


def count(conn: Connection[DictRow], projection: Projection, name: str) -> dict[str, int]:
    """How many rows each table of a build has."""
    counts: dict[str, int] = {}
    for table in projection.relations:
        row = conn.execute(f"SELECT count(*) AS n FROM {name}.{table}".encode()).fetchone()
        counts[table] = row["n"] if row else 0
    return counts


def set_aside(conn: Connection[DictRow], name: str) -> int:
    """How many records a build lacks: they wait among its dead letters, or were left out."""
    row = conn.execute(
        "SELECT coalesce((facts ->> 'left_out')::bigint, 0) + (SELECT count(*) FROM dead_letters"
        "  WHERE consumer = schema AND discarded_at IS NULL) AS n"
        " FROM view_versions WHERE schema = %s",
        (name,),
    ).fetchone()
    return row["n"] if row else 0
