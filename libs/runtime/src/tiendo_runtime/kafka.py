# pyright: basic
"""Kafka, typed: the client library has no annotations, so it is touched here alone."""

from collections.abc import (
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from tiendo_runtime import settings
from tiendo_runtime.kafka_producer import Producer, within
from tiendo_runtime.kafka_security import client_options, started
from tiendo_runtime.records import Partition, Raw
from tiendo_runtime.settings import KafkaGroup
from tiendo_runtime.topics import PARTITIONS, TopicError, cluster_id, ensure_topics, lag

__all__ = [
    "PARTITIONS",
    "Bounds",
    "Consumer",
    "KafkaError",
    "Producer",
    "TopicError",
    "cluster_id",
    "ensure_topics",
    "lag",
]

_STOP_SECONDS = 2.0


class MissingTopicError(KafkaError):
    """A topic is not there: run `tiendo ops migrate`."""


Bounds = Mapping[Partition, tuple[int, int]]
"""The (begin, end) offsets of partitions."""

Assigned = Callable[[Bounds], Awaitable[Mapping[Partition, int]]]
"""Told the bounds of what was assigned, answers the offsets to go to."""


class Consumer:
    """A member of a consumer group that starts each partition where `assigned` says.

    An error of `assigned` is raised by the next `fetch`.
    """

    def __init__(
        self,
        bootstrap: str,
        group: str,
        topics: Sequence[str],
        assigned: Assigned,
        revoked: Callable[[], None],
    ) -> None:
        self._bootstrap = bootstrap
        self._topics = list(topics)
        self._assigned = assigned
        self._revoked = revoked
        self._broken: Exception | None = None
        self.has_joined = False
        session_ms = round(settings.read(KafkaGroup).kafka_session_seconds * 1000)
        self._kafka = AIOKafkaConsumer(
            **client_options(bootstrap),
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=session_ms // 5,
            request_timeout_ms=15_000,
            fetch_max_wait_ms=250,
            metadata_max_age_ms=20_000,
        )

    async def start(self) -> None:
        """Join the group; raises KafkaError."""
        await started(self._kafka.start, self._bootstrap)
        self._kafka.subscribe(self._topics, listener=_Listener(self))

    async def stop(self) -> None:
        """Leave the group, whatever state it is in, within a few seconds."""
        await within(_STOP_SECONDS, self._kafka.stop())

    async def fetch(self, limit: int) -> list[Raw]:
        """Up to `limit` records, in order along each partition; none after 300 ms of silence."""
        fetched = await self._kafka.getmany(timeout_ms=300, max_records=limit)
        if self._broken is not None:
            raise self._broken
        found: list[Raw] = []
        for tp, records in fetched.items():
            partition = Partition(tp.topic, tp.partition)
            found += [
                Raw(
                    partition, record.offset, record.key or b"", record.value, tuple(record.headers)
                )
                for record in records
            ]
        return found

    async def cluster(self) -> str:
        """The id of the cluster that answers now; raises KafkaError."""
        client = self._kafka._client
        node = client.get_random_node()
        if node is None:
            raise KafkaConnectionError("no broker is known")
        return str((await client.send(node, MetadataRequest([]))).cluster_id)

    async def bounds(self) -> Bounds:
        """The bounds of all partitions of all topics as they are now; raises KafkaError."""
        tps: list[TopicPartition] = []
        for topic in self._topics:
            numbers = self._kafka.partitions_for_topic(topic)
            if not numbers:
                raise MissingTopicError(
                    f"no topic {topic}: run `tiendo ops migrate`; or our user may not read it: see"
                    " `tiendo ops grants`"
                )
            tps += [TopicPartition(topic, number) for number in numbers]
        return await self._bounds(tps)

    async def _bounds(self, tps: Iterable[TopicPartition]) -> Bounds:
        begin = await self._kafka.beginning_offsets(tps)
        end = await self._kafka.end_offsets(tps)
        return {Partition(tp.topic, tp.partition): (begin[tp], end[tp]) for tp in tps}

    async def seek(self) -> None:
        """Ask `assigned` again where to go, for what is assigned now."""
        await self.place(self._kafka.assignment())

    async def place(self, assigned: Iterable[TopicPartition]) -> None:
        """Ask `assigned` where to go, and go there."""
        for partition, offset in (await self._assigned(await self._bounds(assigned))).items():
            self._kafka.seek(TopicPartition(partition.topic, partition.number), offset)

    async def show(self, offsets: Mapping[Partition, int]) -> None:
        """Commit offsets to Kafka, for displays of lag only; failures do not matter."""
        if offsets:
            with suppress(KafkaError):
                await self._kafka.commit(
                    {TopicPartition(p.topic, p.number): offset for p, offset in offsets.items()}
                )

    def revoke(self) -> None:
        """Nothing is assigned until further notice."""
        self._revoked()

    def broke(self, error: Exception) -> None:
        """Remember an error for the next fetch."""
        self._broken = error


class _Listener(ConsumerRebalanceListener):
    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002
        self._consumer.revoke()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        try:
            await self._consumer.place(assigned)
            self._consumer.has_joined = True
        except Exception as error:  # noqa: BLE001 - the client would swallow it
            self._consumer.broke(error)
