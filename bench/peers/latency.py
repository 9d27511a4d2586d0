# pyright: basic
"""A relay and a projector by hand, in one process: `python -m bench.peers.latency …`.

Arguments: the store's address, the view's, Kafka's, a prefix for the topic, and the notification id
to begin behind. The relay is woken by the store's NOTIFY and sends one event after the other; the
projector is the hand-written batch loop of the board's bench.
"""

import asyncio
import sys

import psycopg
import uvloop
from aiokafka import AIOKafkaProducer
from bench.peers.project_loop import consume
from eventsourcing.persistence import StoredEvent

from reporting.main import service
from reporting.publishing import publish
from tiendo_contracts.assignments import AssignmentIssued
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime import codec
from tiendo_runtime.publishing import Publisher

_NEXT = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
    " WHERE notification_id > %s ORDER BY notification_id LIMIT 100"
)


async def relay(store: str, kafka: str, prefix: str, position: int) -> None:
    """Send what is stored behind a position, for ever."""
    publisher = Publisher(service.name, publish, prefix)
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", linger_ms=0)
    await producer.start()
    conn = await psycopg.AsyncConnection.connect(store, autocommit=True)
    bell = await psycopg.AsyncConnection.connect(store, autocommit=True)
    await bell.execute("LISTEN stored_events")
    while True:
        for number, *facts in await (await conn.execute(_NEXT, (position,))).fetchall():
            event, meta = codec.decode(StoredEvent(*facts))
            for record in publisher.records(event, meta, number):
                await producer.send_and_wait(
                    record.topic, record.value, key=record.key, headers=list(record.headers)
                )
            position = number
        async for _ in bell.notifies(timeout=1.0, stop_after=1):
            pass


async def main(store: str, view: str, kafka: str, prefix: str, position: str) -> None:
    """Relay and project until killed."""
    topics = [AssignmentIssued.TOPIC, prefix + ReportSubmitted.TOPIC]
    await asyncio.gather(
        relay(store, kafka, prefix, int(position)),
        consume(view, kafka, topics, sys.maxsize, lambda _: None),
    )


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:6]))
