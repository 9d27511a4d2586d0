"""Which meeting a deadline follows, and what its day makes of the deadline. Pure.

The rule is that of the contract `DueMeeting`. What a meeting is, its title is asked, by the reader
that asked the notice. The answer depends on what the calendar holds and on when each meeting was
put there, moved or cancelled, never on the order in which this service heard of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from assignments.domain import DueMeeting, MeetingKind
from tiendo_notices.due.meetings import MeetingBound, bound
from tiendo_notices.text import small
from tiendo_runtime.clock import VIETNAM, late_from, local_day


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a committee; `starts` tells when it was to start, as from which instant (UTC).

    A start of None says that it was cancelled.
    """

    id: UUID
    title: str
    series: str
    starts: tuple[tuple[datetime, datetime | None], ...]

    def start(self, at: datetime | None) -> datetime | None:
        """When it was to start, as the calendar stood at an instant; None asks for now."""
        known = [start for since, start in self.starts if at is None or since <= at]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the calendar makes of a deadline: the meeting and the day; none where none fits."""

    meeting_id: UUID | None = None
    due_on: date | None = None
    late_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The meetings of one committee, read once for all the deadlines that follow them."""

    meetings: Sequence[tuple[Meeting, MeetingBound | None, MeetingKind | None]]

    @classmethod
    def of(cls, meetings: Iterable[Meeting]) -> "Calendar":
        """The calendar that holds these meetings."""
        return cls([(one, bound(small(one.title)), _kind(one)) for one in meetings])

    def resolve(self, due: DueMeeting, at: datetime | None = None) -> Resolved:
        """What a deadline is by the calendar as it stood at an instant (UTC), or stands now."""
        fitting = [
            (start, one.id)
            for one, told, kind in self.meetings
            if (start := one.start(at)) is not None
            and (due.series in ("", one.series))
            and _is_kind(due.kind, kind)
            and _is_told(due, told, start)
        ]
        after = self._after(due, at)
        later = [found for found in fitting if after is not None and found[0] >= after]
        later = [found for found in later if found[1] != due.after_meeting_id]
        return _resolved(due, *min(later)) if later else Resolved()

    def history(self, due: DueMeeting) -> list[Resolved]:
        """What a deadline was since the notice was signed, one after another, up to now."""
        changes = {since for one, _, _ in self.meetings for since, _ in one.starts}
        moments = [due.signed_at, *sorted(one for one in changes if one > due.signed_at)]
        found: list[Resolved] = []
        for moment in moments:
            resolved = self.resolve(due, moment)
            if resolved not in found[-1:]:
                found.append(resolved)
        return found

    def _after(self, due: DueMeeting, at: datetime | None) -> datetime | None:
        """The instant from which a meeting is later than the notice's; None: not known yet."""
        if due.after_meeting_id is None:
            return late_from(due.after_on)
        concluded = next((m for m, _, _ in self.meetings if m.id == due.after_meeting_id), None)
        start = concluded.start(at) if concluded else None
        return start + timedelta.resolution if start else None


def _kind(meeting: Meeting) -> MeetingKind | None:
    told = bound(small(meeting.title)) or bound(small(meeting.series))
    return MeetingKind(told.kind) if told else None


def _is_kind(wanted: MeetingKind, kind: MeetingKind | None) -> bool:
    return kind in (wanted, None, MeetingKind.MEETING) or wanted is MeetingKind.MEETING


def _is_told(due: DueMeeting, told: MeetingBound | None, start: datetime) -> bool:
    return all(wanted in (None, found) for wanted, found in _facts(due, told, start))


def _facts(
    due: DueMeeting, told: MeetingBound | None, start: datetime
) -> Iterator[tuple[int | None, int | None]]:
    """What is wanted of a meeting, beside what its title tells, or else its start."""
    day = local_day(start)
    yield due.ordinal, told.ordinal if told else None
    yield due.month, (told.month if told else None) or day.month
    yield due.quarter, (told.quarter if told else None) or (day.month + 2) // 3
    yield due.year, (told.year if told else None) or day.year


def _resolved(due: DueMeeting, start: datetime, meeting_id: UUID) -> Resolved:
    if due.before:
        moment = start.astimezone(UTC)
        return Resolved(meeting_id, local_day(moment - timedelta.resolution), moment)
    day = start.astimezone(VIETNAM).date() - timedelta(days=due.days_before)
    return Resolved(meeting_id, day, late_from(day))
