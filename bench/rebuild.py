"""rebuild: from the log of a national year to a switched view of the board.

Ours is what `tiendo ops rebuild board` calls, with as many workers as there are cores: it freezes
the log's bounds, reads it by partition, folds in memory, writes each row once, makes the indexes,
takes what came meanwhile and switches readers. The hand-written loop is the one of `project-live`,
into empty tables and without change rows. The library's `ProjectionRunner` commits each event, so
its rate is measured on a slice of the year (the first weeks of a small country, into empty tables,
where it is at its fastest) and told as events per second.
"""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from bench import grounds
from bench.grounds import Cost, Likeness, Marks
from bench.harness import Bench, Block, Peer, Row, Run, at_least, at_most
from bench.instruments import cpu_seconds
from bench.nation import Nation
from bench.peers import project_loop, rebuild_runner

from monitoring.main import service
from monitoring.views.board import BOARD
from tiendo_local.console import plain
from tiendo_local.platform import Platform
from tiendo_runtime.rebuilding.rebuild import rebuild
from tiendo_runtime.rebuilding.request import Report, View, Wish

_FACTS = 1_000_000
_SLICE_FACTS = 5_000
_GROWTH = (10_000, 100_000, 1_000_000, 3_000_000)
_MEMORY_MB = 600


class _Silent:
    """Shows no progress."""

    def phase(self, name: str, total: int, unit: str) -> None: ...
    def advance(self, more: int) -> None: ...


@dataclass
class _Log:
    """A year in Kafka, and what its view must hold."""

    platform: Platform
    nation: Nation
    prefix: str
    expected: Likeness | None = None

    @classmethod
    def written(cls, platform: Platform, facts: int) -> "_Log":
        """Write the year of so many facts."""
        log = cls(platform, Nation(facts), grounds.prefix("rebuild"))
        plain(f"  writing {log.nation.events:,} events, {facts:,} facts")
        asyncio.run(grounds.write(platform.kafka_bootstrap, log.prefix, log.nation.records()))
        return log

    @property
    def topics(self) -> list[str]:
        return [self.prefix + topic for topic in BOARD.topics]

    def check(self, url: str) -> None:
        """See that a database holds what the first one did."""
        found = grounds.likeness(url)
        self.expected = self.expected or found
        grounds.same(self.expected, found)

    def rebuild(self, url: str, workers: int) -> Report:
        """Build the view in a database, and see that readers have it."""
        view = View(BOARD, service.package, url, self.platform.kafka_bootstrap, self.prefix)
        report = rebuild(view, Wish(workers), _Silent())
        assert report.is_switched, report
        assert report.events == self.nation.events, report
        return report


@contextmanager
def _ours(platform: Platform) -> Generator[str]:
    with grounds.database(platform) as name:
        url = grounds.address(platform, name)
        grounds.prepare_ours(url)
        yield url


@contextmanager
def _peers(platform: Platform) -> Generator[str]:
    with grounds.database(platform) as name:
        url = grounds.address(platform, name)
        grounds.prepare_peer(url)
        yield url


def run(run: Run) -> list[Row]:
    """Compare with the library's runner, and with the hand-written loop."""
    log = _Log.written(run.platform, run.size)
    events = log.nation.events
    reports: list[Report] = []
    cost = Cost(run.platform.room)

    def ours(block: Block) -> float:
        with _ours(block.platform) as url:
            with block.timed(), cost.of(events):
                reports.append(log.rebuild(url, 0))
            log.check(url)
        return events / block.seconds

    def loop(block: Block) -> float:
        with _peers(block.platform) as url:
            with block.timed():
                asyncio.run(
                    project_loop.consume(url, block.kafka, log.topics, events, Marks(), live=False)
                )
            log.check(url)
        return events / block.seconds

    def runner(block: Block) -> float:
        nation = Nation(min(_SLICE_FACTS, run.size))
        with _peers(block.platform) as url:
            return rebuild_runner.project(url, rebuild_runner.fill(url, nation.records())).rate

    stock = f"on a slice of {Nation(_SLICE_FACTS).events:,} events, one transaction each"
    rows = run.compare(
        "rebuild",
        "events/s",
        ours,
        Peer("eventsourcing ProjectionRunner", runner, at_least(15), note=stock),
        Peer("hand-written batch loop", loop, at_least(1.5)),
    )
    facts: dict[str, Any] = {
        "events": events,
        "seconds_by_phase": _phases(reports),
        **_peak(reports),
    }
    facts["cpu_us_per_event"] = cost.micros
    return [replace(row, facts=facts) for row in rows]


def _phases(reports: Sequence[Report]) -> dict[str, float]:
    return {
        phase: round(median(report.seconds.get(phase, 0.0) for report in reports), 2)
        for phase in reports[-1].seconds
    }


def _peak(reports: Sequence[Report]) -> dict[str, int]:
    return {"peak_bytes_of_a_worker": max(report.peak_bytes for report in reports)}


def run_two(run: Run) -> list[Row]:
    """Tell what a second worker brings, and what is then busy."""
    log = _Log.written(run.platform, run.size)
    busy: dict[int, list[Mapping[str, float]]] = {1: [], 2: []}

    def measure(workers: int, block: Block) -> float:
        with _ours(block.platform) as url:
            before = cpu_seconds(block.platform.room)
            with block.timed():
                log.rebuild(url, workers)
            after = cpu_seconds(block.platform.room)
        spent = {name: after[name] - before.get(name, 0.0) for name in after}
        busy[workers].append({name: cpu / block.seconds for name, cpu in spent.items()})
        return log.nation.events / block.seconds

    rows = run.compare(
        "rebuild-2",
        "events/s",
        lambda block: measure(2, block),
        Peer("one worker", lambda block: measure(1, block)),
    )
    cores = {f"{workers}_workers": _cores(found) for workers, found in busy.items() if found}
    told = "; ".join(
        f"{name.replace('_', ' ')}: "
        + ", ".join(f"{who} {share:.2f}" for who, share in sorted(some.items()))
        for name, some in cores.items()
    )
    return [replace(row, facts={"cores": cores}, note=f"cores busy: {told}") for row in rows]


def _cores(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(median(one[name] for one in found), 2) for name in found[0]}


def run_growth(run: Run) -> list[Row]:
    """Tell how a rebuild grows with the log, beside an empty view and beside an equal one."""
    table: list[dict[str, Any]] = []
    for facts in (size for size in _GROWTH if size <= run.size):
        log = _Log.written(run.platform, facts)
        with _ours(run.platform) as url:
            first, again = (log.rebuild(url, 0) for _ in range(2))
        seconds = sum(first.seconds.values())
        table.append(
            {
                "facts": facts,
                "events": first.events,
                "rows": sum(first.rows.values()),
                "seconds": round(seconds, 2),
                "events_per_second": round(first.events / seconds),
                "seconds_by_phase": _phases([first]),
                "compared_with_an_equal_one": _phases([again]),
                **_peak([first, again]),
            }
        )
        told = table[-1]
        plain(
            f"  {facts:>9,} facts, {first.events:>9,} events: {seconds:.1f} s,"
            f" {told['events_per_second']:,} events/s,"
            f" {told['peak_bytes_of_a_worker'] / 1e6:.0f} MB a worker"
        )
    peak = max(line["peak_bytes_of_a_worker"] for line in table) / 1e6
    note = "; ".join(
        f"{line['facts']:,} facts: {line['seconds']:.1f} s, {line['events_per_second']:,}/s,"
        f" {line['peak_bytes_of_a_worker'] / 1e6:.0f} MB"
        for line in table
    )
    facts = {"growth": table}
    return [
        Row("rebuild-growth", "events/s", table[-1]["events_per_second"], note=note, facts=facts),
        Row("rebuild-memory", "MB", peak, goal=at_most(_MEMORY_MB), note="the largest worker"),
    ]


BENCHES = (
    Bench("rebuild", "from a year's log to a switched view", run, size=_FACTS),
    Bench("rebuild-2", "two workers against one", run_two, size=_FACTS),
    Bench("rebuild-growth", "how a rebuild grows with the log", run_growth, size=_GROWTH[-1]),
)
