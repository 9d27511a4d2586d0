"""A view on a real log over the switch from one form to two: each comment is counted once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from tests.connected.runtime.log import running, send, until_so

from reporting.domain import Obligation, Person, Report
from reporting.main import service
from reporting.publishing import publish
from reporting.views import REPORTS
from tiendo_contracts.reporting import ReportCommented
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker
from tiendo_runtime import schema, versions
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.context import Meta
from tiendo_runtime.database import Database
from tiendo_runtime.kafka import ensure_topics
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Outgoing

AT = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
UNIT = UUID(int=11)
CHAIR = Person("Trần Văn Bình", "")


def told(publisher: Publisher, period: str, comments: int, first: int) -> list[list[Outgoing]]:
    """A report that is opened and commented on: of each event the records, newest form first."""
    owed = Obligation(UNIT, f"/{UNIT}/", period, AT)
    report = Report.open(owed, AT, timestamp=AT)
    for number in range(comments):
        report.comment(CHAIR, UUID(int=3), f"ý kiến {number}", timestamp=AT)
    meta = Meta(actor="user:1", recorded_at=AT, correlation_id="c")
    return [
        publisher.records(event, meta, number)
        for number, event in enumerate(report.collect_events(), first)
    ]


def test_a_view_that_lags_over_the_switch_counts_each_comment_once(
    platform: Platform, database_url: str
) -> None:
    broker = Broker.of(platform.kafka_bootstrap)
    topic = f"{broker.prefix}.{ReportCommented.TOPIC}"
    publisher = Publisher("reporting", publish, f"{broker.prefix}.")
    schema.migrate(database_url, "reporting", service.projections)
    week = told(publisher, "2026-W48", comments=6, first=1)
    month = told(publisher, "2026-11", comments=3, first=8)
    before = [records[-1:] for records in week[:4]]  # of an earlier release: the first form alone
    since = [*week[4:], *month]

    async def log(events: Sequence[Sequence[Outgoing]]) -> None:
        await send(broker.bootstrap, [record for records in events for record in records])

    async def read_until(comments: dict[str, int]) -> None:
        database = Database(database_url, "projector")
        database.open()

        def counted() -> bool:
            with database.transaction() as conn:
                rows = conn.execute("SELECT period, comments FROM reports_list").fetchall()
            return {row["period"]: row["comments"] for row in rows} == comments

        def behind() -> bool:
            with database.transaction() as conn:
                row = conn.execute("SELECT sum(next_offset) AS n FROM positions").fetchone()
            return bool(row) and row["n"] == sent

        loop = ConsumerLoop(
            consumer=REPORTS.name,
            group=f"{broker.prefix}{REPORTS.name}",
            topics=(topic,),
            bootstrap=broker.bootstrap,
            database=database,
            handler=ProjectionHandler(REPORTS, database, live=True),
            whose=lambda conn: versions.live_of(conn, REPORTS.name, REPORTS.version).schema,
        )
        async with running(loop.run):
            await until_so(behind)
        assert counted()
        database.close()

    async def scenario() -> None:
        nonlocal sent
        await ensure_topics(broker.bootstrap, [topic], partitions=1)
        await log(before[:2])
        sent = 2
        await read_until({"2026-W48": 1})
        await log(before[2:])  # while nobody reads
        await log([*since[:1], [since[1][0]]])  # a relay that ended between two forms
        await log(since)
        await log([*week, *since])  # another that begins anew, and sends old events in both forms
        sent = 2 + 2 + 3 + _count(since) + _count([*week, *since])
        await read_until({"2026-W48": 6, "2026-11": 3})

    sent = 0
    asyncio.run(scenario())


def _count(events: Sequence[Sequence[Outgoing]]) -> int:
    return sum(map(len, events))
