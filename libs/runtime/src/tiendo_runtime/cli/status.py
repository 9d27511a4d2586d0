"""`tiendo ops status`: everything on one screen, and what needs a person."""

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.live import Live

from tiendo_contracts.catalogue import topics as all_topics
from tiendo_runtime.cli.apps import ops
from tiendo_runtime.cli.environment import bootstrap_servers, database, services, topic_prefix
from tiendo_runtime.cli.screen import screen
from tiendo_runtime.clock import SystemClock
from tiendo_runtime.database import Database
from tiendo_runtime.service import Service
from tiendo_runtime.survey import State, look, troubles

_EVERY_SECONDS = 2.0

Look = Callable[[], State]


@ops.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="again and again, until Ctrl-C")] = False,
) -> None:
    """Show all services on one screen, and what needs a person.

    Reads the databases and Kafka, so it works whether processes are up or not. Ends with 0 when
    all is well, with 1 when something needs a person. Reads TIENDO_<SERVICE>_DATABASE_URL for each
    service and TIENDO_KAFKA_BOOTSTRAP_SERVERS.
    """
    installed, names = services(), [topic_prefix() + topic for topic in all_topics()]
    with ExitStack() as stack:
        databases = {name: stack.enter_context(database(name)) for name in installed}
        again: Look = partial(_look, installed, databases, names)
        state = _watch(again) if watch else again()
    found = troubles(state)
    if as_json:
        told = {"well": not found, "troubles": found, "state": state}
        typer.echo(msgspec.json.encode(told))
    else:
        Console().print(screen(state, found))
    raise typer.Exit(1 if found else 0)


def _look(installed: dict[str, Service], databases: dict[str, Database], names: list[str]) -> State:
    return asyncio.run(look(installed, databases, bootstrap_servers(), names, SystemClock()))


def _watch(again: Look) -> State:
    """Show the state until somebody interrupts; answers the last one."""
    state = again()
    with Live(screen(state, troubles(state)), screen=True, auto_refresh=False) as live:
        while True:
            try:
                time.sleep(_EVERY_SECONDS)
                state = again()
            except KeyboardInterrupt:
                return state
            live.update(screen(state, troubles(state)), refresh=True)
