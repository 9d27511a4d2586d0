"""How a process of a service runs.

SIGTERM: no new requests, batches in flight are finished and saved, the lease is given back, and the
process leaves within ten seconds, whatever hangs.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import chores, schema, telemetry, versions
from tiendo_runtime.applying import NotOursError
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.consumer import ConsumerLoop, Whose
from tiendo_runtime.database import Database
from tiendo_runtime.exposition import Scrape
from tiendo_runtime.garbage import collect_rarely
from tiendo_runtime.health import Health
from tiendo_runtime.http.app import build, probes, scraped
from tiendo_runtime.http.principals import Tokens
from tiendo_runtime.http.problems import Problems
from tiendo_runtime.kafka_grants import group_of
from tiendo_runtime.measuring import Measured
from tiendo_runtime.observing import Observer, instance
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.reactions import ReactionHandler
from tiendo_runtime.relay import Relay
from tiendo_runtime.service import Job, Runtime, Service
from tiendo_runtime.settings import Role, Settings
from tiendo_runtime.store import Store

log = logging.getLogger(__name__)

_THREADS = 16
_DRAIN_SECONDS = 5.0
_LEAVE_SECONDS = 9.0

Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Process:
    """One running process of a service in a role."""

    service: Service
    role: Role
    settings: Settings
    runtime: Runtime
    publisher: Publisher
    tokens: Tokens
    scrape: Scrape
    parts: list[Health] = field(default_factory=list[Health])
    loops: list[Loop] = field(default_factory=list[Loop])

    def plays(self, role: Role) -> bool:
        """Whether this process does the work of a role."""
        return self.role in ("all", role)


def run(service: Service, role: Role, settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        SchemaError: The database is not at this version's schema.
    """
    signal.signal(signal.SIGTERM, _leave_at_once)  # as PID 1, a process has no other way to end
    scrape = telemetry.configure(service.name, settings.log_level, settings.otlp_endpoint, role)
    read = service.projections if role in ("all", "api", "react") else ()
    schema.check(settings.database_url, service.package, read)
    process = _process(service, role, settings, scrape)
    collect_rarely()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(process))
    finally:
        process.runtime.store.close()
        process.runtime.database.close()


def _leave_at_once(*_: object) -> NoReturn:
    """What SIGTERM does until there is work to finish."""
    raise SystemExit(0)


def _private(event: DomainEvent) -> None:
    """The mapping of a service that publishes nothing."""


def _process(service: Service, role: Role, settings: Settings, scrape: Scrape) -> Process:
    clock, ids = SystemClock(), Uuid7()
    database = Database(settings.database_url, f"{service.name}-{role}@{instance()}")
    database.open()
    publisher = Publisher(service.name, service.publish or _private, settings.topic_prefix)
    store = Store(settings.database_url, publisher, clock, ids)
    runtime = Runtime(settings, database, store, clock, ids)
    tokens = Tokens(str(settings.jwks_url), settings.token_issuer, settings.token_audience)
    process = Process(service, role, settings, runtime, publisher, tokens, scrape)
    _equip(process)
    return process


def _equip(process: Process) -> None:
    service, runtime = process.service, process.runtime
    if process.plays("relay") and service.publish:
        relay = Relay(
            runtime.store,
            process.publisher,
            runtime.database,
            process.settings.kafka_bootstrap_servers,
        )
        _add_flow(process, relay.run, relay.health)
    if process.plays("react"):
        if service.reactions:
            handler = ReactionHandler(service.name, service.reactions, runtime.store)
            name = service.reactions.name
            _add_loop(process, name, service.reactions.topics, handler)
        _add_jobs(process, service.jobs)
    if process.plays("api"):
        _add_jobs(process, service.api_jobs)
    if process.plays("project"):
        for projection in service.projections:
            handler = ProjectionHandler(projection, runtime.database, live=True)
            _add_loop(
                process, projection.name, projection.topics, handler, partial(_live, projection)
            )


def _add_jobs(process: Process, jobs: Sequence[Job]) -> None:
    for job in jobs:
        health = Health(f"job {job.__name__}", needed=False)
        _add(process, partial(chores.run_job, job, process.runtime, health), health)


def _add_loop(
    process: Process,
    consumer: str,
    topics: tuple[str, ...],
    handler: ReactionHandler | ProjectionHandler,
    whose: Whose | None = None,
) -> None:
    prefix = process.settings.topic_prefix
    loop = ConsumerLoop(
        consumer=consumer,
        group=group_of(prefix, process.service.name, consumer),
        topics=tuple(prefix + topic for topic in topics),
        bootstrap=process.settings.kafka_bootstrap_servers,
        database=process.runtime.database,
        handler=Measured(handler, consumer, "project" if whose else "react"),
        whose=whose,
    )
    _add_flow(process, loop.run, loop.health)


def _live(projection: Projection, conn: Connection[DictRow]) -> str:
    """The build that a projector goes on with: the live one, if it is of this code's version."""
    try:
        return versions.live_of(conn, projection.name, projection.version).schema
    except versions.OtherVersionError as other:
        raise NotOursError(str(other)) from other


def _add_flow(process: Process, loop: Loop, health: Health) -> None:
    """Add what Kafka is needed for; where requests are answered too, they need no Kafka."""
    health.needed = process.role != "all"
    _add(process, loop, health)


def _add(process: Process, loop: Loop, health: Health) -> None:
    process.loops.append(loop)
    process.parts.append(health)


def application(process: Process) -> FastAPI:
    """The process's HTTP application: the service's routes in the `api` role, probes always."""
    service = process.service
    routers: list[APIRouter] = [probes(lambda: process.parts), scraped(process.scrape.text)]
    if process.plays("api"):
        routers += service.routes(process.runtime)
    app = build(service.title, service.title, Problems(service.messages), routers, service.bodies)
    app.state.store = process.runtime.store
    app.state.session_cookie = service.session_cookie
    app.state.tokens = process.tokens
    return app


class _Server(uvicorn.Server):
    """Leaves signals to the process, which drains its loops first."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture nothing: see `_serve`."""
        yield


async def _serve(process: Process) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, "work"))
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = _server(process)
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stop.wait())
    work = [asyncio.create_task(run(stop)) for run in (*process.loops, *_housekeeping(process))]
    log.info("up", extra={"role": process.role, "port": process.settings.http_port})
    await asyncio.wait([serving, waiting, *work], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    waiting.cancel()
    await _end([serving, *work])
    log.info("down")


def _housekeeping(process: Process) -> Sequence[Loop]:
    database, keys = Health("database"), Health("token keys")
    process.parts.append(database)
    loops: list[Loop] = [
        partial(chores.watch_database, process.runtime.database, database),
        _observer(process).run,
    ]
    if process.plays("api"):
        process.parts.append(keys)
        loops.append(partial(chores.read_keys, process.tokens, keys))
        loops.append(partial(chores.forget_keys, process.runtime.store))
    return loops


def _observer(process: Process) -> Observer:
    service, consumers = process.service, set[str]()
    if process.plays("react") and service.reactions:
        consumers.add(service.reactions.name)
    if process.plays("project"):
        consumers |= {projection.name for projection in service.projections}
    return Observer(
        service,
        process.runtime.database,
        process.runtime.clock,
        process.settings.kafka_bootstrap_servers,
        process.parts,
        relays=process.plays("relay") and service.publish is not None,
        consumers=frozenset(consumers),
    )


def _server(process: Process) -> _Server:
    return _Server(
        uvicorn.Config(
            application(process),
            host=process.settings.http_host,
            port=process.settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
            lifespan="off",
        )
    )


def _cut_off() -> None:
    log.warning("left with something hanging, after %s s", _LEAVE_SECONDS)
    os._exit(1)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Let everything finish what it does; what hangs is cut off, and at last the process itself.

    Nothing is lost by that: what was not saved is done again by whoever comes next.
    """
    last_resort = threading.Timer(_LEAVE_SECONDS, _cut_off)
    last_resort.daemon = True
    last_resort.start()
    _, hanging = await asyncio.wait(tasks, timeout=_DRAIN_SECONDS)
    for task in hanging:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
