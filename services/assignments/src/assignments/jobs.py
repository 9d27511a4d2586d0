"""Recurring work, which catches up after a time when nobody ran, and may run twice side by side.

Deadlines that went by are recorded, those that are bound to a meeting follow it, and what units
left behind that ended or moved goes after them.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import date
from typing import TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from assignments.application import follow_above, follow_meeting, pass_deadline, pass_on
from assignments.awaiting import Calendar
from assignments.views import (
    Below,
    Due,
    astray,
    calendars,
    following,
    gone_by,
    left_below,
    waiting,
)
from tiendo_runtime.clock import local_day
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

T = TypeVar("T")
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
    """Pass open work of ended units on to who follows them, and let it go where units went.

    What waits for a person is left. A piece that cannot be passed on now is tried again later.
    """

    def orphans(conn: Connection[DictRow], today: date, after: UUID | None) -> list[UUID]:
        found = waiting(conn, "/", today, after, _AT_ONCE, alone=True)
        return [one.assignment_id for one in found]

    def strays(conn: Connection[DictRow], today: date, after: UUID | None) -> list[UUID]:
        return astray(conn, today, after, _AT_ONCE)

    def go(work: Work, assignment: UUID) -> None:
        pass_on(work, assignment)

    while not stop.is_set():
        for find in (orphans, strays):
            await _each(runtime, stop, find, go)
        await _rest(stop, health)


async def keep_below(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Let units go along with those above them, which another follows or which moved.

    From the top down: what is deeper is found when the copy of the register shows the move above.
    """

    def find(conn: Connection[DictRow], today: date, after: Below | None) -> list[Below]:
        return left_below(conn, today, after, _AT_ONCE)

    def go(work: Work, one: Below) -> None:
        follow_above(work, one.unit_id)

    while not stop.is_set():
        await _each(runtime, stop, find, go)
        await _rest(stop, health)


async def _each(
    runtime: Runtime,
    stop: asyncio.Event,
    find: Callable[[Connection[DictRow], date, T | None], list[T]],
    go: Callable[[Work, T], None],
) -> None:
    """Do one thing after the other, page by page, each in a transaction of its own."""
    today = local_day(runtime.clock.now())

    def page(after: T | None) -> list[T]:
        with runtime.database.transaction() as conn:
            return find(conn, today, after)

    after: T | None = None
    while not stop.is_set() and (found := await asyncio.to_thread(page, after)):
        for one in found:
            await asyncio.to_thread(_try, runtime, one, go)
        after = found[-1]


def _try(runtime: Runtime, one: T, go: Callable[[Work, T], None]) -> None:
    subject = one.unit_id if isinstance(one, Below) else one
    try:
        with acting(Cause(actor="service:assignments", correlation_id=str(subject))):
            runtime.store.transact(lambda work: go(work, one))
    except DatabaseAwayError:
        raise
    except Exception:
        log.exception("%s cannot go on now", subject)


async def _rest(stop: asyncio.Event, health: Health, seconds: float = _LOOK_SECONDS) -> None:
    health.pass_()
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def follow_meetings(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Let deadlines follow the meetings that they are bound to until `stop`.

    Notices and meetings are told under different keys, so neither can wait for the other: what is,
    is compared with what the calendar says, however it came about. Two replicas may do it side by
    side.
    """

    def calendar_of(committee: UUID) -> Calendar:
        with runtime.database.transaction() as conn:
            return calendars(conn, {committee})[committee]

    def go(work: Work, assignment: UUID) -> None:
        follow_meeting(work, assignment, calendar_of)

    while not stop.is_set():
        for assignment in await asyncio.to_thread(lambda: list(_behind(runtime))):
            if stop.is_set():
                return
            await asyncio.to_thread(_try, runtime, assignment, go)
        await _rest(stop, health, _EVERY_SECONDS)


def _behind(runtime: Runtime) -> Iterator[UUID]:
    known: dict[UUID, Calendar] = {}
    after: UUID | None = None
    with runtime.database.transaction() as conn:
        while page := following(conn, after, _AT_ONCE):
            known |= calendars(conn, {one.committee_id for one in page} - known.keys())
            yield from (one.assignment_id for one in page if one.is_behind(known[one.committee_id]))
            after = page[-1].assignment_id
