"""What commands find around them: the services that are installed, and the environment."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import NoReturn, cast

import typer
from psycopg import OperationalError

from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.kafka import KafkaError
from tiendo_runtime.service import Service


def services() -> dict[str, Service]:
    """The services that are installed here, by name."""
    found = entry_points(group="tiendo.services")
    return {entry.name: cast("Service", entry.load()) for entry in sorted(found)}


def service(name: str) -> Service:
    """One of them; leaves with a sentence if there is none of that name."""
    for entry in entry_points(group="tiendo.services", name=name):
        return cast("Service", entry.load())
    return leave(f"there is no service {name!r}; there are: {', '.join(services()) or 'none'}")


def leave(sentence: str, status: int = 1) -> NoReturn:
    """Say on standard error why the command cannot go on, and end it."""
    typer.echo(f"tiendo: {sentence}", err=True)
    raise typer.Exit(status)


def environment(name: str) -> str:
    """A variable that must be set."""
    value = os.environ.get(name, "")
    if not value:
        leave(f"set {name} in the environment")
    return value


def topic_prefix() -> str:
    """What stands before all topics here; often nothing."""
    return os.environ.get("TIENDO_TOPIC_PREFIX", "")


def bootstrap_servers() -> str:
    """Where Kafka is."""
    return environment("TIENDO_KAFKA_BOOTSTRAP_SERVERS")


def database_url(name: str) -> str:
    """The address of a service's database, for whoever works on several services at once."""
    return environment(f"TIENDO_{name.upper()}_DATABASE_URL")


@contextmanager
def database(name: str) -> Generator[Database]:
    """A service's database while the block runs."""
    opened = Database(database_url(name), "tiendo-ops")
    opened.open()
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def outages() -> Generator[None]:
    """Leave with a sentence where PostgreSQL or Kafka cannot be reached."""
    try:
        yield
    except (OperationalError, DatabaseAwayError) as away:
        leave(f"PostgreSQL cannot be reached: {away}")
    except KafkaError as away:
        leave(f"Kafka cannot be reached at {bootstrap_servers()}: {away}")
