"""`tiendo run`: one service in one role."""

from typing import Annotated

import typer

from tiendo_runtime import settings
from tiendo_runtime.cli.apps import app
from tiendo_runtime.cli.environment import leave, outages, service
from tiendo_runtime.process import run as run_service
from tiendo_runtime.schema import SchemaError


@app.command()
def run(
    name: Annotated[str, typer.Argument(metavar="SERVICE", help="meetings, assignments, …")],
    role: Annotated[str, typer.Option(help="all, api, relay, react or project")] = "all",
) -> None:
    """Run a service until SIGTERM. Settings come from the environment (TIENDO_…)."""
    if role not in ("all", "api", "relay", "react", "project"):
        leave(f"there is no role {role!r}: all, api, relay, react or project")
    chosen = service(name)
    try:
        with outages():
            run_service(chosen, role, settings.read(chosen.settings))
    except SchemaError as error:
        leave(str(error))
