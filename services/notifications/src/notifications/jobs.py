"""Recurring work: tell what is so without anything having happened, and send what waits."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from notifications import application
from notifications.domain import About, Facts, Occasion
from notifications.mail.sending import send_waiting
from notifications.mail.transport import ServerAwayError
from notifications.settings import settings_of
from notifications.views import Rows, due_soon, leaderless, reports_due
from notifications.workdays import ahead
from tiendo_runtime.clock import last_day, local_day
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

_EVERY_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 15.0
_CATCH_UP_SECONDS = 5.0
_AT_ONCE = 200


async def send_mail(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Send what waits until `stop`; replicas share the work mail by mail."""
    pause = _EVERY_SECONDS
    while not stop.is_set():
        try:
            await send_waiting(runtime, stop)
            health.pass_()
            pause = _EVERY_SECONDS
        except ServerAwayError as away:
            health.fail(str(away))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        await _rest(stop, pause)


async def look_ahead(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Look for what time alone brings (`LOOKS`) until `stop`; two replicas may look side by side.

    It begins a little late: after a downtime the copy of assignments first catches up, so that
    nobody is reminded of what was claimed in the meantime.
    """
    health.pass_()
    await _rest(stop, _CATCH_UP_SECONDS)
    while not stop.is_set():
        reminded = await asyncio.to_thread(remind, runtime)
        health.pass_()
        if reminded < _AT_ONCE:
            await _rest(stop, _EVERY_SECONDS)


def remind(runtime: Runtime) -> int:
    """Request what must be told now; answers how many things were looked at."""
    now = runtime.clock.now()
    with runtime.database.transaction() as conn:
        found = [demand for look in LOOKS for demand in look(runtime, conn, now)]
    if found:
        with acting(Cause(actor="service:notifications", correlation_id="looking-ahead")):
            runtime.store.transact(lambda work: _request(work, found))
    return len(found)


Demand = tuple[About, Facts, str]
"""Who is told of what, with which facts, and what makes it once."""


def _request(work: Work, found: Sequence[Demand]) -> None:
    for about, facts, once in found:
        application.request(work, about, facts, once)


def _deadlines(runtime: Runtime, conn: Rows, now: datetime) -> Iterator[Demand]:
    """Deadlines that come up.

    Each is spoken of from the start of the day in Vietnam that lies so many days before it, once,
    and never when it is past: what a long downtime missed is the overdue notice's business.
    """
    until = local_day(now) + timedelta(days=settings_of(runtime).due_soon_days)
    for one in due_soon(conn, now, until, _AT_ONCE):
        about = About(Occasion.DUE_SOON, one.lead_unit_id, one.lead_unit_path, one.assignment_id)
        yield about, Facts(one.due_on, one.late_from), one.due_on.isoformat()


def _leaderless(_: Runtime, conn: Rows, now: datetime) -> Iterator[Demand]:
    """Units that have ended with work that no rule passes on: each committee is told, once."""
    for one in leaderless(conn, local_day(now), _AT_ONCE):
        about = About(Occasion.LEADERLESS, one.committee_id, one.committee_path, one.unit_id)
        yield about, Facts(), ""


def _reports(runtime: Runtime, conn: Rows, now: datetime) -> Iterator[Demand]:
    """Reports that are owed and come due within a span of working days: each is spoken of once.

    As with deadlines, what is past is never spoken of as coming.
    """
    span = timedelta(seconds=settings_of(runtime).report_due_soon_seconds)
    until = ahead(now, span) if span else now
    for one in reports_due(conn, now, until, local_day(now), _AT_ONCE):
        about = About(Occasion.REPORT_DUE_SOON, one.unit_id, one.unit_path, one.report_id)
        yield about, Facts(last_day(one.due_at), one.due_at, one.period), ""


LOOKS: Sequence[Callable[[Runtime, Rows, datetime], Iterable[Demand]]] = (
    _deadlines,
    _reports,
    _leaderless,
)
"""What is told because it is so; what is told because it happened stands in `reactions`."""


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
