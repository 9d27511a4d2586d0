"""Assignments as mails speak of them, and what of them time alone brings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args
from uuid import UUID

from notifications.views.rows import Rows
from tiendo_contracts import assignments as events
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Assignment:
    """The columns of the table of assignments, in its order."""

    assignment_id: UUID
    version: int = 0
    lead_unit_id: UUID | None = None
    lead_unit_path: str | None = None
    notice_number: str = ""
    item_path: str = ""
    text: str = ""
    due_on: date | None = None
    late_from: datetime | None = None
    is_open: bool = True
    committee_id: UUID | None = None
    committee_path: str | None = None


_ASSIGNMENTS = Table("assignments", _Assignment)
_AssignmentEvent = (
    events.AssignmentIssued
    | events.DeadlineResolved
    | events.ExtensionGranted
    | events.CompletionReported
    | events.CompletionVerified
    | events.CompletionRefused
    | events.AssignmentTransferred
    | events.AssignmentClosed
)


def _apply(row: _Assignment, event: _AssignmentEvent, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    row.lead_unit_id, row.lead_unit_path = event.lead_unit_id, event.lead_unit_path
    row.committee_id, row.committee_path = event.committee_id, event.committee_path
    match event:
        case events.AssignmentIssued() | events.DeadlineResolved() | events.ExtensionGranted():
            row.due_on, row.late_from = event.deadline.due_on, event.deadline.late_from
        case events.AssignmentTransferred():
            row.is_open = row.is_open or event.cause == "decision"
        case _:
            row.is_open = isinstance(event, events.CompletionRefused)
    if isinstance(event, events.AssignmentIssued):
        row.notice_number, row.item_path = event.notice_number, event.item_path
        row.text = event.text


ASSIGNMENTS = Projection(
    name="assignments",
    version=3,
    topics=(events.AssignmentIssued.TOPIC,),
    tables=(_ASSIGNMENTS,),
    on=dict.fromkeys(get_args(_AssignmentEvent), (Effect(_ASSIGNMENTS, _apply),)),
)


@dataclass(frozen=True, slots=True)
class DueSoon:
    """An open assignment whose deadline comes up."""

    assignment_id: UUID
    lead_unit_id: UUID
    lead_unit_path: str
    due_on: date
    late_from: datetime


def due_soon(conn: Rows, now: datetime, last_day: date, limit: int) -> list[DueSoon]:
    """Open assignments due by `last_day` in Vietnam and not late at `now` (UTC), not reminded of.

    A reminder that was requested a moment ago may still be missing in this view.
    """
    rows = conn.execute(
        "SELECT assignment_id, lead_unit_id, lead_unit_path, due_on, late_from FROM assignments a"
        " WHERE is_open AND due_on <= %s AND late_from > %s AND NOT EXISTS"
        " (SELECT FROM notifications n WHERE n.occasion = 'due_soon'"
        "  AND n.subject_id = a.assignment_id AND n.due_on = a.due_on)"
        " ORDER BY late_from, assignment_id LIMIT %s",
        (last_day, now, limit),
    )
    return [DueSoon(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Leaderless:
    """A unit that ended and has no one follower, and a committee whose open work it leads."""

    unit_id: UUID
    committee_id: UUID
    committee_path: str


def leaderless(conn: Rows, today: date, limit: int) -> list[Leaderless]:
    """Units that have ended by a day in Vietnam with work that waits for a person; not told yet.

    As for `due_soon`, what was requested a moment ago may still be missing in this view.
    """
    rows = conn.execute(
        "SELECT DISTINCT u.unit_id, a.committee_id, a.committee_path"
        " FROM units u JOIN assignments a ON a.lead_unit_id = u.unit_id AND a.is_open"
        " WHERE u.ended_on <= %s AND cardinality(u.successor_ids) <> 1 AND NOT EXISTS"
        " (SELECT FROM notifications n WHERE n.occasion = 'leaderless'"
        "  AND n.subject_id = u.unit_id AND n.unit_id = a.committee_id)"
        " ORDER BY u.unit_id, a.committee_id LIMIT %s",
        (today, limit),
    )
    return [Leaderless(**row) for row in rows]
