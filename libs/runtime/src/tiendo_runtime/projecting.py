"""Runs a projection for the consumer loop: rows and positions in one transaction."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from tiendo_runtime import deadletters, positions
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Move, Received
from tiendo_runtime.telemetry import consuming


@dataclass(frozen=True, slots=True)
class ProjectionHandler:
    """Folds batches into a projection's tables."""

    projection: Projection
    database: Database

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """Fold all events and move on, in one transaction."""
        with self.database.transaction() as conn, ExitStack() as spans:
            conn.execute(f"SET LOCAL search_path = {self.projection.schema}, public".encode())
            positions.move(conn, moves)
            deadletters.park(conn, parked)
            for received in events:
                spans.enter_context(consuming(self.projection.name, received))
            if events:
                self.projection.fold(conn, events)
