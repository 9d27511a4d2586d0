"""How far a consumer group is behind, as displays and waiting tests ask."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from tiendo_local.testing import Broker
from tiendo_runtime.kafka import Producer, lag
from tiendo_runtime.records import Outgoing


def test_lag_counts_the_records_before_a_group_over_all_topics(kafka: Broker):
    async def told() -> tuple[int, int]:
        topics = [await kafka.create_topic(name) for name in ("one", "two")]
        await _send(kafka, topics, 5)
        group = kafka.name("group")
        before = await lag(kafka.bootstrap, group, topics)
        await _commit(kafka, group, topics[0])
        return before, await lag(kafka.bootstrap, group, topics)

    assert asyncio.run(told()) == (10, 5)


async def _send(kafka: Broker, topics: list[str], count: int) -> None:
    producer = Producer(kafka.bootstrap)
    await producer.start()
    try:
        for topic in topics:
            await producer.send(
                Outgoing(topic, f"{n}".encode(), b"{}", (), n) for n in range(count)
            )
    finally:
        await producer.stop()


async def _commit(kafka: Broker, group: str, topic: str) -> None:
    """Commit the end of every partition of a topic."""
    consumer: Any = AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap, group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(3)]
        consumer.assign(places)
        await consumer.commit(await consumer.end_offsets(places))
    finally:
        await consumer.stop()
