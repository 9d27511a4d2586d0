"""Kafka in: what happened to assignments and reports becomes what their unit is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from notifications.application import notification_id, request
from notifications.domain import About, Facts, Occasion
from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract, Deadline
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
    | events.AssignmentTransferred
)


@dataclass(frozen=True, slots=True)
class Demand:
    """That a unit is told something; `once` as for its notification's id."""

    about: About
    facts: Facts
    once: str = ""


def _lead(occasion: Occasion, event: _AboutAssignment) -> About:
    return About(occasion, event.lead_unit_id, event.lead_unit_path, event.assignment_id)


def _due(deadline: Deadline) -> Facts:
    return Facts(due_on=deadline.due_on, late_from=deadline.late_from)


def assignment_issued(received: Received[events.AssignmentIssued]) -> Demand:
    """Tell the lead unit what it must deliver."""
    issued = received.event
    return Demand(_lead(Occasion.ASSIGNED, issued), _due(issued.deadline))


def assignment_transferred(received: Received[events.AssignmentTransferred]) -> Demand:
    """Tell the new lead unit what it must deliver, and why it is given to it."""
    moved = received.event
    facts = Facts(moved.deadline.due_on, moved.deadline.late_from, reason=moved.reason)
    return Demand(_lead(Occasion.ASSIGNED, moved), facts, received.envelope.id)


def deadline_passed(received: Received[events.DeadlinePassed]) -> Demand:
    """Tell the lead unit that it is late, once per deadline."""
    passed = received.event
    once = str(passed.deadline.late_from)
    return Demand(_lead(Occasion.OVERDUE, passed), _due(passed.deadline), once)


def extension_granted(received: Received[events.ExtensionGranted]) -> Demand:
    """Tell the lead unit its new deadline."""
    granted = received.event
    deadline = granted.deadline
    facts = Facts(deadline.due_on, deadline.late_from, granted=True, reason=granted.reason)
    return Demand(_lead(Occasion.EXTENSION_DECIDED, granted), facts, received.envelope.id)


def extension_refused(received: Received[events.ExtensionRefused]) -> Demand:
    """Tell the lead unit that its deadline stays."""
    refused = received.event
    facts = Facts(granted=False, reason=refused.reason)
    return Demand(_lead(Occasion.EXTENSION_DECIDED, refused), facts, received.envelope.id)


def completion_refused(received: Received[events.CompletionRefused]) -> Demand:
    """Tell the lead unit that its claim was not confirmed."""
    refused = received.event
    facts = Facts(reason=refused.reason)
    return Demand(_lead(Occasion.REFUSED, refused), facts, received.envelope.id)


def report_returned(received: Received[ReportReturned]) -> Demand:
    """Tell the unit that its report came back."""
    returned = received.event
    about = About(Occasion.RETURNED, returned.unit_id, returned.unit_path, returned.report_id)
    facts = Facts(period=returned.period, reason=returned.reason)
    return Demand(about, facts, received.envelope.id)


_TOLD: Mapping[type[Contract], Callable[[Received[Any]], Demand]] = {
    events.AssignmentIssued: assignment_issued,
    events.AssignmentTransferred: assignment_transferred,
    events.DeadlinePassed: deadline_passed,
    events.ExtensionGranted: extension_granted,
    events.ExtensionRefused: extension_refused,
    events.CompletionRefused: completion_refused,
    ReportReturned: report_returned,
}


def _react(work: Work, received: Received[Any]) -> None:
    demand = _TOLD[type(received.event)](received)
    request(work, demand.about, demand.facts, demand.once)


def _expect(received: Received[Any]) -> Iterator[UUID]:
    demand = _TOLD[type(received.event)](received)
    yield notification_id(demand.about, demand.once)


REACTIONS = Reactions(
    name="reactions", on=dict.fromkeys(_TOLD, _react), expects=dict.fromkeys(_TOLD, _expect)
)
