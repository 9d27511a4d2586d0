"""The values that events of assignments are made of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: the last day in Vietnam, the instant (UTC) from which it is late, the words."""

    due_on: date | None
    late_from: datetime | None
    words: str


class MeetingKind(StrEnum):
    """Which kind of meeting a notice speaks of."""

    SESSION = "session"
    MEETING = "meeting"
    CONFERENCE = "conference"
    BRIEFING = "briefing"
    WORKING_SESSION = "working-session"


@dataclass(frozen=True, slots=True)
class DueMeeting:
    """The meeting that a deadline follows; None and an empty series are what is not said.

    It starts after `after_meeting_id`, where that is recorded, else on a day (Vietnam) after
    `after_on`. The notice was signed at `signed_at` (UTC). Which meeting it is, and when something
    is late then, is the contract's rule; `awaiting` keeps it.
    """

    kind: MeetingKind
    series: str
    ordinal: int | None
    month: int | None
    quarter: int | None
    year: int | None
    before: bool
    days_before: int
    after_meeting_id: UUID | None
    after_on: date
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by printed name and office."""

    name: str
    office: str


class Outcome(StrEnum):
    """How an assignment ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Ground(StrEnum):
    """Why a unit contests what it was given."""

    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"


class Help(StrEnum):
    """How a coordinating unit stands to its part."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


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


class Derivation(StrEnum):
    """How an assignment was made of others."""

    SPLIT = "split"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Source:
    """An assignment that another one was made of, and all items that it goes back to."""

    assignment_id: UUID
    origins: tuple[Origin, ...]


class Change(StrEnum):
    """Why another unit leads."""

    DECISION = "decision"
    MERGED = "unit_merged"
    DISSOLVED = "unit_dissolved"
    MOVED = "unit_moved"
    """The same unit leads, below another one: its path alone is new."""


class Action(StrEnum):
    """What a later notice does."""

    RE_DATED = "re_dated"
    HANDED_OVER = "handed_over"
    REVOKED = "revoked"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an item (`by`) of a later notice does to what an item of an earlier one ordered.

    `item_path` is the earlier item. What is re-dated has a deadline, what is handed over the unit
    that leads from now on, with its path.
    """

    by: Origin
    item_path: str
    action: Action
    deadline: Deadline | None = None
    unit_id: UUID | None = None
    unit_path: str = ""

    @property
    def reason(self) -> str:
        """The notice and its item, as they are cited."""
        number, day = self.by.notice_number, self.by.issued_on
        return f"Thông báo số {number} ngày {day:%d/%m/%Y}, mục {self.by.item_path}"
