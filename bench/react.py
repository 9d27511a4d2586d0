"""Through a reaction: reports that claim a completion, and what assignments makes of each claim."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from functools import partial
from uuid import UUID

from bench.harness import Bench, Block, Peer, Row, Run, at_least, run_async
from bench.peers.react import faststream_subscriber
from bench.reacting import measure
from bench.workload import reports

from assignments.domain import Assignment, Deadline, Origin, Place
from assignments.main import service
from assignments.publishing import publish
from assignments.reactions import REACTIONS
from reporting.domain import Obligation
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import Database
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.reactions import ReactionHandler
from tiendo_runtime.store import Store, Work

CLOCK, IDS = SystemClock(), Uuid7()
_AT_ONCE = 500
_EFFECTS = (
    "SELECT count(*) FROM stored_events WHERE topic = 'assignments.Assignment.CompletionReported'"
)


def ours(block: Block) -> float:
    """Events a second by our loop and reaction."""
    filed = reports(block.size, CLOCK.now(), done=1)
    with block.database() as url:
        schema.migrate(url, service.package, service.projections)
        issue(url, [(one.owed, one.lines[0].assignment_id) for one in filed])
        with _store(url) as store:
            run_async(measure(block, filed, url, _EFFECTS, partial(_loop, block, url, store)))
    return (block.size - 1) / block.seconds


@contextmanager
def _store(url: str) -> Generator[Store]:
    store = Store(url, Publisher(service.name, publish), CLOCK, IDS)
    try:
        yield store
    finally:
        store.close()


def issue(url: str, wanted: Sequence[tuple[Obligation, UUID]]) -> None:
    """Store assignments of units in the database of assignments, by the ids they shall have."""
    with _store(url) as store:
        for start in range(0, len(wanted), _AT_ONCE):
            with acting(Cause(actor="user:secretary", correlation_id=str(IDS.new()))):
                store.transact(partial(_add, wanted=wanted[start : start + _AT_ONCE]))


def _add(work: Work, wanted: Sequence[tuple[Obligation, UUID]]) -> None:
    for owed, identity in wanted:
        work.add(_assignment(owed, identity))


def _assignment(owed: Obligation, identity: UUID) -> Assignment:
    committee = UUID(owed.unit_path.split("/")[1])
    return Assignment(
        id=identity,
        timestamp=CLOCK.now(),
        place=Place(committee, f"/{committee}/", owed.unit_id, owed.unit_path),
        origin=Origin(committee, "624/TB-VPCP", "1.a", date(2026, 1, 5)),
        coordinator_ids=(),
        text="Hoàn thành số hóa hồ sơ; báo cáo kết quả.",
        deadline=Deadline(None, None, "thường xuyên"),
        recurring=None,
        due_meeting=None,
    )


@asynccontextmanager
async def _loop(block: Block, url: str, store: Store, topic: str) -> AsyncGenerator[None]:
    database = Database(url, "bench-react")
    database.open()
    handler = ReactionHandler(service.name, REACTIONS, store)
    loop = ConsumerLoop("reactions", f"{topic}.reactions", (topic,), block.kafka, database, handler)
    stop = asyncio.Event()
    task = asyncio.create_task(loop.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task
        database.close()


def run(run: Run) -> list[Row]:
    """A FastStream subscriber that writes the same claim, a transaction and an ack for each."""
    return run.compare(
        "react",
        "events/s",
        ours,
        Peer(
            "FastStream, ack and transaction each",
            faststream_subscriber,
            at_least(3),
            "the peer looks the assignment up and inserts the claim; no event store, no outbox",
        ),
    )


BENCHES = (Bench("react", "events per second through a reaction", run, 2000, warm=50),)
