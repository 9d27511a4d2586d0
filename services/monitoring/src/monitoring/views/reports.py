"""Reports by unit and period: what came in on time, what late, who was silent or excused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views import entries
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.reporting import (
    ReportExcused,
    ReportMissed,
    ReportReturned,
    ReportSubmitted,
)
from tiendo_runtime.projection import Emit, Table

Timeliness = Literal["on_time", "late", "returned", "excused", "silent"]


@dataclass(slots=True)
class ReportRow:
    """A unit's report for a period: the columns of the table, in its order."""

    report_id: UUID
    unit_id: UUID | None = None
    unit_path: str | None = None
    period: str | None = None
    stage: str = "missed"
    due_at: datetime | None = None
    first_submitted_at: datetime | None = None
    submitted_at: datetime | None = None
    missed: bool = False
    returns: int = 0
    return_reason: str = ""
    excused_by: str = ""
    excuse_reason: str = ""
    assignment_ids: list[UUID] = field(default_factory=list[UUID])


REPORTS = Table("reports", ReportRow)


def apply_report(
    row: ReportRow,
    event: ReportSubmitted | ReportReturned | ReportMissed | ReportExcused,
    envelope: Envelope,
    emit: Emit,
) -> None:
    """Let an event of the report change its row."""
    row.unit_id, row.unit_path, row.period = event.unit_id, event.unit_path, event.period
    match event:
        case ReportSubmitted():
            row.stage = "submitted"
            row.due_at = event.due_at
            row.first_submitted_at = row.first_submitted_at or event.submitted_at
            row.submitted_at = event.submitted_at
            by_number = {line.assignment_id.int: line.assignment_id for line in event.lines}
            row.assignment_ids = [by_number[number] for number in sorted(by_number)]
        case ReportReturned():
            row.stage = "returned"
            row.returns += 1
            row.return_reason = event.reason
            for assignment_id in row.assignment_ids:
                emit(entries.of_event(assignment_id, event, envelope, 0))
        case ReportMissed():
            row.missed = True
            row.due_at = event.due_at
        case ReportExcused():
            row.stage = "excused"
            row.excused_by, row.excuse_reason = event.decided_by.name, event.reason


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as it is told: `timeliness` speaks of the submission that stands.

    Instants are UTC. A report that was sent back counts as returned until it comes in again; one
    that never came in, as silent, unless somebody excused it.
    """

    report_id: UUID
    unit_id: UUID
    unit_name: str | None
    level: str | None
    period: str
    timeliness: Timeliness
    due_at: datetime | None
    submitted_at: datetime | None
    returns: int
    return_reason: str
    excused_by: str
    excuse_reason: str
    lines: int
    comments: int


@dataclass(frozen=True, slots=True)
class CommentView:
    """What was said about a report, which changes nothing of it; `said_at` is UTC."""

    said_at: datetime
    author: str
    office: str
    unit_id: UUID
    unit_name: str | None
    text: str


_TIMELINESS = """
    CASE WHEN r.stage = 'missed' THEN 'silent' WHEN r.stage = 'returned' THEN 'returned'
         WHEN r.stage = 'excused' THEN 'excused'
         WHEN r.submitted_at >= r.due_at THEN 'late' ELSE 'on_time' END
"""
_ORDER: tuple[Timeliness, ...] = ("silent", "late", "returned", "excused", "on_time")
_RANK = f"array_position(ARRAY['silent', 'late', 'returned', 'excused', 'on_time'], {_TIMELINESS})"
_SELECT = f"""
    SELECT r.report_id, r.unit_id, u.name AS unit_name, u.level, r.period,
           {_TIMELINESS} AS timeliness, r.due_at, r.submitted_at, r.returns, r.return_reason,
           r.excused_by, r.excuse_reason,
           cardinality(r.assignment_ids) AS lines, coalesce(o.comments, 0) AS comments
    FROM reports r LEFT JOIN units u USING (unit_id) LEFT JOIN obligations o USING (report_id)
    WHERE starts_with(r.unit_path, %(scope)s)
"""


_BEGINS = """to_date(r.period, CASE length(r.period) WHEN 8 THEN 'IYYY"-W"IW' ELSE 'YYYY-MM' END)"""


def periods(conn: Connection[DictRow], scope: str, limit: int = 26) -> list[str]:
    """The periods that have reports in the scope: the newest weeks, then the newest months."""
    rows = conn.execute(
        "SELECT period FROM (SELECT period,"
        "     row_number() OVER (PARTITION BY length(period) ORDER BY period DESC) AS place"
        "   FROM reports WHERE starts_with(unit_path, %s) GROUP BY period) known"
        " WHERE place <= %s ORDER BY length(period) DESC, period DESC",
        (scope, limit),
    )
    return [row["period"] for row in rows]


Counts = dict[Timeliness, int]
"""How many units were on time, late, returned, excused and silent."""


def by_level(conn: Connection[DictRow], scope: str, period: str) -> dict[str, Counts]:
    """The counts of a period for each level in the scope; the empty one: units not known yet."""
    rows = conn.execute(
        f"SELECT coalesce(u.level, '') AS level, {_TIMELINESS} AS timeliness, count(*) AS n"
        " FROM reports r LEFT JOIN units u USING (unit_id)"
        " WHERE starts_with(r.unit_path, %s) AND r.period = %s GROUP BY 1, 2 ORDER BY 1",
        (scope, period),
    )
    levels: dict[str, Counts] = {}
    for row in rows:
        levels.setdefault(row["level"], total([]))[row["timeliness"]] = row["n"]
    return levels


def total(counts: Iterable[Counts]) -> Counts:
    """Their sums."""
    every = list(counts)
    return {kind: sum(one[kind] for one in every) for kind in _ORDER}


def of_period(
    conn: Connection[DictRow],
    scope: str,
    period: str,
    timeliness: Timeliness | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[ReportView]:
    """The reports of a period, the silent first; `after`: `key_of` the page's last row before."""
    rank, name, key = after or (None, None, None)
    rows = conn.execute(
        f"{_SELECT} AND r.period = %(period)s"
        f" AND (%(timeliness)s::text IS NULL OR {_TIMELINESS} = %(timeliness)s)"
        f" AND (%(key)s::uuid IS NULL OR ({_RANK}, coalesce(u.name, ''), r.unit_id)"
        "       > (%(rank)s::numeric, %(name)s::text, %(key)s::uuid))"
        f" ORDER BY {_RANK}, coalesce(u.name, ''), r.unit_id LIMIT %(limit)s",
        {
            "scope": scope,
            "period": period,
            "timeliness": timeliness,
            "rank": rank,
            "name": name,
            "key": key,
            "limit": limit,
        },
    )
    return [ReportView(**row) for row in rows]


def key_of(row: ReportView) -> tuple[int, str, UUID]:
    """Where a row stands in the order of a period's reports."""
    return (_ORDER.index(row.timeliness) + 1, row.unit_name or "", row.unit_id)


def of_unit(
    conn: Connection[DictRow], scope: str, unit_id: UUID, limit: int = 12
) -> Sequence[ReportView]:
    """A unit's own reports, what began last first."""
    rows = conn.execute(
        f"{_SELECT} AND r.unit_id = %(unit)s ORDER BY {_BEGINS} DESC, r.period LIMIT %(limit)s",
        {"scope": scope, "unit": unit_id, "limit": limit},
    )
    return [ReportView(**row) for row in rows]


def one(
    conn: Connection[DictRow], scope: str, report_id: UUID
) -> tuple[ReportView, list[UUID]] | None:
    """One report that the scope may see, and the assignments that it speaks of."""
    values = {"scope": scope, "report": report_id}
    row = conn.execute(f"{_SELECT} AND r.report_id = %(report)s", values).fetchone()
    ids = conn.execute(
        "SELECT assignment_ids FROM reports WHERE report_id = %s", (report_id,)
    ).fetchone()
    return (ReportView(**row), ids["assignment_ids"]) if row and ids else None


def comments(conn: Connection[DictRow], report_id: UUID) -> list[CommentView]:
    """What was said about a report, the earliest first; reporting takes a hundred at most."""
    rows = conn.execute(
        "SELECT c.said_at, c.author, c.office, c.author_unit_id AS unit_id, u.name AS unit_name,"
        " c.text FROM report_comments c LEFT JOIN units u ON u.unit_id = c.author_unit_id"
        " WHERE c.report_id = %s ORDER BY c.said_at, c.event_id",
        (report_id,),
    )
    return [CommentView(**row) for row in rows]
