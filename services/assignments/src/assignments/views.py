"""What the sweeps look for: deadlines that went by or follow a meeting, what units left behind.

A unit that ended leaves open work and those below it; one that moved leaves their paths.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, get_args
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from assignments.awaiting import Calendar, Meeting
from assignments.domain import Claim, DueMeeting
from tiendo_contracts import assignments as events
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.meetings import MeetingCancelled, MeetingMoved, MeetingScheduled
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Deadline:
    """When an assignment is late, the deadline of it that is recorded as passed; UTC.

    `claimed` says that nothing can be late: completion is claimed, or the assignment has ended.
    `settled` says that nobody has to act any more: it is verified, or has ended. `due_meeting` is
    what it follows, `meeting_id` the one that it was found to be; `extended` says that more time
    was granted, `dated` that the original deadline has a day.
    """

    assignment_id: UUID
    late_from: datetime | None = None
    passed: datetime | None = None
    claimed: bool = False
    lead_unit_id: UUID | None = None
    settled: bool = False
    committee_id: UUID | None = None
    claimed_at: datetime | None = None
    refused: int = 0
    due_meeting: dict[str, Any] | None = None
    meeting_id: UUID | None = None
    extended: bool = False
    dated: bool = False
    lead_unit_path: str | None = None


@dataclass(slots=True)
class _Meeting:
    """A meeting, and when it was to start, as from when (UTC): `since`, `at`, null once called off.

    No entry is younger than the one behind it.
    """

    meeting_id: UUID
    committee_id: UUID | None = None
    title: str = ""
    series: str = ""
    starts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


_DEADLINES = Table("deadlines", _Deadline)
_MEETINGS = Table("meetings", _Meeting)


_Event = (
    events.AssignmentIssued
    | events.DeadlineResolved
    | events.ExtensionGranted
    | events.DeadlinePassed
    | events.CompletionReported
    | events.CompletionRefused
    | events.CompletionVerified
    | events.AssignmentTransferred
    | events.AssignmentClosed
)


def _apply(row: _Deadline, event: _Event, _: Envelope, __: Emit) -> None:
    row.lead_unit_id, row.committee_id = event.lead_unit_id, event.committee_id
    row.lead_unit_path = event.lead_unit_path
    match event:
        case events.AssignmentIssued():
            row.late_from = event.deadline.late_from
            row.dated = row.late_from is not None
            row.due_meeting = event.due_meeting and event.due_meeting.model_dump(mode="json")
        case events.DeadlineResolved():
            row.late_from, row.meeting_id = event.deadline.late_from, event.meeting_id
            row.dated = True
        case events.ExtensionGranted():
            row.late_from, row.extended = event.deadline.late_from, True
        case events.DeadlinePassed():
            row.passed = event.deadline.late_from
        case events.AssignmentTransferred():
            if event.cause == "decision":
                row.claimed = False
        case events.CompletionVerified() | events.AssignmentClosed():
            row.claimed = row.settled = True
        case events.CompletionReported():
            row.claimed, row.claimed_at = True, event.claimed_at
        case events.CompletionRefused():
            row.claimed, row.refused = False, row.refused + 1


_MeetingEvent = MeetingScheduled | MeetingMoved | MeetingCancelled


def _apply_meeting(row: _Meeting, event: _MeetingEvent, envelope: Envelope, _: Emit) -> None:
    row.committee_id = event.committee_id
    if isinstance(event, MeetingScheduled):
        row.title, row.series = event.title, event.series
    start = None if isinstance(event, MeetingCancelled) else event.starts_at
    since = max([envelope.time.isoformat(), *(one["since"] for one in row.starts[-1:])])
    row.starts = [*row.starts, {"since": since, "at": start and start.isoformat()}]


DEADLINES = Projection(
    name="deadlines",
    version=3,
    topics=(events.AssignmentIssued.TOPIC, MeetingScheduled.TOPIC),
    tables=(_DEADLINES, _MEETINGS),
    on={
        **dict.fromkeys(get_args(_Event), (Effect(_DEADLINES, _apply),)),
        **dict.fromkeys(get_args(_MeetingEvent), (Effect(_MEETINGS, _apply_meeting),)),
    },
)


class Due(NamedTuple):
    """A deadline (UTC) of an assignment that went by."""

    late_from: datetime
    assignment_id: UUID


def gone_by(conn: Connection[DictRow], now: datetime, after: Due | None, limit: int) -> list[Due]:
    """Deadlines that went by at `now` (UTC) and are not recorded yet, oldest first.

    `after` is the last one of the page before.
    """
    late_from, assignment_id = after or (None, None)
    rows = conn.execute(
        "SELECT late_from, assignment_id FROM deadlines WHERE NOT claimed AND late_from <= %s"
        " AND late_from IS DISTINCT FROM passed AND"
        " (%s::timestamptz IS NULL OR (late_from, assignment_id) > (%s, %s))"
        " ORDER BY late_from, assignment_id LIMIT %s",
        (now, late_from, late_from, assignment_id, limit),
    )
    return [Due(row["late_from"], row["assignment_id"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open work of a unit that has ended: it waits to be passed on, or for a person."""

    assignment_id: UUID
    unit_id: UUID
    unit_name: str
    ended_on: date
    successor_ids: list[UUID]


_WAITING = """
SELECT assignment_id, unit_id, name AS unit_name, ended_on, successor_ids
FROM units JOIN deadlines ON lead_unit_id = unit_id AND NOT settled
WHERE ended_on <= %(today)s AND starts_with(path, %(scope)s)
  AND (cardinality(successor_ids) = 1) = %(alone)s
  AND (%(after)s::uuid IS NULL OR assignment_id > %(after)s)
ORDER BY assignment_id LIMIT %(limit)s
"""


def waiting(
    conn: Connection[DictRow],
    scope: str,
    today: date,
    after: UUID | None,
    limit: int,
    *,
    alone: bool,
) -> list[Waiting]:
    """Open work whose lead unit has ended by a day (Vietnam), by id.

    `alone` chooses between what one unit follows, which is passed on by itself, and what waits for
    a person.
    """
    values = {"scope": scope, "today": today, "after": after, "limit": limit, "alone": alone}
    return [Waiting(**row) for row in conn.execute(_WAITING, values)]


_ASTRAY = """
SELECT assignment_id FROM units JOIN deadlines
    ON lead_unit_id = unit_id AND NOT settled AND lead_unit_path <> path
WHERE (ended_on IS NULL OR ended_on > %(today)s)
  AND (%(after)s::uuid IS NULL OR assignment_id > %(after)s)
ORDER BY assignment_id LIMIT %(limit)s
"""


def astray(conn: Connection[DictRow], today: date, after: UUID | None, limit: int) -> list[UUID]:
    """Open work that stands under a path which its lead unit has left, by id."""
    values = {"today": today, "after": after, "limit": limit}
    return [row["assignment_id"] for row in conn.execute(_ASTRAY, values)]


class Below(NamedTuple):
    """A unit, after those above it."""

    depth: int
    unit_id: UUID


_LEFT = """
SELECT length(u.path) AS depth, u.unit_id
FROM units u JOIN units above ON above.unit_id = u.parent_id
WHERE u.ended_on IS NULL AND (
    above.ended_on <= %(today)s AND cardinality(above.successor_ids) = 1
    OR u.path <> above.path || u.unit_id || '/')
  AND (length(u.path), u.unit_id) > (%(depth)s, %(unit)s)
ORDER BY length(u.path), u.unit_id LIMIT %(limit)s
"""
_FIRST = Below(0, UUID(int=0))


def left_below(
    conn: Connection[DictRow], today: date, after: Below | None, limit: int
) -> list[Below]:
    """Units below one that has ended by a day (Vietnam) or is elsewhere now; from the top down."""
    depth, unit = after or _FIRST
    values = {"today": today, "depth": depth, "unit": unit, "limit": limit}
    return [Below(row["depth"], row["unit_id"]) for row in conn.execute(_LEFT, values)]


def claims(conn: Connection[DictRow], committee_id: UUID, limit: int) -> list[Claim]:
    """The claims that stand unverified in a committee's assignments."""
    rows = conn.execute(
        "SELECT assignment_id, lead_unit_id AS unit_id, claimed_at FROM deadlines"
        " WHERE committee_id = %s AND claimed AND NOT settled ORDER BY assignment_id LIMIT %s",
        (committee_id, limit),
    )
    return [Claim(**row) for row in rows]


def units_refused(conn: Connection[DictRow], committee_id: UUID) -> list[UUID]:
    """The units of which a claim was ever refused in a committee's assignments."""
    rows = conn.execute(
        "SELECT DISTINCT lead_unit_id FROM deadlines WHERE committee_id = %s AND refused > 0",
        (committee_id,),
    )
    return [row["lead_unit_id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Following:
    """An open deadline that a meeting may still change, as it was last resolved; instants are UTC.

    Where more time was granted, only its original day is still to be found.
    """

    assignment_id: UUID
    committee_id: UUID
    due_meeting: DueMeeting
    meeting_id: UUID | None
    late_from: datetime | None
    extended: bool

    def is_behind(self, calendar: Calendar) -> bool:
        """Whether the calendar says otherwise by now."""
        now = calendar.resolve(self.due_meeting)
        if self.extended:
            return now.late_from is not None
        return (now.meeting_id, now.late_from) != (self.meeting_id, self.late_from)


def following(conn: Connection[DictRow], after: UUID | None, limit: int) -> list[Following]:
    """Open deadlines that follow meetings, by id, after that of the page before."""
    rows = conn.execute(
        "SELECT assignment_id, committee_id, due_meeting, meeting_id, late_from, extended"
        " FROM deadlines WHERE due_meeting IS NOT NULL AND NOT settled AND NOT (extended AND dated)"
        " AND (%(after)s::uuid IS NULL OR assignment_id > %(after)s)"
        " ORDER BY assignment_id LIMIT %(limit)s",
        {"after": after, "limit": limit},
    )
    return [msgspec.convert(row, Following) for row in rows]


def calendars(conn: Connection[DictRow], committees: Collection[UUID]) -> dict[UUID, Calendar]:
    """What meetings these committees have or had, as far as it is known here."""
    found: dict[UUID, list[Meeting]] = {one: [] for one in committees}
    rows = conn.execute(
        "SELECT committee_id, meeting_id, title, series, starts FROM meetings"
        " WHERE committee_id = ANY(%s)",
        (list(committees),),
    )
    for row in rows:
        committee = row.pop("committee_id")
        found[committee].append(meeting_of(**row))
    return {one: Calendar.of(meetings) for one, meetings in found.items()}


def meeting_of(meeting_id: UUID, title: str, series: str, starts: list[dict[str, Any]]) -> Meeting:
    """A meeting of the view's row."""
    times = msgspec.convert(starts, list[_Start])
    return Meeting(meeting_id, title, series, tuple((one.since, one.at) for one in times))


class _Start(msgspec.Struct, frozen=True):
    since: datetime
    at: datetime | None
