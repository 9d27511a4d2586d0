"""How builds of views and their making look to an operator."""

import sys
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from tiendo_runtime.database import connected
from tiendo_runtime.rebuilding.progress import Shown
from tiendo_runtime.rebuilding.request import Report

_EVERY_SECONDS = 3.0


class _Rate(ProgressColumn):
    """How many of a phase's unit a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} {task.fields['unit']}/s", style="cyan")


class _Bars:
    """A bar for each phase, on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = None

    def phase(self, name: str, total: int, unit: str) -> None:
        self._finish()
        self._task = self._progress.add_task(name, total=total or None, unit=unit)

    def advance(self, more: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, more)

    def _finish(self) -> None:
        for task in self._progress.tasks:
            self._progress.update(task.id, total=task.completed, completed=task.completed)


class _Lines:
    """A line now and then, where nobody looks at a terminal."""

    def __init__(self) -> None:
        self._name = self._unit = ""
        self._done = self._total = 0
        self._began = self._told = 0.0

    def phase(self, name: str, total: int, unit: str) -> None:
        self._name, self._total, self._unit, self._done = name, total, unit, 0
        self._began = self._told = time.monotonic()
        typer.echo(f"{name}: {total:,} {unit}" if total else name, err=True)

    def advance(self, more: int) -> None:
        self._done += more
        now = time.monotonic()
        if now - self._told < _EVERY_SECONDS:
            return
        self._told = now
        rate = self._done / (now - self._began)
        left = max(self._total - self._done, 0) / rate
        typer.echo(
            f"{self._name}: {self._done:,} of {self._total:,} {self._unit},"
            f" {rate:,.0f}/s, {left:.0f} s left",
            err=True,
        )


@contextmanager
def showing() -> Generator[Shown]:
    """Show progress while the block runs."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    columns = (
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield _Bars(progress)


def summary(report: Report) -> str:
    """What a rebuild or a rollback did."""
    if report.is_switched:
        head = f"{report.schema} is live"
    elif report.comparison is None and not report.uncompared:
        head = f"{report.schema} is there; it is not switched to"
    else:
        head = f"{report.schema} is built but NOT switched: see the differences below;"
        head += " `--accept-differences` switches all the same"
    lines = [head]
    if report.events:
        lines.append(f"  events   {report.events:,}")
    lines.append("  rows     " + ", ".join(f"{t} {n:,}" for t, n in report.rows.items()))
    lines.append("  seconds  " + ", ".join(f"{p} {s:.1f}" for p, s in report.seconds.items()))
    if report.peak_bytes:
        lines.append(f"  memory   {report.peak_bytes / 2**20:,.0f} MB at most in a worker")
    if report.set_aside:
        lines.append(f"  aside    {report.set_aside:,} records: see `tiendo ops deadletters list`")
    return "\n".join([*lines, *_differences(report)])


def _differences(report: Report) -> Iterable[str]:
    if report.uncompared:
        yield f"  compared with nothing: {report.uncompared}"
    found = report.comparison
    if found is None:
        return
    yield f"  compared {found.rows:,} rows: {found.differences:,} differ from the live build"
    for name in found.skipped:
        yield f"    not compared: {name}"
    for one in found.listed:
        if one.side != "both":
            yield f"    {one.table} {one.key}: only {one.side} has it"
        for column, (live, new) in one.columns.items():
            yield f"    {one.table} {one.key}: {column} is {live[:60]!r} live, {new[:60]!r} new"
    if found.differences > len(found.listed):
        yield f"    … and {found.differences - len(found.listed):,} more"


@dataclass(frozen=True, slots=True)
class Line:
    """A build in a list. `taken` are the offsets it has taken of its log, summed up."""

    schema: str
    projection: str
    version: int
    state: str
    created_at: datetime
    switched_at: datetime | None
    as_of: str | None
    phase: str | None
    bytes: int
    taken: int
    behind: int
    waiting: int


_LINES = """
SELECT v.schema, v.projection, v.version, v.state, v.created_at, v.switched_at,
       v.facts ->> 'as_of' AS as_of,
       CASE WHEN v.state = 'building' THEN concat(v.facts #>> '{progress,phase}', ' ',
            v.facts #>> '{progress,done}', '/', v.facts #>> '{progress,total}') END AS phase,
       (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
        WHERE c.relnamespace = to_regnamespace(v.schema) AND c.relkind = 'r') AS bytes,
       coalesce(p.taken, 0) AS taken,
       (SELECT coalesce(max(n), 0)::bigint FROM (SELECT sum(next_offset) AS n FROM positions
        WHERE consumer IN (SELECT w.schema FROM view_versions w
                           WHERE w.projection = v.projection)
        GROUP BY consumer) AS far) - coalesce(p.taken, 0) AS behind,
       (SELECT count(*) FROM dead_letters d
        WHERE d.consumer = v.schema AND d.discarded_at IS NULL) AS waiting
FROM view_versions v LEFT JOIN (SELECT consumer, sum(next_offset)::bigint AS taken
                                FROM positions GROUP BY consumer) p ON p.consumer = v.schema
ORDER BY v.projection, v.created_at
"""


def lines(url: str) -> list[Line]:
    """The builds in a database."""
    with connected(url) as conn:
        return [Line(**row) for row in conn.execute(_LINES)]


def table(found: Sequence[tuple[str, Line]]) -> str:
    """Builds as a table: how far each is behind the one of its view that has come the furthest."""
    head = ("service", "view", "schema", "state", "version", "size", "behind", "letters", "since")
    rows: list[tuple[str, ...]] = [head]
    for service, line in found:
        since = line.switched_at or line.created_at
        state = line.state if line.as_of is None else f"as of {line.as_of}"
        rows.append(
            (
                service,
                line.projection,
                line.schema,
                state if line.phase is None else f"{state}: {line.phase}",
                str(line.version),
                f"{line.bytes / 2**20:,.1f} MB",
                "–" if line.as_of else f"{line.behind:,}",
                str(line.waiting),
                f"{since:%Y-%m-%d %H:%M:%SZ}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
