"""What lies on a topic, read past everything that is tested."""

import asyncio
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from tiendo_contracts.checking import Incoming, check_binary


class Record(NamedTuple):
    partition: int
    key: bytes
    event: Incoming


def records(bootstrap: str, topic: str) -> list[Record]:
    """Every record of a topic, checked as the ingest does, in order along each partition."""
    return asyncio.run(_records(bootstrap, topic))


async def _records(bootstrap: str, topic: str) -> list[Record]:
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        await consumer._client._wait_on_metadata(topic)
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        unread, ends = set(places), await consumer.end_offsets(places)
        found: list[Record] = []
        while unread:
            for place, got in (await consumer.getmany(timeout_ms=100)).items():
                found += [_record(place.partition, one) for one in got]
            unread = {p for p in unread if await consumer.position(p) < ends[p]}
        return sorted(found, key=lambda record: record.partition)
    finally:
        await consumer.stop()


def _record(partition: int, raw: Any) -> Record:
    return Record(partition, raw.key, check_binary(raw.headers, raw.value, "ce_"))
