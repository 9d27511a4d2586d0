"""Readers get another build: in one transaction, while everybody goes on.

The switch holds the registry's row of the live build, so no batch is written into it; brings the
other build to the very same positions; replaces the plain views; and tells by the projection's hook
that everything may have changed. A reader that looks meanwhile waits for some milliseconds. Whoever
read one of the views before keeps it to the end of the transaction: no two versions in one.
"""

import time
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.errors import DeadlockDetected, LockNotAvailable
from psycopg.rows import DictRow

from tiendo_runtime import positions, schema, versions
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.catching_up import CatchingUp

_LOCK = "300ms"
"""Readers wait no longer than this for a switch that must wait for another reader."""

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.1


class SwitchError(RuntimeError):
    """The switch could not be made; readers see what they saw."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A change of what readers see, from the live build to another one of this code's version."""

    projection: Projection
    to: str
    topics: tuple[str, ...]

    def make(self, conn: Connection[DictRow], catching_up: CatchingUp) -> None:
        """Switch; try again while readers are in the way.

        Raises:
            SwitchError: They were for a minute.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            catching_up.to_the_end(lambda _: None)
            try:
                with conn.transaction():
                    return self._make(conn, catching_up)
            except (LockNotAvailable, DeadlockDetected):
                if time.monotonic() > end:
                    raise SwitchError(
                        f"readers of {self.projection.name} left no gap for"
                        f" {_PATIENCE_SECONDS:.0f} s: is a long transaction open?"
                    ) from None
                time.sleep(_PAUSE_SECONDS)

    def _make(self, conn: Connection[DictRow], catching_up: CatchingUp) -> None:
        live = self._lock_live(conn)
        if live.schema == self.to:
            return
        stands = positions.load(conn, live.schema, self.topics)
        catching_up.to({p: kept.position.next_offset for p, kept in stands.items()}, _nobody)
        self._discard_what_was_discarded(conn)
        self._replace_views(conn, live.schema)
        versions.set_state(conn, live.schema, "kept")
        versions.set_state(conn, self.to, "live")
        if self.projection.switched is not None:
            self.projection.switched(conn)

    def _lock_live(self, conn: Connection[DictRow]) -> versions.Build:
        conn.execute("SET LOCAL lock_timeout = '5s'")
        conn.execute(
            "SELECT FROM view_versions WHERE projection = %s AND state = 'live' FOR UPDATE",
            (self.projection.name,),
        )
        live = versions.live(conn, self.projection.name)
        if live is None:
            raise SwitchError(f"no version of {self.projection.name} is live: migrate first")
        return live

    def _discard_what_was_discarded(self, conn: Connection[DictRow]) -> None:
        """Let nobody be asked again for what was set aside for good while this build was made."""
        conn.execute(
            "UPDATE dead_letters AS l SET discarded_at = d.discarded_at,"
            " discarded_by = d.discarded_by, discarded_because = d.discarded_because"
            " FROM dead_letters AS d JOIN view_versions AS v ON v.schema = d.consumer"
            " WHERE v.projection = %s AND d.discarded_at IS NOT NULL"
            " AND l.consumer = %s AND l.discarded_at IS NULL"
            ' AND (l.topic, l.partition, l."offset") = (d.topic, d.partition, d."offset")',
            (self.projection.name, self.to),
        )

    def _replace_views(self, conn: Connection[DictRow], old: str) -> None:
        conn.execute(f"SET LOCAL lock_timeout = '{_LOCK}'".encode())
        found = conn.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'v' AND (relname = ANY(%s) OR EXISTS (SELECT FROM pg_class t"
            "  WHERE t.relnamespace = to_regnamespace(%s) AND t.relname = pg_class.relname))"
            " ORDER BY relname",
            (list(self.projection.relations), old),
        )
        for row in found.fetchall():
            conn.execute(sql.SQL("DROP VIEW public.{}").format(sql.Identifier(row["relname"])))
        schema.show(conn, self.to, self.projection.relations)


def _nobody(_: int) -> None:
    """Nobody is told of this progress."""
