"""From the event store to Kafka: the same reports on the same topic, each acknowledged by all."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from bench.append import CLOCK, IDS, store_of
from bench.harness import Bench, Block, Peer, Row, Run, at_least, run_async
from bench.peers.relay import faststream_outbox, subscription_loop
from bench.topics import check_sent, fresh_topic
from bench.workload import Filed, reports

from reporting.domain import Report, report_id
from reporting.main import service
from reporting.period import Period
from reporting.publishing import publish
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import Database
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.relay import Relay
from tiendo_runtime.store import Store, Work

_AT_ONCE = 500
_SIZE = 20_000
_FEW = 2_000


def seed(store: Store, filed: Sequence[Filed]) -> set[UUID]:
    """Store the reports, many in a transaction; answers their ids."""
    for start in range(0, len(filed), _AT_ONCE):
        with acting(Cause(actor="user:reporter", correlation_id=str(IDS.new()))):
            store.transact(lambda work, part=filed[start : start + _AT_ONCE]: _add(work, part))
    return {report_id(one.owed.unit_id, Period.parse(one.owed.period)) for one in filed}


def _add(work: Work, filed: Sequence[Filed]) -> None:
    for one in filed:
        work.add(Report.submit(one.owed, one.lines, timestamp=CLOCK.now()))


def ours(block: Block) -> float:
    """Events a second by our relay, from its start to the last one's acknowledgement."""
    with block.database() as url, store_of(url) as store:
        sent = seed(store, reports(block.size, CLOCK.now()))
        run_async(_relay(block, url, store, sent))
    return block.size / block.seconds


async def _relay(block: Block, url: str, store: Store, sent: set[UUID]) -> None:
    prefix = block.prefix()
    publisher = Publisher(service.name, publish, prefix)
    database = Database(url, "bench-relay")
    database.open()
    relay = Relay(store, publisher, database, block.kafka)
    async with fresh_topic(block.kafka, prefix + ReportSubmitted.TOPIC) as topic:
        with block.timed():
            async with _running(relay):
                await topic.until(block.size)
        await check_sent(block, topic, sent)
    database.close()


@contextlib.asynccontextmanager
async def _running(relay: Relay) -> AsyncGenerator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def run(run: Run) -> list[Row]:
    """The library's own subscription, and an outbox library, to the same Kafka.

    Ours gets ten times as many: what it does once (it is elected, and sees that the topic continues
    the store) would be most of a short block.
    """
    few = max(50, min(_FEW, run.size // 10))
    return run.compare(
        "relay",
        "events/s",
        ours,
        Peer(
            "ApplicationSubscription, send_and_wait",
            lambda block: subscription_loop(block, tracked=True),
            at_least(8),
            "one process, order kept, position saved with each event; linger_ms=0, acks=all",
            size=few,
        ),
        Peer(
            "the same, position not saved",
            lambda block: subscription_loop(block, tracked=False),
            note="would send everything again after a restart: told as its upper bound",
            size=few,
        ),
        Peer(
            "faststream-outbox",
            lambda block: faststream_outbox(block, workers=1),
            at_least(3),
            "one worker, since more lose the order of a key; deletes in batches of 100; acks=all",
            size=few,
        ),
        Peer(
            "faststream-outbox, 8 workers",
            lambda block: faststream_outbox(block, workers=8),
            note="order given up, so another promise than ours: told as its upper bound",
            size=few,
        ),
    )


BENCHES = (Bench("relay", "events per second, store to Kafka", run, _SIZE, warm=50),)
