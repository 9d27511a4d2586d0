"""Recurring work, which catches up after a time when nobody ran, and may run twice side by side.

Deadlines that went by are recorded, those that are bound to a meeting follow it, and open work of
units that have ended is passed on.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from uuid import UUID

from assignments.application import follow_meeting, pass_deadline, pass_on
from assignments.awaiting import Calendar
from assignments.views import Due, Waiting, calendars, following, gone_by, waiting
from tiendo_runtime.clock import local_day
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
_LOOK_SECONDS = 5.0
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


async def pass_work_on(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Pass open work of ended units on to who follows them until `stop`.

    What waits for a person is left. A piece that cannot be passed on now is tried again later.
    """
    while not stop.is_set():
        after: UUID | None = None
        while not stop.is_set() and (page := await asyncio.to_thread(_orphans, runtime, after)):
            for orphan in page:
                await asyncio.to_thread(_pass_on, runtime, orphan.assignment_id)
            after = page[-1].assignment_id
        health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)


def _orphans(runtime: Runtime, after: UUID | None) -> list[Waiting]:
    today = local_day(runtime.clock.now())
    with runtime.database.transaction() as conn:
        return waiting(conn, "/", today, after, _AT_ONCE, alone=True)


def _pass_on(runtime: Runtime, assignment: UUID) -> None:
    try:
        with acting(Cause(actor="service:assignments", correlation_id=str(assignment))):
            runtime.store.transact(lambda work: pass_on(work, assignment))
    except DatabaseAwayError:
        raise
    except Exception:
        log.exception("assignment %s cannot be passed on", assignment)


async def follow_meetings(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Let deadlines follow the meetings that they are bound to until `stop`.

    Notices and meetings are told under different keys, so neither can wait for the other: what is,
    is compared with what the calendar says, however it came about. Two replicas may do it side by
    side.
    """
    while not stop.is_set():
        behind = await asyncio.to_thread(lambda: list(_behind(runtime)))
        for assignment in behind:
            if stop.is_set():
                return
            await asyncio.to_thread(_follow, runtime, assignment)
        health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)


def _behind(runtime: Runtime) -> Iterator[UUID]:
    known: dict[UUID, Calendar] = {}
    after: UUID | None = None
    with runtime.database.transaction() as conn:
        while page := following(conn, after, _AT_ONCE):
            known |= calendars(conn, {one.committee_id for one in page} - known.keys())
            yield from (one.assignment_id for one in page if one.is_behind(known[one.committee_id]))
            after = page[-1].assignment_id


def _follow(runtime: Runtime, assignment: UUID) -> None:
    def calendar_of(committee: UUID) -> Calendar:
        with runtime.database.transaction() as conn:
            return calendars(conn, {committee})[committee]

    try:
        with acting(Cause(actor="service:assignments", correlation_id=str(assignment))):
            runtime.store.transact(lambda work: follow_meeting(work, assignment, calendar_of))
    except DatabaseAwayError:
        raise
    except Exception:
        log.exception("the deadline of assignment %s cannot follow its meeting", assignment)
