"""Kafka in: what happened to assignments and reports becomes what their unit is told."""

from notifications.application import request
from notifications.domain import About, Facts, Occasion
from tiendo_contracts import assignments as events
from tiendo_contracts.base import Deadline
from tiendo_contracts.reporting import ReportReturned
from tiendo_runtime.reactions import Reactions
from tiendo_runtime.records import Received
from tiendo_runtime.store import Work

_AboutAssignment = (
    events.AssignmentIssued
    | events.DeadlinePassed
    | events.ExtensionGranted
    | events.ExtensionRefused
    | events.CompletionRefused
)


def _lead(occasion: Occasion, event: _AboutAssignment) -> About:
    return About(occasion, event.lead_unit_id, event.lead_unit_path, event.assignment_id)


def _due(deadline: Deadline) -> Facts:
    return Facts(due_on=deadline.due_on, late_from=deadline.late_from)


def on_assignment_issued(work: Work, received: Received[events.AssignmentIssued]) -> None:
    """Tell the lead unit what it must deliver."""
    issued = received.event
    request(work, _lead(Occasion.ASSIGNED, issued), _due(issued.deadline))


def on_deadline_passed(work: Work, received: Received[events.DeadlinePassed]) -> None:
    """Tell the lead unit that it is late, once per deadline."""
    passed = received.event
    once = str(passed.deadline.late_from)
    request(work, _lead(Occasion.OVERDUE, passed), _due(passed.deadline), once)


def on_extension_granted(work: Work, received: Received[events.ExtensionGranted]) -> None:
    """Tell the lead unit its new deadline."""
    granted = received.event
    deadline = granted.deadline
    facts = Facts(deadline.due_on, deadline.late_from, granted=True, reason=granted.reason)
    request(work, _lead(Occasion.EXTENSION_DECIDED, granted), facts, received.envelope.id)


def on_extension_refused(work: Work, received: Received[events.ExtensionRefused]) -> None:
    """Tell the lead unit that its deadline stays."""
    refused = received.event
    facts = Facts(granted=False, reason=refused.reason)
    request(work, _lead(Occasion.EXTENSION_DECIDED, refused), facts, received.envelope.id)


def on_completion_refused(work: Work, received: Received[events.CompletionRefused]) -> None:
    """Tell the lead unit that its claim was not confirmed."""
    refused = received.event
    facts = Facts(reason=refused.reason)
    request(work, _lead(Occasion.REFUSED, refused), facts, received.envelope.id)


def on_report_returned(work: Work, received: Received[ReportReturned]) -> None:
    """Tell the unit that its report came back."""
    returned = received.event
    about = About(Occasion.RETURNED, returned.unit_id, returned.unit_path, returned.report_id)
    facts = Facts(period=returned.period, reason=returned.reason)
    request(work, about, facts, received.envelope.id)


REACTIONS = Reactions(
    name="reactions",
    on={
        events.AssignmentIssued: on_assignment_issued,
        events.DeadlinePassed: on_deadline_passed,
        events.ExtensionGranted: on_extension_granted,
        events.ExtensionRefused: on_extension_refused,
        events.CompletionRefused: on_completion_refused,
        ReportReturned: on_report_returned,
    },
)
