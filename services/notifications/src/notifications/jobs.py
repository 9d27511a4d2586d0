"""Recurring work: remind of deadlines that come up, and send what waits."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from notifications import application
from notifications.domain import About, Facts, Occasion
from notifications.mail.sending import send_waiting
from notifications.mail.transport import ServerAwayError
from notifications.settings import settings_of
from notifications.views import DueSoon, due_soon
from tiendo_runtime.clock import local_day
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


async def remind_of_deadlines(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Look for deadlines that come up until `stop`; two replicas may look side by side.

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
    """Request the reminders that are due now; answers how many deadlines were looked at.

    A deadline is spoken of from the start of the day in Vietnam that lies so many days before it,
    once, and never when it is past: what a long downtime missed is the overdue notice's business.
    """
    now = runtime.clock.now()
    last_day = local_day(now) + timedelta(days=settings_of(runtime).due_soon_days)
    with runtime.database.transaction() as conn:
        coming = due_soon(conn, now, last_day, _AT_ONCE)
    if coming:
        with acting(Cause(actor="service:notifications", correlation_id="due-soon")):
            runtime.store.transact(lambda work: _remind(work, coming))
    return len(coming)


def _remind(work: Work, coming: list[DueSoon]) -> None:
    for one in coming:
        about = About(Occasion.DUE_SOON, one.lead_unit_id, one.lead_unit_path, one.assignment_id)
        application.remind(work, about, Facts(one.due_on, one.late_from), one.due_on)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
