"""The projection `board`: events of assignments, meetings and reports into the view's tables.

Several processes may fold side by side, each its own partitions, and a report's lines touch
assignments of any partition. So a batch locks the rows it touches in the order of their ids, then
changes counters in the order of their keys, and at last takes the turn in which changes are
numbered: nobody waits in a circle, and a change's number grows with its commit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection, Cursor
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from monitoring.views import entries, meetings
from monitoring.views.reports import ReportRow, apply_report
from monitoring.views.rows import (
    AssignmentEvent,
    AssignmentRow,
    Cell,
    apply,
    apply_line,
    cell_of,
)
from tiendo_contracts.assignments import AssignmentIssued
from tiendo_contracts.meetings import MeetingHeld
from tiendo_contracts.reporting import ReportMissed, ReportReturned, ReportSubmitted
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received

CHANNEL = "board_changes"
"""What is notified, without payload, when changes are committed."""

_TURN = 7_305_723_148_002  # any number that no other program locks in this database
_ReportEvent = ReportSubmitted | ReportReturned | ReportMissed

Change = tuple[str, UUID, UUID | None, tuple[str, ...]]
"""Kind, id, unit, and the paths of whoever may see it."""


def _fold(conn: Connection[DictRow], events: Sequence[Received]) -> None:
    batch = _Batch(conn, events)
    for received in events:
        batch.take(received)
    batch.write()


class _Batch:
    """The rows that a batch touches, locked, and what became of them."""

    def __init__(self, conn: Connection[DictRow], events: Sequence[Received]) -> None:
        self._conn = conn
        self._reports = _locked_reports(conn, events)
        self._rows = _locked_assignments(conn, self._touched(events))
        self._before = {key: cell_of(row) for key, row in self._rows.items()}
        self._entries: list[entries.Entry] = []
        self._changes: dict[tuple[str, UUID], Change] = {}

    def _touched(self, events: Sequence[Received]) -> set[UUID]:
        ids = {key for report in self._reports.values() for key in report.assignment_ids}
        for received in events:
            event = received.event
            if isinstance(event, AssignmentEvent):
                ids.add(event.assignment_id)
            elif isinstance(event, ReportSubmitted):
                ids.update(line.assignment_id for line in event.lines)
        return ids

    def take(self, received: Received[Any]) -> None:
        """Let one event change the rows."""
        event = received.event
        if isinstance(event, AssignmentEvent):
            row = self._rows[event.assignment_id]
            apply(row, event, received.envelope.subjectversion)
            self._entries.append(entries.of_assignment(received))
            self._changed("assignment", row.assignment_id, row.lead_unit_id, row.paths)
        elif isinstance(event, _ReportEvent):
            self._take_report(received)
        else:
            paths = meetings.write(self._conn, event)
            if paths is not None:
                self._changed(*paths)

    def _take_report(self, received: Received[Any]) -> None:
        event = received.event
        report = self._reports[event.report_id]
        apply_report(report, event)
        self._changed("report", report.report_id, report.unit_id, [report.unit_path])
        if isinstance(event, ReportSubmitted):
            for line in event.lines:
                apply_line(self._rows[line.assignment_id], event, line, received.envelope.id)
            self._entries += entries.of_report(received)
        elif isinstance(event, ReportReturned):
            self._entries += entries.of_return(received, report.assignment_ids)
        for key in report.assignment_ids:
            row = self._rows[key]
            self._changed("assignment", key, row.lead_unit_id, [*row.paths, report.unit_path])

    def _changed(self, kind: str, key: UUID, unit: UUID | None, paths: Iterable[str]) -> None:
        earlier = self._changes.get((kind, key))
        seen = dict.fromkeys([*(earlier[3] if earlier else ()), *paths])
        self._changes[kind, key] = (kind, key, unit, tuple(seen))

    def write(self) -> None:
        """Write the rows, the counters they moved, and what changed."""
        _write(self._conn, "reports", "report_id", list(self._reports.values()))
        _write(self._conn, "assignments", "assignment_id", list(self._rows.values()))
        _add_entries(self._conn, self._entries)
        moved = self._moved()
        _count(self._conn, moved)
        self._changed_units(moved)
        _tell(self._conn, list(self._changes.values()))

    def _changed_units(self, moved: Iterable[Cell]) -> None:
        """Name every unit whose counters moved: one that lost an assignment, too."""
        named = {unit for kind, _, unit, _ in self._changes.values() if kind == "assignment"}
        for cell in moved:
            if cell.unit_id not in named:
                paths = (cell.unit_path, cell.committee_path)
                self._changed("unit", cell.unit_id, cell.unit_id, paths)

    def _moved(self) -> dict[Cell, int]:
        moved: Counter[Cell] = Counter()
        for key, row in self._rows.items():
            for cell, by in ((self._before[key], -1), (cell_of(row), 1)):
                if cell is not None:
                    moved[cell] += by
        return {cell: by for cell, by in moved.items() if by}


def _locked_reports(conn: Connection[DictRow], events: Sequence[Received]) -> dict[UUID, ReportRow]:
    touched: dict[UUID, ReportRow] = {}
    for received in events:
        event = received.event
        if isinstance(event, _ReportEvent) and event.report_id not in touched:
            touched[event.report_id] = ReportRow(
                event.report_id, event.unit_id, event.unit_path, event.period
            )
    if not touched:
        return {}
    conn.cursor().executemany(
        "INSERT INTO reports (report_id, unit_id, unit_path, period) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [astuple(touched[key])[:4] for key in sorted(touched)],
    )
    return {key: ReportRow(**row) for key, row in _locked(conn, "reports", "report_id", touched)}


def _locked_assignments(conn: Connection[DictRow], ids: set[UUID]) -> dict[UUID, AssignmentRow]:
    if not ids:
        return {}
    conn.execute(
        "INSERT INTO assignments (assignment_id) SELECT id FROM unnest(%s::uuid[]) AS id"
        " ORDER BY id ON CONFLICT DO NOTHING",
        (sorted(ids),),
    )
    found = _locked(conn, "assignments", "assignment_id", ids)
    return {key: AssignmentRow(**row) for key, row in found}


def _locked(
    conn: Connection[DictRow], table: str, key: str, ids: Iterable[UUID]
) -> list[tuple[UUID, DictRow]]:
    rows = conn.execute(
        f"SELECT * FROM {table} WHERE {key} = ANY(%s) ORDER BY {key} FOR UPDATE".encode(),
        (list(ids),),
    )
    return [(row[key], row) for row in rows]


def _write(
    conn: Connection[DictRow],
    table: LiteralString,
    key: LiteralString,
    rows: Sequence[AssignmentRow] | Sequence[ReportRow],
) -> None:
    if not rows:
        return
    names = [column.name for column in fields(rows[0])]
    columns = ", ".join(f"{name} = %({name})s" for name in names if name != key)
    conn.cursor().executemany(
        f"UPDATE {table} SET {columns} WHERE {key} = %({key})s".encode(),
        [{name: getattr(row, name) for name in names} for row in rows],
    )


def _add_entries(conn: Connection[DictRow], new: Sequence[entries.Entry]) -> None:
    if new:
        conn.cursor().executemany(
            "INSERT INTO timeline VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(*astuple(entry)[:6], Jsonb(entry.facts)) for entry in new],
        )


_NULLABLE = ("late_from", "original_late_from", "in_time", "in_time_originally")
_SAME = " AND ".join(
    f"{name} IS NOT DISTINCT FROM %s" if name in _NULLABLE else f"{name} = %s"
    for name in Cell._fields
)
_GROW = (
    f"INSERT INTO counters ({', '.join(Cell._fields)}, n)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT ON CONSTRAINT counters_key DO UPDATE SET n = counters.n + excluded.n"
).encode()
_SHRINK = f"UPDATE counters SET n = n - %s WHERE {_SAME}".encode()
_DROP = f"DELETE FROM counters WHERE n = 0 AND {_SAME}".encode()


def _count(conn: Connection[DictRow], moved: dict[Cell, int]) -> None:
    """Move counters in the order of their keys; none falls below 0, and 0 leaves no row."""
    with conn.pipeline():
        shrunk: list[Cursor[DictRow]] = []
        for cell, by in sorted(moved.items(), key=lambda item: item[0].order):
            if by > 0:
                conn.execute(_GROW, (*cell, by))
            else:
                shrunk.append(conn.execute(_SHRINK, (-by, *cell)))
                conn.execute(_DROP, cell)
    if any(cursor.rowcount != 1 for cursor in shrunk):
        raise AssertionError("a counter was missing for a row that counted")


def _tell(conn: Connection[DictRow], changes: Sequence[Change]) -> None:
    told = [(kind, key, unit, list(paths)) for kind, key, unit, paths in changes if paths]
    if not told:
        return
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (_TURN,))
    conn.cursor().executemany(
        "INSERT INTO changes (kind, id, unit_id, paths) VALUES (%s, %s, %s, %s)", told
    )
    conn.execute(f"NOTIFY {CHANNEL}".encode())


BOARD = Projection(
    name="board",
    version=1,
    topics=(AssignmentIssued.TOPIC, MeetingHeld.TOPIC, ReportSubmitted.TOPIC),
    tables=(
        "assignments",
        "timeline",
        "counters",
        "reports",
        "meetings",
        "notices",
        "changes",
    ),
    fold=_fold,
)
