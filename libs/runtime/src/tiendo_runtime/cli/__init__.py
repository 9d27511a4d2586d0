"""The `tiendo` command. Each package adds its own part by the entry point `tiendo.commands`.

Here a module holds one command or one family of them, and puts it on `app` or `ops` itself; it is
named in `_PARTS`, so that it gets loaded.
"""

import sys
from importlib.metadata import entry_points

from tiendo_runtime.cli import deadletters, migrating, running, status, views
from tiendo_runtime.cli.apps import app, ops
from tiendo_runtime.cli.environment import services

__all__ = ["app", "main", "ops", "services"]

_PARTS = (running, migrating, status, deadletters, views)


def main() -> None:
    """Run the command with all installed parts."""
    for entry in sorted(entry_points(group="tiendo.commands")):
        app.add_typer(entry.load(), name=entry.name)
    app(prog_name="tiendo" if sys.argv[0].endswith("tiendo") else None)
