"""Recurring work: forget the numbered changes that no open page can still ask for."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from monitoring.views.changes import forget
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

_EVERY_SECONDS = 600.0
_KEPT = timedelta(days=1)


async def forget_changes(runtime: Runtime, stop: asyncio.Event, health: Health) -> None:
    """Forget changes older than a day until `stop`."""
    while not stop.is_set():
        await asyncio.to_thread(sweep, runtime)
        health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)


def sweep(runtime: Runtime) -> int:
    """One sweep; answers how many were forgotten."""
    with runtime.database.transaction() as conn:
        return forget(conn, runtime.clock.now() - _KEPT)
