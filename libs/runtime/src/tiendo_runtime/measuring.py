"""Measuring around work, so that the work itself says nothing of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tiendo_runtime import metrics
from tiendo_runtime.applying import Handler
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.paces import PACES
from tiendo_runtime.records import Move, Received


@dataclass(frozen=True, slots=True)
class Measured:
    """A handler whose batches are timed; `operation` is react or project."""

    handler: Handler
    consumer: str
    operation: str

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """Let the handler do it."""
        of = {**metrics.KAFKA, "tiendo.consumer": self.consumer}
        labels = {**of, "messaging.operation.name": self.operation}
        begun = time.perf_counter()
        try:
            self.handler.handle(events, moves, parked)
            metrics.CONSUMED.add(len(events), of)
        except Exception as error:
            labels["error.type"] = type(error).__name__
            raise
        finally:
            took = time.perf_counter() - begun
            metrics.BATCHES.record(took, labels)
            PACES.note(f"{self.operation} {self.consumer}", took)
