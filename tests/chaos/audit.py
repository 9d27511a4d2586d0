"""Looks from outside: every event store against its topics and against what was promised.

Nothing here asks a service. It reads PostgreSQL and Kafka, and holds them against each other:

    promises        each acknowledged command is in the store once, under its key, as answered
    topics          each public event of the store is there, byte for byte, in the store's order
                    along each partition; what stands there twice is a repeat that can be told
    leftovers       no dead letters, no relay or consumer behind
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.chaos.witness import Promise

from tiendo_contracts.catalogue import topics as all_topics
from tiendo_local.platform import Platform
from tiendo_runtime import codec
from tiendo_runtime.cli import services
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.kafka import PARTITIONS
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Outgoing
from tiendo_runtime.service import Service
from tiendo_runtime.store import Store

_PAGE = 1000


@dataclass
class Findings:
    """What was looked at, and what is wrong."""

    wrong: list[str] = field(default_factory=list[str])
    looked_at: Counter[str] = field(default_factory=Counter[str])


@dataclass(frozen=True)
class _Record:
    partition: tuple[str, int]
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]

    @property
    def id(self) -> str:
        return dict(self.headers)["ce_id"].decode()

    @property
    def sequence(self) -> int:
        return int(dict(self.headers)["ce_sequence"])


def audit(platform: Platform, promises: Iterable[Promise]) -> Findings:
    """Look at everything."""
    findings = Findings()
    promised: dict[str, list[Promise]] = {}
    for promise in promises:
        promised.setdefault(promise.service, []).append(promise)
    for name, service in services().items():
        url = platform.postgres_url(name)
        with psycopg.connect(url) as connection:
            findings.wrong += _leftovers(connection, name)
            kept = promised.get(name, [])
            findings.looked_at["acknowledged commands"] += len(kept)
            findings.wrong += _promises(connection, name, kept)
        if service.publish is not None:
            _topics(platform.kafka_bootstrap, service, url, findings)
    findings.wrong += behind(platform)
    return findings


def behind(platform: Platform) -> list[str]:
    """The consumers whose position in our databases is not at the end of the log."""
    ends = asyncio.run(_ends(platform.kafka_bootstrap))
    found: list[str] = []
    for name in services():
        with psycopg.connect(platform.postgres_url(name)) as connection:
            rows = connection.execute(
                "SELECT consumer, topic, partition, next_offset FROM positions"
            ).fetchall()
        found += [
            f"{name}: {consumer} at {at} of {ends[topic, partition]} in {topic}[{partition}]"
            for consumer, topic, partition, at in rows
            if at != ends[topic, partition]
        ]
    return found


def _leftovers(connection: psycopg.Connection[Any], name: str) -> Iterator[str]:
    letters = connection.execute("SELECT consumer, code, reason FROM dead_letters").fetchall()
    yield from (f"{name}: dead letter of {letter}" for letter in letters)
    row = connection.execute(
        "SELECT position, (SELECT coalesce(max(notification_id), 0) FROM stored_events) FROM relay"
    ).fetchone()
    if row is not None and row[0] != row[1]:
        yield f"{name}: the relay stands at {row[0]} of {row[1]}"


def _promises(
    connection: psycopg.Connection[Any], name: str, promises: Sequence[Promise]
) -> Iterator[str]:
    answers: dict[str, bytes] = {
        row[0]: bytes(row[1])
        for row in connection.execute("SELECT key, answer FROM idempotency_keys")
    }
    versions: set[tuple[UUID, int]] = set(
        connection.execute("SELECT originator_id, originator_version FROM stored_events")
    )
    told: set[tuple[UUID, int]] = set()
    for promise in promises:
        if promise.key not in answers:
            yield f"{name}: {promise.path} was acknowledged, but its key is not kept"
        elif msgspec.json.decode(answers[promise.key]) != promise.answer:
            yield f"{name}: {promise.path} was answered otherwise than is kept"
        if "version" in promise.answer:
            version = UUID(promise.answer["id"]), int(promise.answer["version"])
            if version not in versions:
                yield f"{name}: {promise.path} was acknowledged as {version}, which is not there"
            if version in told:
                yield f"{name}: {promise.path}: {version} was told of two commands"
            told.add(version)


def _topics(bootstrap: str, service: Service, url: str, findings: Findings) -> None:
    expected = _expected(service, url)
    topics = sorted({record.topic for record in expected.values()})
    found = asyncio.run(_read(bootstrap, topics))
    firsts: dict[str, _Record] = {}
    highest: Counter[tuple[str, int]] = Counter()
    for record in found:
        first = firsts.setdefault(record.id, record)
        if first is not record:
            findings.looked_at["repeats on topics"] += 1
            if first != record:
                findings.wrong.append(f"{record.partition}: {record.id} is there in two forms")
        elif record.sequence <= highest[record.partition]:
            findings.wrong.append(f"{record.partition}: {record.sequence} stands out of order")
        highest[record.partition] = max(highest[record.partition], record.sequence)
    findings.looked_at["public events"] += len(expected)
    findings.wrong += _compared(service.name, expected, firsts)


def _compared(
    name: str, expected: Mapping[str, Outgoing], found: Mapping[str, _Record]
) -> Iterator[str]:
    yield from (f"{name}: {key} is not on its topic" for key in expected.keys() - found.keys())
    yield from (
        f"{name}: {key} is on a topic, not stored" for key in found.keys() - expected.keys()
    )
    for key in expected.keys() & found.keys():
        stored, sent = expected[key], found[key]
        same = (stored.key, stored.value, stored.headers) == (sent.key, sent.value, sent.headers)
        if not same or stored.topic != sent.partition[0]:
            yield f"{name}: {key} is on its topic otherwise than stored"


def _expected(service: Service, url: str) -> dict[str, Outgoing]:
    """The records that the service's store stands for, by event id."""
    assert service.publish is not None
    publisher = Publisher(service.name, service.publish)
    store = Store(url, publisher, SystemClock(), Uuid7())
    records: dict[str, Outgoing] = {}
    try:
        after = 0
        while page := store.notifications(after, _PAGE):
            for stored in page:
                event, meta = codec.decode(stored)
                record = publisher.record(event, meta, stored.id)
                if record is not None:
                    records[dict(record.headers)["ce_id"].decode()] = record
            after = page[-1].id
    finally:
        store.close()
    return records


async def _read(bootstrap: str, topics: Sequence[str]) -> list[_Record]:
    """All records of topics, in order along each partition."""
    records: list[_Record] = []
    async with _reader(bootstrap) as kafka:
        places = _places(topics)
        kafka.assign(places)
        await kafka.seek_to_beginning(*places)
        ends: dict[Any, int] = await kafka.end_offsets(places)
        while any([await kafka.position(place) < end for place, end in ends.items()]):
            fetched: dict[Any, list[Any]] = await kafka.getmany(timeout_ms=500)
            records += [_record(place, raw) for place, raws in fetched.items() for raw in raws]
    return records


async def _ends(bootstrap: str) -> dict[tuple[str, int], int]:
    """The end of every partition of every topic."""
    async with _reader(bootstrap) as kafka:
        ends: dict[Any, int] = await kafka.end_offsets(_places(all_topics()))
    return {(place.topic, place.partition): end for place, end in ends.items()}


@asynccontextmanager
async def _reader(bootstrap: str) -> AsyncGenerator[Any]:
    kafka: Any = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await kafka.start()
    try:
        yield kafka
    finally:
        await kafka.stop()


def _places(topics: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]


def _record(place: Any, raw: Any) -> _Record:
    return _Record((place.topic, place.partition), raw.key, raw.value, tuple(raw.headers))
