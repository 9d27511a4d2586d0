"""Deadlines that follow meetings: which one, which day, and that no order of arrival matters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.assignments.lives import COMMITTEE, LEAD, NEXT_SESSION, NOW, issued, path_of

from assignments.application import deadline_on, follow_meeting
from assignments.awaiting import Calendar, Meeting, Resolved
from assignments.domain import Assignment, Deadline, DueMeeting, MeetingKind, Part, join, split

WORDS = "tại phiên họp tới"
WAITING = Deadline(None, None, WORDS)
JOINT = UUID(int=900)


def at(day: date, hour: int = 8) -> datetime:
    """An hour of a day in Vietnam."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


DECEMBER, JANUARY = date(2026, 12, 18), date(2027, 1, 15)


def meeting(
    number: int,
    day: date | None,
    title: str = "Phiên họp của Ban Chỉ đạo",
    series: str = "",
    *moves: tuple[datetime, datetime | None],
) -> Meeting:
    """A meeting that was on the calendar a day before the notice was signed."""
    first = (NOW - timedelta(days=1), at(day) if day else None)
    return Meeting(UUID(int=number), title, series, (first, *moves))


def bound(**facts: Any) -> DueMeeting:
    return replace(NEXT_SESSION, **facts)


def chosen(due: DueMeeting, *meetings: Meeting) -> int | None:
    found = Calendar.of(meetings).resolve(due).meeting_id
    return found.int if found else None


class TestWhichMeeting:
    def test_it_is_the_first_after_the_day_of_issue_where_no_meeting_is_concluded(self) -> None:
        held = meeting(1, date(2026, 11, 21))
        assert chosen(NEXT_SESSION, meeting(3, JANUARY), held, meeting(2, DECEMBER)) == 2

    def test_it_is_the_first_after_the_meeting_that_the_notice_concludes(self) -> None:
        concluded = meeting(1, date(2026, 11, 20))
        due = bound(after_meeting_id=concluded.id)
        assert chosen(due, concluded, meeting(2, date(2026, 11, 21))) == 2
        assert chosen(due, concluded) is None

    def test_while_that_meeting_is_not_known_nothing_is_guessed(self) -> None:
        assert chosen(bound(after_meeting_id=UUID(int=1)), meeting(2, DECEMBER)) is None

    def test_what_was_cancelled_does_not_count(self) -> None:
        off = meeting(2, DECEMBER, "Phiên họp", "", (NOW, None))
        assert chosen(NEXT_SESSION, off, meeting(3, JANUARY)) == 3

    @pytest.mark.parametrize(
        ("title", "series", "kind", "fits"),
        [
            ("Phiên họp thứ tư", "", MeetingKind.SESSION, True),
            ("Hội nghị sơ kết", "", MeetingKind.SESSION, False),
            ("Sơ kết quý IV", "Phiên họp hằng tháng", MeetingKind.SESSION, True),
            ("Sơ kết quý IV", "Giao ban tuần", MeetingKind.SESSION, False),
            ("Sơ kết quý IV", "", MeetingKind.SESSION, True),
            ("Hội nghị sơ kết", "", MeetingKind.MEETING, True),
            ("Họp Ban Chỉ đạo", "", MeetingKind.SESSION, True),
            ("Phiên họp thứ tư", "", MeetingKind.BRIEFING, False),
        ],
    )
    def test_its_kind_is_what_title_or_series_tell(
        self, title: str, series: str, kind: MeetingKind, fits: bool
    ) -> None:
        found = chosen(bound(kind=kind), meeting(2, DECEMBER, title, series))
        assert (found == 2) is fits

    def test_a_number_must_be_told_by_the_title(self) -> None:
        fourth = meeting(3, JANUARY, "Phiên họp lần thứ 4 của Ban Chỉ đạo")
        others = (meeting(1, DECEMBER, "Phiên họp thứ ba"), meeting(2, DECEMBER))
        assert chosen(bound(ordinal=4), *others, fourth) == 3
        assert chosen(bound(ordinal=4), *others) is None

    def test_a_month_is_the_titles_or_else_that_of_the_start(self) -> None:
        postponed = meeting(2, date(2027, 1, 4), "Phiên họp tháng 12 năm 2026")
        assert chosen(bound(month=12), meeting(1, JANUARY), postponed) == 2
        assert chosen(bound(month=12), meeting(1, JANUARY), meeting(3, DECEMBER)) == 3
        assert chosen(bound(quarter=1, year=2027), meeting(1, DECEMBER), meeting(2, JANUARY)) == 2

    def test_a_series_that_is_said_is_that_one(self) -> None:
        weekly = meeting(1, date(2026, 11, 25), series="Hằng tuần")
        monthly = meeting(2, DECEMBER, series="Hằng tháng")
        assert chosen(bound(series="Hằng tháng"), weekly, monthly) == 2


class TestWhichDay:
    @pytest.mark.parametrize(
        ("facts", "due_on", "late"),
        [
            ({}, DECEMBER, at(DECEMBER, 0) + timedelta(days=1)),
            ({"before": True}, DECEMBER, at(DECEMBER)),
            ({"days_before": 10}, date(2026, 12, 8), at(date(2026, 12, 9), 0)),
        ],
    )
    def test_at_before_or_days_before(
        self, facts: dict[str, Any], due_on: date, late: datetime
    ) -> None:
        found = Calendar.of([meeting(2, DECEMBER)]).resolve(bound(**facts))
        assert found == Resolved(UUID(int=2), due_on, late)

    def test_before_a_meeting_at_midnight_is_the_day_before(self) -> None:
        midnight = Meeting(UUID(int=2), "Phiên họp", "", ((NOW, at(DECEMBER, 0)),))
        found = Calendar.of([midnight]).resolve(bound(before=True))
        assert found.due_on == date(2026, 12, 17)


def follow(assignment: Assignment, *meetings: Meeting, hours: int = 1) -> list[str]:
    """Let it follow a calendar as the sweep does; answers what was recorded."""
    follow_meeting(_Work(assignment, hours), assignment.id, lambda _: Calendar.of(meetings))  # pyright: ignore[reportArgumentType]
    return [type(event).__name__ for event in assignment.collect_events()]


class _Work:
    def __init__(self, assignment: Assignment, hours: int) -> None:
        self.assignment, self.clock = assignment, self
        self.at = NOW + timedelta(hours=hours)

    def get(self, _: Any, __: UUID) -> Assignment:
        return self.assignment

    def now(self) -> datetime:
        return self.at


def waiting(number: int = 100) -> Assignment:
    found = issued(WAITING, number, NEXT_SESSION)
    found.collect_events()
    return found


def after(hours: int, start: datetime | None) -> tuple[datetime, datetime | None]:
    """A move, or none of a start: a cancellation, so many hours after the notice was signed."""
    return NOW + timedelta(hours=hours), start


class TestFollowing:
    def test_it_has_no_deadline_until_a_meeting_is_scheduled(self) -> None:
        found = waiting()
        assert follow(found) == []
        assert found.deadline == WAITING
        assert follow(found, meeting(2, DECEMBER)) == ["DeadlineResolved"]
        assert found.deadline == found.original == deadline_on(DECEMBER, WORDS)
        assert follow(found, meeting(2, DECEMBER)) == []

    def test_the_original_stays_where_the_meeting_is_moved_and_moved_back(self) -> None:
        found, there, back = waiting(), at(JANUARY), at(DECEMBER)
        follow(found, meeting(2, DECEMBER))
        follow(found, meeting(2, DECEMBER, "Phiên họp", "", after(1, there)))
        assert (found.original.due_on, found.deadline.due_on) == (DECEMBER, JANUARY)
        follow(found, meeting(2, DECEMBER, "Phiên họp", "", after(1, there), after(2, back)))
        assert (found.original.due_on, found.deadline.due_on) == (DECEMBER, DECEMBER)

    def test_a_move_before_the_signature_is_not_the_units_concern(self) -> None:
        found = waiting()
        follow(found, meeting(2, DECEMBER, "Phiên họp", "", (NOW, at(JANUARY))))
        assert found.original.due_on == JANUARY

    def test_what_was_missed_in_a_downtime_is_told_as_it_was(self) -> None:
        found = waiting()
        moved = meeting(2, DECEMBER, "Phiên họp", "", after(1, at(JANUARY)))
        assert follow(found, moved, hours=50) == ["DeadlineResolved", "DeadlineResolved"]
        assert (found.original.due_on, found.deadline.due_on) == (DECEMBER, JANUARY)

    def test_cancelled_it_waits_again_and_cannot_be_late(self) -> None:
        found = waiting()
        follow(found, meeting(2, DECEMBER))
        off = meeting(2, DECEMBER, "Phiên họp", "", after(1, None))
        follow(found, off)
        found.pass_deadline(timestamp=at(JANUARY))
        assert (found.deadline, found.meeting_id, found.collect_events()) == (WAITING, None, [])
        follow(found, off, meeting(3, JANUARY))
        assert (found.original.due_on, found.deadline.due_on) == (DECEMBER, JANUARY)

    def test_more_time_that_was_granted_stays(self) -> None:
        found = waiting()
        follow(found, meeting(2, DECEMBER))
        found.grant_extension(deadline_on(JANUARY), "vì", timestamp=NOW)
        found.collect_events()
        assert follow(found, meeting(2, date(2026, 12, 1))) == []
        assert found.deadline == deadline_on(JANUARY)

    def test_granted_before_the_meeting_was_known_only_the_original_is_found(self) -> None:
        found = waiting()
        found.grant_extension(deadline_on(JANUARY), "vì", timestamp=NOW)
        found.collect_events()
        assert follow(found, meeting(2, DECEMBER)) == ["DeadlineResolved"]
        assert (found.original.due_on, found.deadline.due_on) == (DECEMBER, JANUARY)

    def test_what_has_ended_is_left(self) -> None:
        found = waiting()
        found.cancel("vì", timestamp=NOW)
        found.collect_events()
        assert follow(found, meeting(2, DECEMBER)) == []

    def test_a_deadline_that_passed_passes_again_only_where_it_is_another(self) -> None:
        found = waiting()
        follow(found, meeting(2, DECEMBER))
        for _ in range(2):
            found.pass_deadline(timestamp=at(DECEMBER) + timedelta(days=1))
        follow(found, meeting(2, DECEMBER, "Phiên họp", "", after(1, at(JANUARY))))
        found.pass_deadline(timestamp=at(DECEMBER) + timedelta(days=2))
        assert found.passed == deadline_on(DECEMBER).late_from
        found.pass_deadline(timestamp=at(JANUARY) + timedelta(days=1))
        assert found.passed == deadline_on(JANUARY).late_from

    def test_an_assignment_without_a_meeting_follows_none(self) -> None:
        found = issued(WAITING)
        found.collect_events()
        assert follow(found, meeting(2, DECEMBER)) == []


class TestDeriving:
    def parts(self, whole: Assignment) -> list[Assignment]:
        asked = [Part(UUID(int=n), LEAD, path_of(LEAD), (), "một phần") for n in (901, 902)]
        made = split(whole, asked, "vì", timestamp=NOW)
        for one in made:
            one.collect_events()
        return made

    def test_parts_follow_the_meeting_of_the_whole(self) -> None:
        whole = waiting()
        follow(whole, meeting(2, DECEMBER))
        follow(whole, meeting(2, DECEMBER, "Phiên họp", "", after(1, at(date(2026, 12, 1)))))
        for part in self.parts(whole):
            assert (part.original, part.deadline) == (whole.original, whole.deadline)
            assert not part.extended
            follow(part, meeting(2, DECEMBER, "Phiên họp", "", after(1, at(JANUARY))))
            assert (part.original.due_on, part.deadline.due_on) == (DECEMBER, JANUARY)

    def test_parts_of_what_waits_again_wait_again(self) -> None:
        whole = waiting()
        follow(whole, meeting(2, DECEMBER))
        follow(whole, meeting(2, DECEMBER, "Phiên họp", "", after(1, None)))
        for part in self.parts(whole):
            assert (part.original.due_on, part.deadline) == (DECEMBER, WAITING)

    def test_of_an_extended_whole_the_parts_still_find_their_original(self) -> None:
        whole = waiting()
        whole.grant_extension(deadline_on(JANUARY), "vì", timestamp=NOW)
        for part in self.parts(whole):
            follow(part, meeting(2, DECEMBER))
            assert (part.original.due_on, part.deadline.due_on) == (DECEMBER, JANUARY)

    def test_joined_work_follows_the_meeting_whose_deadline_holds(self) -> None:
        one, other = waiting(), issued(deadline_on(date(2026, 12, 1)), 101)
        follow(one, meeting(2, DECEMBER))
        made = join([one, other], JOINT, "cả hai", one.id, "vì", timestamp=NOW)
        made.collect_events()
        follow(made, meeting(2, DECEMBER, "Phiên họp", "", after(1, at(JANUARY))))
        assert (made.original.due_on, made.deadline.due_on) == (date(2026, 12, 1), JANUARY)


_STARTS = st.lists(
    st.one_of(st.none(), st.integers(1, 60)), min_size=1, max_size=4
)  # days after the notice; none: cancelled
_CALENDARS = st.lists(st.tuples(_STARTS, st.integers(0, 3)), min_size=1, max_size=3)


def _grown(lives: Sequence[tuple[list[int | None], int]], known: Sequence[int]) -> list[Meeting]:
    """What of each meeting's life has arrived."""
    found: list[Meeting] = []
    for number, ((starts, begun), count) in enumerate(zip(lives, known, strict=True), 1):
        times = tuple(
            (
                NOW + timedelta(hours=10 * step + number - 15 + begun),
                None if days is None else at(NOW.date() + timedelta(days=days), 8 + number),
            )
            for step, days in enumerate(starts[:count])
        )
        if times:
            found.append(Meeting(UUID(int=number), f"Phiên họp thứ {number}", "", times))
    return found


@given(lives=_CALENDARS, data=st.data(), ordinal=st.one_of(st.none(), st.integers(1, 3)))
def test_every_order_of_arrival_ends_with_the_same_deadline(
    lives: list[tuple[list[int | None], int]], data: st.DataObject, ordinal: int | None
) -> None:
    """Meetings' events and the notice come in any order between their keys; sweeps look anywhen."""
    due = bound(ordinal=ordinal)
    whole = [len(starts) for starts, _ in lives]
    turns = [key for key, count in enumerate(whole) for _ in range(count)]
    expected = Calendar.of(_grown(lives, whole)).resolve(due)
    originals: list[date | None] = []
    for _ in range(2):
        known, found = [0] * len(lives), None
        order = data.draw(st.permutations([*turns, -1]))
        looks = data.draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
        first: date | None = None
        for key, look in zip(order, looks, strict=True):
            if key < 0:
                found = issued(WAITING, 100, due)
            else:
                known[key] += 1
            if found and look:
                follow(found, *_grown(lives, known), hours=500)
                assert first in (None, found.original.due_on)
                first = found.original.due_on
        assert found is not None
        follow(found, *_grown(lives, whole), hours=500)
        assert found.place.committee_id == COMMITTEE
        assert (found.meeting_id, found.deadline.late_from) == (
            expected.meeting_id,
            expected.late_from,
        )
        if not any(looks):
            originals.append(found.original.due_on)
        again = issued(WAITING, 100, due)
        follow(again, *_grown(lives, whole), hours=500)
        originals.append(again.original.due_on)
    assert len(set(originals)) == 1
