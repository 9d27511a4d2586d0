# pyright: basic
"""Records to Kafka, strictly in order along each partition; and what stands last on a topic."""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from tiendo_contracts.partitions import partition_of
from tiendo_runtime.kafka_security import client_options, started
from tiendo_runtime.positions import ForeignLogError
from tiendo_runtime.records import Outgoing, Partition, Raw

_BATCH_BYTES = 900_000
_STOP_SECONDS = 2.0
_LOOK_SECONDS = 15.0


class Producer:
    """An idempotent producer that sends the records of one partition strictly in order."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._ends: dict[Partition, int] = {}
        self._kafka = AIOKafkaProducer(
            **client_options(bootstrap),
            enable_idempotence=True,
            request_timeout_ms=10_000,
            max_batch_size=_BATCH_BYTES,
        )

    async def start(self) -> None:
        """Connect; raises KafkaError."""
        await started(self._kafka.start, self._bootstrap)

    async def stop(self) -> None:
        """Close, whatever state it is in, within a few seconds."""
        await within(_STOP_SECONDS, self._kafka.stop())

    async def send(self, records: Iterable[Outgoing]) -> None:
        """Send, and wait for all acknowledgements.

        Partitions go side by side; in each, a batch is acknowledged before the next is sent, so
        after a failure nothing was sent that stands behind what failed.

        Raises:
            KafkaError: Something was not acknowledged.
            ForeignLogError: A partition begins anew: its topic was deleted meanwhile.
        """
        counts: dict[str, int] = {}
        lanes: dict[Partition, list[Outgoing]] = {}
        for record in records:
            if record.topic not in counts:
                counts[record.topic] = len(await self._kafka.partitions_for(record.topic))
            place = Partition(record.topic, partition_of(record.key, counts[record.topic]))
            lanes.setdefault(place, []).append(record)
        outcomes = await asyncio.gather(
            *(self._send_lane(place, lane) for place, lane in lanes.items()),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _send_lane(self, place: Partition, lane: Sequence[Outgoing]) -> None:
        batch = self._kafka.create_batch()
        for record in lane:
            if _append(batch, record):
                continue
            await self._send_batch(place, batch)
            batch = self._kafka.create_batch()
            if not _append(batch, record):
                raise ValueError(f"event {record.sequence} is larger than a batch")
        await self._send_batch(place, batch)

    async def _send_batch(self, place: Partition, batch) -> None:
        number = batch.record_count()
        sent = await (await self._kafka.send_batch(batch, place.topic, partition=place.number))
        if 0 <= sent.offset < self._ends.get(place, 0):
            raise ForeignLogError(
                f"{place.topic}/{place.number}: acknowledged at offset {sent.offset}, before"
                f" {self._ends[place]}: the"
                " topic was deleted and made again while events were sent to it"
            )
        self._ends[place] = sent.offset + number

    async def last(self, topics: Collection[str], number: int) -> Mapping[Partition, Sequence[Raw]]:
        """The last records of each partition of topics, up to so many each, in order.

        Raises:
            KafkaError: The broker cannot be reached, or does not answer.
        """
        places = [
            TopicPartition(topic, number)
            for topic in sorted(topics)
            for number in sorted(await self._kafka.partitions_for(topic))
        ]
        kafka = AIOKafkaConsumer(
            **client_options(self._bootstrap), enable_auto_commit=False, fetch_max_wait_ms=100
        )
        try:
            await started(kafka.start, self._bootstrap)
            async with asyncio.timeout(_LOOK_SECONDS):
                return await _last(kafka, places, number)
        except TimeoutError:
            raise KafkaError("the last records of topics cannot be read") from None
        finally:
            await within(_STOP_SECONDS, kafka.stop())


async def _last(
    kafka, places: Sequence[TopicPartition], number: int
) -> Mapping[Partition, Sequence[Raw]]:
    ends = await kafka.end_offsets(places)
    begins = await kafka.beginning_offsets(places)
    unread = {place for place in places if ends[place] > begins[place]}
    found: dict[TopicPartition, list[Raw]] = {place: [] for place in places}
    kafka.assign(list(unread))
    for place in unread:
        kafka.seek(place, max(begins[place], ends[place] - number))
    while unread:
        for place, records in (await kafka.getmany(*unread, timeout_ms=300)).items():
            found[place] += [raw_of(place, record) for record in records]
        unread = {place for place in unread if await kafka.position(place) < ends[place]}
    return {Partition(place.topic, place.partition): raws for place, raws in found.items()}


def raw_of(tp: TopicPartition, record) -> Raw:
    """A record as the client library gives it, typed."""
    partition = Partition(tp.topic, tp.partition)
    return Raw(partition, record.offset, record.key or b"", record.value, tuple(record.headers))


def _append(batch, record: Outgoing) -> bool:
    taken = batch.append(
        timestamp=None, key=record.key, value=record.value, headers=list(record.headers)
    )
    return taken is not None


async def within(seconds: float, ending: Coroutine[object, object, None]) -> None:
    """Wait for an end that may hang while the broker is away; it goes on without us then."""
    task = asyncio.ensure_future(ending)
    await asyncio.wait([task], timeout=seconds)
    if not task.done():
        task.cancel()
    with suppress(KafkaError, OSError, asyncio.CancelledError):
        await task
