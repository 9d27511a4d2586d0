"""Gathering: all databases side by side, Kafka beside them."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import schema, standing
from tiendo_runtime.clock import Clock
from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.kafka import KafkaError
from tiendo_runtime.kafka_lookout import Lookout, cluster
from tiendo_runtime.records import Partition
from tiendo_runtime.schema import SchemaError
from tiendo_runtime.service import Service
from tiendo_runtime.standing import ConsumerStanding, Lag
from tiendo_runtime.survey.state import ServiceState, State

_KAFKA_SECONDS = 4.0


async def look(
    services: Mapping[str, Service],
    databases: Mapping[str, Database],
    bootstrap: str,
    topics: Sequence[str],
    clock: Clock,
) -> State:
    """The state of everything now; what cannot be reached is told as such."""
    begun = time.monotonic()
    found = [
        asyncio.create_task(asyncio.to_thread(_service, service, databases[name]))
        for name, service in services.items()
    ]
    kafka_away, kafka, lags, strays = "", None, None, list[str]()
    try:
        async with asyncio.timeout(_KAFKA_SECONDS):
            kafka = await cluster(bootstrap, topics)
            lags, strays = await _lags(bootstrap, await asyncio.gather(*found), clock)
    except (KafkaError, OSError, TimeoutError) as away:
        kafka_away = str(away) or "no answer"
    return State(
        at=clock.now(),
        services=await asyncio.gather(*found),
        seconds=time.monotonic() - begun,
        topics=topics,
        cluster=kafka,
        kafka_away=kafka_away,
        lags=lags,
        strays=strays,
    )


def roles_of(service: Service) -> tuple[str, ...]:
    """The roles that have work in a service."""
    work = {
        "api": True,
        "relay": service.publish is not None,
        "react": service.reactions is not None or bool(service.jobs),
        "project": bool(service.projections),
    }
    return tuple(role for role, has_work in work.items() if has_work)


def _service(service: Service, database: Database) -> ServiceState:
    name, roles = service.name, roles_of(service)
    try:
        with database.transaction() as conn:
            try:
                schema.check(database.url, service.package, service.projections)
                wrong = ""
            except SchemaError as error:
                wrong = str(error)
            if not _is_there(conn):
                return ServiceState(name, roles, schema=wrong)
            return _state(service, roles, wrong, conn)
    except DatabaseAwayError as away:
        return ServiceState(name, roles, away=str(away))


def _is_there(conn: Connection[DictRow]) -> bool:
    """Whether there is a schema that can be read at all."""
    row = conn.execute("SELECT to_regclass('view_versions') IS NOT NULL AS there").fetchone()
    return bool(row and row["there"])


def _state(
    service: Service, roles: tuple[str, ...], wrong: str, conn: Connection[DictRow]
) -> ServiceState:
    named = standing.consumers_of(conn, service)
    clusters = conn.execute(
        "SELECT DISTINCT cluster_id FROM positions WHERE consumer = ANY(%s)", (list(named),)
    )
    return ServiceState(
        service.name,
        roles,
        schema=wrong,
        relay=standing.relay(conn) if service.publish else None,
        consumers=standing.consumers(conn, named),
        letters=standing.letters(conn, named),
        processes=standing.processes(conn, service.name),
        builds=standing.builds(conn, service),
        paces=standing.paces(conn),
        clusters=[row["cluster_id"] for row in clusters],
    )


async def _lags(
    bootstrap: str, services: Sequence[ServiceState], clock: Clock
) -> tuple[dict[str, Sequence[Lag]], list[str]]:
    lookout = Lookout(bootstrap)
    await lookout.start()
    try:
        places = {p for s in services for one in s.consumers for p in one.offsets}
        ends = await lookout.ends(places)
        lags: dict[str, Sequence[Lag]] = {}
        for service in services:
            written = {one.name: await _written(lookout, one, ends) for one in service.consumers}
            now = clock.now().timestamp()
            lags[service.name] = standing.lags(service.consumers, ends, written, now)
    finally:
        await lookout.stop()
    return lags, [stray for s in services for stray in _strays(s, ends)]


async def _written(
    lookout: Lookout, one: ConsumerStanding, ends: Mapping[Partition, int]
) -> Mapping[Partition, float]:
    unread = standing.unread(one, ends)
    return await lookout.written_at(unread) if unread else {}


def _strays(service: ServiceState, ends: Mapping[Partition, int]) -> list[str]:
    return [
        f"{service.name} {one.name} is at {at} of {p.topic}[{p.number}], which ends at {ends[p]}"
        for one in service.consumers
        for p, at in one.offsets.items()
        if p in ends and at > ends[p]
    ]
