"""Runs a projection for the consumer loop: rows and positions in one transaction."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from tiendo_runtime import deadletters, positions, telemetry, versions
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.folding import Part, parts_of
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Move, Received
from tiendo_runtime.tables import Tables

_TRIES = 5


@dataclass(frozen=True, slots=True)
class ProjectionHandler:
    """Folds batches into a projection's tables.

    `schema` is the build to write into; if none is said, a `live` handler writes into the one that
    the positions are of, any other into the version's first one. A `live` handler tells what
    changed, and refuses a batch once readers have left the build.
    """

    projection: Projection
    database: Database
    schema: str = ""
    live: bool = False
    _tables: dict[str, Tables] = field(default_factory=dict[str, Tables])

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """Fold all events and move on, in one transaction."""
        schema = self.schema or (moves[0].consumer if self.live else self.projection.schema)
        with ExitStack() as spans:
            parts = parts_of(self.projection, events)
            if telemetry.exports():
                for received in events:
                    spans.enter_context(telemetry.consuming(self.projection.name, received))
            for _ in range(_TRIES):
                with suppress(UniqueViolation):  # another worker added a row first: it is there now
                    return self._handle(schema, parts, moves, parked)
            return self._handle(schema, parts, moves, parked)

    def _handle(
        self,
        schema: str,
        parts: Sequence[Part],
        moves: tuple[Move, ...],
        parked: Sequence[Parked],
    ) -> None:
        with self.database.transaction() as conn:
            if self.live:
                versions.hold_live(conn, schema)
            positions.move(conn, moves)
            deadletters.park(conn, parked)
            if parts:
                changed = self._tables_of(conn, schema).fold(conn, parts)
                if self.live and self.projection.told:
                    self.projection.told(conn, changed)

    def _tables_of(self, conn: Connection[DictRow], schema: str) -> Tables:
        if schema not in self._tables:
            self._tables[schema] = Tables(conn, self.projection, schema)
        return self._tables[schema]
