"""Recurring work: record the deadlines that went by, also those of a time when nobody ran."""

import asyncio
from contextlib import suppress
from uuid import UUID

from assignments.application import pass_deadline
from assignments.views import gone_by
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

_EVERY_SECONDS = 1.0
_AT_ONCE = 200


async def sweep_deadlines(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Look for deadlines that went by until `stop`; two replicas may sweep side by side."""
    while not stop.is_set():
        swept = await asyncio.to_thread(sweep, runtime)
        health.pass_()
        if swept < _AT_ONCE:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)


def sweep(runtime: Runtime) -> int:
    """One sweep; answers how many were looked at."""
    with runtime.database.transaction() as conn:
        due = gone_by(conn, runtime.clock.now(), _AT_ONCE)
    for assignment in due:
        _pass(runtime, assignment)
    return len(due)


def _pass(runtime: Runtime, assignment: UUID) -> None:
    cause = Cause(actor="service:assignments", correlation_id=str(assignment))
    with acting(cause):
        runtime.store.transact(lambda work: pass_deadline(work, assignment))
