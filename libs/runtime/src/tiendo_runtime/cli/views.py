"""`tiendo ops rebuild`, `rollback` and `views`: builds of views, made, switched and removed.

Exit status: 0 done, 1 an error (nothing was switched; the same command goes on where it was left),
3 built but not switched, since the new build is not the same as the live one.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tiendo_runtime.cli import views_shown
from tiendo_runtime.cli.apps import ops
from tiendo_runtime.cli.environment import (
    bootstrap_servers,
    database_url,
    leave,
    outages,
    services,
    topic_prefix,
)
from tiendo_runtime.database import connected
from tiendo_runtime.deadletters import TooManyDeadLettersError
from tiendo_runtime.positions import ForeignLogError
from tiendo_runtime.rebuilding import rebuild as rebuilding
from tiendo_runtime.rebuilding.builds import drop
from tiendo_runtime.rebuilding.pool import WorkerError
from tiendo_runtime.rebuilding.request import RebuildError, View, Wish
from tiendo_runtime.rebuilding.switching import SwitchError

NOT_SWITCHED = 3
"""The status of a rebuild whose result is not the same as the live build."""

_ENDED = (
    RebuildError,
    SwitchError,
    WorkerError,
    TooManyDeadLettersError,
    ForeignLogError,
    OSError,
)

Name = Annotated[str, typer.Argument(metavar="VIEW", help="the projection's name: board, register")]
Service = Annotated[str, typer.Option(help="whose, where several services have that view")]

views = typer.Typer(help="The builds of views: which is live, which are kept.")
ops.add_typer(views, name="views", invoke_without_command=True)


def _utc(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.utcoffset() is None:
        raise typer.BadParameter("an instant with its zone, like 2026-10-01T00:00:00+07:00")
    return instant


@ops.command()
def rebuild(
    name: Name,
    service: Service = "",
    workers: Annotated[int, typer.Option(help="processes, 0 for one a core", min=0)] = 0,
    as_of: Annotated[
        datetime | None,
        typer.Option(parser=_utc, metavar="INSTANT", help="as it stood then; not switched to"),
    ] = None,
    accept_differences: Annotated[
        bool, typer.Option("--accept-differences", help="switch though the two are not the same")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="drop an unfinished build and begin anew")
    ] = False,
    directory: Annotated[
        Path | None, typer.Option(help="where files go meanwhile; the system's temporary one")
    ] = None,
) -> None:
    """Build a view anew from the log beside the live one, compare both, and switch readers.

    The live view goes on meanwhile. An interrupted rebuild is gone on with by the same command.
    """
    wish = Wish(workers, as_of, accept_differences, restart, directory)
    with _ended(), views_shown.showing() as shown:
        report = rebuilding.rebuild(_view(name, service), wish, shown)
    typer.echo(views_shown.summary(report))
    if not report.is_switched and as_of is None:
        raise typer.Exit(NOT_SWITCHED)


@ops.command()
def rollback(name: Name, service: Service = "") -> None:
    """Give readers the build again that was live before; it takes what it missed first."""
    with _ended(), views_shown.showing() as shown:
        report = rebuilding.rollback(_view(name, service), shown)
    typer.echo(views_shown.summary(report))


@views.callback()
def list_views(context: typer.Context, service: Service = "") -> None:
    """List the builds of all views: their state, size, and how far each has come."""
    if context.invoked_subcommand is not None:
        return
    with outages():
        found = [
            (name, line)
            for name in services()
            if service in ("", name)
            for line in views_shown.lines(database_url(name))
        ]
    typer.echo(views_shown.table(found))


@views.command("drop")
def drop_view(
    schema: Annotated[str, typer.Argument(help="a build's schema, like board_v1_2")],
    service: Service = "",
) -> None:
    """Remove a build that is not live, with its positions and its dead letters."""
    holders = [name for name in services() if service in ("", name) and _has(name, schema)]
    if not holders:
        leave(f"there is no build {schema}: see `tiendo ops views`")
    if len(holders) > 1:
        leave(f"{', '.join(holders)} all have a build {schema}: say --service")
    with _ended(), connected(database_url(holders[0])) as conn:
        drop(conn, schema)
    typer.echo(f"{holders[0]}: {schema} is gone")


def _has(service: str, schema: str) -> bool:
    with outages():
        return any(line.schema == schema for line in views_shown.lines(database_url(service)))


def _view(name: str, wanted: str) -> View:
    found = [
        (service, projection)
        for service in services().values()
        for projection in service.projections
        if projection.name == name and wanted in ("", service.name)
    ]
    if not found:
        known = sorted({p.name for s in services().values() for p in s.projections})
        leave(f"there is no view {name!r}{f' of {wanted}' if wanted else ''}: {', '.join(known)}")
    if len(found) > 1:
        leave(f"{', '.join(s.name for s, _ in found)} all have a view {name}: say --service")
    (service, projection), *_ = found
    return View(
        projection,
        service.package,
        database_url(service.name),
        bootstrap_servers(),
        topic_prefix(),
    )


@contextmanager
def _ended() -> Generator[None]:
    """Leave with a sentence where it ended before its time."""
    try:
        with outages():
            yield
    except _ENDED as error:
        leave(str(error))
    except KeyboardInterrupt:
        leave("interrupted: the same command goes on where it was left", 130)
