"""A notification: one unit is told one thing, once.

It is requested, its mail is prepared, and then the mail server takes the mail over, or refuses it
for good. The mail's id is recorded before anything is sent, so that a mail whose end nobody saw is
sent again as the same mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tiendo_runtime.domain import Aggregate, ConflictError, event


class Subject(StrEnum):
    """What somebody is told of."""

    ASSIGNMENT = "assignment"
    REPORT = "report"
    UNIT = "unit"


class Occasion(StrEnum):
    """Why somebody is told."""

    ASSIGNED = "assigned"
    HELP_ASKED = "help_asked"
    HELP_DECLINED = "help_declined"
    HANDED_OVER = "handed_over"
    CONTESTED = "contested"
    CONTEST_UPHELD = "contest_upheld"
    CONTEST_REJECTED = "contest_rejected"
    DEADLINE_RESOLVED = "deadline_resolved"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_DECIDED = "extension_decided"
    REFUSED = "refused"
    CALLED_OFF = "called_off"
    SUPERSEDED = "superseded"
    SPLIT = "split"
    JOINED = "joined"
    RETURNED = "returned"
    EXCUSED = "excused"
    LATE_ALLOWED = "late_allowed"
    COMMENTED = "commented"
    REPORT_DUE_SOON = "report_due_soon"
    LEADERLESS = "leaderless"

    @property
    def subject(self) -> Subject:
        """What a notification's `subject_id` names."""
        return _SUBJECTS.get(self, Subject.ASSIGNMENT)

    @property
    def matter(self) -> str:
        """What is told once: an assignment ends once, whichever event says so first, and why."""
        return "ended" if self in _ENDS else self.value


_ENDS = frozenset(
    (
        Occasion.CONTEST_UPHELD,
        Occasion.CALLED_OFF,
        Occasion.SUPERSEDED,
        Occasion.SPLIT,
        Occasion.JOINED,
    )
)
_SUBJECTS: Mapping[Occasion, Subject] = {
    Occasion.RETURNED: Subject.REPORT,
    Occasion.EXCUSED: Subject.REPORT,
    Occasion.LATE_ALLOWED: Subject.REPORT,
    Occasion.COMMENTED: Subject.REPORT,
    Occasion.REPORT_DUE_SOON: Subject.REPORT,
    Occasion.LEADERLESS: Subject.UNIT,
}


class Failure(StrEnum):
    """Why it could not be told, for good."""

    NO_ADDRESS = "no_address"
    REJECTED = "rejected"


class State(StrEnum):
    """How far it has come."""

    REQUESTED = "requested"
    PREPARED = "prepared"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class About:
    """Who is told, and of what; every event repeats it, so that each can be read alone.

    `unit_path` is empty where what happened named the unit alone: the register knows it.
    `subject_id` is an assignment, a report or a unit, as the occasion says.
    """

    occasion: Occasion
    unit_id: UUID
    unit_path: str
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """What the mail says beside the subject's own words; only what belongs to the occasion is set.

    `late_from` (UTC) is the instant after the deadline `due_on` (a day in Vietnam); `granted` tells
    how an extension was decided; `reason` is what the person wrote who decided, asked or commented.
    """

    due_on: date | None = None
    late_from: datetime | None = None
    period: str = ""
    granted: bool | None = None
    reason: str = ""


class Notification(Aggregate, topic="notifications.Notification"):
    """One thing that one unit is told."""

    class Requested(Aggregate.Created):
        """The unit must be told."""

        about: About
        facts: Facts

    class MailPrepared(Aggregate.Event):
        """It goes out with this mail and no other."""

        about: About
        mail_id: UUID

    class Sent(Aggregate.Event):
        """The mail server took the mail over."""

        about: About
        sent_at: datetime
        message_id: str

    class Failed(Aggregate.Event):
        """It will not be tried again. `detail` is the server's answer without addresses."""

        about: About
        code: Failure
        detail: str

    @event(Requested)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        about: About,
        facts: Facts,
    ) -> None:
        self.about = about
        self.facts = facts
        self.state = State.REQUESTED
        self.mail_id: UUID | None = None

    def prepare_mail(self, mail_id: UUID, *, timestamp: datetime) -> None:
        """Let it go out with this mail; the mail that it is in already records nothing.

        Raises:
            ConflictError: Another mail has it, or its end is recorded.
        """
        if (self.state, self.mail_id) == (State.PREPARED, mail_id):
            return
        self._check(State.REQUESTED)
        self._prepare_mail(about=self.about, mail_id=mail_id, timestamp=timestamp)

    @event(MailPrepared)
    def _prepare_mail(self, *, about: About, mail_id: UUID, timestamp: datetime) -> None:
        self.state = State.PREPARED
        self.mail_id = mail_id

    def record_sent(self, mail_id: UUID, message_id: str, *, timestamp: datetime) -> None:
        """Take note that the mail server took its mail over; a second note records nothing.

        Raises:
            ConflictError: It is not in this mail.
        """
        if self._ended_with(State.SENT, mail_id):
            return
        self._check_mail(mail_id)
        self._record_sent(
            about=self.about, sent_at=timestamp, message_id=message_id, timestamp=timestamp
        )

    @event(Sent)
    def _record_sent(
        self, *, about: About, sent_at: datetime, message_id: str, timestamp: datetime
    ) -> None:
        self.state = State.SENT

    def record_rejected(self, mail_id: UUID, detail: str, *, timestamp: datetime) -> None:
        """Take note that its mail was refused for good; a second note records nothing.

        Raises:
            ConflictError: It is not in this mail.
        """
        if self._ended_with(State.FAILED, mail_id):
            return
        self._check_mail(mail_id)
        self._fail(about=self.about, code=Failure.REJECTED, detail=detail, timestamp=timestamp)

    def give_up(self, *, timestamp: datetime) -> None:
        """Take note that nobody knows where to send it, unless a mail is under way already."""
        if self.state is State.REQUESTED:
            self._fail(about=self.about, code=Failure.NO_ADDRESS, detail="", timestamp=timestamp)

    @event(Failed)
    def _fail(self, *, about: About, code: Failure, detail: str, timestamp: datetime) -> None:
        self.state = State.FAILED

    def _ended_with(self, state: State, mail_id: UUID) -> bool:
        return (self.state, self.mail_id) == (state, mail_id)

    def _check_mail(self, mail_id: UUID) -> None:
        self._check(State.PREPARED)
        if self.mail_id != mail_id:
            raise ConflictError("in_another_mail", state=self.state)

    def _check(self, state: State) -> None:
        if self.state is not state:
            raise ConflictError("in_another_mail", state=self.state)
