# pyright: basic
"""Logs read from one offset to another: by no group, and without moving anything."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tiendo_runtime.kafka import Bounds, MissingTopicError
from tiendo_runtime.kafka_security import client_options, started
from tiendo_runtime.positions import Log
from tiendo_runtime.records import Partition, Raw

_FETCH_BYTES = 8_000_000


class LogReader:
    """Reads partitions, one at a time."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._kafka = AIOKafkaConsumer(
            **client_options(bootstrap),
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=_FETCH_BYTES,
            fetch_max_bytes=_FETCH_BYTES,
            request_timeout_ms=15_000,
            fetch_max_wait_ms=5,  # the next partition waits for the answer at the last one's end
        )

    async def start(self) -> None:
        """Connect; raises KafkaError."""
        await started(self._kafka.start, self._bootstrap)

    async def stop(self) -> None:
        """Let go of the connections."""
        await self._kafka.stop()

    async def read(
        self, partition: Partition, begin: int, end: int, batch: int
    ) -> AsyncGenerator[list[Raw]]:
        """The records with offsets from `begin` to before `end`, in batches; raises KafkaError."""
        place = TopicPartition(partition.topic, partition.number)
        self._kafka.assign([place])
        self._kafka.seek(place, begin)
        while begin < end:
            fetched = await self._kafka.getmany(place, timeout_ms=1000, max_records=batch)
            records = [
                Raw(partition, r.offset, r.key or b"", r.value, tuple(r.headers))
                for r in fetched.get(place, ())
                if r.offset < end
            ]
            begin = await self._kafka.position(place)
            if records:
                yield records


@asynccontextmanager
async def log_reader(bootstrap: str) -> AsyncGenerator[LogReader]:
    """A reader while the block runs; raises KafkaError."""
    reader = LogReader(bootstrap)
    try:
        await reader.start()
        yield reader
    finally:
        await reader.stop()


async def look(bootstrap: str, topics: Sequence[str]) -> Log:
    """The cluster's id and the bounds of all partitions of topics.

    Raises:
        MissingTopicError: One of the topics is not there.
        KafkaError: The broker cannot be reached.
    """
    admin = AIOKafkaAdminClient(**client_options(bootstrap), request_timeout_ms=10_000)
    try:
        await started(admin.start, bootstrap)
        cluster = str((await admin.describe_cluster())["cluster_id"])
        places = [
            TopicPartition(topic["topic"], part["partition"])
            for topic in await admin.describe_topics(list(topics))
            for part in topic["partitions"]
        ]
    finally:
        await admin.close()
    missing = set(topics) - {place.topic for place in places}
    if missing:
        raise MissingTopicError(f"no topic {min(missing)}: run `tiendo ops migrate`")
    async with log_reader(bootstrap) as reader:
        return Log(cluster, await _bounds(reader, places))


async def _bounds(reader: LogReader, places: Iterable[TopicPartition]) -> Bounds:
    places = list(places)
    begin = await reader._kafka.beginning_offsets(places)
    end = await reader._kafka.end_offsets(places)
    return {Partition(p.topic, p.partition): (begin[p], end[p]) for p in places}
