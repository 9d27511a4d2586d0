"""Recurring work: record the deadlines that went by, also those of a time when nobody ran."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

from assignments.application import pass_deadline
from assignments.views import Due, gone_by
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
_AT_ONCE = 200


async def sweep_deadlines(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Look for deadlines that went by until `stop`; two replicas may sweep side by side."""
    recorded: set[Due] = set()
    while not stop.is_set():
        due = await asyncio.to_thread(_due, runtime)
        recorded &= set(due)
        for one in due:
            if stop.is_set():
                return
            if one not in recorded and await asyncio.to_thread(_is_recorded, runtime, one):
                recorded.add(one)
        _tell(health, due, recorded)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)


def _due(runtime: Runtime) -> list[Due]:
    """All that went by; what was recorded stays among them until the view has caught up."""
    now, found = runtime.clock.now(), list[Due]()
    with runtime.database.transaction() as conn:
        while page := gone_by(conn, now, found[-1] if found else None, _AT_ONCE):
            found += page
    return found


def _is_recorded(runtime: Runtime, due: Due) -> bool:
    """Record that a deadline went by; False where it did not, or cannot be recorded now."""
    cause = Cause(actor="service:assignments", correlation_id=str(due.assignment_id))
    try:
        with acting(cause):
            found = runtime.store.transact(lambda work: pass_deadline(work, due.assignment_id))
    except DatabaseAwayError:
        raise
    except Exception:
        log.exception("the deadline of assignment %s cannot be recorded", due.assignment_id)
        return False
    return found.passed == due.late_from


def _tell(health: Health, due: Collection[Due], recorded: Collection[Due]) -> None:
    health.pass_()
    if due:
        log.info("deadlines went by", extra={"due": len(due), "recorded": len(recorded)})
