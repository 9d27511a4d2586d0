"""Recurring work: record the reports that were missed, also those of a time when nobody ran."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from reporting.application import miss_report
from reporting.domain import OLDEST_WEEKS, Obligation
from reporting.period import Period, Schedule
from reporting.settings import schedule_of
from reporting.views import silent
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

_EVERY_SECONDS = 10.0  # views may lag behind the moment at which a period is missed
_AT_ONCE = 200
_ACTOR = "service:reporting"


async def record_missed(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Look for missed reports until `stop`; two replicas may do so side by side."""
    schedule = schedule_of(runtime)
    while not stop.is_set():
        await asyncio.to_thread(sweep, runtime, schedule, stop)
        health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _pause(schedule, runtime.clock.now()))


def _pause(schedule: Schedule, now: datetime) -> float:
    return min(_EVERY_SECONDS, (schedule.next_missed_at(now) - now).total_seconds())


def sweep(runtime: Runtime, schedule: Schedule, stop: asyncio.Event) -> int:
    """Go once over the periods that can be missed now; answers how many reports were."""
    periods = schedule.gone_by(runtime.clock.now(), OLDEST_WEEKS)
    return sum(_sweep_period(runtime, schedule, period, stop) for period in periods)


def _sweep_period(runtime: Runtime, schedule: Schedule, period: Period, stop: asyncio.Event) -> int:
    due_at, missed_at = schedule.due_at(period), schedule.missed_at(period)
    recorded, behind = 0, UUID(int=0)
    while not stop.is_set():
        with runtime.database.transaction() as conn:
            units = silent(conn, str(period), due_at, behind, _AT_ONCE)
        if not units:
            break
        owed = [Obligation(unit_id, path, str(period), due_at) for unit_id, path in units]
        recorded += _record(runtime, owed, missed_at)
        behind = units[-1][0]
    return recorded


def _record(runtime: Runtime, owed: Sequence[Obligation], missed_at: datetime) -> int:
    """Record them in one transaction: the views may lag, but what is in the store decides."""

    def decide(work: Work) -> int:
        return sum(_miss(work, one, missed_at) for one in owed)

    with acting(Cause(actor=_ACTOR, correlation_id="batch")):
        return runtime.store.transact(decide)


def _miss(work: Work, owed: Obligation, missed_at: datetime) -> bool:
    with acting(Cause(actor=_ACTOR, correlation_id=f"{owed.unit_id}/{owed.period}")):
        missed = miss_report(work, owed, missed_at)
        work.flush()
        return missed
