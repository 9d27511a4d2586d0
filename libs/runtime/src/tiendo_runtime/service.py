"""A service, and how its process runs.

A service starts as `all` in one process, or as one of `api`, `relay`, `react`, `project`, so that
each scales and dies on its own. SIGTERM: no new requests, batches in flight are finished and
saved, the lease is given back, and the process leaves.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvicorn
import uvloop
from fastapi import APIRouter, FastAPI

from tiendo_runtime import schema, telemetry
from tiendo_runtime.clock import Clock, Ids, SystemClock, Uuid7
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.consumer import ConsumerLoop
from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.http.app import build, probes
from tiendo_runtime.http.messages import Messages
from tiendo_runtime.http.principals import Tokens
from tiendo_runtime.http.problems import Problems
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.publishing import Publish, Publisher
from tiendo_runtime.reactions import ReactionHandler, Reactions
from tiendo_runtime.relay import Relay
from tiendo_runtime.settings import Role, Settings
from tiendo_runtime.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a service's own code is given to work with."""

    settings: Settings
    database: Database
    store: Store
    clock: Clock
    ids: Ids


Job = Callable[[Runtime, asyncio.Event, Health], Coroutine[Any, Any, None]]
"""Recurring work of a service; runs in the `react` role until the event is set."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that makes up a service; its `main.py` holds one as `service`."""

    name: str
    title: str
    settings: type[Settings]
    publish: Publish | None
    routes: Callable[[Runtime], Sequence[APIRouter]]
    messages: Messages
    reactions: Reactions | None = None
    projections: tuple[Projection, ...] = ()
    jobs: tuple[Job, ...] = ()
    session_cookie: str = ""

    @property
    def package(self) -> str:
        """The Python package that holds its code and migrations."""
        return self.name


Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Process:
    """One running process of a service in a role."""

    service: Service
    role: Role
    settings: Settings
    runtime: Runtime
    publisher: Publisher
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
    telemetry.configure(service.name, settings.log_level, settings.otlp_endpoint)
    schema.check(settings.database_url, service.package, service.projections)
    process = _process(service, role, settings)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(process))
    finally:
        process.runtime.store.close()
        process.runtime.database.close()


def _private(event: DomainEvent) -> None:
    """The mapping of a service that publishes nothing."""


def _process(service: Service, role: Role, settings: Settings) -> Process:
    clock, ids = SystemClock(), Uuid7()
    database = Database(settings.database_url, f"{service.name}-{role}")
    database.open()
    publisher = Publisher(service.name, service.publish or _private, settings.topic_prefix)
    store = Store(settings.database_url, publisher, clock, ids)
    process = Process(
        service, role, settings, Runtime(settings, database, store, clock, ids), publisher
    )
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
        _add(process, relay.run, relay.health)
    if process.plays("react"):
        if service.reactions:
            handler = ReactionHandler(service.name, service.reactions, runtime.store)
            name = service.reactions.name
            _add_loop(process, name, service.reactions.topics, handler)
        for job in service.jobs:
            health = Health(f"job {job.__name__}")
            _add(process, partial(_run_job, job, runtime, health), health)
    if process.plays("project"):
        for projection in service.projections:
            handler = ProjectionHandler(projection, runtime.database)
            _add_loop(process, projection.schema, projection.topics, handler)


def _add_loop(
    process: Process,
    consumer: str,
    topics: tuple[str, ...],
    handler: ReactionHandler | ProjectionHandler,
) -> None:
    prefix = process.settings.topic_prefix
    loop = ConsumerLoop(
        consumer=consumer,
        group=f"{prefix}tiendo.{process.service.name}.{consumer}",
        topics=tuple(prefix + topic for topic in topics),
        bootstrap=process.settings.kafka_bootstrap_servers,
        database=process.runtime.database,
        handler=handler,
    )
    _add(process, loop.run, loop.health)


def _add(process: Process, loop: Loop, health: Health) -> None:
    process.loops.append(loop)
    process.parts.append(health)


async def _run_job(job: Job, runtime: Runtime, health: Health, stop: asyncio.Event) -> None:
    """Run a job; start it again when it fails."""
    while not stop.is_set():
        try:
            await job(runtime, stop, health)
        except Exception as error:
            log.exception("job %s failed; it starts again", job.__name__)
            health.fail(str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 2.0)


async def _database_health(database: Database, health: Health, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await asyncio.to_thread(database.ping)
            health.pass_()
        except DatabaseAwayError as away:
            health.fail(str(away))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 2.0)


def application(process: Process) -> FastAPI:
    """The process's HTTP application: the service's routes in the `api` role, probes always."""
    service, settings = process.service, process.settings
    routers: list[APIRouter] = [probes(lambda: process.parts)]
    if process.plays("api"):
        routers += service.routes(process.runtime)
    app = build(service.title, service.title, Problems(service.messages), routers)
    app.state.store = process.runtime.store
    app.state.session_cookie = service.session_cookie
    app.state.tokens = Tokens(
        str(settings.jwks_url), settings.token_issuer, settings.token_audience
    )
    return app


class _Server(uvicorn.Server):
    """Leaves signals to the process, which drains its loops first."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture nothing: see `_serve`."""
        yield


async def _serve(process: Process) -> None:
    stop = asyncio.Event()
    health = Health("database")
    process.parts.append(health)
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    config = uvicorn.Config(
        application(process),
        host=process.settings.http_host,
        port=process.settings.http_port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
        lifespan="off",
    )
    server = _Server(config)
    work: list[asyncio.Task[None]] = [asyncio.create_task(run(stop)) for run in process.loops]
    work.append(asyncio.create_task(_database_health(process.runtime.database, health, stop)))
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stop.wait())
    log.info("up", extra={"role": process.role, "port": process.settings.http_port})
    await asyncio.wait([serving, waiting, *work], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    server.should_exit = True
    outcomes = await asyncio.gather(serving, *work, return_exceptions=True)
    waiting.cancel()
    log.info("down")
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
