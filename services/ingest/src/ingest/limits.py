"""How fast a source may send: a bucket of tokens for each, one token an event.

The buckets live in the process. What they protect is this process and its database, so there is
nothing that replicas would have to agree on; a row in PostgreSQL for each would make all batches of
a source wait for one another, and cost a write for what is refused as well. With N replicas a
source gets N times its rate at most.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """The buckets of all sources. `now` tells seconds that only ever grow."""

    def __init__(self, rate: int, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._burst = burst
        self._now = now
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def wait(self, source: str) -> float:
        """How long a source has to wait before it may send again, in seconds; mostly 0."""
        with self._lock:
            return max(0.0, -self._filled(source).tokens / self.rate)

    def spend(self, source: str, events: int) -> None:
        """Take tokens for what came. A bucket may end below nothing: the next one waits for it."""
        with self._lock:
            self._filled(source).tokens -= events

    def _filled(self, source: str) -> _Bucket:
        now = self._now()
        bucket = self._buckets.setdefault(source, _Bucket(self._burst, now))
        grown = (now - bucket.at) * self.rate
        bucket.tokens, bucket.at = min(self._burst, bucket.tokens + grown), now
        return bucket
