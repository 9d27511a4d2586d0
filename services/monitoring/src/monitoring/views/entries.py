"""The entries of timelines: who did what, when, in codes and figures. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import forms
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.reporting import ReportReturned, ReportSubmitted
from tiendo_runtime.projection import Table

KINDS: dict[type[Contract], str] = {
    events.AssignmentIssued: "issued",
    events.DeadlineResolved: "deadline_resolved",
    events.ExtensionRequested: "extension_requested",
    events.ExtensionGranted: "extension_granted",
    events.ExtensionRefused: "extension_refused",
    events.CompletionReported: "claimed",
    events.CompletionVerified: "verified",
    events.CompletionRefused: "refused",
    events.DeadlinePassed: "deadline_passed",
    events.AssignmentAccepted: "accepted",
    events.AssignmentContested: "contested",
    events.ContestAnswered: "contest_answered",
    events.HelpAsked: "help_asked",
    events.HelpConfirmed: "help_confirmed",
    events.HelpDeclined: "help_declined",
    events.AssignmentTransferred: "transferred",
    events.AssignmentClosed: "ended",
    events.AssignmentSplit: "split",
    events.AssignmentJoined: "joined",
    events.AssignmentDerived: "derived",
    events.AssignmentAmended: "amended",
    events.VerificationSampled: "sampled",
    **dict.fromkeys(forms(ReportSubmitted), "reported"),
    **dict.fromkeys(forms(ReportReturned), "report_returned"),
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
}


@dataclass(slots=True)
class Entry:
    """One entry; the columns of the table, in its order.

    Entries stand by (`recorded_at`, `version`, `event_id`); the version is 0 for what comes from a
    report or a sample, which are other aggregates.
    """

    assignment_id: UUID
    event_id: str
    recorded_at: datetime
    version: int
    kind: str
    actor: str
    facts: dict[str, Any] | msgspec.Struct


TIMELINE = Table("timeline", Entry, key=2, appended=True)


def of_event(assignment_id: UUID, event: Contract, envelope: Envelope, version: int) -> Entry:
    """The entry of an assignment's own event with its version, or of a report's with 0."""
    facts = {name: value for name, value in vars(event).items() if name not in _ELSEWHERE}
    if isinstance(event, events.AssignmentTransferred):
        facts["to_unit_id"] = event.lead_unit_id  # of that time; the row tells the present one
    return _entry(assignment_id, type(event), envelope, version, facts)


def of_line(assignment_id: UUID, line: msgspec.Struct, envelope: Envelope) -> Entry:
    """The entry of a report's line, whose fields are the facts."""
    return _entry(assignment_id, ReportSubmitted, envelope, 0, line)


def of_pick(assignment_id: UUID, pick: msgspec.Struct, envelope: Envelope) -> Entry:
    """The entry of a claim that a sample has drawn."""
    return _entry(assignment_id, events.VerificationSampled, envelope, 0, pick)


def _entry(
    assignment_id: UUID,
    kind: type[Contract],
    envelope: Envelope,
    version: int,
    facts: dict[str, Any] | msgspec.Struct,
) -> Entry:
    return Entry(
        assignment_id, envelope.id, envelope.time, version, KINDS[kind], envelope.actor, facts
    )
