"""Use cases of meetings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meetings.domain import Attendee, Committee, Document, Meeting, Person
from tiendo_runtime.domain import RuleError
from tiendo_runtime.store import Work


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A meeting for the calendar; `starts_at` in UTC."""

    committee: Committee
    title: str
    series: str
    previous_meeting_id: UUID | None
    starts_at: datetime
    place: str
    bridge_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """How a meeting went. Bridge points and the meeting before it: None where as scheduled."""

    occurred_at: datetime
    chair: Person
    attendance: tuple[Attendee, ...]
    bridge_points: tuple[str, ...] | None
    documents: tuple[Document, ...]
    previous_meeting_id: UUID | None


def schedule_meeting(work: Work, new: NewMeeting) -> Meeting:
    """Put a meeting on the calendar.

    Raises:
        RuleError: The meeting before it is unknown or another committee's.
    """
    if new.previous_meeting_id is not None:
        meeting_of(work, new.committee.id, new.previous_meeting_id)
    return work.add(
        Meeting(
            id=work.ids.new(),
            timestamp=work.clock.now(),
            committee=new.committee,
            title=new.title,
            series=new.series,
            previous_meeting_id=new.previous_meeting_id,
            starts_at=new.starts_at,
            place=new.place,
            bridge_points=new.bridge_points,
        )
    )


def meeting_of(work: Work, committee_id: UUID, meeting_id: UUID) -> Meeting:
    """A meeting that a command refers to.

    Raises:
        RuleError: `unknown_meeting`, `other_committee`.
    """
    found = work.find(Meeting, meeting_id)
    if found is None:
        raise RuleError("unknown_meeting", meeting=meeting_id)
    if found.committee.id != committee_id:
        raise RuleError("other_committee", meeting=meeting_id)
    return found


def move_meeting(work: Work, meeting_id: UUID, starts_at: datetime) -> Meeting:
    """Give a meeting another start."""
    meeting = work.get(Meeting, meeting_id)
    meeting.move(starts_at, timestamp=work.clock.now())
    return meeting


def cancel_meeting(work: Work, meeting_id: UUID, reason: str) -> Meeting:
    """Take a meeting off the calendar."""
    meeting = work.get(Meeting, meeting_id)
    meeting.cancel(reason, timestamp=work.clock.now())
    return meeting


def hold_meeting(work: Work, meeting_id: UUID, holding: Holding) -> Meeting:
    """Record that a meeting took place.

    Raises:
        RuleError: The meeting before it is unknown or another committee's.
    """
    meeting = work.get(Meeting, meeting_id)
    previous = holding.previous_meeting_id or meeting.previous_meeting_id
    if holding.previous_meeting_id is not None:
        meeting_of(work, meeting.committee.id, holding.previous_meeting_id)
    points = holding.bridge_points
    meeting.hold(
        occurred_at=holding.occurred_at,
        chair=holding.chair,
        attendance=holding.attendance,
        bridge_points=meeting.bridge_points if points is None else points,
        documents=holding.documents,
        previous_meeting_id=previous,
        timestamp=work.clock.now(),
    )
    return meeting
