"""A meeting of a committee."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from meetings.domain.values import Attendee, Committee, Document, Person, check_room
from tiendo_runtime.domain import Aggregate, ConflictError, RuleError, event


class MeetingState(StrEnum):
    """Where a meeting stands."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    HELD = "held"


class Meeting(Aggregate, topic="meetings.Meeting"):
    """A meeting: on the calendar until it is cancelled or held. All instants are UTC."""

    class Scheduled(Aggregate.Created):
        """It was put on the calendar."""

        committee: Committee
        title: str
        series: str
        previous_meeting_id: UUID | None
        starts_at: datetime
        place: str
        bridge_points: tuple[str, ...]

    class Moved(Aggregate.Event):
        """It got another start."""

        committee: Committee
        starts_at: datetime

    class Cancelled(Aggregate.Event):
        """It will not be held."""

        committee: Committee
        reason: str

    class Held(Aggregate.Event):
        """It took place."""

        committee: Committee
        title: str
        occurred_at: datetime
        chair: Person
        attendance: tuple[Attendee, ...]
        bridge_points: tuple[str, ...]
        documents: tuple[Document, ...]
        previous_meeting_id: UUID | None

    @event(Scheduled)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        committee: Committee,
        title: str,
        series: str,
        previous_meeting_id: UUID | None,
        starts_at: datetime,
        place: str,
        bridge_points: tuple[str, ...],
    ) -> None:
        self.committee = committee
        self.title = title
        self.series = series
        self.previous_meeting_id = previous_meeting_id
        self.starts_at = starts_at
        self.place = place
        self.bridge_points = bridge_points
        self.state = MeetingState.SCHEDULED
        self.reason = ""
        self.occurred_at: datetime | None = None
        self.chair: Person | None = None
        self.attendance: tuple[Attendee, ...] = ()
        self.documents: tuple[Document, ...] = ()

    def move(self, starts_at: datetime, *, timestamp: datetime) -> None:
        """Move the meeting; moving it to where it already is records nothing.

        Raises:
            ConflictError: It was cancelled or held, or moved too often.
        """
        self._check_scheduled()
        if starts_at != self.starts_at:
            check_room(self)
            self._move(committee=self.committee, starts_at=starts_at, timestamp=timestamp)

    @event(Moved)
    def _move(self, *, committee: Committee, starts_at: datetime, timestamp: datetime) -> None:
        self.starts_at = starts_at

    def cancel(self, reason: str, *, timestamp: datetime) -> None:
        """Take it off the calendar, for good.

        Raises:
            ConflictError: It was cancelled or held.
        """
        self._check_scheduled()
        self._cancel(committee=self.committee, reason=reason, timestamp=timestamp)

    @event(Cancelled)
    def _cancel(self, *, committee: Committee, reason: str, timestamp: datetime) -> None:
        self.state = MeetingState.CANCELLED
        self.reason = reason

    def hold(
        self,
        *,
        occurred_at: datetime,
        chair: Person,
        attendance: tuple[Attendee, ...],
        bridge_points: tuple[str, ...],
        documents: tuple[Document, ...],
        previous_meeting_id: UUID | None,
        timestamp: datetime,
    ) -> None:
        """Record that it took place, once; `occurred_at` is claimed, `timestamp` our clock's.

        Raises:
            ConflictError: It was cancelled, or is recorded as held.
            RuleError: It would have begun in the future, or follows itself.
        """
        self._check_scheduled()
        if occurred_at > timestamp:
            raise RuleError("held_in_future", occurred_at=occurred_at.isoformat())
        if previous_meeting_id == self.id:
            raise RuleError("follows_itself")
        self._hold(
            committee=self.committee,
            title=self.title,
            occurred_at=occurred_at,
            chair=chair,
            attendance=attendance,
            bridge_points=bridge_points,
            documents=documents,
            previous_meeting_id=previous_meeting_id,
            timestamp=timestamp,
        )

    @event(Held)
    def _hold(
        self,
        *,
        committee: Committee,
        title: str,
        occurred_at: datetime,
        chair: Person,
        attendance: tuple[Attendee, ...],
        bridge_points: tuple[str, ...],
        documents: tuple[Document, ...],
        previous_meeting_id: UUID | None,
        timestamp: datetime,
    ) -> None:
        self.state = MeetingState.HELD
        self.occurred_at = occurred_at
        self.chair = chair
        self.attendance = attendance
        self.bridge_points = bridge_points
        self.documents = documents
        self.previous_meeting_id = previous_meeting_id

    def _check_scheduled(self) -> None:
        if self.state is not MeetingState.SCHEDULED:
            raise ConflictError(f"meeting_{self.state}")
