# pyright: basic
"""Relays as they are wired from libraries; all keep the records that our relay sends."""

from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer
from bench.harness import Block, run_async
from bench.peers.append import Report, Reports, environment, facts_of
from bench.topics import check_sent, fresh_topic
from bench.workload import reports
from eventsourcing.domain import CanMutateAggregate
from eventsourcing.persistence import InfrastructureFactory, TrackingRecorder
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import ApplicationSubscription
from eventsourcing.utils import Environment
from faststream.kafka import KafkaBroker, KafkaResponse
from faststream_outbox import OutboxBroker, make_outbox_table
from faststream_outbox.annotations import OutboxMessage
from sqlalchemy import MetaData, Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tiendo_contracts.base import identity
from tiendo_contracts.cloudevents import Envelope, encode, source_of
from tiendo_contracts.reporting import ReportLine, ReportSubmitted
from tiendo_runtime.clock import SystemClock

_QUEUE = "reports"


def contract_of(event: Any) -> ReportSubmitted:
    """The public form of a plain event."""
    return ReportSubmitted(
        report_id=event.originator_id,
        unit_id=event.unit_id,
        unit_path=event.unit_path,
        period=event.period,
        submitted_at=event.timestamp,
        due_at=event.due_at,
        lines=tuple(ReportLine(**line) for line in event.lines),
    )


def headers_of(event: Any, sequence: int) -> list[tuple[str, bytes]]:
    """The same attributes beside it as ours."""
    envelope = Envelope(
        id=f"{event.originator_id}/{event.originator_version}",
        source=source_of("reporting"),
        type=ReportSubmitted.TYPE,
        subject=str(event.originator_id),
        time=event.timestamp,
        sequence=sequence,
        subjectversion=event.originator_version,
        actor="user:reporter",
        correlationid=str(event.originator_id),
    )
    return list(envelope.headers())


def subscription_loop(block: Block, *, tracked: bool) -> float:
    """Events a second by a loop over the library's subscription, one sent after the other."""
    with block.database() as url, Reports(environment(url)) as application:
        filed = reports(block.size, SystemClock().now())
        stored = [Report(**facts_of(one)) for one in filed]
        ids = {report.id for report in stored}
        for start in range(0, len(stored), 500):
            application.save(*stored[start : start + 500])
        recorder = _tracking(url) if tracked else None
        run_async(_subscribe(block, application, recorder, ids))
    return block.size / block.seconds


def _tracking(url: str) -> TrackingRecorder:
    factory = InfrastructureFactory.construct(Environment("Relay", environment(url)))
    return factory.tracking_recorder(PostgresTrackingRecorder)


async def _subscribe(
    block: Block, application: Reports, recorder: TrackingRecorder | None, ids: set[UUID]
) -> None:
    async with fresh_topic(block.kafka, block.prefix() + ReportSubmitted.TOPIC) as topic:
        with block.timed():
            await _send(block, application, recorder, topic.name)
        await check_sent(block, topic, ids)


async def _send(
    block: Block, application: Reports, recorder: TrackingRecorder | None, topic: str
) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=block.kafka, acks="all", linger_ms=0)
    await producer.start()
    after = recorder.max_tracking_id(application.name) if recorder else None
    with ApplicationSubscription(application, gt=after) as subscription:
        for event, tracking in subscription:
            await producer.send_and_wait(
                topic,
                encode(contract_of(event)),
                key=identity(event.originator_id),
                headers=headers_of(event, tracking.notification_id),
            )
            if recorder is not None:
                recorder.insert_tracking(tracking)
            if tracking.notification_id == block.size:
                break
    await producer.stop()


def faststream_outbox(block: Block, *, workers: int) -> float:
    """Events a second by the outbox library's relay of its documentation."""
    with block.database() as url:
        run_async(_outbox(block, url, workers))
    return block.size / block.seconds


async def _outbox(block: Block, url: str, workers: int) -> None:
    metadata = MetaData()
    table = make_outbox_table(metadata)
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=12
    )
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
    ids = await _fill(block, engine, table)
    async with fresh_topic(block.kafka, block.prefix() + ReportSubmitted.TOPIC) as topic:
        outbox = OutboxBroker(engine, outbox_table=table, logger=None)
        kafka = KafkaBroker(block.kafka, acks="all", linger_ms=0, logger=None)

        @kafka.publisher(topic.name)
        @outbox.subscriber(
            _QUEUE,
            max_workers=workers,
            fetch_batch_size=100,
            terminal_flush_batch_size=100,
            min_fetch_interval=0.01,
            decoder=_as_stored,
        )
        async def relay(body: bytes, message: OutboxMessage) -> KafkaResponse:
            key = message.headers["ce_subject"].encode()
            return KafkaResponse(body, key=key, headers=message.headers)

        with block.timed():
            await kafka.connect()
            await outbox.start()
            await topic.until(block.size)
            await outbox.stop()
            await kafka.stop()
        await check_sent(block, topic, ids)
    await engine.dispose()


async def _as_stored(message: OutboxMessage) -> bytes:
    """The payload is what Kafka must get: it is not read on the way."""
    return message.body


async def _fill(block: Block, engine: AsyncEngine, table: Table) -> set[UUID]:
    filed = reports(block.size, SystemClock().now())
    events = [Report(**facts_of(one)).pending_events[0] for one in filed]
    async with engine.begin() as conn:
        await conn.execute(insert(table), [_outbox_row(event, n) for n, event in enumerate(events)])
    return {event.originator_id for event in events}


def _outbox_row(event: CanMutateAggregate, sequence: int) -> dict[str, Any]:
    headers = {name: value.decode() for name, value in headers_of(event, sequence)}
    return {"queue": _QUEUE, "payload": encode(contract_of(event)), "headers": headers}
