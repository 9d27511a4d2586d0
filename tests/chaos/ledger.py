"""What the services promised: every command that was acknowledged, on disk before it counts."""

import json
import os
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Promise:
    """An acknowledged command.

    Attributes:
        kind: What was commanded, such as "report".
        mark: A text that stands in this command alone; empty where it has none.
        answer: What the service said.
    """

    kind: str
    service: str
    path: str
    key: str
    mark: str
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """A command that was refused for good."""

    kind: str
    path: str
    status: int
    problem: str


@dataclass
class Ledger:
    """All promises, in a file that is synced before any of them counts.

    One thread writes and syncs what the others have brought since the last time.
    """

    path: Path
    promises: dict[str, Promise] = field(default_factory=dict[str, Promise])
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    broken: list[str] = field(default_factory=list[str])
    """Words of those who were told different things under one key."""
    counts: Counter[str] = field(default_factory=Counter[str])
    """What happened on the way: tries without an answer, repeated answers, …"""
    _waiting: list[Promise] = field(default_factory=list[Promise])
    _news: threading.Condition = field(default_factory=threading.Condition)
    _closed: bool = False

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("wb")
        self._writer = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._writer.start()

    def note(self, promise: Promise) -> None:
        """Take a promise down, or hold it against what was promised before for its key.

        Returns when it is on disk.
        """
        with self._news:
            known = self.promises.get(promise.key)
            if known is not None:
                if known.answer != promise.answer:
                    self.broken.append(f"{promise.path}: {known.answer}, then {promise.answer}")
                return
            self._waiting.append(promise)
            self._news.notify_all()
            self._news.wait_for(lambda: promise.key in self.promises)

    def refuse(self, refusal: Refusal) -> None:
        """Take a refusal down."""
        with self._news:
            self.refusals.append(refusal)

    def count(self, what: str) -> None:
        """Count something that happened on the way."""
        with self._news:
            self.counts[what] += 1

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until there are so many promises; answers whether there are."""
        with self._news:
            return self._news.wait_for(lambda: len(self.promises) >= count, seconds)

    def close(self) -> None:
        """Write what waits, and close the file."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._writer.join()
        self._file.close()

    def _write(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._closed)
                batch, self._waiting = self._waiting, []
            if not batch:
                return
            for promise in batch:
                self._file.write(json.dumps(vars(promise)).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            with self._news:
                self.promises.update({promise.key: promise for promise in batch})
                self._news.notify_all()
