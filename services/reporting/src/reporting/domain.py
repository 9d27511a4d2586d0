"""A unit's report for a period: submitted, returned for correction, or missed.

What a line says is the unit's own word: "done" is a claim, and whether it is true is found out
elsewhere. A report that was missed may still come in; that it was missed stays on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from reporting.period import Period
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event

OLDEST_WEEKS = 8
"""How far back a report may still come in, and a missed one is still recorded."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a unit owes: a report for a period, by an instant (UTC). Every event repeats it.

    The instant is fixed when the report comes to be; another rule later does not move it.
    """

    unit_id: UUID
    unit_path: str
    period: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """What a report says about one assignment."""

    assignment_id: UUID
    percent: int
    done: bool
    difficulties: str
    product_url: str


class Stage(StrEnum):
    """Where a report stands."""

    MISSED = "missed"
    SUBMITTED = "submitted"
    RETURNED = "returned"


def report_id(unit_id: UUID, period: Period) -> UUID:
    """The id of a unit's only report for a period: derived, so that a repeat meets it."""
    return uuid5(unit_id, str(period))


class Report(Aggregate, topic="reporting.Report"):
    """A unit's report for a period; born when it comes in, or when it failed to."""

    class Submitted(Aggregate.Created):
        """It came in; its timestamp says when."""

        owed: Obligation
        lines: tuple[Line, ...]

        def apply(self, aggregate: Any) -> None:
            """Set what only this birth knows."""
            aggregate.stage = Stage.SUBMITTED
            aggregate.lines = self.lines
            aggregate.submitted_at = self.timestamp

    class Missed(Aggregate.Created):
        """The period and its days of grace went by without it."""

        owed: Obligation

    class Resubmitted(Aggregate.Event):
        """It came in after it had been missed or returned."""

        owed: Obligation
        lines: tuple[Line, ...]

    class Returned(Aggregate.Event):
        """It was sent back to its unit."""

        owed: Obligation
        reason: str

    def __init__(self, *, owed: Obligation) -> None:
        self.owed = owed
        self.stage = Stage.MISSED
        self.lines: tuple[Line, ...] = ()
        self.submitted_at: datetime | None = None
        self.return_reason = ""

    @classmethod
    def submit(cls, owed: Obligation, lines: Sequence[Line], *, timestamp: datetime) -> Self:
        """A report that comes in.

        Raises:
            RuleError: A line breaks a rule; `path` tells which.
        """
        _check(lines)
        return cls._create(
            cls.Submitted, id=_id(owed), timestamp=timestamp, owed=owed, lines=tuple(lines)
        )

    @classmethod
    def miss(cls, owed: Obligation, *, timestamp: datetime) -> Self:
        """A report that did not come in."""
        return cls._create(cls.Missed, id=_id(owed), timestamp=timestamp, owed=owed)

    def resubmit(self, lines: Sequence[Line], *, timestamp: datetime) -> None:
        """Take it in after it was missed or returned.

        Raises:
            ConflictError: `report_exists`: it is there, and nobody returned it.
            RuleError: A line breaks a rule; `path` tells which.
        """
        if self.stage is Stage.SUBMITTED:
            raise ConflictError("report_exists", period=self.owed.period)
        _check(lines)
        self._resubmit(owed=self.owed, lines=tuple(lines), timestamp=timestamp)

    @event(Resubmitted)
    def _resubmit(self, *, owed: Obligation, lines: tuple[Line, ...], timestamp: datetime) -> None:
        self.stage = Stage.SUBMITTED
        self.lines = lines
        self.submitted_at = timestamp
        self.return_reason = ""

    def send_back(self, reason: str, *, timestamp: datetime) -> None:
        """Return it to its unit for correction.

        Raises:
            ConflictError: `not_submitted`: there is nothing that could be returned.
        """
        if self.stage is not Stage.SUBMITTED:
            raise ConflictError("not_submitted", period=self.owed.period)
        self._send_back(owed=self.owed, reason=reason, timestamp=timestamp)

    @event(Returned)
    def _send_back(self, *, owed: Obligation, reason: str, timestamp: datetime) -> None:
        self.stage = Stage.RETURNED
        self.return_reason = reason


def check_window(period: Period, now: datetime) -> None:
    """See that a report for the period may come in at `now`: next week's at the earliest.

    Raises:
        RuleError: `period_too_early` or `period_too_old`.
    """
    current = Period.at(now)
    if period > current.next:
        raise RuleError("period_too_early", period=period, latest=current.next)
    oldest = current.shift(-OLDEST_WEEKS)
    if period < oldest:
        raise RuleError("period_too_old", period=period, oldest=oldest)


def _id(owed: Obligation) -> UUID:
    return report_id(owed.unit_id, Period.parse(owed.period))


def _check(lines: Sequence[Line]) -> None:
    seen: set[UUID] = set()
    for number, line in enumerate(lines):
        if line.assignment_id in seen:
            raise RuleError("assignment_twice", path=f"/lines/{number}/assignment_id")
        if line.done and line.percent < 100:
            raise RuleError("done_below_100", path=f"/lines/{number}/percent", percent=line.percent)
        seen.add(line.assignment_id)
