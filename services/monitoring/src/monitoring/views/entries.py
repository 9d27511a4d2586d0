"""The entries of timelines: who did what, when, in codes and figures. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract
from tiendo_contracts.reporting import ReportReturned, ReportSubmitted
from tiendo_runtime.records import Received

KINDS: dict[type[Contract], str] = {
    events.AssignmentIssued: "issued",
    events.ExtensionRequested: "extension_requested",
    events.ExtensionGranted: "extension_granted",
    events.ExtensionRefused: "extension_refused",
    events.CompletionReported: "claimed",
    events.CompletionVerified: "verified",
    events.CompletionRefused: "refused",
    events.DeadlinePassed: "deadline_passed",
    ReportSubmitted: "reported",
    ReportReturned: "report_returned",
}
"""What an entry is called, by the event it comes from."""

_ELSEWHERE = {  # in the assignment's row already
    "assignment_id",
    "committee_id",
    "committee_path",
    "lead_unit_id",
    "lead_unit_path",
    "unit_path",
    "text",
    "lines",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; the columns of the table, in its order.

    Entries stand by (`recorded_at`, `version`, `event_id`); the version is 0 for what comes from a
    report, which is another aggregate.
    """

    assignment_id: UUID
    event_id: str
    recorded_at: datetime
    version: int
    kind: str
    actor: str
    facts: dict[str, Any]


def of_assignment(received: Received[Any]) -> Entry:
    """The entry of an assignment's own event."""
    event = received.event
    facts = event.model_dump(mode="json", exclude=_ELSEWHERE)
    return _entry(received, event.assignment_id, received.envelope.subjectversion, facts)


def of_report(received: Received[ReportSubmitted]) -> list[Entry]:
    """An entry for each line of a report."""
    report = received.event.model_dump(mode="json", exclude=_ELSEWHERE)
    return [
        _entry(received, line.assignment_id, 0, report | line.model_dump(exclude=_ELSEWHERE))
        for line in received.event.lines
    ]


def of_return(received: Received[ReportReturned], assignments: list[UUID]) -> list[Entry]:
    """An entry for each assignment that the returned report spoke of."""
    facts = received.event.model_dump(mode="json", exclude=_ELSEWHERE)
    return [_entry(received, assignment, 0, facts) for assignment in assignments]


def _entry(
    received: Received[Any], assignment_id: UUID, version: int, facts: dict[str, Any]
) -> Entry:
    envelope = received.envelope
    return Entry(
        assignment_id=assignment_id,
        event_id=envelope.id,
        recorded_at=envelope.time,
        version=version,
        kind=KINDS[type(received.event)],
        actor=envelope.actor,
        facts=facts,
    )
