"""The handlers of a service's consumers, outside of its processes: a retry runs them here."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial

from tiendo_runtime import versions
from tiendo_runtime.applying import Handler
from tiendo_runtime.cli.environment import database_url, topic_prefix
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.database import Database
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.reactions import ReactionHandler
from tiendo_runtime.service import Service
from tiendo_runtime.store import Store

_WRITTEN = ("live", "kept")


class NoHandlerError(Exception):
    """This code has nobody to handle what a consumer left."""


def _private(event: DomainEvent) -> None:
    """The mapping of a service that publishes nothing."""


@contextmanager
def handlers(service: Service, database: Database) -> Generator[Callable[[str], Handler]]:
    """Finds the handler of a consumer of this service; raises NoHandlerError where none fits."""
    publisher = Publisher(service.name, service.publish or _private, topic_prefix())
    store = Store(database_url(service.name), publisher, SystemClock(), Uuid7())
    try:
        yield partial(_handler, service, database, store)
    finally:
        store.close()


def _handler(service: Service, database: Database, store: Store, consumer: str) -> Handler:
    if service.reactions and service.reactions.name == consumer:
        return ReactionHandler(service.name, service.reactions, store)
    for projection in service.projections:
        with database.transaction() as conn:
            builds = versions.builds(conn, projection.name)
        for build in builds:
            if build.schema != consumer:
                continue
            if build.version != projection.version or build.state not in _WRITTEN:
                raise NoHandlerError(
                    f"{consumer} is {build.state}, of version {build.version}; this code is of"
                    f" version {projection.version}"
                )
            return ProjectionHandler(projection, database, consumer, live=build.state == "live")
    raise NoHandlerError(f"{service.name} has no consumer {consumer} in this version")
