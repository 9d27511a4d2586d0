"""The `tiendo` command. Each package adds its own part by the entry point `tiendo.commands`."""

import asyncio
import os
import sys
from importlib.metadata import entry_points
from typing import Annotated, NoReturn, cast

import typer
from psycopg import OperationalError

from tiendo_contracts.catalogue import topics as all_topics
from tiendo_runtime import schema, settings
from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.deadletters import listing
from tiendo_runtime.kafka import KafkaError, TopicError, ensure_topics
from tiendo_runtime.process import run as run_service
from tiendo_runtime.schema import SchemaError
from tiendo_runtime.service import Service

app = typer.Typer(
    name="tiendo",
    help="Tiến Độ: every decision of a steering committee in sight until it is done.",
    no_args_is_help=True,
    add_completion=False,
)
ops = typer.Typer(help="Operation: schemas, topics, dead letters.", no_args_is_help=True)
app.add_typer(ops, name="ops")


def services() -> dict[str, Service]:
    """The services that are installed here, by name."""
    found = entry_points(group="tiendo.services")
    return {entry.name: cast("Service", entry.load()) for entry in sorted(found)}


def _service(name: str) -> Service:
    found = entry_points(group="tiendo.services", name=name)
    for entry in found:
        return cast("Service", entry.load())
    return _leave(f"there is no service {name!r}; there are: {', '.join(services()) or 'none'}")


def _leave(sentence: str) -> NoReturn:
    typer.echo(f"tiendo: {sentence}", err=True)
    raise typer.Exit(1)


@app.command()
def run(
    service: Annotated[str, typer.Argument(help="meetings, assignments, reporting, …")],
    role: Annotated[str, typer.Option(help="all, api, relay, react or project")] = "all",
) -> None:
    """Run a service until SIGTERM. Settings come from the environment (TIENDO_…)."""
    if role not in ("all", "api", "relay", "react", "project"):
        _leave(f"there is no role {role!r}: all, api, relay, react or project")
    chosen = _service(service)
    try:
        run_service(chosen, role, settings.read(chosen.settings))
    except SchemaError as error:
        _leave(str(error))
    except OperationalError as error:
        _leave(f"PostgreSQL cannot be reached: {error}")


@ops.command()
def migrate(
    replication: Annotated[int, typer.Option(help="replicas of each topic")] = 1,
) -> None:
    """Bring every service's schema and all topics to this version; safe to repeat.

    Reads TIENDO_<SERVICE>_DATABASE_URL for each service and TIENDO_KAFKA_BOOTSTRAP_SERVERS.
    """
    bootstrap = _environment("TIENDO_KAFKA_BOOTSTRAP_SERVERS")
    try:
        for name, service in services().items():
            url = _environment(f"TIENDO_{name.upper()}_DATABASE_URL")
            done = schema.migrate(url, service.package, service.projections)
            typer.echo(f"{name}: {', '.join(done) or 'nothing to do'}")
        prefix = os.environ.get("TIENDO_TOPIC_PREFIX", "")
        names = [prefix + topic for topic in all_topics()]
        made = asyncio.run(ensure_topics(bootstrap, names, replication=replication))
        typer.echo(f"topics: {', '.join(made) or 'nothing to do'}")
    except (SchemaError, TopicError) as error:
        _leave(str(error))
    except OperationalError as error:
        _leave(f"PostgreSQL cannot be reached: {error}")
    except KafkaError as error:
        _leave(f"Kafka cannot be reached at {bootstrap}: {error}")


@ops.command()
def deadletters() -> None:
    """List the records that were set aside, oldest first, of every service."""
    for name in services():
        database = Database(_environment(f"TIENDO_{name.upper()}_DATABASE_URL"), "tiendo-ops")
        database.open()
        try:
            with database.transaction() as conn:
                rows = listing(conn)
        except DatabaseAwayError as away:
            _leave(f"PostgreSQL cannot be reached: {away}")
        finally:
            database.close()
        for row in rows:
            place = f"{row['topic']}[{row['partition']}]@{row['offset']}"
            key = bytes(row["key"]).decode(errors="replace")
            typer.echo(f"{name} {row['consumer']} {place} {key} {row['code']}: {row['reason']}")


def _environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        _leave(f"set {name} in the environment")
    return value


def main() -> None:
    """Run the command with all installed parts."""
    for entry in sorted(entry_points(group="tiendo.commands")):
        app.add_typer(entry.load(), name=entry.name)
    app(prog_name="tiendo" if sys.argv[0].endswith("tiendo") else None)
