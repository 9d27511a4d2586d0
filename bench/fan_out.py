"""fan-out: a thousand people look at one board, and each hears of each change.

The board's api and its projector run as two processes of the product. One change is sent to Kafka
at a time; from its acknowledgement until the last viewer has read the event of it from the stream
lie the projector, its transaction, NOTIFY, and a thousand writes. The viewers see everything: no
change is for a few of them. One process of this bench reads all streams.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from math import ceil
from time import monotonic, perf_counter, sleep
from typing import Any

import httpx
import psycopg
from bench import grounds, memory
from bench.harness import Bench, Row, Run, at_most
from bench.nation import Nation, Place

from tiendo_contracts.assignments import ExtensionGranted
from tiendo_local import ports
from tiendo_local.console import plain
from tiendo_local.platform import Platform
from tiendo_local.program import Program, http_ready
from tiendo_runtime.kafka import Producer
from tiendo_runtime.records import Outgoing

_VIEWERS = 1_000
_FACTS = 5_000
_EACH_ROUND = 5
_PASSED = 0.3
_JOINING = 50
_LONGEST = 30.0
_API, _PROJECT = "bench-api", "bench-project"


@dataclass
class _Viewer:
    """An open stream: which change it waits for, and when it read of it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    wanted: bytes = b""
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    at: float = 0.0

    async def listen(self) -> None:
        """Read until the end."""
        while line := await self.reader.readline():
            if self.wanted and self.wanted in line:
                self.at = perf_counter()
                self.wanted = b""
                self.heard.set()

    def want(self, key: bytes) -> None:
        self.heard.clear()
        self.wanted = key


async def _join(url: httpx.URL, token: str) -> _Viewer:
    reader, writer = await asyncio.open_connection(url.host, url.port, limit=2**16)
    head = ("GET /v1/stream HTTP/1.1", f"Host: {url.host}", f"Authorization: Bearer {token}")
    writer.write("\r\n".join((*head, "", "")).encode())
    async with asyncio.timeout(_LONGEST):
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"the stream answers {status!r}")
        while not (await reader.readline()).startswith(b"event: hello"):
            pass
    return _Viewer(reader, writer)


@asynccontextmanager
async def _viewers(url: httpx.URL, token: str, number: int) -> AsyncGenerator[list[_Viewer]]:
    found: list[_Viewer] = []
    async with asyncio.TaskGroup() as group:
        while len(found) < number:
            some = min(_JOINING, number - len(found))
            found += await asyncio.gather(*(_join(url, token) for _ in range(some)))
        listening = [group.create_task(viewer.listen()) for viewer in found]
        try:
            yield found
        finally:
            for task in listening:
                task.cancel()
            for viewer in found:
                viewer.writer.close()


@dataclass
class _Stage:
    """The board's two processes, with a small country in the view, and what will change in it."""

    platform: Platform
    prefix: str
    url: httpx.URL
    top: Place
    changes: Iterator[Outgoing]

    def pss(self) -> int:
        """What the api process holds in memory, bytes."""
        held = memory.of_room(self.platform.room, "bench")
        return next(one.pss for one in held if one.name == _API)


@contextmanager
def _stage(platform: Platform, prefix: str) -> Generator[_Stage]:
    nation = Nation(_FACTS)
    records = nation.records()
    past = list(islice(records, int(nation.events * _PASSED)))
    bootstrap = platform.kafka_bootstrap
    asyncio.run(grounds.write(bootstrap, prefix, chain(nation.register(), past)))
    with grounds.database(platform) as name:
        database = grounds.address(platform, name)
        grounds.prepare_ours(database)
        programs = {
            name: _program(platform, name, role, database, prefix)
            for name, role in ((_API, "api"), (_PROJECT, "project"))
        }
        try:
            platform.supervisor.start_together(list(programs.values()))
            _wait_for_rows(database, len(past))
            url = httpx.URL(f"http://{ports.HOST}:{programs[_API].environment['TIENDO_HTTP_PORT']}")
            granted = ExtensionGranted.TYPE.encode()
            changes = (record for record in records if ("ce_type", granted) in record.headers)
            yield _Stage(platform, prefix, url, nation.units[0], changes)
        finally:
            for role in programs:
                platform.supervisor.stop(role)


def _program(platform: Platform, name: str, role: str, database: str, prefix: str) -> Program:
    port = str(ports.choose(platform.room.path, name))
    settings = {
        "TIENDO_DATABASE_URL": database,
        "TIENDO_KAFKA_BOOTSTRAP_SERVERS": platform.kafka_bootstrap,
        "TIENDO_TOPIC_PREFIX": prefix,
        "TIENDO_HTTP_PORT": port,
        "TIENDO_TOKEN_ISSUER": platform.issuer_url,
        "TIENDO_JWKS_URL": platform.jwks_url,
    }
    command = [sys.executable, "-m", "tiendo_runtime", "run", "monitoring", "--role", role]
    return Program(name, command, settings, ready=http_ready(f"http://{ports.HOST}:{port}/readyz"))


def _wait_for_rows(database: str, events: int) -> None:
    """Wait until a view has taken so many events."""
    query = "SELECT coalesce(sum(next_offset), 0) FROM positions WHERE consumer LIKE 'board%'"
    deadline = monotonic() + _LONGEST
    with psycopg.connect(database, autocommit=True) as conn:
        while conn.execute(query).fetchone() != (events,):
            if monotonic() > deadline:
                raise TimeoutError("the board did not take the events that lie before")
            sleep(0.1)


async def _measure(stage: _Stage, viewers: int, rounds: int) -> dict[str, Any]:
    """Let changes happen while so many look; seconds from a change until each has heard."""
    top = stage.top
    token = stage.platform.token("member", unit=top.id, unit_path=top.path)
    async with _viewers(stage.url, token, 1):
        before = stage.pss()
    times: list[list[float]] = []
    async with (
        _viewers(stage.url, token, viewers) as looking,
        grounds.producer(stage.platform.kafka_bootstrap) as kafka,
    ):
        for number in range(rounds):
            changes = islice(stage.changes, _EACH_ROUND)
            found = [await _change(kafka, stage.prefix, change, looking) for change in changes]
            times += found
            slowest = max(max(each) for each in found)
            plain(f"  fan-out {number + 1}/{rounds}: the last viewer heard after {slowest:.3f} s")
        held = stage.pss()
    return {
        "last_viewer_s": shares([max(each) for each in times]),
        "any_viewer_s": shares([one for each in times for one in each]),
        "changes": len(times),
        "viewers": viewers,
        "api_pss_bytes": {"one_viewer": before, "all_viewers": held},
        "bytes_per_viewer": round((held - before) / max(1, viewers - 1)),
    }


async def _change(
    kafka: Producer, prefix: str, change: Outgoing, looking: Sequence[_Viewer]
) -> list[float]:
    for viewer in looking:
        viewer.want(change.key)
    await kafka.send([replace(change, topic=prefix + change.topic)])
    begun = perf_counter()
    async with asyncio.timeout(_LONGEST):
        for viewer in looking:
            await viewer.heard.wait()
    return [max(0.0, viewer.at - begun) for viewer in looking]


def shares(seconds: Sequence[float]) -> dict[str, float]:
    """The times within which half, 99 of 100, and all lie (nearest rank)."""
    ordered = sorted(seconds)
    places = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: ordered[ceil(share * len(ordered)) - 1] for name, share in places.items()}


def run(run: Run) -> list[Row]:
    """Tell how soon the last of all viewers hears of a change."""
    with _stage(run.platform, grounds.prefix("fan-out")) as stage:
        found = asyncio.run(_measure(stage, run.size, run.rounds))
    last, kb = found["last_viewer_s"], found["bytes_per_viewer"] / 1000
    note = (
        f"{found['changes']} changes to {run.size} viewers, from Kafka's acknowledgement: last"
        f" viewer p50 {last['p50']:.3f}, p99 {last['p99']:.3f}, max {last['max']:.3f} s;"
        f" {kb:.1f} kB of the api process per viewer"
    )
    size = run.size
    return [Row("fan-out", "s", last["max"], goal=at_most(1), note=note, facts=found, size=size)]


BENCHES = (Bench("fan-out", "changes to a thousand viewers of one board", run, size=_VIEWERS),)
