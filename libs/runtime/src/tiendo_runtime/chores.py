"""What a process does beside its work: recurring jobs, and looking after what it stands on."""

import asyncio
import logging
from contextlib import suppress

from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.http.principals import IssuerAwayError, Tokens
from tiendo_runtime.service import Job, Runtime
from tiendo_runtime.store import Store

log = logging.getLogger(__name__)

_PING_SECONDS = 4.0
_PAUSE_SECONDS = 2.0
_HOUR_SECONDS = 3600.0


async def run_job(job: Job, runtime: Runtime, health: Health, stop: asyncio.Event) -> None:
    """Run a job; start it again when it fails. PostgreSQL's being away is not the job's fault."""
    while not stop.is_set():
        try:
            await job(runtime, stop, health)
        except DatabaseAwayError as away:
            health.fail(f"PostgreSQL is away, it goes on by itself: {away}")
            await _rest(stop, _PAUSE_SECONDS)
        except Exception as error:
            log.exception("job %s failed; it starts again", job.__name__)
            health.fail(str(error) or type(error).__name__)
            await _rest(stop, _PAUSE_SECONDS)


async def watch_database(database: Database, health: Health, stop: asyncio.Event) -> None:
    """See every two seconds that PostgreSQL answers; a single answer that is late is no outage."""
    missed = 0
    while not stop.is_set():
        try:
            await asyncio.wait_for(asyncio.to_thread(database.ping), _PING_SECONDS)
        except (DatabaseAwayError, TimeoutError) as away:
            missed += 1
            if missed > 1:
                health.fail(str(away) or "PostgreSQL does not answer")
        else:
            missed = 0
            health.pass_()
        await _rest(stop, _PAUSE_SECONDS)


async def read_keys(tokens: Tokens, health: Health, stop: asyncio.Event) -> None:
    """Read the issuer's keys once, before the first request; from then on they are kept."""
    while not stop.is_set():
        try:
            await tokens.prepare()
        except IssuerAwayError as away:
            health.fail(f"the issuer's keys cannot be read: {away}")
            await _rest(stop, _PAUSE_SECONDS)
        else:
            health.pass_()
            await stop.wait()


async def forget_keys(store: Store, stop: asyncio.Event) -> None:
    """Drop the idempotency keys whose seven days are over, every hour."""
    while not stop.is_set():
        try:
            while await asyncio.to_thread(store.forget_keys) and not stop.is_set():
                pass
        except DatabaseAwayError as away:
            log.warning("old idempotency keys stay for now: %s", away)
        await _rest(stop, _HOUR_SECONDS)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
