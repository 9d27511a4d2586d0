"""The topics as they are, read from their beginning by a plain consumer."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

TOPICS = (
    "tiendo.units.v1",
    "tiendo.meetings.v1",
    "tiendo.assignments.v1",
    "tiendo.reporting.v1",
    "tiendo.notifications.v1",
)
PARTITIONS = 12

Place = tuple[str, int]
"""A topic and the number of one of its partitions."""


@dataclass(frozen=True)
class Record:
    """A record as it stands in the log."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Mapping[str, str]

    @property
    def id(self) -> str:
        """The event's id; empty where it is no event."""
        return self.headers.get("ce_id", "")

    @property
    def sequence(self) -> int:
        """The publisher's number of it."""
        return int(self.headers["ce_sequence"])


def read(bootstrap: str, topics: Sequence[str] = TOPICS) -> list[Record]:
    """Everything that is in topics, in order along each partition."""
    return asyncio.run(_read(bootstrap, topics))


def ends(bootstrap: str) -> dict[Place, int]:
    """The end of every partition."""
    return asyncio.run(_ends(bootstrap))


async def _read(bootstrap: str, topics: Sequence[str]) -> list[Record]:
    records: list[Record] = []
    async with _reader(bootstrap) as kafka:
        places = _places(topics)
        kafka.assign(places)
        await kafka.seek_to_beginning(*places)
        until: dict[Any, int] = await kafka.end_offsets(places)
        while any([await kafka.position(place) < end for place, end in until.items()]):
            fetched: dict[Any, list[Any]] = await kafka.getmany(timeout_ms=500)
            records += [_record(raw) for raws in fetched.values() for raw in raws]
    return records


async def _ends(bootstrap: str) -> dict[Place, int]:
    async with _reader(bootstrap) as kafka:
        found: dict[Any, int] = await kafka.end_offsets(_places(TOPICS))
    return {(place.topic, place.partition): end for place, end in found.items()}


@asynccontextmanager
async def _reader(bootstrap: str) -> AsyncGenerator[Any]:
    kafka: Any = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, request_timeout_ms=5000
    )
    try:
        await kafka.start()
        yield kafka
    finally:
        await kafka.stop()


def _places(topics: Sequence[str]) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]


def _record(raw: Any) -> Record:
    headers = {name: (value or b"").decode(errors="replace") for name, value in raw.headers}
    key, value = raw.key or b"", raw.value or b""
    return Record(raw.topic, raw.partition, raw.offset, key, value, headers)
