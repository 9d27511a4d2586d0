"""Kafka in: what happened to assignments and reports becomes what somebody is told.

`TOLD` says of each event who is told of it, on which occasion and with which facts. To tell people
of something more is a row here and the occasion's words in `mail.words`.

The secretariat is written to at the address of its committee.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from notifications.application import notification_id, request
from notifications.domain import About, Facts, Occasion
from tiendo_contracts import assignments as events
from tiendo_contracts import reporting as reports
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import forms
from tiendo_runtime.clock import last_day
from tiendo_runtime.reactions import Reactions
from tiendo_runtime.records import Received
from tiendo_runtime.store import Work

Addressee = tuple[UUID, str]
"""A unit and its path; the path is empty where the event names the unit alone."""


# Who is told.


def _lead(event: Any) -> Iterable[Addressee]:
    """The lead unit."""
    return [(event.lead_unit_id, event.lead_unit_path)]


def _lead_before(event: events.AssignmentTransferred) -> Iterable[Addressee]:
    """The lead unit before."""
    return [(event.from_unit_id, event.from_unit_path)]


def _named_helpers(event: events.AssignmentIssued) -> Iterable[Addressee]:
    """The coordinating units that the notice names."""
    return [(helper, "") for helper in dict.fromkeys(event.coordinator_ids)]


def _asked_helper(event: events.HelpAsked) -> Iterable[Addressee]:
    """The unit that is asked."""
    return [(event.helper_id, "")]


def _secretariat(event: Any) -> Iterable[Addressee]:
    """The secretariat of the committee."""
    return [(event.committee_id, event.committee_path)]


def _reporter(event: Any) -> Iterable[Addressee]:
    """The unit whose report it is."""
    return [(event.unit_id, event.unit_path)]


# What the mail says beside the subject's own words.


def _due(event: Any) -> Facts:
    return Facts(event.deadline.due_on, event.deadline.late_from)


def _why(event: Any) -> Facts:
    return Facts(reason=event.reason)


def _due_and_why(event: Any) -> Facts:
    return replace(_due(event), reason=event.reason)


def _granted(event: events.ExtensionGranted) -> Facts:
    return replace(_due_and_why(event), granted=True)


def _not_granted(event: events.ExtensionRefused) -> Facts:
    return Facts(granted=False, reason=event.reason)


def _wished(event: events.ExtensionRequested) -> Facts:
    return Facts(event.asked.due_on, event.asked.late_from, reason=event.reason)


def _part(event: events.HelpAsked) -> Facts:
    return Facts(reason=event.part)


def _period(event: Any) -> Facts:
    return Facts(period=event.period, reason=event.reason)


def _period_until(event: reports.LateReportAllowed) -> Facts:
    return Facts(last_day(event.until), event.until, event.period, reason=event.reason)


def _comment(event: reports.ReportCommented) -> Facts:
    return Facts(period=event.period, reason=event.text)


# Of which events.


def _changes_hands(moved: events.AssignmentTransferred) -> bool:
    """Nothing is new for a unit that leads as before, below another unit."""
    return moved.from_unit_id != moved.lead_unit_id


# What makes it once.


def _once(_: Received[Any]) -> str:
    return ""


def _each_time(received: Received[Any]) -> str:
    return received.envelope.id


def _once_per_deadline(received: Received[events.DeadlinePassed]) -> str:
    return str(received.event.deadline.late_from)


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told of an event, on which occasion, with which facts.

    `once` is what tells repeats of an event from another thing of the same kind; `only` leaves out
    events that nobody is told of.
    """

    occasion: Occasion
    to: Callable[[Any], Iterable[Addressee]]
    facts: Callable[[Any], Facts] = _why
    once: Callable[[Received[Any]], str] = _each_time
    only: Callable[[Any], bool] = lambda _: True


def _in_all_forms(
    event: type[Contract], telling: Telling
) -> dict[type[Contract], tuple[Telling, ...]]:
    return dict.fromkeys(forms(event), (telling,))


TOLD: Mapping[type[Contract], tuple[Telling, ...]] = {
    events.AssignmentIssued: (
        Telling(Occasion.ASSIGNED, _lead, _due, _once),
        Telling(Occasion.HELP_ASKED, _named_helpers, _due, _once),
    ),
    events.AssignmentTransferred: (
        Telling(Occasion.ASSIGNED, _lead, _due_and_why, only=_changes_hands),
        Telling(Occasion.HANDED_OVER, _lead_before, only=lambda moved: moved.cause == "decision"),
    ),
    events.HelpAsked: (Telling(Occasion.HELP_ASKED, _asked_helper, _part),),
    events.HelpDeclined: (Telling(Occasion.HELP_DECLINED, _lead),),
    events.AssignmentContested: (Telling(Occasion.CONTESTED, _secretariat),),
    events.ContestAnswered: (
        Telling(Occasion.CONTEST_UPHELD, _lead, once=_once, only=lambda answer: answer.upheld),
        Telling(Occasion.CONTEST_REJECTED, _lead, only=lambda answer: not answer.upheld),
    ),
    events.DeadlineResolved: (Telling(Occasion.DEADLINE_RESOLVED, _lead, _due),),
    events.DeadlinePassed: (Telling(Occasion.OVERDUE, _lead, _due, _once_per_deadline),),
    events.ExtensionRequested: (Telling(Occasion.EXTENSION_ASKED, _secretariat, _wished),),
    events.ExtensionGranted: (Telling(Occasion.EXTENSION_DECIDED, _lead, _granted),),
    events.ExtensionRefused: (Telling(Occasion.EXTENSION_DECIDED, _lead, _not_granted),),
    events.CompletionRefused: (Telling(Occasion.REFUSED, _lead),),
    events.AssignmentSplit: (Telling(Occasion.SPLIT, _lead, once=_once),),
    events.AssignmentJoined: (Telling(Occasion.JOINED, _lead, once=_once),),
    events.AssignmentClosed: (
        Telling(
            Occasion.CALLED_OFF, _lead, once=_once, only=lambda end: end.outcome == "cancelled"
        ),
        Telling(
            Occasion.SUPERSEDED, _lead, once=_once, only=lambda end: end.outcome == "superseded"
        ),
    ),
    **_in_all_forms(reports.ReportReturned, Telling(Occasion.RETURNED, _reporter, _period)),
    **_in_all_forms(reports.ReportExcused, Telling(Occasion.EXCUSED, _reporter, _period)),
    **_in_all_forms(
        reports.LateReportAllowed, Telling(Occasion.LATE_ALLOWED, _reporter, _period_until)
    ),
    **_in_all_forms(
        reports.ReportCommented,
        Telling(
            Occasion.COMMENTED,
            _reporter,
            _comment,
            only=lambda comment: comment.author_unit_id != comment.unit_id,
        ),
    ),
}
"""An end that is told with its cause (a contest that is agreed with, a split, a join) goes before
`AssignmentClosed`, which then finds it told: see `Occasion.matter`."""


def _demands(received: Received[Any]) -> Iterator[tuple[About, Facts, str]]:
    event = received.event
    for telling in TOLD[type(event)]:
        if telling.only(event):
            for unit_id, unit_path in telling.to(event):
                about = About(telling.occasion, unit_id, unit_path, UUID(event.key().decode()))
                yield about, telling.facts(event), telling.once(received)


def _react(work: Work, received: Received[Any]) -> None:
    for about, facts, once in _demands(received):
        request(work, about, facts, once)


def _expect(received: Received[Any]) -> Iterator[UUID]:
    for about, _, once in _demands(received):
        yield notification_id(about, once)


REACTIONS = Reactions(
    name="reactions", on=dict.fromkeys(TOLD, _react), expects=dict.fromkeys(TOLD, _expect)
)
