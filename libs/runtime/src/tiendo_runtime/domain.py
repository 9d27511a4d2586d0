"""What domain modules build on: aggregates, their events, and the rules they may break.

Only the pure part of the event-sourcing library is loaded here: no driver, no clock, no I/O.
Every command method and constructor takes a keyword `timestamp`, the instant (UTC) of our clock.

    RuleError                a rule of the domain says no (HTTP 422)
    ├── ReasonsError         several do at once, each with its place (422)
    ├── ConflictError        it cannot be done in the present state (409)
    ├── NotYetKnownError     another service's fact has not arrived here yet (409, retry)
    └── ForbiddenError       this principal may not do it (403)
    NotFoundError            no such thing (404)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing import domain as library
from eventsourcing.domain import CanMutateAggregate, event
from eventsourcing.utils import register_topic

__all__ = [
    "Aggregate",
    "ConflictError",
    "ForbiddenError",
    "NotFoundError",
    "NotYetKnownError",
    "Reason",
    "ReasonsError",
    "RuleError",
    "event",
]


class Aggregate(library.Aggregate):
    """A consistency boundary whose state is a fold of its events.

    `topic` is what the store calls the aggregate, for ever: `class Unit(Aggregate,
    topic="assignments.Unit")`. Its events are stored as `<topic>.<event class>`; an event class
    that is renamed keeps its stored name by a `TOPIC` of its own.
    """

    def __init_subclass__(cls, *, topic: str = "", **options: Any) -> None:
        """Pin the stored names of the aggregate and of its events."""
        super().__init_subclass__(**options)
        if topic:
            _pin(cls, topic)
            for name, member in list(vars(cls).items()):
                if name != "Event" and _is_event(member):
                    _pin(member, getattr(member, "TOPIC", f"{topic}.{name}"))


def _is_event(member: Any) -> bool:
    return isinstance(member, type) and issubclass(member, CanMutateAggregate)


def _pin(kind: Any, topic: str) -> None:
    kind.TOPIC = topic
    register_topic(topic, kind)


class RuleError(Exception):
    """A rule of the domain was broken.

    `code` names the rule for ever (the last part of the problem's `type`); `facts` are the figures
    that the sentence shown to people needs. The sentences stand in the service's messages.
    """

    status: ClassVar[int] = 422

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Reason:
    """One of several rules that say no: `path` is the part of the thing that it speaks of.

    `field` is the field of that part, where it is one.
    """

    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    field: str = ""


class ReasonsError(RuleError):
    """Several rules were broken; whoever asked is told all of them at once."""

    def __init__(self, code: str, reasons: Sequence[Reason]) -> None:
        super().__init__(code, count=len(reasons))
        self.reasons = tuple(reasons)


class ConflictError(RuleError):
    """It cannot be done in the present state of the thing."""

    status: ClassVar[int] = 409


class NotYetKnownError(RuleError):
    """A fact of another service has not arrived here yet; the same command may pass later."""

    status: ClassVar[int] = 409


class ForbiddenError(RuleError):
    """The principal may not do this."""

    status: ClassVar[int] = 403


class NotFoundError(Exception):
    """There is no such aggregate."""

    def __init__(self, kind: str, identity: UUID | str) -> None:
        super().__init__(f"no {kind} {identity}")
        self.kind = kind
        self.identity = identity
