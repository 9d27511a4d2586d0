"""How far a build has come: shown to whoever started it, and noted for whoever asks."""

import time
from typing import Protocol

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import versions

_NOTE_SECONDS = 2.0


class Shown(Protocol):
    """Shows progress."""

    def phase(self, name: str, total: int, unit: str) -> None:
        """A phase begins: so many of `unit` are to be done."""
        ...

    def advance(self, more: int) -> None:
        """So many more are done."""
        ...


class Progress:
    """The progress of one build, phase by phase."""

    def __init__(self, conn: Connection[DictRow], schema: str, shown: Shown) -> None:
        self.seconds: dict[str, float] = {}
        """How long each phase took."""
        self._conn = conn
        self._schema = schema
        self._shown = shown
        self._phase = ""
        self._total = self._done = 0
        self._began = self._noted = time.monotonic()

    def phase(self, name: str, total: int, unit: str) -> None:
        """Begin a phase; the one before is over."""
        self.over()
        self._phase, self._total, self._done = name, total, 0
        self._shown.phase(name, total, unit)
        self._note()

    def advance(self, more: int) -> None:
        """So many more are done."""
        self._done += more
        self._shown.advance(more)
        if time.monotonic() - self._noted > _NOTE_SECONDS:
            self._note()

    def over(self) -> None:
        """End the phase."""
        now = time.monotonic()
        if self._phase:
            self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._began
        self._phase, self._began = "", now

    def _note(self) -> None:
        self._noted = time.monotonic()
        progress = {"phase": self._phase, "done": self._done, "total": self._total}
        versions.note(self._conn, self._schema, {"progress": progress})
