"""How long until a report is on the board, at fifty reports a second, the whole country loaded.

Measured from the moment at which the reporter has the HTTP answer to the moment at which the
report's row is found in the view, looked for every two milliseconds, the same way for ours and for
the peer. In a peer's block all processes of the product stay up and take the reports in; only the
lease of reporting's relay is held, so that the peer alone carries them to a board of its own.
"""

import asyncio
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
from bench import grounds, memory
from bench.harness import Bench, Block, Peer, Row, Run, at_most, run_async
from bench.react import issue
from bench.topics import fresh_topic
from bench.workload import Filed, reports_of

from reporting.domain import OLDEST
from reporting.period import Period, Rhythm
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_local.demo.cast import Unit
from tiendo_local.demo.flow import until
from tiendo_local.demo.ids import fresh
from tiendo_local.demo.stage import Stage, raised
from tiendo_local.room import side_checkout
from tiendo_runtime.clock import SystemClock

ROOT = Path(__file__).resolve().parents[1]
RATE = 50.0
LINES = 3
_PERIODS = OLDEST[Rhythm.WEEKLY] + 2
_LOOK_SECONDS = 0.002
_LONGEST = 60.0
_SHARES = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "max": 1.0}


def distribution(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds below which shares of the values lie (nearest rank)."""
    ordered = sorted(seconds)
    return {
        name: round(ordered[math.ceil(share * len(ordered)) - 1] * 1000, 1)
        for name, share in _SHARES.items()
    }


@dataclass
class Watch:
    """Looks for rows of answered reports in a view."""

    url: str
    _answered: dict[UUID, float] = field(default_factory=dict[UUID, float])
    seconds: list[float] = field(default_factory=list[float])

    def expect(self, report: UUID) -> None:
        """Look for a report that was answered now."""
        self._answered[report] = time.perf_counter()

    async def run(self, count: int) -> None:
        """Look until that many were found."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as conn:
            while len(self.seconds) < count:
                await self._look(conn)
                await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self, conn: psycopg.AsyncConnection) -> None:
        if not self._answered:
            return
        query = "SELECT report_id FROM reports WHERE report_id = ANY(%s)"
        found = await (await conn.execute(query, (list(self._answered),))).fetchall()
        now = time.perf_counter()
        self.seconds += [max(0.0, now - self._answered.pop(report)) for (report,) in found]


@dataclass
class Reporters:
    """Units with assignments, which send their reports at an even rate."""

    stage: Stage
    units: Sequence[Unit]
    filed: Mapping[str, Filed]
    heard: dict[str, list[dict[str, float]]] = field(
        default_factory=dict[str, list[dict[str, float]]]
    )
    _sent: int = 0

    def __post_init__(self) -> None:
        self._turns = self._next()

    def _next(self) -> Iterator[tuple[Unit, Period]]:
        newest = Period.at(SystemClock().now()).next
        for back, unit in product(range(_PERIODS), self.units):
            yield unit, newest.shift(-back)

    def url(self, service: str) -> str:
        """The database of a service."""
        return self.stage.platform.postgres_url(service)

    def ours(self, block: Block) -> float:
        """The product's own relay and projector; p99 in milliseconds."""
        return self._block(block, "ours", self.url("monitoring"))

    def peer(self, block: Block) -> float:
        """A hand-written relay and projector in one process; p99 in milliseconds."""
        prefix = block.prefix()
        with block.database() as view, self._lease_held():
            grounds.prepare_peer(view)
            with _carrying(block, self.url("reporting"), view, prefix):
                until(lambda: self._known(view) == len(self.units) * LINES, "peer")
                figure = self._block(block, "peer", view)
        until(
            lambda: _one(self.url("monitoring"), "SELECT count(*) FROM reports") == self._sent, ""
        )
        return figure

    def _known(self, url: str) -> int:
        return _one(url, "SELECT count(*) FROM assignments")

    def known(self) -> bool:
        """Whether reporting and the board know all assignments."""
        here = _one(self.url("reporting"), "SELECT count(*) FROM assignments_copy")
        return here == self._known(self.url("monitoring")) == len(self.units) * LINES

    @contextmanager
    def _lease_held(self) -> Generator[None]:
        _do(
            self.url("reporting"),
            "UPDATE relay SET owner = 'bench', epoch = epoch + 1,"
            " expires_at = clock_timestamp() + interval '1 hour'",
        )
        try:
            yield
        finally:
            _do(self.url("reporting"), "UPDATE relay SET owner = '', expires_at = '-infinity'")

    def _block(self, block: Block, name: str, view: str) -> float:
        answered, seen = run_async(self._send(block, view))
        self.heard.setdefault(name, []).append(distribution(seen))
        self.heard.setdefault("request to answer", []).append(distribution(answered))
        return distribution(seen)["p99"]

    async def _send(self, block: Block, view: str) -> tuple[list[float], list[float]]:
        watch = Watch(view)
        async with (
            httpx.AsyncClient(base_url=self.stage.urls["reporting"], timeout=_LONGEST) as client,
            asyncio.timeout(block.size / RATE + _LONGEST),
            asyncio.TaskGroup() as group,
        ):
            group.create_task(watch.run(block.size))
            with block.timed():
                tasks: list[asyncio.Task[float]] = []
                begun = time.perf_counter()
                for number in range(block.size):
                    await asyncio.sleep(begun + number / RATE - time.perf_counter())
                    tasks.append(group.create_task(self._report(client, watch, *next(self._turns))))
                answered = list(await asyncio.gather(*tasks))
        self._sent += block.size
        return answered, watch.seconds

    async def _report(
        self, client: httpx.AsyncClient, watch: Watch, unit: Unit, period: Period
    ) -> float:
        lines = [
            {"assignment_id": str(line.assignment_id), "percent": line.percent, "done": False}
            for line in self.filed[unit.id].lines
        ]
        token = self.stage.platform.token("reporter", unit=unit.id, unit_path=unit.path)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(fresh())}
        begun = time.perf_counter()
        body = {"period": str(period), "lines": lines}
        answer = await client.post("/v1/reports", json=body, headers=headers)
        took = time.perf_counter() - begun
        watch.expect(UUID(answer.raise_for_status().json()["id"]))
        return took


@contextmanager
def _carrying(block: Block, store: str, view: str, prefix: str) -> Generator[None]:
    """The peer's process."""
    run_async(_make_topic(block, prefix))
    position = _one(store, "SELECT coalesce(max(notification_id), 0) FROM stored_events")
    command = [sys.executable, "-m", "bench.peers.latency"]
    child = subprocess.Popen([*command, store, view, block.kafka, prefix, str(position)], cwd=ROOT)
    try:
        yield
    finally:
        child.kill()
        child.wait()


async def _make_topic(block: Block, prefix: str) -> None:
    async with fresh_topic(block.kafka, prefix + ReportSubmitted.TOPIC):
        pass


def _one(url: str, query: str) -> int:
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(query.encode()).fetchone()
    return row[0] if row else 0


def _do(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(statement.encode())


def _reporters(stage: Stage, reports: int) -> Reporters:
    """As many units as that many reports need, with three assignments each."""
    communes = sorted((u for u in stage.units.values() if u.level == "communal"), key=_code)
    units = communes[: math.ceil(reports / _PERIODS)]
    now = SystemClock().now()
    filed = reports_of([(UUID(unit.id), unit.path) for unit in units], now, lines=LINES)
    reporters = Reporters(stage, units, {str(one.owed.unit_id): one for one in filed})
    wanted = [(one.owed, line.assignment_id) for one in filed for line in one.lines]
    issue(stage.platform.postgres_url("assignments"), wanted)
    until(reporters.known, "assignments")
    return reporters


def _code(unit: Unit) -> str:
    return unit.code


def run(run: Run) -> list[Row]:
    """The peer is one process; ours are those of the product."""
    with raised(side_checkout(ROOT, "bench")) as stage:
        blocks = 2 * (run.rounds + 1)
        reporters = _reporters(stage, blocks * max(run.size, run.warm))
        rows = run.on(stage.platform).compare(
            "latency",
            "ms (p99)",
            reporters.ours,
            Peer("hand-written relay and projector", reporters.peer, at_most(2)),
            note=f"HTTP answer to board row at {RATE:g} reports a second; all processes up",
        )
        held = memory.of_room(stage.platform.room, "bench")
    facts = {
        "ms": {name: _medians(found) for name, found in reporters.heard.items()},
        "pss_bytes": {one.name: one.pss for one in held},
    }
    return [replace(row, facts=facts) for row in rows]


def _medians(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in found) for name in _SHARES}


BENCHES = (
    Bench("latency", "from a report's answer to the board", run, 500, warm=50, ground="own"),
)
