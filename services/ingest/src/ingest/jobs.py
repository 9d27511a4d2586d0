"""Recurring work of the ingest."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from ingest import receipts
from ingest.settings import settings_of
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

_HOUR_SECONDS = 3600.0


async def forget_refused(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Drop the receipts of what was refused long ago, every hour; accepted ones stay for ever."""
    kept = timedelta(days=settings_of(runtime).refused_days)

    def forget() -> int:
        with runtime.database.transaction() as conn:
            return receipts.forget_refused(conn, runtime.clock.now() - kept)

    while not stop.is_set():
        while await asyncio.to_thread(forget) and not stop.is_set():
            pass
        health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _HOUR_SECONDS)
