"""How ours and a peer are measured against each other.

A bench is a `Bench` in the `BENCHES` of a module of this folder (named in `__main__.MODULES`). It
asks its `Run` to `compare` blocks: functions that make fresh ground, do one side's work inside of
`block.timed()` and answer a figure. In each round every side has one block, in turn from the front
and from the back, so that what slows the machine for a while slows them alike. A round's ratio is
ours / peer; told are the median and the quartiles of the rounds, and a goal is met when the
quartile on its bad side meets it.

    def ours(block: Block) -> float:
        with block.database() as url:
            prepare(url, block.size)            # not measured
            with block.timed():
                work(url)
        return block.size / block.seconds       # per second

    def run(run: Run) -> list[Row]:
        return run.compare("append", "commands/s", ours, Peer("plain save", peer, at_least(0.75)))

    BENCHES = (Bench("append", "commands saved per second", run, size=2000),)
"""

import asyncio
import secrets
import statistics
import time
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import uvloop
from bench.instruments import Lens, Meter

from tiendo_local.console import plain
from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database

T = TypeVar("T")

ROUNDS = 10


@dataclass(frozen=True)
class Goal:
    """A bound; `more` says on which side of it good figures lie."""

    bound: float
    more: bool

    def __str__(self) -> str:
        """The bound with its sign."""
        return f"{'≥' if self.more else '≤'} {self.bound:g}"

    def is_met(self, low: float, high: float) -> bool:
        """Whether the worse end of a range meets it."""
        return low >= self.bound if self.more else high <= self.bound


def at_least(bound: float) -> Goal:
    """The lower quartile must reach it."""
    return Goal(bound, True)


def at_most(bound: float) -> Goal:
    """The upper quartile must not pass it."""
    return Goal(bound, False)


@dataclass(frozen=True)
class Row:
    """A line of the result. `ours` and `peer` are medians over the rounds, in `unit`.

    A figure without a peer has a ratio of None, and its goal is about `ours`.
    """

    name: str
    unit: str
    ours: float
    peer_name: str = ""
    peer: float | None = None
    ratio: float | None = None
    ratio_q1: float | None = None
    ratio_q3: float | None = None
    goal: Goal | None = None
    ratios: tuple[float, ...] = ()
    size: int = 0
    note: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What else is worth keeping: a growth table, memory, the resource that saturates."""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met, or None where there is none."""
        if self.goal is None:
            return None
        low = self.ours if self.ratio_q1 is None else self.ratio_q1
        high = self.ours if self.ratio_q3 is None else self.ratio_q3
        return self.goal.is_met(low, high)


@dataclass
class Block:
    """One side's turn: fresh ground, and the clock of what is measured."""

    platform: Platform
    size: int
    number: int
    """The round it belongs to, from 0."""
    seconds: float = 0.0
    """How long the `timed` parts took, together."""
    lens: Lens | None = None
    """What a profile looks through at the timed parts."""

    @contextmanager
    def timed(self) -> Generator[None]:
        """Measure what is inside; may be used around awaiting, and more than once."""
        begun = time.perf_counter()
        with self.lens.through if self.lens else nullcontext():
            yield
        self.seconds += time.perf_counter() - begun

    def database(self) -> AbstractContextManager[str]:
        """An empty database's address; dropped at the end."""
        return fresh_database(self.platform.postgres_admin_url)

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap servers."""
        return self.platform.kafka_bootstrap

    def prefix(self) -> str:
        """A prefix for topics and groups that no other block uses."""
        return f"bench-{secrets.token_hex(5)}."


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run on the event loop that our processes use."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


Measure = Callable[[Block], float]
"""One side's block; answers its figure."""


@dataclass(frozen=True)
class Peer:
    """Another way to do the same; `size` where its blocks are of another size than ours."""

    name: str
    measure: Measure
    goal: Goal | None = None
    note: str = ""
    size: int | None = None


@dataclass
class Run:
    """What a bench is given: a platform, sizes, and what to look through where it is profiled."""

    rounds: int
    size: int
    warm: int = 0
    lenses: Sequence[Lens] = ()
    """Set where the bench is profiled and not compared."""
    _platform: Platform | None = None

    @property
    def platform(self) -> Platform:
        """PostgreSQL and Kafka, empty at the start of `make bench`."""
        if self._platform is None:
            raise RuntimeError("a bench on its own ground has no shared platform")
        return self._platform

    def on(self, platform: Platform) -> "Run":
        """The same run on a platform that the bench raised itself."""
        for lens in self.lenses:
            if isinstance(lens.through, Meter):
                lens.through.room = platform.room
        return replace(self, _platform=platform)

    def compare(
        self, name: str, unit: str, ours: Measure, *peers: Peer, note: str = ""
    ) -> list[Row]:
        """A row for each peer; under a profile, our block alone and no rows."""
        if self.lenses:
            self._profile(name, unit, ours)
            return []
        sides = [Peer("ours", ours), *peers]
        if self.warm:
            for side in sides:
                side.measure(Block(self.platform, self.warm, 0))
        found: list[list[float]] = [[] for _ in sides]
        for number in range(self.rounds):
            order = list(enumerate(sides))[:: 1 if number % 2 == 0 else -1]
            for place, side in order:
                found[place].append(self._measure(side, number))
            told = ", ".join(
                f"{side.name} {figures[-1]:,.0f}"
                for side, figures in zip(sides, found, strict=True)
            )
            plain(f"  {name} {number + 1}/{self.rounds}: {told} {unit}")
        return [
            replace(
                _row(name, unit, found[0], peer, figures), size=self.size, note=peer.note or note
            )
            for peer, figures in zip(peers, found[1:], strict=True)
        ]

    def _measure(self, side: Peer, number: int) -> float:
        return side.measure(Block(self.platform, side.size or self.size, number))

    def _profile(self, name: str, unit: str, ours: Measure) -> None:
        plain(f"  {name}, to warm up: {ours(Block(self.platform, self.size, 0)):,.0f} {unit}")
        for number, lens in enumerate(self.lenses, 1):
            lens.through.prepare()
            figure = ours(Block(self.platform, self.size, number, lens=lens))
            plain(f"  {name}, {lens.title}: {figure:,.0f} {unit}")


def _row(name: str, unit: str, ours: Sequence[float], peer: Peer, theirs: Sequence[float]) -> Row:
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    low, middle, high = quartiles(ratios)
    return Row(
        name=name,
        unit=unit,
        ours=statistics.median(ours),
        peer_name=peer.name,
        peer=statistics.median(theirs),
        ratio=middle,
        ratio_q1=low,
        ratio_q3=high,
        goal=peer.goal,
        ratios=tuple(ratios),
    )


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The three points that cut the values into quarters (of one value: itself, three times)."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


@dataclass(frozen=True)
class Bench:
    """A bench as `make bench` knows it.

    `ground` is `platform` (an empty PostgreSQL and Kafka, shared by all benches) or `own` where the
    bench raises a whole stage by itself: it then runs after the others, the platform being down.
    """

    name: str
    about: str
    run: Callable[[Run], list[Row]]
    size: int = 1
    """How much one block does, unless SIZE says otherwise; what it counts is the bench's affair."""
    warm: int = 0
    """Size of a block that each side has first and that does not count: what Python, Kafka and
    PostgreSQL load or compile once is not what is measured. 0 for none."""
    ground: Literal["platform", "own"] = "platform"
