"""All that the `tiendo` command can do.

A module of this package holds one command or one family of them, and puts it on `app` or `ops`
itself; it is named in `_OWN`, so that it gets loaded. Other packages add their part by the entry
point `tiendo.commands`.
"""

from importlib.metadata import entry_points

from tiendo_runtime.cli import deadletters, grants, migrating, running, status, views
from tiendo_runtime.cli.apps import app

__all__ = ["app"]

_OWN = (running, migrating, status, grants, deadletters, views)

for _entry in sorted(entry_points(group="tiendo.commands")):
    app.add_typer(_entry.load(), name=_entry.name)
