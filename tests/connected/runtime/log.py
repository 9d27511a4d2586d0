"""Topics of a test: written and read as they are, past everything that is tested."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition

from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.units import UnitRenamed
from tiendo_runtime.clock import SystemClock
from tiendo_runtime.kafka import Producer
from tiendo_runtime.records import Outgoing, Partition, Raw

T = TypeVar("T")
Loop = Callable[[asyncio.Event], Awaitable[None]]


def event(
    topic: str, key: str, name: str, sequence: int, value: bytes | None = None, **changes: Any
) -> Outgoing:
    """A record as a relay would write it: the unit `key` got a name."""
    attributes: dict[str, Any] = {
        "id": f"{key}/{sequence}",
        "source": "/tiendo/assignments",
        "type": UnitRenamed.TYPE,
        "subject": key,
        "time": SystemClock().now(),
        "sequence": sequence,
        "subjectversion": 1,
        "actor": "user:tester",
        "correlationid": "a-test",
    }
    contract = UnitRenamed.model_validate_json(
        f'{{"unit_id":"{key}","effective_on":"2026-01-01","name":"{name}","aliases":[]}}'
    )
    headers = Envelope(**attributes | changes).headers()
    return Outgoing(topic, key.encode(), value or encode(contract), headers, sequence)


async def send(bootstrap: str, records: Iterable[Outgoing]) -> None:
    producer = Producer(bootstrap)
    await producer.start()
    try:
        await producer.send(records)
    finally:
        await producer.stop()


async def read(bootstrap: str, topic: str) -> list[Raw]:
    """Everything on a topic, in order along each partition."""
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        await consumer._client._wait_on_metadata(topic)
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: list[Raw] = []
        while any([await consumer.position(p) < ends[p] for p in places]):
            for records in (await consumer.getmany(timeout_ms=300)).values():
                found += [
                    Raw(Partition(topic, r.partition), r.offset, r.key, r.value, tuple(r.headers))
                    for r in records
                ]
        return found
    finally:
        await consumer.stop()


@asynccontextmanager
async def running(*loops: Loop) -> AsyncGenerator[asyncio.Event]:
    """Loops that run until the block ends; they must leave within ten seconds."""
    stop = asyncio.Event()
    tasks = [asyncio.ensure_future(loop(stop)) for loop in loops]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


async def until_so(ask: Callable[[], T], seconds: float = 60.0) -> T:
    """Ask again (in a thread) until the answer is true; fails when time is over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        answer = await asyncio.to_thread(ask)
        if answer:
            return answer
        if loop.time() > end:
            raise AssertionError(f"after {seconds} s it is still {answer!r}")
        await asyncio.sleep(0.03)  # between looks


def sequences(records: Sequence[Raw]) -> list[int]:
    """Their sequences, in the order in which a partition has them."""
    return [int(dict(r.headers)["ce_sequence"] or b"") for r in records]
