"""The `tiendo` command: its parts stand in `parts`, what runs a service in `running`."""

import sys
from importlib import import_module

from tiendo_runtime.cli.apps import app


def main() -> None:
    """Run the command.

    A service's process is waited for when it starts, and often there are many: it loads nothing of
    what the other commands need.
    """
    import_module(f"{__name__}.{'running' if sys.argv[1:2] == ['run'] else 'parts'}")
    app(prog_name="tiendo" if sys.argv[0].endswith("tiendo") else None)
