# pyright: basic
"""Looking at Kafka from outside of any group: how far logs reach, how topics are kept."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from tiendo_runtime.kafka_security import client_options, started
from tiendo_runtime.records import Partition

_FIRST_BYTES = 65_536
_WAIT_MILLIS = 500
_STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the cluster keeps it; `settings` are those that keep or lose events."""

    name: str
    partitions: int
    replicas: int
    in_sync: int
    """The fewest replicas in sync that one of its partitions has now."""
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster with those of the topics asked for that it has."""

    id: str
    brokers: int
    topics: Mapping[str, Topic]


SETTINGS = ("cleanup.policy", "retention.ms", "retention.bytes", "min.insync.replicas")


async def cluster(bootstrap: str, names: Sequence[str]) -> Cluster:
    """The cluster and these topics.

    Raises:
        KafkaError: The brokers cannot be reached.
    """
    admin = AIOKafkaAdminClient(**client_options(bootstrap), request_timeout_ms=5_000)
    try:
        await started(admin.start, bootstrap)
        about = await admin.describe_cluster()
        found = {
            topic["topic"]: topic["partitions"]
            for topic in await admin.describe_topics(list(names))
            if topic["partitions"]
        }
        settings = await _settings(admin, sorted(found))
    finally:
        await admin.close()
    topics = {name: _topic(name, parts, settings[name]) for name, parts in found.items()}
    return Cluster(str(about["cluster_id"]), len(about["brokers"]), topics)


def _topic(name: str, partitions, settings: Mapping[str, str]) -> Topic:
    return Topic(
        name,
        len(partitions),
        min(len(part["replicas"]) for part in partitions),
        min(len(part["isr"]) for part in partitions),
        settings,
    )


async def _settings(
    admin: AIOKafkaAdminClient, names: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    if not names:
        return {}
    asked = [
        ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(SETTINGS, ""))
        for name in names
    ]
    return {
        resource[3]: {entry[0]: entry[1] for entry in resource[4]}
        for answer in await admin.describe_configs(asked)
        for resource in getattr(answer, "resources")  # noqa: B009 - its versions share this
    }


class Lookout:
    """A reader that belongs to no group and moves nothing; one connection for many looks."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._kafka = AIOKafkaConsumer(
            **client_options(bootstrap),
            enable_auto_commit=False,
            request_timeout_ms=5_000,
            max_partition_fetch_bytes=_FIRST_BYTES,
        )

    async def start(self) -> None:
        """Connect; raises KafkaError."""
        await started(self._kafka.start, self._bootstrap)

    async def stop(self) -> None:
        """Close, whatever state it is in, within two seconds."""
        ending = asyncio.ensure_future(self._kafka.stop())
        await asyncio.wait([ending], timeout=_STOP_SECONDS)
        ending.cancel()
        with suppress(KafkaError, OSError, asyncio.CancelledError):  # its own tasks', cancelled
            await ending

    async def ends(self, partitions: Iterable[Partition]) -> Mapping[Partition, int]:
        """The offsets behind the last records; raises KafkaError."""
        places = {TopicPartition(p.topic, p.number): p for p in partitions}
        if not places:
            return {}
        found = await self._kafka.end_offsets(list(places))
        return {place: found[tp] for tp, place in places.items()}

    async def written_at(self, offsets: Mapping[Partition, int]) -> Mapping[Partition, float]:
        """When the records at these offsets were written, in seconds of the epoch.

        A partition whose record did not come within half a second is left out. Raises KafkaError.
        """
        places = {TopicPartition(p.topic, p.number): p for p in offsets}
        self._kafka.assign(list(places))
        for tp, place in places.items():
            self._kafka.seek(tp, offsets[place])
        found: dict[Partition, float] = {}
        while len(found) < len(places):
            fetched = await self._kafka.getmany(timeout_ms=_WAIT_MILLIS)
            if not fetched:
                break
            for tp, records in fetched.items():
                found[places[tp]] = records[0].timestamp / 1000
                self._kafka.pause(tp)
        self._kafka.unsubscribe()
        return found
