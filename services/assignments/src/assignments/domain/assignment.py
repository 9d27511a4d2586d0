"""One thing that one lead unit must deliver, from the notice to the check.

It is issued by a notice, claimed complete by its lead unit, and verified or refused by an
inspector; the claim and the check are different events. Its original deadline is never overwritten.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: the last day in Vietnam, the instant (UTC) from which it is late, the words."""

    due_on: date | None
    late_from: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by printed name and office."""

    name: str
    office: str


class Stage(StrEnum):
    """Where an assignment stands; late or on time is another question, asked of the clock."""

    OPEN = "open"
    CLAIMED = "claimed"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose assignment it is; every event repeats it, so that each can be read alone."""

    committee_id: UUID
    committee_path: str
    lead_unit_id: UUID
    lead_unit_path: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The item of a notice that obliged the unit."""

    notice_id: UUID
    notice_number: str
    item_path: str
    issued_on: date


class Assignment(Aggregate, topic="assignments.Assignment"):
    """One thing that one lead unit must deliver."""

    class Issued(Aggregate.Created):
        """The unit was obliged."""

        place: Place
        origin: Origin
        coordinator_ids: tuple[UUID, ...]
        text: str
        deadline: Deadline
        recurring: str | None

    class ExtensionRequested(Aggregate.Event):
        """The unit asked for more time."""

        place: Place
        asked: Deadline
        reason: str
        after_deadline: bool

    class ExtensionGranted(Aggregate.Event):
        """Another deadline holds."""

        place: Place
        deadline: Deadline
        reason: str

    class ExtensionRefused(Aggregate.Event):
        """The deadline stays."""

        place: Place
        reason: str

    class CompletionReported(Aggregate.Event):
        """The unit claims that it is done."""

        place: Place
        report_id: UUID
        claimed_at: datetime
        product_url: str

    class CompletionVerified(Aggregate.Event):
        """An inspector saw that it is done."""

        place: Place
        claimed_at: datetime
        inspector: Person
        finding: str

    class CompletionRefused(Aggregate.Event):
        """An inspector did not find what was claimed."""

        place: Place
        inspector: Person
        reason: str

    class DeadlinePassed(Aggregate.Event):
        """The deadline went by without a claim; once per deadline."""

        place: Place
        deadline: Deadline

    @event(Issued)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        place: Place,
        origin: Origin,
        coordinator_ids: tuple[UUID, ...],
        text: str,
        deadline: Deadline,
        recurring: str | None,
    ) -> None:
        self.place = place
        self.origin = origin
        self.coordinator_ids = coordinator_ids
        self.text = text
        self.original = deadline
        self.deadline = deadline
        self.recurring = recurring
        self.stage = Stage.OPEN
        self.asked: Deadline | None = None
        self.claimed_at: datetime | None = None
        self.passed: datetime | None = None

    def request_extension(self, asked: Deadline, reason: str, *, timestamp: datetime) -> None:
        """Ask for more time; the later of two requests that wait is refused.

        Raises:
            ConflictError: It is verified already, or a request waits.
            RuleError: The day asked for is not later than the present deadline.
        """
        self._check_open()
        if self.asked is not None:
            raise ConflictError("extension_pending")
        self._check_later(asked)
        late_from = self.deadline.late_from
        self._request_extension(
            place=self.place,
            asked=asked,
            reason=reason,
            after_deadline=late_from is not None and timestamp >= late_from,
            timestamp=timestamp,
        )

    @event(ExtensionRequested)
    def _request_extension(
        self,
        *,
        place: Place,
        asked: Deadline,
        reason: str,
        after_deadline: bool,
        timestamp: datetime,
    ) -> None:
        self.asked = asked

    def grant_extension(
        self, deadline: Deadline | None, reason: str, *, timestamp: datetime
    ) -> None:
        """Let another deadline hold: the one given, or the one asked for.

        Raises:
            ConflictError: It is verified already, or nothing was asked and nothing is given.
            RuleError: The new deadline is not later than the present one.
        """
        self._check_open()
        granted = deadline or self.asked
        if granted is None:
            raise ConflictError("no_extension_asked")
        self._check_later(granted)
        self._grant_extension(
            place=self.place, deadline=granted, reason=reason, timestamp=timestamp
        )

    @event(ExtensionGranted)
    def _grant_extension(
        self, *, place: Place, deadline: Deadline, reason: str, timestamp: datetime
    ) -> None:
        self.deadline = deadline
        self.asked = None

    def refuse_extension(self, reason: str, *, timestamp: datetime) -> None:
        """Leave the deadline as it is.

        Raises:
            ConflictError: Nothing was asked.
        """
        if self.asked is None:
            raise ConflictError("no_extension_asked")
        self._refuse_extension(place=self.place, reason=reason, timestamp=timestamp)

    @event(ExtensionRefused)
    def _refuse_extension(self, *, place: Place, reason: str, timestamp: datetime) -> None:
        self.asked = None

    def report_completion(
        self, report_id: UUID, claimed_at: datetime, product_url: str, *, timestamp: datetime
    ) -> None:
        """Take note of the unit's claim; a claim that stands already records nothing."""
        if self.stage is Stage.OPEN:
            self._report_completion(
                place=self.place,
                report_id=report_id,
                claimed_at=claimed_at,
                product_url=product_url,
                timestamp=timestamp,
            )

    @event(CompletionReported)
    def _report_completion(
        self,
        *,
        place: Place,
        report_id: UUID,
        claimed_at: datetime,
        product_url: str,
        timestamp: datetime,
    ) -> None:
        self.stage = Stage.CLAIMED
        self.claimed_at = claimed_at

    def verify_completion(self, inspector: Person, finding: str, *, timestamp: datetime) -> None:
        """Confirm what was claimed.

        Raises:
            ConflictError: Nothing is claimed.
        """
        self._verify_completion(
            place=self.place,
            claimed_at=self._claim(),
            inspector=inspector,
            finding=finding,
            timestamp=timestamp,
        )

    @event(CompletionVerified)
    def _verify_completion(
        self,
        *,
        place: Place,
        claimed_at: datetime,
        inspector: Person,
        finding: str,
        timestamp: datetime,
    ) -> None:
        self.stage = Stage.VERIFIED

    def refuse_completion(self, inspector: Person, reason: str, *, timestamp: datetime) -> None:
        """Open it again: what was claimed was not found.

        Raises:
            ConflictError: Nothing is claimed.
        """
        self._claim()
        self._refuse_completion(
            place=self.place, inspector=inspector, reason=reason, timestamp=timestamp
        )

    @event(CompletionRefused)
    def _refuse_completion(
        self, *, place: Place, inspector: Person, reason: str, timestamp: datetime
    ) -> None:
        self.stage = Stage.OPEN
        self.claimed_at = None

    def pass_deadline(self, *, timestamp: datetime) -> None:
        """Record that the present deadline went by, if it did and nothing is claimed; only once."""
        late_from = self.deadline.late_from
        if late_from is None or self.stage is not Stage.OPEN:
            return
        if timestamp >= late_from and self.passed != late_from:
            self._pass_deadline(place=self.place, deadline=self.deadline, timestamp=timestamp)

    @event(DeadlinePassed)
    def _pass_deadline(self, *, place: Place, deadline: Deadline, timestamp: datetime) -> None:
        self.passed = deadline.late_from

    def _check_open(self) -> None:
        if self.stage is Stage.VERIFIED:
            raise ConflictError("assignment_closed")

    def _check_later(self, deadline: Deadline) -> None:
        present = self.deadline.late_from
        if deadline.late_from is None or (present is not None and deadline.late_from <= present):
            raise RuleError("extension_not_later", present=self.deadline.due_on)

    def _claim(self) -> datetime:
        if self.stage is not Stage.CLAIMED or self.claimed_at is None:
            raise ConflictError("nothing_claimed")
        return self.claimed_at
