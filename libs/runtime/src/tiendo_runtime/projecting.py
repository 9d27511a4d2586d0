"""Runs a projection for the consumer loop: rows and positions in one transaction."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tiendo_runtime import deadletters, positions, versions
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Move, Received
from tiendo_runtime.telemetry import consuming


@dataclass(frozen=True, slots=True)
class ProjectionHandler:
    """Folds batches into a projection's tables.

    `schema` is the build to write into, the version's first one if none is said. A `live` handler
    writes into the build that the positions are of, and refuses a batch once readers have left it.
    """

    projection: Projection
    database: Database
    schema: str = ""
    live: bool = False

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """Fold all events and move on, in one transaction."""
        schema = moves[0].consumer if self.live else self.schema or self.projection.schema
        with self.database.transaction() as conn, ExitStack() as spans:
            conn.execute(f"SET LOCAL search_path = {schema}, public".encode())
            if self.live:
                versions.hold_live(conn, schema)
            positions.move(conn, moves)
            deadletters.park(conn, parked)
            for received in events:
                spans.enter_context(consuming(self.projection.name, received))
            if events:
                self.projection.fold(conn, events)
