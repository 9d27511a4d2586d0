"""Read models: the copy of the assignments, and the list of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts import assignments, reporting
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Received


def _fold_assignments(conn: Connection[DictRow], received: Sequence[Received]) -> None:
    for one in received:
        match one.event:
            case assignments.AssignmentIssued() as issued:
                _issue(conn, one, issued)
            case assignments.ExtensionGranted() as granted:
                due = granted.deadline
                changes = "due_on = %s, late_from = %s, words = %s"
                _change(conn, one, changes, due.due_on, due.late_from, due.words)
            case assignments.CompletionReported():
                closed = "open_during = open_during * tstzmultirange(tstzrange(NULL, %s))"
                _change(conn, one, f"stage = 'claimed', {closed}", one.envelope.time)
            case assignments.CompletionRefused():
                opened = "open_during = open_during + tstzmultirange(tstzrange(%s, NULL))"
                _change(conn, one, f"stage = 'open', {opened}", one.envelope.time)
            case assignments.CompletionVerified():
                _change(conn, one, "stage = 'verified'")
            case _:
                pass


def _issue(
    conn: Connection[DictRow], received: Received, issued: assignments.AssignmentIssued
) -> None:
    recorded_at = received.envelope.time
    conn.execute(
        "INSERT INTO assignments_copy (assignment_id, version, lead_unit_id, lead_unit_path,"
        " committee_path, notice_number, item_path, text, issued_at, due_on, late_from, words,"
        " stage, open_during) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " 'open', tstzmultirange(tstzrange(%s, NULL)))",
        (
            issued.assignment_id,
            received.envelope.subjectversion,
            issued.lead_unit_id,
            issued.lead_unit_path,
            issued.committee_path,
            issued.notice_number,
            issued.item_path,
            issued.text,
            recorded_at,
            issued.deadline.due_on,
            issued.deadline.late_from,
            issued.deadline.words,
            recorded_at,
        ),
    )


def _change(
    conn: Connection[DictRow], received: Received, changes: LiteralString, *values: Any
) -> None:
    envelope = received.envelope
    conn.execute(
        f"UPDATE assignments_copy SET {changes}, version = %s WHERE assignment_id = %s",
        (*values, envelope.subjectversion, envelope.subject),
    )


ASSIGNMENTS = Projection(
    name="assignments_copy",
    version=1,
    topics=(assignments.AssignmentIssued.TOPIC,),
    tables=("assignments_copy",),
    fold=_fold_assignments,
)


def leads(conn: Connection[DictRow], ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The lead unit of each of these assignments that is known here."""
    rows = conn.execute(
        "SELECT assignment_id, lead_unit_id FROM assignments_copy WHERE assignment_id = ANY(%s)",
        (list(ids),),
    )
    return {row["assignment_id"]: row["lead_unit_id"] for row in rows}


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment as a unit reports on it; `late_from` is UTC, `due_on` a day in Vietnam."""

    assignment_id: UUID
    notice_number: str
    item_path: str
    text: str
    stage: str
    due_on: date | None
    late_from: datetime | None
    words: str


def reportable(
    conn: Connection[DictRow], unit_id: UUID, also: Sequence[UUID], limit: int
) -> list[AssignmentRow]:
    """A unit's open assignments and those in `also`, the most urgent first."""
    rows = conn.execute(
        "SELECT assignment_id, notice_number, item_path, text, stage, due_on, late_from, words"
        " FROM assignments_copy"
        " WHERE lead_unit_id = %s AND (stage = 'open' OR assignment_id = ANY(%s))"
        " ORDER BY late_from NULLS LAST, issued_at, assignment_id LIMIT %s",
        (unit_id, list(also), limit),
    )
    return [AssignmentRow(**row) for row in rows]


_SILENT: LiteralString = """
SELECT unit_id, path FROM units u
WHERE unit_id > %(behind)s
    AND unit_id NOT IN (SELECT unit_id FROM reports_list WHERE period = %(period)s)
    AND EXISTS (SELECT FROM assignments_copy WHERE lead_unit_id = u.unit_id
        AND coalesce(upper(open_during), 'infinity') > %(due)s
        AND open_during @> %(due)s::timestamptz AND issued_at < %(due)s)
ORDER BY unit_id LIMIT %(limit)s
"""


def silent(
    conn: Connection[DictRow], period: str, due_at: datetime, behind: UUID, limit: int
) -> list[tuple[UUID, str]]:
    """Units (id, path) behind one that owed a report at `due_at` (UTC) and have none listed.

    A unit owes one when an assignment that it leads was open at that instant.
    """
    values = {"period": period, "due": due_at, "behind": behind, "limit": limit}
    return [(row["unit_id"], row["path"]) for row in conn.execute(_SILENT, values)]


_SUBMIT: LiteralString = """
INSERT INTO reports_list (report_id, version, unit_id, unit_path, period, stage, due_at,
    first_submitted_at, submitted_at, lines, done)
VALUES (%(id)s, %(version)s, %(unit)s, %(path)s, %(period)s, 'submitted', %(due)s,
    %(submitted)s, %(submitted)s, %(lines)s, %(done)s)
ON CONFLICT (report_id) DO UPDATE SET version = EXCLUDED.version, stage = EXCLUDED.stage,
    submitted_at = EXCLUDED.submitted_at, lines = EXCLUDED.lines, done = EXCLUDED.done,
    first_submitted_at = COALESCE(reports_list.first_submitted_at, EXCLUDED.submitted_at)
"""
_MISS: LiteralString = """
INSERT INTO reports_list (report_id, version, unit_id, unit_path, period, stage, due_at, missed_at)
VALUES (%(id)s, %(version)s, %(unit)s, %(path)s, %(period)s, 'missed', %(due)s, %(at)s)
"""
_RETURN: LiteralString = """
UPDATE reports_list SET version = %(version)s, stage = 'returned', returned_at = %(at)s,
    return_reason = %(reason)s WHERE report_id = %(id)s
"""


def _fold_reports(conn: Connection[DictRow], received: Sequence[Received]) -> None:
    for one in received:
        match one.event:
            case reporting.ReportSubmitted() as submitted:
                figures = {
                    "submitted": submitted.submitted_at,
                    "lines": len(submitted.lines),
                    "done": sum(line.done for line in submitted.lines),
                }
                conn.execute(_SUBMIT, _facts(one, submitted) | {"due": submitted.due_at} | figures)
            case reporting.ReportMissed() as missed:
                conn.execute(_MISS, _facts(one, missed) | {"due": missed.due_at})
            case reporting.ReportReturned() as returned:
                conn.execute(_RETURN, _facts(one, returned) | {"reason": returned.reason})
            case _:
                pass


def _facts(
    received: Received,
    event: reporting.ReportSubmitted | reporting.ReportMissed | reporting.ReportReturned,
) -> dict[str, Any]:
    return {
        "id": event.report_id,
        "version": received.envelope.subjectversion,
        "unit": event.unit_id,
        "path": event.unit_path,
        "period": event.period,
        "at": received.envelope.time,
    }


REPORTS = Projection(
    name="reports_list",
    version=1,
    topics=(reporting.ReportSubmitted.TOPIC,),
    tables=("reports_list",),
    fold=_fold_reports,
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in a list; instants are UTC.

    `late` tells whether the first submission came after `due_at`; None before there is one.
    `lines` and `done` count the lines of the last submission, `returned_at` and `return_reason`
    tell of the last return.
    """

    report_id: UUID
    version: int
    unit_id: UUID
    unit_name: str
    unit_path: str
    period: str
    stage: str
    due_at: datetime
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    late: bool | None
    lines: int
    done: int
    missed_at: datetime | None
    returned_at: datetime | None
    return_reason: str


_LIST: LiteralString = """
SELECT report_id, r.version, r.unit_id, coalesce(u.name, '') AS unit_name, unit_path, period,
    stage, due_at, first_submitted_at, submitted_at, first_submitted_at > due_at AS late,
    lines, done, missed_at, returned_at, return_reason
FROM reports_list r LEFT JOIN units u USING (unit_id)
WHERE starts_with(unit_path, %(scope)s)
    AND (%(unit)s::uuid IS NULL OR r.unit_id = %(unit)s)
    AND (%(period)s::text IS NULL OR period = %(period)s)
    AND (%(first)s OR (period, unit_path, report_id) < (%(week)s, %(path)s, %(id)s))
ORDER BY period DESC, unit_path DESC, report_id DESC LIMIT %(limit)s
"""


def listing(
    conn: Connection[DictRow],
    scope: str,
    after: tuple[str, str, UUID] | None,
    limit: int,
    *,
    unit_id: UUID | None = None,
    period: str | None = None,
) -> list[ReportRow]:
    """Reports of units inside of a scope (a path prefix), the newest period first.

    `after` is the last (period, unit_path, report_id) of the page before.
    """
    week, path, identity = after or ("", "", UUID(int=0))
    values = {"scope": scope, "unit": unit_id, "period": period, "limit": limit}
    behind = {"first": after is None, "week": week, "path": path, "id": identity}
    return [ReportRow(**row) for row in conn.execute(_LIST, values | behind)]
