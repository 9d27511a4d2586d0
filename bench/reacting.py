"""What the reaction's bench and its peer share: the reports sent, and the wait for effects."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import psycopg
from bench.harness import Block
from bench.topics import fresh_topic
from bench.workload import Filed

from reporting.domain import Report
from reporting.publishing import publish
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.context import Meta
from tiendo_runtime.kafka import Producer
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Outgoing

CLOCK, IDS = SystemClock(), Uuid7()
_LOOK_SECONDS = 0.01
_LONGEST = 180.0

Consuming = Callable[[str], AbstractAsyncContextManager[None]]
"""Consumes a topic while it is open."""


async def measure(
    block: Block, filed: Sequence[Filed], url: str, effects: str, consuming: Consuming
) -> None:
    """Send the reports and wait for their effects; the first one shows that the consumer is up."""
    prefix = block.prefix()
    first, *others = _records(filed, prefix)
    producer = Producer(block.kafka)
    await producer.start()
    async with (
        fresh_topic(block.kafka, prefix + ReportSubmitted.TOPIC) as topic,
        consuming(topic.name),
    ):
        await producer.send([first])
        await _until(url, effects, 1)
        with block.timed():
            await producer.send(others)
            await _until(url, effects, len(filed))
    await producer.stop()


def _records(filed: Sequence[Filed], prefix: str) -> list[Outgoing]:
    publisher = Publisher("reporting", publish, prefix)
    meta = Meta("user:reporter", CLOCK.now(), str(IDS.new()))
    found: list[Outgoing] = []
    for number, one in enumerate(filed, 1):
        report = Report.submit(one.owed, one.lines, timestamp=CLOCK.now())
        found += publisher.records(report.pending_events[0], meta, number)[:1]  # the newest form
    return found


async def _until(url: str, effects: str, expected: int) -> None:
    """Wait for that many effects; more are an error."""
    async with asyncio.timeout(_LONGEST), await psycopg.AsyncConnection.connect(url) as conn:
        await conn.set_autocommit(True)
        while (found := await _count(conn, effects)) < expected:  # noqa: ASYNC110 - happens elsewhere
            await asyncio.sleep(_LOOK_SECONDS)
    if found > expected:
        raise RuntimeError(f"{found} effects of {expected} events")


async def _count(conn: psycopg.AsyncConnection, effects: str) -> int:
    row = await (await conn.execute(effects.encode())).fetchone()
    return row[0] if row else 0
