"""Saving commands: with idempotency key, answer, meta and the check that it can be published."""

import contextlib
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import msgspec
from bench.harness import Bench, Block, Peer, Row, Run, at_least
from bench.peers.append import plain_save
from bench.workload import Filed, reports

from reporting.application import submit_report
from reporting.domain import Report
from reporting.main import service
from reporting.publishing import publish
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.context import Cause, CommandKey, acting
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.store import Answer, Store, Work

CLOCK, IDS = SystemClock(), Uuid7()
_LOCK = timedelta(weeks=8)
THREADS = 40
"""As many commands as the framework of an api process runs at once (sync endpoints)."""


@contextlib.contextmanager
def store_of(url: str) -> Generator[Store]:
    """Reporting's store on an empty database."""
    schema.migrate(url, service.package, service.projections)
    store = Store(url, Publisher(service.name, publish), CLOCK, IDS)
    try:
        yield store
    finally:
        store.close()


def submit(store: Store, filed: Filed) -> None:
    """One command as the HTTP edge gives it to the store."""
    cause = Cause(actor="user:reporter", correlation_id=str(IDS.new()))
    body = bytes(32)
    key = CommandKey(cause.actor, "POST", "/v1/reports", str(filed.owed.unit_id), body)

    def decide(work: Work) -> Report:
        return submit_report(work, filed.owed, filed.lines, lambda _: filed.leads, _LOCK)

    def answer(report: Report) -> Answer:
        return Answer(201, msgspec.json.encode({"id": str(report.id), "version": report.version}))

    with acting(cause):
        store.transact(decide, key=key, answer=answer)


def one_by_one(block: Block) -> float:
    """Commands a second, each after the one before."""
    filed = reports(block.size, CLOCK.now())
    with block.database() as url, store_of(url) as store:
        submit(store, filed.pop())
        with block.timed():
            for one in filed:
                submit(store, one)
    return len(filed) / block.seconds


def at_once(block: Block) -> float:
    """Commands a second, as many at once as an api process takes in."""
    filed = reports(block.size, CLOCK.now())
    with block.database() as url, store_of(url) as store:
        submit(store, filed.pop())
        with block.timed():
            _submit_all(store, filed)
    return len(filed) / block.seconds


def _submit_all(store: Store, filed: Sequence[Filed]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(partial(submit, store), filed):
            pass  # an error of any of them is raised here


def run(run: Run) -> list[Row]:
    """The plain library saves an equal aggregate, without key, answer and check."""
    return run.compare(
        "append",
        "commands/s",
        one_by_one,
        Peer("Application.save", plain_save, at_least(0.75)),
        note="reports of 20 lines; ours looks for the report first and has key, answer and check",
    )


def run_batched(run: Run) -> list[Row]:
    """The same reports by many callers at once, against the same plain saves."""
    return run.compare(
        "append-batched",
        "commands/s",
        at_once,
        Peer("Application.save", plain_save, at_least(4)),
        note=f"{THREADS} callers at once through Store.transact",
    )


BENCHES = (
    Bench("append", "commands saved per second, with idempotency and outbox", run, 1000, warm=50),
    Bench("append-batched", "many units' reports at once", run_batched, 2000, warm=50),
)
