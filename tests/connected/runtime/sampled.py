"""A small projection with everything that one can have, and a log that is hard on it."""
# ruff: noqa: ARG001 - parameters of effects are what every effect is given
# ruff: noqa: S311 - histories are random, not secret

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from tests.connected.runtime.log import event as renamed
from tests.connected.runtime.log import running, send, until_so
from tests.connected.runtime.workshop import IDS, one, rows

from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.meetings import MeetingHeld
from tiendo_contracts.reporting import ReportReturned, ReportSubmitted
from tiendo_contracts.testing.factories import valid
from tiendo_contracts.units import UnitRenamed
from tiendo_local.testing import Broker
from tiendo_runtime import schema, versions
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.database import Database
from tiendo_runtime.kafka import ensure_topics
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Counters, Effect, Emit, Projection, Table
from tiendo_runtime.rebuilding.rebuild import rebuild, rollback
from tiendo_runtime.rebuilding.request import Report, View, Wish
from tiendo_runtime.records import Outgoing, Received

_WORDS = ("", "tab\t, \\ and\nline", 'thiếu "vốn"')
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class PoisonError(Exception):
    pass


@dataclass(slots=True)
class Place:
    unit_id: UUID
    version: int = 0
    name: str = ""
    renamed_at: datetime | None = None
    names: list[str] = field(default_factory=list[str])
    reports: int = 0


@dataclass(slots=True)
class Work:
    assignment_id: UUID
    lines: int = 0
    best: int | None = None
    said: Any = None


@dataclass(slots=True)
class Said:
    assignment_id: UUID
    event_id: str
    at: datetime
    words: str


class Line(msgspec.Struct):
    percent: int
    difficulties: str


class Best(NamedTuple):
    done: bool
    lines: int


def rename(row: Place, event: UnitRenamed, envelope: Envelope, emit: Emit) -> None:
    if event.name == "poison":
        raise PoisonError("half \ud800, NUL \0")
    row.name, row.renamed_at = event.name, envelope.time
    row.version = envelope.subjectversion
    row.names = [*row.names, event.name]


def unit_of(received: Received[ReportSubmitted]) -> Iterable[tuple[UUID, Line]]:
    yield received.event.unit_id, Line(0, "")


def reported(row: Place, part: Line, envelope: Envelope, emit: Emit) -> None:
    row.reports += 1


def lines_of(received: Received[ReportSubmitted]) -> Iterable[tuple[UUID, Line]]:
    for line in received.event.lines:
        if line.difficulties == "unsplittable":
            raise PoisonError("it cannot be split")
        yield line.assignment_id, Line(line.percent, line.difficulties)


def take_line(row: Work, part: Line, envelope: Envelope, emit: Emit) -> None:
    row.lines += 1
    shown = (-1, "") if row.said is None else (row.said["percent"], row.said["event"])
    if (part.percent, envelope.id) > shown:
        row.best = part.percent
        row.said = {"words": part.difficulties, "percent": part.percent, "event": envelope.id}
    emit(Said(row.assignment_id, envelope.id, envelope.time, part.difficulties))


def best_of(row: Work) -> Best | None:
    return None if row.best is None else Best(row.best == 100, row.lines)


PLACES = Table("places", Place)
WORK = Table("work", Work)
SAID = Table("said", Said, key=2, appended=True)
SAMPLE = Projection(
    name="sample",
    version=1,
    topics=(UnitRenamed.TOPIC, ReportSubmitted.TOPIC),
    tables=(PLACES, WORK, SAID),
    on={
        UnitRenamed: (Effect(PLACES, rename),),
        ReportSubmitted: (
            Effect(PLACES, reported, unit_of, Line),
            Effect(WORK, take_line, lines_of, Line),
        ),
        ReportReturned: (),
    },
    counters=(Counters("by_best", WORK, Best, best_of),),
    package="tests.connected.runtime",
)
NEXT = replace(SAMPLE, version=2)


def name_the_meeting(row: Place, event: MeetingHeld, envelope: Envelope, emit: Emit) -> None:
    row.name = "a meeting"


WIDER = replace(
    NEXT,
    topics=(*SAMPLE.topics, MeetingHeld.TOPIC),
    on={**SAMPLE.on, MeetingHeld: (Effect(PLACES, name_the_meeting),)},
)
"""Reads one topic more."""


def contents(url: str, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a build, in order."""
    return {
        table: rows(url, f"SELECT * FROM {name}.{table} ORDER BY 1, 2")
        for table in SAMPLE.relations
    }


class Silent:
    """Whoever does not want to see progress."""

    def __init__(self) -> None:
        self.phases: list[str] = []

    def phase(self, name: str, total: int, unit: str) -> None:  # noqa: ARG002
        self.phases.append(name)

    def advance(self, more: int) -> None:
        """Nobody looks."""


@dataclass
class Sampled:
    """The projection in a database and a broker, with an endless history."""

    url: str
    kafka: Broker
    seed: int = 1
    _random: random.Random = field(init=False)
    _sequences: dict[str, int] = field(default_factory=dict[str, int])
    _versions: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.units = [self._id() for _ in range(20)]
        self.work = [self._id() for _ in range(60)]

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    @property
    def prefix(self) -> str:
        return f"{self.kafka.prefix}."

    async def prepare(self) -> None:
        await asyncio.to_thread(schema.migrate, self.url, "tiendo_runtime", (SAMPLE,))
        topics = [self.prefix + topic for topic in WIDER.topics]
        await ensure_topics(self.kafka.bootstrap, topics, partitions=3)

    def view(self, projection: Projection = SAMPLE) -> View:
        return View(projection, "tiendo_runtime", self.url, self.kafka.bootstrap, self.prefix)

    def held(self) -> Outgoing:
        """A meeting, on a topic that only `WIDER` reads."""
        key = self._id()
        sequence, version = self._next("meetings", key)
        envelope = Envelope(
            id=f"{key}/{sequence}", source="/tiendo/meetings", type=MeetingHeld.TYPE,
            subject=key, time=BEGIN + timedelta(minutes=sequence), sequence=sequence,
            subjectversion=version, actor="user:tester", correlationid="a-test",
        )  # fmt: skip
        value = encode(valid(MeetingHeld, meeting_id=UUID(key)))
        topic = self.prefix + MeetingHeld.TOPIC
        return Outgoing(topic, key.encode(), value, envelope.headers(), sequence)

    def rebuild(self, *, projection: Projection = SAMPLE, **wish: Any) -> Report:
        return rebuild(self.view(projection), replace(Wish(workers=1), **wish), Silent())

    def rollback(self, projection: Projection = SAMPLE) -> Report:
        return rollback(self.view(projection), Silent())

    def live(self) -> str:
        return one(self.url, "SELECT schema FROM view_versions WHERE state = 'live'")

    # The log

    async def happen(self, *records: Outgoing) -> None:
        await send(self.kafka.bootstrap, records)

    def history(self, events: int) -> list[Outgoing]:
        """What happens next, with a relay's repeats under new offsets."""
        made: list[Outgoing] = []
        for _ in range(events):
            if made and self._random.random() < 0.1:
                made.append(self._random.choice(made[-5:]))
            made.append(self.renamed() if self._random.random() < 0.4 else self.report())
        return made

    def _next(self, topic: str, key: str) -> tuple[int, int]:
        self._sequences[topic] = self._sequences.get(topic, 0) + self._random.randint(1, 3)
        self._versions[key] = self._versions.get(key, 0) + 1
        return self._sequences[topic], self._versions[key]

    def renamed(self, unit: str = "", name: str = "", value: bytes | None = None) -> Outgoing:
        key = unit or self._random.choice(self.units)
        sequence, version = self._next("units", key)
        name = name or f"tên {self._random.randint(1, 9)}"
        return renamed(
            self.prefix + UnitRenamed.TOPIC, key, name, sequence, value,
            subjectversion=version, time=BEGIN + timedelta(minutes=sequence),
        )  # fmt: skip

    def report(self, words: str = "") -> Outgoing:
        key = self._id()
        sequence, version = self._next("reports", key)
        at = BEGIN + timedelta(minutes=sequence)
        lines = [
            {
                "assignment_id": work,
                "percent": self._random.randint(0, 100),
                "done": False,
                "difficulties": words or self._random.choice(_WORDS),
                "product_url": "",
            }
            for work in self._random.sample(self.work, self._random.randint(1, 6))
        ]  # fmt: skip
        unit = self._random.choice(self.units)
        value = json.dumps(
            {
                "report_id": key,
                "unit_id": unit,
                "unit_path": f"/{unit}/",
                "period": "2026-W05",
                "submitted_at": _text(at),
                "due_at": _text(at),
                "lines": lines,
            }
        ).encode()
        envelope = Envelope(
            id=f"{key}/{sequence}", source="/tiendo/reporting", type=ReportSubmitted.TYPE,
            subject=key, time=at, sequence=sequence, subjectversion=version,
            actor="user:tester", correlationid="a-test",
        )  # fmt: skip
        topic = self.prefix + ReportSubmitted.TOPIC
        return Outgoing(topic, key.encode(), value, envelope.headers(), sequence)

    # The live projector

    @asynccontextmanager
    async def projecting(self, projection: Projection = SAMPLE) -> AsyncGenerator[ConsumerLoop]:
        """The live projector, as a process runs it."""
        database = Database(self.url, "projector")
        database.open()
        loop = ConsumerLoop(
            consumer=projection.name,
            group=f"{self.prefix}{projection.name}-{IDS.new()}",
            topics=self.view().topics,
            bootstrap=self.kafka.bootstrap,
            database=database,
            handler=ProjectionHandler(projection, database, live=True),
            whose=lambda conn: versions.live_of(conn, projection.name, projection.version).schema,
        )
        try:
            async with running(loop.run):
                yield loop
        finally:
            database.close()

    async def caught_up(self, records: int) -> None:
        """Wait until the live build has taken so many records in all."""
        sql = (
            "SELECT coalesce(sum(next_offset), 0) FROM positions JOIN view_versions"
            " ON schema = consumer WHERE state = 'live'"
        )
        await until_so(lambda: one(self.url, sql) >= records)

    async def lived(self, *records: Outgoing) -> None:
        """Let events happen and the live projector take them."""
        await self.happen(*records)
        sql = "SELECT coalesce(sum(next_offset), 0) FROM positions WHERE consumer = %s"
        before = one(self.url, sql, self.live())
        async with self.projecting():
            await self.caught_up(before + len(records))


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def builds(url: str) -> dict[str, str]:
    """The builds and their states."""
    return dict(rows(url, "SELECT schema, state FROM view_versions ORDER BY created_at"))


__all__ = ["NEXT", "SAMPLE", "WIDER", "Sampled", "Silent", "builds", "contents", "versions"]
