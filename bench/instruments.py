"""Where the time of a block goes: function by function, and CPU by kind of process."""

import cProfile
import io
import pstats
import resource
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import psutil

from tiendo_local.room import Room
from tiendo_local.supervisor import read_state

_TOP = 35
_WORDS = {"kafka": "Kafka", "postgres": "PostgreSQL"}


class Instruments:
    """A profiler of all threads that start inside, and a meter of CPU; used as a context.

    A profiler slows Python down and nothing else: compare its lines with each other, and the CPU
    seconds with those of a run without it.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._profiles: list[cProfile.Profile] = []
        self._begun = 0.0
        self._before: Mapping[str, float] = {}
        self.seconds = 0.0
        self.cpu: dict[str, float] = {}

    def __enter__(self) -> "Instruments":
        """Begin."""
        self._before = cpu_seconds(self._room)
        self._begun = time.perf_counter()
        threading.setprofile(self._begin_thread)
        self._begin()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """End; what was measured is added up over several uses."""
        self._profiles[-1].disable()
        sys.setprofile(None)
        threading.setprofile(None)  # pyright: ignore[reportArgumentType] - as threading documents it
        self.seconds += time.perf_counter() - self._begun
        for name, after in cpu_seconds(self._room).items():
            spent = after - self._before.get(name, 0.0)
            self.cpu[name] = self.cpu.get(name, 0.0) + spent

    def _begin(self) -> None:
        profile = cProfile.Profile()
        self._profiles.append(profile)
        profile.enable()

    def _begin_thread(self, frame: FrameType, event: str, arg: Any) -> None:  # noqa: ARG002
        self._begin()

    def write(self, path: Path, title: str) -> None:
        """Write what was found."""
        told = io.StringIO()
        told.write(f"{title}\n\n{self.seconds:.2f} s under the profiler; CPU seconds meanwhile:\n")
        for name, spent in self.cpu.items():
            told.write(f"  {name:22} {spent:7.2f}  ({spent / self.seconds:.0%} of one core)\n")
        if self._profiles:
            stats = pstats.Stats(*self._profiles, stream=told).strip_dirs()
            for order in ("tottime", "cumtime"):
                told.write(f"\n--- by {order} ---\n")
                stats.sort_stats(order).print_stats(_TOP)
        path.parent.mkdir(exist_ok=True)
        path.write_text(told.getvalue())


def cpu_seconds(room: Room) -> dict[str, float]:
    """CPU seconds so far: this process, its ended children, and the servers of a room."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "this Python process": own.ru_utime + own.ru_stime,
        "its ended children": ended.ru_utime + ended.ru_stime,
    }
    for record in read_state(room):
        name = _WORDS.get(record["name"])
        if name:
            found[name] = found.get(name, 0.0) + family_seconds(record["pid"])
    return found


def family_seconds(pid: int) -> float:
    """CPU seconds of a process, of its living children and of those that it has seen end."""
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        total = times.user + times.system + times.children_user + times.children_system
        for child in process.children(recursive=True):
            spent = child.cpu_times()
            total += spent.user + spent.system
    except psutil.NoSuchProcess:
        return 0.0
    return total
