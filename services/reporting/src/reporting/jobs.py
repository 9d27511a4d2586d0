"""Recurring work: open what units will owe, record what they missed.

What was missed while nobody ran is caught up with; what was due by then is not opened any more.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reporting.application import miss_report, open_obligation
from reporting.domain import OLDEST, Obligation
from reporting.period import Period, Schedule
from reporting.settings import schedules_of
from reporting.views import silent
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work

_EVERY_SECONDS = 10.0  # views may lag behind the moment at which a period is missed
_AT_ONCE = 200
_ACTOR = "service:reporting"


_Decide = Callable[[Work, Obligation], bool]


async def follow_periods(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Open and miss until `stop`; two replicas may do so side by side."""
    schedules = schedules_of(runtime).values()
    while not stop.is_set():
        for schedule in schedules:
            await asyncio.to_thread(open_ahead, runtime, schedule, stop)
            await asyncio.to_thread(sweep, runtime, schedule, stop)
        health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _pause(schedules, runtime.clock.now()))


def _pause(schedules: Iterable[Schedule], now: datetime) -> float:
    next_at = min(schedule.next_missed_at(now) for schedule in schedules)
    return min(_EVERY_SECONDS, (next_at - now).total_seconds())


def open_ahead(runtime: Runtime, schedule: Schedule, stop: asyncio.Event) -> int:
    """Go once over the periods that come; answers how many obligations were opened."""
    now = runtime.clock.now()
    return sum(
        _open_period(runtime, schedule, period, now, stop) for period in schedule.coming(now)
    )


def _open_period(
    runtime: Runtime, schedule: Schedule, period: Period, now: datetime, stop: asyncio.Event
) -> int:
    opens_at = schedule.opens_at(period)

    def decide(work: Work, owed: Obligation) -> bool:
        return open_obligation(work, owed, opens_at)

    due_at = schedule.due_at(period)
    return _each(runtime, _Ask(period, due_at, now, opened=False), decide, stop)


def sweep(runtime: Runtime, schedule: Schedule, stop: asyncio.Event) -> int:
    """Go once over the periods that can be missed now; answers how many reports were."""
    periods = schedule.gone_by(runtime.clock.now(), OLDEST[schedule.rule.rhythm])
    return sum(_sweep_period(runtime, schedule, period, stop) for period in periods)


def _sweep_period(runtime: Runtime, schedule: Schedule, period: Period, stop: asyncio.Event) -> int:
    due_at, missed_at = schedule.due_at(period), schedule.missed_at(period)

    def decide(work: Work, owed: Obligation) -> bool:
        return miss_report(work, owed, missed_at)

    return _each(runtime, _Ask(period, due_at, due_at, opened=True), decide, stop)


@dataclass(frozen=True, slots=True)
class _Ask:
    """Who is meant: units that owe for a period at an instant; see `views.silent`."""

    period: Period
    due_at: datetime
    at: datetime
    opened: bool


def _each(runtime: Runtime, ask: _Ask, decide: _Decide, stop: asyncio.Event) -> int:
    recorded, behind = 0, UUID(int=0)
    while not stop.is_set():
        with runtime.database.transaction() as conn:
            units = silent(conn, ask.period, ask.at, behind, _AT_ONCE, opened=ask.opened)
        if not units:
            break
        owed = [Obligation(unit_id, path, str(ask.period), ask.due_at) for unit_id, path in units]
        recorded += _record(runtime, owed, decide)
        behind = units[-1][0]
    return recorded


def _record(runtime: Runtime, owed: Sequence[Obligation], decide: _Decide) -> int:
    """Record them in one transaction: the views may lag, but what is in the store decides."""

    def all_of_them(work: Work) -> int:
        return sum(_one(work, one, decide) for one in owed)

    with acting(Cause(actor=_ACTOR, correlation_id="batch")):
        return runtime.store.transact(all_of_them)


def _one(work: Work, owed: Obligation, decide: _Decide) -> bool:
    with acting(Cause(actor=_ACTOR, correlation_id=f"{owed.unit_id}/{owed.period}")):
        recorded = decide(work, owed)
        work.flush()
        return recorded
