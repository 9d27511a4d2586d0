"""The builds of a view: which there are, and which one readers see.

    building → live → kept       a rebuild, its switch, and the next one's
    building → asof              the view as it stood at an instant: looked at, never switched to
    kept     → live              a rollback

A build lives in a database schema of its own, whose name is the consumer's name in `positions` and
`dead_letters`. Readers use plain views in `public` over the live one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from tiendo_runtime.applying import NotOursError
from tiendo_runtime.positions import StalePositionError

State = Literal["building", "live", "kept", "asof"]

_SELECT = "SELECT * FROM view_versions"


class SwitchedError(StalePositionError):
    """Readers got another build meanwhile: what was to be written belongs to one they left."""


class OtherVersionError(NotOursError):
    """Readers see a version of the view that is not this code's: a projector waits for its own."""


@dataclass(frozen=True, slots=True)
class Build:
    """A build of a view. Instants are UTC; `digest` is that of the SQL that made its tables."""

    schema: str
    projection: str
    version: int
    state: State
    digest: str
    facts: Mapping[str, Any]
    created_at: datetime
    switched_at: datetime | None


def builds(conn: Connection[DictRow], projection: str) -> list[Build]:
    """All builds of a view, the oldest first."""
    rows = conn.execute(f"{_SELECT} WHERE projection = %s ORDER BY created_at", (projection,))
    return [Build(**row) for row in rows]


def live(conn: Connection[DictRow], projection: str) -> Build | None:
    """The build that readers see; none before the first migration."""
    row = conn.execute(
        f"{_SELECT} WHERE projection = %s AND state = 'live'", (projection,)
    ).fetchone()
    return Build(**row) if row else None


def live_of(conn: Connection[DictRow], projection: str, version: int) -> Build:
    """The live build, which must be of a version.

    Raises:
        OtherVersionError: It is of another one, or there is none.
    """
    found = live(conn, projection)
    if found is None:
        raise OtherVersionError(f"no version of {projection} is live: run `tiendo ops migrate`")
    if found.version != version:
        raise OtherVersionError(
            f"version {found.version} of {projection} is live and this code is of version"
            f" {version}: run `tiendo ops rebuild {projection}` with the code that shall be live"
        )
    return found


def hold_live(conn: Connection[DictRow], schema: str) -> None:
    """Keep readers on a build until the caller's transaction ends.

    Raises:
        SwitchedError: They are on another one already.
    """
    held = conn.execute(
        "SELECT FROM view_versions WHERE schema = %s AND state = 'live' FOR SHARE", (schema,)
    )
    if held.rowcount != 1:
        raise SwitchedError(f"{schema} is not live any more")


def add(
    conn: Connection[DictRow],
    projection: str,
    version: int,
    schema: str,
    state: State,
    digest: str,
    facts: Mapping[str, Any],
) -> Build:
    """Take note of a new build."""
    row = conn.execute(
        "INSERT INTO view_versions (schema, projection, version, state, digest, facts, switched_at)"
        " VALUES (%(schema)s, %(projection)s, %(version)s, %(state)s, %(digest)s, %(facts)s,"
        " CASE WHEN %(state)s = 'live' THEN clock_timestamp() END) RETURNING *",
        {
            "schema": schema,
            "projection": projection,
            "version": version,
            "state": state,
            "digest": digest,
            "facts": Jsonb(dict(facts)),
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives one
    return Build(**row)


def note(conn: Connection[DictRow], schema: str, facts: Mapping[str, Any]) -> None:
    """Add facts to those of a build; one that is there already is replaced."""
    conn.execute(
        "UPDATE view_versions SET facts = facts || %s WHERE schema = %s",
        (Jsonb(dict(facts)), schema),
    )


def set_state(conn: Connection[DictRow], schema: str, state: State) -> None:
    """Give a build another state; becoming or ceasing to be live is a switch."""
    conn.execute(
        "UPDATE view_versions SET state = %s, switched_at ="
        " CASE WHEN 'live' IN (state, %s) THEN clock_timestamp() ELSE switched_at END"
        " WHERE schema = %s",
        (state, state, schema),
    )
