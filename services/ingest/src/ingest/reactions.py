"""Kafka in: what sources write to topics of their own, `tiendo.inbound.<source>.v1`.

FastStream is the broker app of this edge. Who may write to a topic is the brokers' affair (their
ACLs); whoever writes there is the source of that name, and is checked as over HTTP. A fetch is one
batch: it is acknowledged when all of it is kept, so what a crash leaves open comes again and meets
its receipts.

What FastStream does by itself is left aside where it could lose something: it acknowledges nothing
(MANUAL), decodes nothing (a header that is no UTF-8 would end a batch before we see it), starts at
the earliest record, makes no topics. It goes on behind a batch whose handler fails, so ours does
not fail: it seeks back and waits.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import (
    BaseSecurity,
    SASLPlaintext,
    SASLScram256,
    SASLScram512,
)

from ingest import arriving, sources
from ingest.arriving import Arrived, Shown
from ingest.sources import SourceRow
from ingest.taking import Came, Told, take
from tiendo_contracts.catalogue import inbound_topic
from tiendo_contracts.checking import RefusedError, content_mode
from tiendo_contracts.refusals import refusal
from tiendo_contracts.units import UnitRegistered
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.kafka_security import client_options, started
from tiendo_runtime.metrics import TAKEN
from tiendo_runtime.service import Runtime
from tiendo_runtime.topics import TopicError, open_topics

log = logging.getLogger(__name__)

Record = ConsumerRecord[bytes, bytes]
"""A record as the client library gives it, with nothing decoded."""

GROUP = "tiendo.ingest.inbound"
"""The consumer group that reads what sources write, behind the prefix."""

_NAME = "{name}"
_PARTITIONS = 3
_KEPT = timedelta(days=30)
_BATCH = 1000
_LOOK_SECONDS = 5.0
_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


async def receive(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Take in what sources write, until `stop`."""
    edge = Edge(runtime, stop, health)
    broker = edge.broker()
    await _start(runtime, broker, stop, health)
    try:
        while not stop.is_set():
            await edge.open_topics()
            await _rest(stop, _LOOK_SECONDS)
    finally:
        await broker.stop()


async def _start(
    runtime: Runtime, broker: KafkaBroker, stop: asyncio.Event, health: Health
) -> None:
    pause = _PAUSE
    while not stop.is_set():
        try:
            await started(broker.start, runtime.settings.kafka_bootstrap_servers)
        except (KafkaError, OSError) as away:
            health.fail(f"Kafka cannot be reached: {away}")
            await broker.stop()
            await _rest(stop, pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return


class Edge:
    """The topics of sources, and what is done with a fetch of them."""

    def __init__(self, runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
        self._runtime = runtime
        self._stop = stop
        self._health = health
        self._pause = _PAUSE
        self._opened: set[str] = set()
        self._subscriber: BatchSubscriber
        self._prefix = runtime.settings.topic_prefix
        before, after = map(re.escape, inbound_topic(_NAME).split(_NAME))
        self._pattern = f"{re.escape(self._prefix)}{before}([a-z0-9-]+){after}"

    def broker(self) -> KafkaBroker:
        """The broker app: one subscriber, for the topics of all sources."""
        servers = self._runtime.settings.kafka_bootstrap_servers.split(",")
        broker = KafkaBroker(
            servers,
            security=_security(client_options(",".join(servers))),
            metadata_max_age_ms=int(_LOOK_SECONDS * 1000),  # how soon a new source is read
            consumer_only=True,
            allow_auto_create_topics=False,
            logger=log,
            log_level=logging.DEBUG,
            apply_types=False,
        )
        self._subscriber = broker.subscriber(
            pattern=f"^{self._pattern}$",
            batch=True,
            max_records=_BATCH,
            group_id=self._prefix + GROUP,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=_undecoded,
            no_reply=True,
            title=inbound_topic("<source>"),
        )
        self._subscriber(self.handle)
        return broker

    async def _parse(self, records: Any) -> KafkaMessage:
        """A fetch as it came; FastStream's own would decode headers."""
        return KafkaAckableMessage(records, b"", consumer=self._subscriber.consumer)

    async def open_topics(self) -> None:
        """Make the topics of sources that were registered lately."""
        try:
            names = await asyncio.to_thread(self._names)
            missing = [self._prefix + inbound_topic(name) for name in names - self._opened]
            if missing:
                servers = self._runtime.settings.kafka_bootstrap_servers
                like = self._prefix + UnitRegistered.TOPIC
                await open_topics(servers, sorted(missing), _PARTITIONS, _KEPT, like)
                self._opened |= names
        except (KafkaError, TopicError, OSError) as error:
            self._health.fail(f"topics of sources cannot be made: {error}")
        else:
            self._health.pass_()

    def _names(self) -> set[str]:
        with self._runtime.database.transaction() as conn:
            return sources.names(conn)

    async def handle(self, message: KafkaMessage) -> None:
        """Keep all of a fetch and acknowledge it, or come back to its beginning."""
        raw: Any = message.raw_message
        records: Sequence[Record] = raw
        try:
            await asyncio.to_thread(self._take_all, records)
        except Exception as error:
            if not isinstance(error, DatabaseAwayError):
                log.exception("what sources sent is not taken; it is tried again")
            self._health.fail(f"what sources sent waits: {error}")
            await message.nack()
            await _rest(self._stop, self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            return
        self._pause = _PAUSE
        try:
            await message.ack()
        except KafkaError as error:
            log.info("not acknowledged, so it comes again: %s", error)

    def _take_all(self, records: Sequence[Record]) -> None:
        by_topic: dict[str, list[Record]] = {}
        for record in records:
            by_topic.setdefault(record.topic, []).append(record)
        for topic, mine in by_topic.items():
            outcomes = Counter([one.outcome for one in self._take(topic, mine)])
            for outcome, count in outcomes.items():
                TAKEN.add(count, {"way": "kafka", "outcome": outcome.value})

    def _take(self, topic: str, records: Sequence[Record]) -> list[Told]:
        found = re.fullmatch(self._pattern, topic)
        name = found[1] if found else topic
        with self._runtime.database.transaction() as conn:
            source = sources.by_name(conn, name)
        came = Came(source or _nobody(name), "kafka")
        return self._take_surely(came, records, is_known=source is not None)

    def _take_surely(self, came: Came, records: Sequence[Record], *, is_known: bool) -> list[Told]:
        """Take records; what breaks it though nobody foresaw it is refused, and it alone."""
        arrived = [self._read(record, is_known=is_known) for record in records]

        def show(number: int) -> Shown:
            return _placed(arrived[number].show(0), records[number])

        try:
            return take(self._runtime, came, Arrived([one.checked[0] for one in arrived], show))
        except DatabaseAwayError:
            raise
        except Exception:
            if len(records) > 1:
                one_by_one = ([record] for record in records)
                each = (self._take_surely(came, one, is_known=is_known) for one in one_by_one)
                return [told for told_of_one in each for told in told_of_one]
            log.exception("a record is refused that nobody foresaw")
            failed = RefusedError([refusal("not_taken")])
            return take(self._runtime, came, Arrived([failed], show))

    def _read(self, record: Record, *, is_known: bool) -> Arrived:
        now = self._runtime.clock.now()
        headers = tuple((name, value) for name, value in record.headers)
        kind = next((v for n, v in headers if n.lower() == "content-type" and v), b"")
        if content_mode(kind.decode("latin-1")) == "binary":
            arrived = arriving.binary(headers, record.value, "ce_", now)
        else:
            arrived = arriving.structured(record.value or b"", now)
        if is_known:
            return arrived
        return Arrived([RefusedError([refusal("no_such_source")])], arrived.show)


def _placed(shown: Shown, record: Record) -> Shown:
    """What a record looked like, with its place: each record that is refused has its receipt."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    return Shown(shown.event_id, shown.type, shown.body, place.encode(), place)


def _nobody(name: str) -> SourceRow:
    """Who writes to a topic that belongs to no source; nothing may come from there."""
    return SourceRow(name, 0, "", "", [], [], None, "", datetime.min)  # noqa: DTZ901 - of nobody


async def _undecoded(message: KafkaMessage) -> KafkaMessage:
    """The message itself, for a handler that reads the records by itself."""
    return message


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _security(options: Mapping[str, Any]) -> BaseSecurity | None:
    """How the brokers are reached, in FastStream's words."""
    protocol = options["security_protocol"]
    context = options.get("ssl_context")
    if "sasl_mechanism" not in options:
        return BaseSecurity(ssl_context=context, use_ssl=True) if protocol == "SSL" else None
    kind = {
        "PLAIN": SASLPlaintext,
        "SCRAM-SHA-256": SASLScram256,
        "SCRAM-SHA-512": SASLScram512,
    }[options["sasl_mechanism"]]
    return kind(
        username=options["sasl_plain_username"],
        password=options["sasl_plain_password"],
        ssl_context=context,
        use_ssl=protocol == "SASL_SSL",
    )
