"""A unit's report for a period: owed, submitted, returned for correction, missed or excused.

What a line says is the unit's own word: "done" is a claim, and whether it is true is found out
elsewhere. A report that was missed may still come in; that it was missed stays on record, also when
it is excused afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from uuid import UUID, uuid5

from reporting.domain.values import Person
from reporting.period import Period, Rhythm
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event

OLDEST: Mapping[Rhythm, int] = {Rhythm.WEEKLY: 8, Rhythm.MONTHLY: 3}
"""How many periods back a report may still come in, and a missed one is still recorded."""

FARTHEST = timedelta(days=366)
"""How far ahead somebody can be excused."""
MOST_COMMENTS = 100
"""How often a report can be commented on: streams stay short."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody of a unit said about a report, and when (UTC)."""

    author: Person
    author_unit_id: UUID
    text: str
    at: datetime


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

    OPENED = "opened"
    MISSED = "missed"
    EXCUSED = "excused"
    SUBMITTED = "submitted"
    RETURNED = "returned"


def report_id(unit_id: UUID, period: Period) -> UUID:
    """The id of a unit's only report for a period: derived, so that a repeat meets it."""
    return uuid5(unit_id, str(period))


class Report(Aggregate, topic="reporting.Report"):
    """A unit's report for a period; born when it is owed, comes in, or failed to."""

    class Opened(Aggregate.Created):
        """It is owed, and can be handed in from `opens_at` (UTC) on."""

        owed: Obligation
        opens_at: datetime

        def apply(self, aggregate: Any) -> None:
            """Set what only this birth knows."""
            aggregate.stage = Stage.OPENED

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

    class PassedOver(Aggregate.Event):
        """The period and its days of grace went by, though it had been opened."""

        owed: Obligation

    class Excused(Aggregate.Event):
        """Somebody decided that it need not come in."""

        owed: Obligation
        decided_by: Person
        reason: str

    class LateAllowed(Aggregate.Event):
        """Somebody decided that it is taken until an instant (UTC), lock or not."""

        owed: Obligation
        until: datetime
        decided_by: Person
        reason: str

    class Commented(Aggregate.Event):
        """Somebody said something about it."""

        owed: Obligation
        author: Person
        author_unit_id: UUID
        text: str

    class Resubmitted(Aggregate.Event):
        """It came in after it had been opened, missed, excused or returned."""

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
        self.excuse_reason = ""
        self.late_until: datetime | None = None
        self.comments: tuple[Comment, ...] = ()

    @classmethod
    def open(cls, owed: Obligation, opens_at: datetime, *, timestamp: datetime) -> Self:
        """A report that is owed."""
        return cls._create(
            cls.Opened, id=_id(owed), timestamp=timestamp, owed=owed, opens_at=opens_at
        )

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
        """Take it in after it was opened, missed, excused or returned.

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

    def pass_over(self, *, timestamp: datetime) -> bool:
        """Record that it was missed; whether it was, for only what is still owed can be."""
        if self.stage is not Stage.OPENED:
            return False
        self._pass_over(owed=self.owed, timestamp=timestamp)
        return True

    @event(PassedOver)
    def _pass_over(self, *, owed: Obligation, timestamp: datetime) -> None:
        self.stage = Stage.MISSED

    def excuse(self, by: Person, reason: str, *, timestamp: datetime) -> None:
        """Let the unit off; that it was missed before stays on record.

        Raises:
            ConflictError: `not_owed`: it came in, or is excused already.
        """
        self._check_owed()
        self._excuse(owed=self.owed, decided_by=by, reason=reason, timestamp=timestamp)

    @event(Excused)
    def _excuse(
        self, *, owed: Obligation, decided_by: Person, reason: str, timestamp: datetime
    ) -> None:
        self.stage = Stage.EXCUSED
        self.excuse_reason = reason

    def allow_late(self, until: datetime, by: Person, reason: str, *, timestamp: datetime) -> None:
        """Let it come in until an instant (UTC), also when its period is locked.

        Raises:
            ConflictError: `not_owed`: it came in, or is excused.
            RuleError: `until_past`.
        """
        self._check_owed()
        if until <= timestamp:
            raise RuleError("until_past", path="/until")
        self._allow_late(
            owed=self.owed, until=until, decided_by=by, reason=reason, timestamp=timestamp
        )

    @event(LateAllowed)
    def _allow_late(
        self,
        *,
        owed: Obligation,
        until: datetime,
        decided_by: Person,
        reason: str,
        timestamp: datetime,
    ) -> None:
        self.late_until = until

    def _check_owed(self) -> None:
        if self.stage not in {Stage.OPENED, Stage.MISSED}:
            raise ConflictError("not_owed", period=self.owed.period)

    def comment(self, author: Person, unit_id: UUID, text: str, *, timestamp: datetime) -> None:
        """Say something about it; what it says itself stays its unit's own.

        Raises:
            ConflictError: `too_many_comments`.
        """
        if len(self.comments) >= MOST_COMMENTS:
            raise ConflictError("too_many_comments", most=MOST_COMMENTS)
        self._comment(
            owed=self.owed, author=author, author_unit_id=unit_id, text=text, timestamp=timestamp
        )

    @event(Commented)
    def _comment(
        self,
        *,
        owed: Obligation,
        author: Person,
        author_unit_id: UUID,
        text: str,
        timestamp: datetime,
    ) -> None:
        self.comments = (*self.comments, Comment(author, author_unit_id, text, timestamp))

    def check_lock(self, lock: timedelta, now: datetime) -> None:
        """See that it is still taken at `now`; what was returned always is.

        Raises:
            ConflictError: `report_locked`.
        """
        allowed = self.late_until is not None and now < self.late_until
        if self.stage not in {Stage.RETURNED, Stage.SUBMITTED} and not allowed:
            check_lock(self.owed, lock, now)


def check_lock(owed: Obligation, lock: timedelta, now: datetime) -> None:
    """See that a period is not locked at `now`: so long after its report was due.

    Raises:
        ConflictError: `report_locked`.
    """
    if now >= owed.due_at + lock:
        raise ConflictError("report_locked", period=owed.period)


def check_ahead(owed: Obligation, now: datetime) -> None:
    """See that a report is to come: not due yet at `now`, and due within the time to plan for.

    Raises:
        RuleError: `period_gone`, or `excuse_too_far`.
    """
    if now >= owed.due_at:
        raise RuleError("period_gone", path="/period", period=owed.period)
    if owed.due_at - now > FARTHEST:
        raise RuleError("excuse_too_far", path="/period", days=FARTHEST.days)


def check_window(period: Period, now: datetime) -> None:
    """See that a report for the period may come in at `now`: the next one's at the earliest.

    Raises:
        RuleError: `period_too_early` or `period_too_old`.
    """
    current = Period.at(now, period.rhythm)
    if period > current.next:
        raise RuleError("period_too_early", period=period, latest=current.next)
    oldest = current.shift(-OLDEST[period.rhythm])
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
