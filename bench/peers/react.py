# pyright: basic
"""A subscriber as FastStream's documentation writes it, with a transaction for each message."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import psycopg
from bench.harness import Block, run_async
from bench.reacting import measure
from bench.workload import Filed, reports
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from psycopg_pool import AsyncConnectionPool

from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.clock import SystemClock

_TABLES = """
CREATE TABLE assignments (assignment_id uuid PRIMARY KEY, lead_unit_id uuid NOT NULL);
CREATE TABLE claims (
    assignment_id uuid PRIMARY KEY,
    report_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL,
    product_url text NOT NULL
);
"""
_EFFECTS = "SELECT count(*) FROM claims"


def faststream_subscriber(block: Block) -> float:
    """Events a second."""
    filed = reports(block.size, SystemClock().now(), done=1)
    with block.database() as url:
        _prepare(url, filed)
        run_async(
            measure(block, filed, url, _EFFECTS, lambda topic: _subscriber(block, url, topic))
        )
    return (block.size - 1) / block.seconds


def _prepare(url: str, filed: Sequence[Filed]) -> None:
    with psycopg.connect(url) as conn, conn.cursor() as curs:
        curs.execute(_TABLES)
        with curs.copy("COPY assignments FROM STDIN") as copy:
            for one in filed:
                copy.write_row((one.lines[0].assignment_id, one.owed.unit_id))


@asynccontextmanager
async def _subscriber(block: Block, url: str, topic: str) -> AsyncGenerator[None]:
    async with AsyncConnectionPool(url, min_size=1, max_size=4, open=False) as pool:
        broker = KafkaBroker(block.kafka, logger=None)

        @broker.subscriber(
            topic,
            group_id=f"{topic}.claims",
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.ACK,
            decoder=_read,
        )
        async def on_report(report: ReportSubmitted) -> None:
            async with pool.connection() as conn:
                for line in report.lines:
                    if line.done:
                        await _claim(conn, report, line.assignment_id, line.product_url)

        async with broker:
            await broker.start()
            yield


async def _read(message: KafkaMessage) -> ReportSubmitted:
    """The event by the contract's own reader: it is strict and knows JSON alone."""
    return ReportSubmitted.model_validate_json(message.body)


async def _claim(conn, report: ReportSubmitted, assignment, product_url) -> None:
    found = await conn.execute(
        "SELECT lead_unit_id FROM assignments WHERE assignment_id = %s FOR UPDATE", (assignment,)
    )
    row = await found.fetchone()
    if row is not None and row[0] == report.unit_id:
        await conn.execute(
            "INSERT INTO claims VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (assignment, report.report_id, report.submitted_at, product_url),
        )
