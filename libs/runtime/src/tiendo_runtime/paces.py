"""How long work takes: the durations of the last minute, by kind of work.

Metrics tell it to who collects them; this tells it to `tiendo ops status`, which knows the database
alone. Noting costs a microsecond.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_KEPT_SECONDS = 60.0
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a kind of work was done within a minute, and how long it took (s).

    `slow` is the 95th percentile.
    """

    work: str
    count: int
    median: float
    slow: float


class Paces:
    """The durations of a process's work; at most the last 2,000 of each kind.

    `now` gives seconds that never fall.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._noted: dict[str, deque[tuple[float, float]]] = {}

    def note(self, work: str, seconds: float) -> None:
        """Note that a piece of work took so long."""
        noted = self._noted.get(work)
        if noted is None:
            noted = self._noted.setdefault(work, deque(maxlen=_MOST))
        noted.append((self._now(), seconds))

    def told(self) -> Sequence[Pace]:
        """The paces of the last minute, by name."""
        since = self._now() - _KEPT_SECONDS
        lately: Mapping[str, list[float]] = {
            work: sorted(took for at, took in tuple(noted) if at > since)
            for work, noted in sorted(self._noted.items())
        }
        return [
            Pace(work, len(took), took[len(took) // 2], took[len(took) * 95 // 100])
            for work, took in lately.items()
            if took
        ]


PACES = Paces()
"""Those of this process."""
