# pyright: basic
"""The cluster and its topics: made and checked by `tiendo ops migrate` alone."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from tiendo_runtime.kafka_security import client_options, started

PARTITIONS = 12


class TopicError(RuntimeError):
    """A topic cannot be made, or is not as it must be."""


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncGenerator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(bootstrap), request_timeout_ms=10_000)
    try:
        await started(admin.start, bootstrap)
        yield admin
    finally:
        await admin.close()


async def cluster_id(bootstrap: str) -> str:
    """The id of the cluster; raises KafkaError."""
    async with _admin(bootstrap) as admin:
        return str((await admin.describe_cluster())["cluster_id"])


async def lag(bootstrap: str, group: str, topics: Sequence[str]) -> int:
    """How many records of the topics a consumer group has still before it.

    Raises:
        KafkaError: The broker cannot be reached.
    """
    async with _admin(bootstrap) as admin:
        places = [
            TopicPartition(topic["topic"], part["partition"])
            for topic in await admin.describe_topics(list(topics))
            for part in topic["partitions"]
        ]
        shown = await admin.list_consumer_group_offsets(group)
    kafka = AIOKafkaConsumer(**client_options(bootstrap))
    try:
        await started(kafka.start, bootstrap)
        end = await kafka.end_offsets(places)
    finally:
        await kafka.stop()
    return sum(end[tp] - (max(shown[tp].offset, 0) if tp in shown else 0) for tp in places)


async def ensure_topics(
    bootstrap: str, names: Sequence[str], partitions: int = PARTITIONS, replication: int = 1
) -> list[str]:
    """Make the topics that are missing and check the others; answers those that were made.

    Topics are made here alone, with unlimited retention; never by a client in passing.

    Raises:
        TopicError: A topic has another number of partitions, or the broker refused it.
        KafkaError: The broker cannot be reached.
    """
    async with _admin(bootstrap) as admin:
        forever = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
        forever["min.insync.replicas"] = str(min(2, replication))
        made = await _make(admin, names, partitions, replication, forever)
        for topic in await admin.describe_topics(list(names)):
            found = len(topic["partitions"])
            if found not in (0, partitions):
                raise TopicError(
                    f"topic {topic['topic']} has {found} partitions, not {partitions}:"
                    " keys would change places"
                )
        return made


async def open_topics(
    bootstrap: str, names: Sequence[str], partitions: int, kept: timedelta, like: str
) -> list[str]:
    """Make topics for others to write to, where they are missing; answers those that were made.

    They have as many replicas as the topic `like`. Those that are there stay as they are.

    Raises:
        TopicError: The broker refused it.
        KafkaError: The broker cannot be reached.
    """
    configs = {"cleanup.policy": "delete", "retention.ms": str(kept // timedelta(milliseconds=1))}
    async with _admin(bootstrap) as admin:
        [model] = await admin.describe_topics([like])
        if not model["partitions"]:
            raise TopicError(f"there is no topic {like}: run `tiendo ops migrate`")
        replication = len(model["partitions"][0]["replicas"])
        return await _make(admin, names, partitions, replication, configs)


async def _make(
    admin: AIOKafkaAdminClient,
    names: Sequence[str],
    partitions: int,
    replication: int,
    configs: Mapping[str, str],
) -> list[str]:
    answer = await admin.create_topics(
        [NewTopic(name, partitions, replication, topic_configs=dict(configs)) for name in names]
    )
    made: list[str] = []
    for name, code, *why in getattr(answer, "topic_errors"):  # noqa: B009 - the client does not raise them
        if code == 0:
            made.append(name)
        elif for_code(code) is not TopicAlreadyExistsError:
            raise TopicError(f"the broker refused topic {name}: {for_code(code).__name__} {why}")
    return made
