# pyright: basic
"""Topics of a block, and how far they have come; the client has no annotations."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from bench.harness import Block
from bench.workload import LINES

from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.topics import PARTITIONS, ensure_topics

_LOOK_SECONDS = 0.01
_LONGEST = 180.0


class Watched:
    """A topic, looked at from outside."""

    def __init__(self, name: str, kafka: AIOKafkaConsumer) -> None:
        self.name = name
        self._kafka = kafka
        self._places = [TopicPartition(name, number) for number in range(PARTITIONS)]

    async def holds(self) -> int:
        """How many records it has."""
        return sum((await self._kafka.end_offsets(self._places)).values())

    async def until(self, records: int) -> None:
        """Wait until it has that many; more are an error, since nothing may be sent twice here."""
        async with asyncio.timeout(_LONGEST):
            while (found := await self.holds()) < records:  # noqa: ASYNC110 - happens elsewhere
                await asyncio.sleep(_LOOK_SECONDS)
        if found > records:
            raise RuntimeError(f"{self.name} has {found} records, not {records}")


@asynccontextmanager
async def fresh_topic(bootstrap: str, name: str) -> AsyncGenerator[Watched]:
    """A new topic as `tiendo ops migrate` makes them."""
    await ensure_topics(bootstrap, [name])
    kafka = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await kafka.start()
    try:
        topic = Watched(name, kafka)
        await topic.holds()  # each partition has its leader now
        yield topic
    finally:
        await kafka.stop()


async def values(bootstrap: str, name: str) -> Sequence[tuple[bytes, bytes]]:
    """Key and value of all records of a topic, in order along each partition."""
    places = [TopicPartition(name, number) for number in range(PARTITIONS)]
    kafka = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await kafka.start()
    try:
        kafka.assign(places)
        await kafka.seek_to_beginning(*places)
        left = sum((await kafka.end_offsets(places)).values())
        found = []
        while len(found) < left:
            for records in (await kafka.getmany(timeout_ms=300)).values():
                found += [(record.key, record.value) for record in records]
        return found
    finally:
        await kafka.stop()


async def check_sent(block: Block, topic: Watched, keys: set[UUID]) -> None:
    """See, in the first round, that each key has one record with a report's twenty lines in it.

    Raises:
        RuntimeError: Something else was sent.
    """
    if block.number > 0:
        return
    found = await values(block.kafka, topic.name)
    if sorted(key.decode() for key, _ in found) != sorted(map(str, keys)):
        raise RuntimeError(f"{topic.name}: {len(found)} records, other keys than were stored")
    for _, value in found:
        if len(ReportSubmitted.model_validate_json(value).lines) != LINES:
            raise RuntimeError(f"{topic.name}: a record that is no report of {LINES} lines")
