"""What the board's benches stand on: logs, databases of both kinds, copies, and likeness."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from bench.instruments import cpu_seconds
from bench.nation import TOPICS
from psycopg import sql

from monitoring.main import service
from monitoring.views.board import BOARD
from tiendo_local import postgres
from tiendo_local.platform import Platform
from tiendo_local.room import Room
from tiendo_runtime import schema, versions
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.kafka import Producer, ensure_topics
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.records import Move, Outgoing, Received

PEERS = Path(__file__).parent / "peers"
COMPARED = ("assignments", "timeline", "counters", "reports")
_CELL = "cell"  # the digest that is our counters' key; the peers' key is the cell itself
_PAGE = 20_000
_LONGEST = 1800.0

Likeness = Mapping[str, tuple[int, int]]
"""By table: how many rows, and the sum of their hashes."""


def prepare_ours(url: str) -> None:
    """Give a database the product's schema."""
    schema.migrate(url, service.package, service.projections)


def prepare_peer(url: str) -> None:
    """Give a database the peers' tables."""
    with psycopg.connect(url) as conn:
        conn.execute((PEERS / "board.sql").read_bytes())


def likeness(url: str) -> Likeness:
    """What the board's tables hold, row by row and column by column, without regard to order."""
    with psycopg.connect(url) as conn:
        return {table: _likeness(conn, table) for table in COMPARED}


def _likeness(conn: psycopg.Connection[Any], table: str) -> tuple[int, int]:
    found = conn.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY column_name",
        (table,),
    )
    columns = ", ".join(name for (name,) in found if name != _CELL)
    row = conn.execute(
        "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)"
        f" FROM (SELECT {columns} FROM {table}) t".encode()
    ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def same(one: Likeness, other: Likeness) -> None:
    """See that two databases hold the same.

    Raises:
        AssertionError: They do not; it names the tables and their numbers of rows.
    """
    differing = {name: (one[name][0], other[name][0]) for name in one if one[name] != other[name]}
    if differing:
        raise AssertionError(f"ours and the peer's tables differ (rows): {differing}")


def prefix(name: str) -> str:
    """A prefix for topics that no other bench or run of it uses."""
    return f"{name}-{secrets.token_hex(4)}-"


@contextmanager
def database(platform: Platform, template: str = "template1") -> Generator[str]:
    """A database, a copy of another where one is named; dropped at the end. Answers its name."""
    name = f"bench_{secrets.token_hex(6)}"
    made = sql.Identifier(name)
    with psycopg.connect(platform.postgres_admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, sql.Identifier(template))
        )
        try:
            yield name
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))


def address(platform: Platform, name: str) -> str:
    """The address of a database."""
    return postgres.database_url(platform.postgres_admin_url, name)


def vacuum(url: str) -> None:
    """Leave tables as they stand after a while: statistics made, pages frozen."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM (ANALYZE)")
        conn.execute("CHECKPOINT")


@asynccontextmanager
async def producer(bootstrap: str) -> AsyncGenerator[Producer]:
    """The relay's producer."""
    kafka = Producer(bootstrap)
    await kafka.start()
    try:
        yield kafka
    finally:
        await kafka.stop()


async def write(bootstrap: str, prefix: str, records: Iterable[Outgoing]) -> int:
    """Append records to the real topics' names behind a prefix; answers how many."""
    await ensure_topics(bootstrap, [prefix + topic for topic in TOPICS])
    logging.getLogger("aiokafka.producer.sender").setLevel(logging.ERROR)  # of new topics' leaders
    written, left = 0, iter(records)
    async with producer(bootstrap) as kafka:
        while page := [replace(r, topic=prefix + r.topic) for r in islice(left, _PAGE)]:
            await kafka.send(page)
            written += len(page)
    return written


@dataclass
class Marks:
    """When how many events were committed; rates count from the first commit to the last."""

    marks: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])

    def __call__(self, events: int) -> None:
        """Note a commit."""
        self.marks.append((time.perf_counter(), events))

    @property
    def total(self) -> int:
        """All events that were committed."""
        return sum(events for _, events in self.marks)

    @property
    def rate(self) -> float:
        """Events a second.

        What came with the first commit is left out: before it lie the joining of a group, the
        finding of positions and the first fetch, which a running projector does not do again.
        """
        (begun, first), (ended, _) = self.marks[0], self.marks[-1]
        if len(self.marks) < 5:
            raise AssertionError("too few batches to tell a rate: take a larger size")
        return (self.total - first) / (ended - begun)


@dataclass
class Cost:
    """CPU by kind of process, over several blocks."""

    room: Room
    events: int = 0
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @contextmanager
    def of(self, events: int) -> Generator[None]:
        """Add what is spent inside for so many events."""
        before = cpu_seconds(self.room)
        yield
        for name, now in cpu_seconds(self.room).items():
            self.seconds[name] = self.seconds.get(name, 0.0) + now - before.get(name, 0.0)
        self.events += events

    @property
    def micros(self) -> dict[str, float]:
        """Microseconds of CPU for an event."""
        return {name: round(s * 1e6 / self.events, 1) for name, s in self.seconds.items() if s}


@dataclass
class _Watched:
    """A projection handler that tells of its commits, and when all has come."""

    inner: ProjectionHandler
    told: Marks
    total: int
    loop: asyncio.AbstractEventLoop
    done: asyncio.Event

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        self.inner.handle(events, moves, parked)
        if events:
            self.told(len(events))
        if self.told.total >= self.total:
            self.loop.call_soon_threadsafe(self.done.set)


async def project(url: str, bootstrap: str, prefix: str, total: int, told: Marks) -> None:
    """Let our consumer loop and the board's projection take `total` events."""
    data = Database(url, "bench")
    data.open()
    done = asyncio.Event()
    handler = _Watched(
        ProjectionHandler(BOARD, data, live=True), told, total, asyncio.get_running_loop(), done
    )
    loop = ConsumerLoop(
        consumer=BOARD.name,
        group=f"{prefix}{secrets.token_hex(4)}",
        topics=tuple(prefix + topic for topic in BOARD.topics),
        bootstrap=bootstrap,
        database=data,
        handler=handler,
        whose=lambda conn: versions.live_of(conn, BOARD.name, BOARD.version).schema,
    )
    try:
        async with asyncio.timeout(_LONGEST):
            await loop.run(done)
    finally:
        data.close()
