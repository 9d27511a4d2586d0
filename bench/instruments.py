"""Where the time of a block goes: function by function, and CPU by kind of process."""

import cProfile
import io
import pstats
import resource
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import psutil

from tiendo_local.room import Room
from tiendo_local.supervisor import read_state

_TOP = 35
_WORDS = {"kafka": "Kafka", "postgres": "PostgreSQL"}


Timer = Callable[[], float]


class Meter:
    """The CPU that each kind of process spends inside; used as a context, adds up."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._begun = 0.0
        self._before: Mapping[str, float] = {}
        self.seconds = 0.0
        self.cpu: dict[str, float] = {}

    def prepare(self) -> None:
        """Do nothing: processes need no preparation."""

    def __enter__(self) -> None:
        """Begin."""
        self._before = cpu_seconds(self.room)
        self._begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        """End."""
        self.seconds += time.perf_counter() - self._begun
        for name, after in cpu_seconds(self.room).items():
            spent = after - self._before.get(name, 0.0)
            self.cpu[name] = self.cpu.get(name, 0.0) + spent

    def __str__(self) -> str:
        """The figures, a line each."""
        lines = [f"{self.seconds:.2f} s; CPU seconds meanwhile:"]
        for name, spent in self.cpu.items():
            share = spent / max(self.seconds, 1e-9)
            lines.append(f"  {name:22} {spent:7.2f}  ({share:.0%} of one core)")
        return "\n".join(lines)


class _Profile(cProfile.Profile):
    """A profile that may be read while its thread waits: what is not over yet does not count."""

    def create_stats(self) -> None:
        """Leave the thread alone: the base class would stop the clock of whoever reads."""
        self.snapshot_stats()


class Profiler:
    """A profile of the functions inside of this thread, and of all threads begun since `prepare`.

    It slows Python down and nothing else: its lines compare with each other alone.
    """

    def __init__(self, timer: Timer) -> None:
        self._timer = timer
        self._profiles: list[_Profile] = []
        self._own: _Profile | None = None

    def prepare(self) -> None:
        """Take in threads that start from now on: some start before what is measured does."""
        threading.setprofile(self._begin_thread)

    def __enter__(self) -> None:
        """Begin."""
        self._own = self._begin()

    def __exit__(self, *_: object) -> None:
        """End; threads that were begun inside go on noting what they do."""
        if self._own is not None:
            self._own.disable()
        threading.setprofile(None)  # pyright: ignore[reportArgumentType] - as threading documents it

    def _begin(self) -> _Profile:
        profile = _Profile(self._timer)
        self._profiles.append(profile)
        profile.enable()
        return profile

    def _begin_thread(self, frame: FrameType, event: str, arg: Any) -> None:  # noqa: ARG002
        self._begin()

    def __str__(self) -> str:
        """The top functions, by their own time and by that of all that they call."""
        told = io.StringIO()
        stats = pstats.Stats(*self._profiles, stream=told).strip_dirs()
        for order in ("tottime", "cumtime"):
            told.write(f"--- by {order} ---\n")
            stats.sort_stats(order).print_stats(_TOP)
        return told.getvalue()


@dataclass(frozen=True)
class Lens:
    """One way to look at a block, under a title."""

    title: str
    through: Meter | Profiler


def lenses(room: Room) -> tuple[Lens, ...]:
    """All that a profile is made of; each has a block of its own."""
    return (
        Lens("CPU of processes, without a profiler", Meter(room)),
        Lens("functions by CPU of their thread", Profiler(time.thread_time)),
        Lens("functions by the clock on the wall, waiting included", Profiler(time.perf_counter)),
    )


def cpu_seconds(room: Room) -> dict[str, float]:
    """CPU seconds so far: this process, its ended children, and the servers of a room."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "this Python process": own.ru_utime + own.ru_stime,
        "its ended children": ended.ru_utime + ended.ru_stime,
    }
    for record in read_state(room):
        called = str(record["name"])
        name = _WORDS.get(called, called)
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
