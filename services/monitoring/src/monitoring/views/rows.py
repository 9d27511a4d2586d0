"""What an event does to an assignment's row, and where the row counts. Pure.

Each kind of event owns its columns. Events of one assignment come in order, and reports come in any
order between them, so the columns of a report's line belong to the latest line by (when the report
came in, event id).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from monitoring.views import entries
from monitoring.views.stages import OFF, UNDONE
from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.projection import Counters, Effect, Emit, Table
from tiendo_runtime.records import Received


@dataclass(slots=True)
class AssignmentRow:
    """An assignment as the view has it: the columns of the table, in its order."""

    assignment_id: UUID
    version: int = 0
    committee_id: UUID | None = None
    committee_path: str | None = None
    lead_unit_id: UUID | None = None
    lead_unit_path: str | None = None
    notice_id: UUID | None = None
    notice_number: str = ""
    item_path: str = ""
    issued_on: date | None = None
    text: str = ""
    coordinator_ids: list[UUID] = field(default_factory=list[UUID])
    confirmed_ids: list[UUID] = field(default_factory=list[UUID])
    declined_ids: list[UUID] = field(default_factory=list[UUID])
    recurring: str | None = None
    original_due_on: date | None = None
    original_late_from: datetime | None = None
    original_words: str = ""
    due_on: date | None = None
    late_from: datetime | None = None
    due_words: str = ""
    asked: int = 0
    granted: int = 0
    refused: int = 0
    asked_late: int = 0
    pending_due_on: date | None = None
    stage: str = "open"
    claimed_at: datetime | None = None
    refused_claims: int = 0
    contest_ground: str | None = None
    transfers: int = 0
    sampled_at: datetime | None = None
    superseded_by: UUID | None = None
    ended_reason: str = ""
    split_into: list[UUID] = field(default_factory=list[UUID])
    joined_into: UUID | None = None
    split_from: UUID | None = None
    joined_from: list[UUID] = field(default_factory=list[UUID])
    report_id: UUID | None = None
    reported_at: datetime | None = None
    report_event: str | None = None
    percent: int | None = None
    report_done: bool | None = None
    difficulties: str = ""
    product_url: str = ""


class Cell(NamedTuple):
    """Where an assignment counts: the key of a counter.

    What is undone is told by its deadlines, None where it has none; what is done by whether it was
    claimed in time, None where there was no deadline to keep; what was called off by neither.
    `extended` says whether more time was ever granted.
    """

    unit_id: UUID
    unit_path: str
    committee_id: UUID
    committee_path: str
    stage: str
    extended: bool
    late_from: datetime | None
    original_late_from: datetime | None
    in_time: bool | None
    in_time_originally: bool | None


def cell_of(row: AssignmentRow) -> Cell | None:
    """The cell of a row; None while nothing is known of the assignment but reports."""
    unit, unit_path = row.lead_unit_id, row.lead_unit_path
    committee, committee_path = row.committee_id, row.committee_path
    if not (unit and unit_path and committee and committee_path):
        return None
    late, original = row.late_from, row.original_late_from
    if row.stage in UNDONE:
        times = (late, original, None, None)
    elif row.stage in OFF:
        times = (None, None, None, None)
    else:
        claimed = row.claimed_at
        times = (None, None, _in_time(claimed, late), _in_time(claimed, original))
    return Cell(unit, unit_path, committee, committee_path, row.stage, row.granted > 0, *times)


def _in_time(claimed_at: datetime | None, late_from: datetime | None) -> bool | None:
    return None if claimed_at is None or late_from is None else claimed_at < late_from


class SamplePick(msgspec.Struct, frozen=True):
    """Why a claim was drawn."""

    because: str


ASSIGNMENTS = Table("assignments", AssignmentRow)
COUNTERS = Counters("counters", ASSIGNMENTS, Cell, cell_of)


class Line(msgspec.Struct, frozen=True):
    """What a report says of one assignment."""

    report_id: UUID
    unit_id: UUID
    period: str
    submitted_at: datetime
    due_at: datetime
    percent: int
    done: bool
    difficulties: str
    product_url: str


def lines_of(received: Received[ReportSubmitted]) -> Iterable[tuple[UUID, Line]]:
    """The lines of a report; of two on one assignment, the first."""
    report = received.event
    about = (report.report_id, report.unit_id, report.period, report.submitted_at, report.due_at)
    for line in {line.assignment_id.int: line for line in reversed(report.lines)}.values():
        said = Line(*about, line.percent, line.done, line.difficulties, line.product_url)
        yield line.assignment_id, said


def apply_line(row: AssignmentRow, line: Line, envelope: Envelope, emit: Emit) -> None:
    """Let a report's line show, unless a later one shows already."""
    emit(entries.of_line(row.assignment_id, line, envelope))
    shown = (row.reported_at, row.report_event or "")
    if shown[0] is not None and (line.submitted_at, envelope.id) <= shown:
        return
    row.report_id = line.report_id
    row.reported_at = line.submitted_at
    row.report_event = envelope.id
    row.percent = line.percent
    row.report_done = line.done
    row.difficulties = line.difficulties
    row.product_url = line.product_url


def apply(row: AssignmentRow, event: Any, envelope: Envelope, emit: Emit) -> None:
    """Let an event of the assignment change its row."""
    row.version = max(row.version, envelope.subjectversion)
    row.committee_id, row.committee_path = event.committee_id, event.committee_path
    row.lead_unit_id, row.lead_unit_path = event.lead_unit_id, event.lead_unit_path
    _CHANGES[type(event)](row, event)
    emit(entries.of_event(row.assignment_id, event, envelope, envelope.subjectversion))


def _issued(row: AssignmentRow, event: events.AssignmentIssued) -> None:
    row.notice_id = event.notice_id
    row.notice_number = event.notice_number
    row.item_path = event.item_path
    row.issued_on = event.issued_on
    row.text = event.text
    row.coordinator_ids = list(event.coordinator_ids)
    row.recurring = event.recurring
    _resolve(row, event.deadline, event.deadline)


def _resolved(row: AssignmentRow, event: events.DeadlineResolved) -> None:
    _resolve(row, event.original, event.deadline)


def _resolve(row: AssignmentRow, original: Deadline, deadline: Deadline) -> None:
    row.original_due_on = original.due_on
    row.original_late_from = original.late_from
    row.original_words = original.words
    _hold(row, deadline)


def _hold(row: AssignmentRow, deadline: Deadline) -> None:
    row.due_on, row.late_from, row.due_words = deadline.due_on, deadline.late_from, deadline.words


def _asked(row: AssignmentRow, event: events.ExtensionRequested) -> None:
    row.asked += 1
    row.asked_late += event.after_deadline
    row.pending_due_on = event.asked.due_on


def _granted(row: AssignmentRow, event: events.ExtensionGranted) -> None:
    row.granted += 1
    row.pending_due_on = None
    _hold(row, event.deadline)


def _refused(row: AssignmentRow, _: events.ExtensionRefused) -> None:
    row.refused += 1
    row.pending_due_on = None


def _claimed(row: AssignmentRow, event: events.CompletionReported) -> None:
    row.stage, row.claimed_at, row.contest_ground = "claimed", event.claimed_at, None


def _verified(row: AssignmentRow, event: events.CompletionVerified) -> None:
    row.stage, row.claimed_at, row.pending_due_on = "verified", event.claimed_at, None


def _reopened(row: AssignmentRow, _: events.CompletionRefused) -> None:
    row.stage, row.claimed_at = "accepted", None
    row.refused_claims += 1


def _accepted(row: AssignmentRow, _: events.AssignmentAccepted) -> None:
    row.stage, row.contest_ground = "accepted", None


def _contested(row: AssignmentRow, event: events.AssignmentContested) -> None:
    row.stage, row.contest_ground = "contested", event.ground


def _answered(row: AssignmentRow, event: events.ContestAnswered) -> None:
    row.contest_ground = None
    if not event.upheld:
        row.stage = "open"


def _help_asked(row: AssignmentRow, event: events.HelpAsked) -> None:
    _answer(row, event.helper_id)
    row.coordinator_ids = [*_without(row.coordinator_ids, event.helper_id), event.helper_id]


def _help_confirmed(row: AssignmentRow, event: events.HelpConfirmed) -> None:
    _answer(row, event.helper_id)
    row.confirmed_ids = [*row.confirmed_ids, event.helper_id]


def _help_declined(row: AssignmentRow, event: events.HelpDeclined) -> None:
    _answer(row, event.helper_id)
    row.declined_ids = [*row.declined_ids, event.helper_id]


def _answer(row: AssignmentRow, helper: UUID) -> None:
    row.confirmed_ids = _without(row.confirmed_ids, helper)
    row.declined_ids = _without(row.declined_ids, helper)


def _without(ids: list[UUID], one: UUID) -> list[UUID]:
    return [found for found in ids if found != one]


def _transferred(row: AssignmentRow, event: events.AssignmentTransferred) -> None:
    if event.cause == "decision":
        row.stage, row.claimed_at, row.contest_ground, row.pending_due_on = "open", None, None, None
    if event.from_unit_id == event.lead_unit_id:  # the same unit, below another one now
        return
    row.transfers += 1
    row.coordinator_ids = _without(row.coordinator_ids, event.lead_unit_id)
    _answer(row, event.lead_unit_id)


def _closed(row: AssignmentRow, event: events.AssignmentClosed) -> None:
    row.stage = _ENDS[event.outcome]
    row.pending_due_on = row.contest_ground = None
    row.superseded_by, row.ended_reason = event.superseded_by_id, event.reason


_ENDS = {"completed": "closed", "cancelled": "cancelled", "superseded": "superseded"}


def _split(row: AssignmentRow, event: events.AssignmentSplit) -> None:
    row.split_into = list(event.part_ids)


def _joined(row: AssignmentRow, event: events.AssignmentJoined) -> None:
    row.joined_into = event.into_id


def _derived(row: AssignmentRow, event: events.AssignmentDerived) -> None:
    sources = [source.assignment_id for source in event.sources]
    if event.how == "split":
        row.split_from = sources[0]
    else:
        row.joined_from = sources


def _amended(row: AssignmentRow, event: events.AssignmentAmended) -> None:
    """Nothing: what follows of it comes as an event of its own."""


def _passed(row: AssignmentRow, event: events.DeadlinePassed) -> None:
    """Nothing: the passing of time is seen from the deadline itself."""


_CHANGES: dict[type[Contract], Callable[[AssignmentRow, Any], None]] = {
    events.AssignmentIssued: _issued,
    events.DeadlineResolved: _resolved,
    events.ExtensionRequested: _asked,
    events.ExtensionGranted: _granted,
    events.ExtensionRefused: _refused,
    events.CompletionReported: _claimed,
    events.CompletionVerified: _verified,
    events.CompletionRefused: _reopened,
    events.DeadlinePassed: _passed,
    events.AssignmentAccepted: _accepted,
    events.AssignmentContested: _contested,
    events.ContestAnswered: _answered,
    events.HelpAsked: _help_asked,
    events.HelpConfirmed: _help_confirmed,
    events.HelpDeclined: _help_declined,
    events.AssignmentTransferred: _transferred,
    events.AssignmentClosed: _closed,
    events.AssignmentSplit: _split,
    events.AssignmentJoined: _joined,
    events.AssignmentDerived: _derived,
    events.AssignmentAmended: _amended,
}
KINDS = tuple(_CHANGES)
"""The events of assignments."""


def picks_of(received: Received[events.VerificationSampled]) -> Iterable[tuple[UUID, SamplePick]]:
    """The claims that a sample has drawn."""
    for pick in {one.assignment_id.int: one for one in received.event.picks}.values():
        yield pick.assignment_id, SamplePick(pick.because)


def apply_pick(row: AssignmentRow, pick: SamplePick, envelope: Envelope, emit: Emit) -> None:
    """Let it show that an inspector is to look at the claim; the latest sample counts."""
    emit(entries.of_pick(row.assignment_id, pick, envelope))
    row.sampled_at = max(filter(None, (row.sampled_at, envelope.time)))


PICKS = Effect(ASSIGNMENTS, apply_pick, picks_of, SamplePick)
"""What samples do to assignments."""
LINES = Effect(ASSIGNMENTS, apply_line, lines_of, Line)
"""What reports do to assignments."""
