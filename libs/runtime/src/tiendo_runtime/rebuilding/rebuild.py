"""`tiendo ops rebuild` and `rollback`, step by step.

    a build is begun, or one that was left is gone on with
    the log is read up to where the live build stands          building
    what came meanwhile is folded as live                      catching_up
    both are compared at the same positions                    comparing
    readers get the new one                                    switching

Every step can be taken again from wherever it was left: the registry, the files and the database
know what is complete.
"""

import os
import shutil
import time
from collections.abc import Mapping

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import positions, versions
from tiendo_runtime.database import connected
from tiendo_runtime.positions import Kept, Log
from tiendo_runtime.rebuilding.beginning import begin
from tiendo_runtime.rebuilding.building import Building
from tiendo_runtime.rebuilding.builds import alone, catching_up, count, set_aside
from tiendo_runtime.rebuilding.catching_up import CatchingUp
from tiendo_runtime.rebuilding.comparing import Side, compare
from tiendo_runtime.rebuilding.facts import Facts
from tiendo_runtime.rebuilding.pool import check_picklable, pool
from tiendo_runtime.rebuilding.progress import Progress, Shown
from tiendo_runtime.rebuilding.request import RebuildError, Report, View, Wish
from tiendo_runtime.rebuilding.switching import Switch
from tiendo_runtime.records import Partition

_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.2


def rebuild(view: View, wish: Wish, shown: Shown) -> Report:
    """Build a view anew beside the live one, and let readers have it if the two are the same.

    Raises:
        RebuildError: It cannot be done as things are.
        WorkerError, SwitchError, TooManyDeadLettersError: It ended in the middle.
        KafkaError, DatabaseAwayError, psycopg.OperationalError: One of them is away.
    """
    check_picklable(view.projection)
    with alone(view) as conn:
        build, facts = begin(conn, view, wish)
        report = Report(build.schema, facts.events)
        progress = Progress(conn, build.schema, shown)
        if facts.stage != "ready":
            _build(conn, view, wish, facts, progress, report)
        shutil.rmtree(facts.directory, ignore_errors=True)
        if wish.as_of is not None:
            versions.set_state(conn, build.schema, "asof")
        else:
            _bring_up(conn, view, wish, facts, progress, report)
        return _told(conn, view, progress, report)


def rollback(view: View, shown: Shown) -> Report:
    """Let readers have the build again that they had before; it takes what it missed first.

    Raises:
        RebuildError: There is none, or it is of another version than this code.
        SwitchError, KafkaError, DatabaseAwayError: See `rebuild`.
    """
    with alone(view) as conn:
        kept = [b for b in versions.builds(conn, view.projection.name) if b.state == "kept"]
        if not kept:
            raise RebuildError(f"no former build of {view.projection.name} is kept")
        to = max(kept, key=lambda build: build.switched_at or build.created_at)
        if to.version != view.projection.version:
            raise RebuildError(
                f"{to.schema} is of version {to.version} and this code of version"
                f" {view.projection.version}: run the rollback with the code of that version"
            )
        report = Report(to.schema)
        progress = Progress(conn, to.schema, shown)
        with catching_up(view, to.schema) as newer:
            _go_live(conn, view, newer, progress, report)
        return _told(conn, view, progress, report)


def _build(
    conn: Connection[DictRow],
    view: View,
    wish: Wish,
    facts: Facts,
    progress: Progress,
    report: Report,
) -> None:
    with pool(wish.workers or os.cpu_count() or 1) as workers:
        Building(
            conn,
            view.projection,
            report.schema,
            view.database_url,
            view.bootstrap,
            facts,
            progress,
            workers,
        ).build()
        report.peak_bytes = workers.peak_bytes


def _bring_up(
    conn: Connection[DictRow],
    view: View,
    wish: Wish,
    facts: Facts,
    progress: Progress,
    report: Report,
) -> None:
    """Compare with the live build where it stands, then go on to the log's end and switch."""
    with catching_up(view, report.schema) as newer:
        report.uncompared = facts.incomparable
        if not facts.incomparable:
            _compare(conn, view, newer, facts, progress, report)
        if report.is_same or wish.accept_differences:
            _go_live(conn, view, newer, progress, report)


def _compare(
    conn: Connection[DictRow],
    view: View,
    newer: CatchingUp,
    facts: Facts,
    progress: Progress,
    report: Report,
) -> None:
    live = versions.live(conn, view.projection.name)
    here = positions.load(conn, report.schema, view.topics)
    if live is None:
        return
    there = positions.load(conn, live.schema, view.topics)
    if all(kept.position.sequence < 0 for kept in there.values()):
        return  # it has never read anything: there is nothing to compare with
    begins = {Partition(topic, number): begin for topic, number, begin, _ in facts.bounds}
    report.uncompared = _unread(begins, here, there) or _waited_for(conn, view, live.schema, here)
    if report.uncompared:
        return
    with connected(view.database_url) as snapshot:
        snapshot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        there = positions.load(snapshot, live.schema, view.topics)
        ends = {partition: kept.position.next_offset for partition, kept in there.items()}
        progress.phase("catch up", _missing(here, ends), "events")
        newer.to(ends, progress.advance)
        rows = sum(count(conn, view.projection, report.schema).values())
        progress.phase("compare", rows, "rows")
        report.comparison = compare(
            Side("the live one", snapshot, live.schema),
            Side("the new one", conn, report.schema),
            progress.advance,
        )


def _unread(
    begins: Mapping[Partition, int], here: Mapping[Partition, Kept], there: Mapping[Partition, Kept]
) -> str:
    """What the new build has taken of a topic that the live one does not read."""
    for partition in sorted(here.keys() - there.keys()):
        if here[partition].position.next_offset > begins[partition]:
            return f"the live build does not read {partition.topic}, and the new one has begun to"
    return ""


def _waited_for(
    conn: Connection[DictRow], view: View, live: str, here: Mapping[Partition, Kept]
) -> str:
    """Let the live build come to where the new one stands; answers where it did not.

    A rebuild that was killed before its switch has taken the log to its end.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while behind := _ahead(here, positions.load(conn, live, view.topics)):
        if time.monotonic() > end:
            return behind
        time.sleep(_LOOK_SECONDS)
    return ""


def _ahead(here: Mapping[Partition, Kept], there: Mapping[Partition, Kept]) -> str:
    """Where the new build stands before the live one, which it must not to be compared."""
    for partition, kept in sorted(here.items()):
        if partition not in there:
            continue
        live = there[partition].position.next_offset
        if kept.position.next_offset > live:
            return f"the live build is behind in {partition.topic}[{partition.number}]: at {live}"
    return ""


def _missing(here: Mapping[Partition, Kept], ends: Mapping[Partition, int]) -> int:
    return sum(max(0, ends[p] - kept.position.next_offset) for p, kept in here.items() if p in ends)


def _ends(log: Log) -> dict[Partition, int]:
    return {partition: end for partition, (_, end) in log.bounds.items()}


def _go_live(
    conn: Connection[DictRow],
    view: View,
    newer: CatchingUp,
    progress: Progress,
    report: Report,
) -> None:
    here = positions.load(conn, report.schema, view.topics)
    progress.phase("catch up", _missing(here, _ends(newer.log())), "events")
    newer.to_the_end(progress.advance)
    progress.phase("switch", 0, "")
    Switch(view.projection, report.schema, view.topics).make(conn, newer)
    report.is_switched = True


def _told(conn: Connection[DictRow], view: View, progress: Progress, report: Report) -> Report:
    progress.over()
    report.seconds = progress.seconds
    report.rows = count(conn, view.projection, report.schema)
    report.set_aside = set_aside(conn, report.schema)
    return report
