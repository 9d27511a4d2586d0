"""The copy of the assignments: whose they are, and when they were open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts import assignments
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Assignment:
    """The columns of the copy of assignments, in its order; instants are UTC.

    `turns` are the instants at which it became open, was closed, became open again …: an assignment
    was open at an instant when an odd number of turns are not after it. `closed_at` is the last of
    them while it is closed.
    """

    assignment_id: UUID
    version: int = 0
    lead_unit_id: UUID | None = None
    lead_unit_path: str | None = None
    committee_path: str | None = None
    notice_number: str = ""
    item_path: str = ""
    text: str = ""
    issued_at: datetime | None = None
    due_on: date | None = None
    late_from: datetime | None = None
    words: str = ""
    stage: str = "open"
    turns: list[datetime] = field(default_factory=list[datetime])
    closed_at: datetime | None = None


_ASSIGNMENTS = Table("assignments_copy", _Assignment)


def _apply(row: _Assignment, event: Contract, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    match event:
        case assignments.AssignmentIssued():
            row.lead_unit_id, row.lead_unit_path = event.lead_unit_id, event.lead_unit_path
            row.committee_path, row.text = event.committee_path, event.text
            row.notice_number, row.item_path = event.notice_number, event.item_path
            row.issued_at = envelope.time
            _hold(row, event.deadline)
            _turn(row, envelope.time, "open")
        case assignments.DeadlineResolved() | assignments.ExtensionGranted():
            _hold(row, event.deadline)
        case assignments.CompletionReported():
            _turn(row, envelope.time, "claimed")
        case assignments.CompletionRefused():
            _turn(row, envelope.time, "open")
        case assignments.AssignmentTransferred():
            row.lead_unit_id, row.lead_unit_path = event.lead_unit_id, event.lead_unit_path
            if event.cause == "decision":
                _turn(row, envelope.time, "open")
        case assignments.AssignmentClosed():
            _turn(row, envelope.time, "closed")
        case _:
            row.stage = "verified"


def _hold(row: _Assignment, deadline: Deadline) -> None:
    row.due_on, row.late_from, row.words = deadline.due_on, deadline.late_from, deadline.words


def _turn(row: _Assignment, at: datetime, stage: str) -> None:
    """Open or close it at an instant; it cannot turn before it last did."""
    row.stage = stage
    becomes_open, is_open = stage == "open", len(row.turns) % 2 == 1
    if becomes_open != is_open:
        row.turns = [*row.turns, max([at, *row.turns[-1:]])]
        row.closed_at = None if becomes_open else row.turns[-1]


ASSIGNMENTS = Projection(
    name="assignments_copy",
    version=2,
    topics=(assignments.AssignmentIssued.TOPIC,),
    tables=(_ASSIGNMENTS,),
    on=dict.fromkeys(
        (
            assignments.AssignmentIssued,
            assignments.DeadlineResolved,
            assignments.ExtensionGranted,
            assignments.CompletionReported,
            assignments.CompletionRefused,
            assignments.CompletionVerified,
            assignments.AssignmentTransferred,
            assignments.AssignmentClosed,
        ),
        (Effect(_ASSIGNMENTS, _apply),),
    ),
)


def leads(conn: Connection[DictRow], ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The lead unit of each of these assignments that is known here."""
    rows = conn.execute(
        "SELECT assignment_id, lead_unit_id FROM assignments_copy"
        " WHERE assignment_id = ANY(%s) AND lead_unit_id IS NOT NULL",
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
