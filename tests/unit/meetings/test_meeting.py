"""The rules of a meeting's life."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.domain import Committee, Document, Meeting, MeetingState, Person
from tiendo_runtime.domain import ConflictError, RuleError

COMMITTEE = Committee(UUID(int=1), f"/{UUID(int=1)}/")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CHAIR = Person("Trần Thị Bích Hạnh", "Trưởng Ban Chỉ đạo")


def scheduled(starts_at: datetime = NOW) -> Meeting:
    return Meeting(
        id=UUID(int=2),
        timestamp=NOW,
        committee=COMMITTEE,
        title="Phiên họp tháng 11",
        series="Phiên họp hằng tháng",
        previous_meeting_id=None,
        starts_at=starts_at,
        place="Phòng họp số 2",
        bridge_points=("UBND xã Đồng Lúa",),
    )


def hold(meeting: Meeting, occurred_at: datetime = NOW, previous: UUID | None = None) -> None:
    meeting.hold(
        occurred_at=occurred_at,
        chair=CHAIR,
        attendance=(),
        bridge_points=meeting.bridge_points,
        documents=(Document("a" * 64, "Báo cáo", "text/plain", 10),),
        previous_meeting_id=previous,
        timestamp=NOW,
    )


def move(meeting: Meeting) -> None:
    meeting.move(NOW + timedelta(days=1), timestamp=NOW)


def cancel(meeting: Meeting) -> None:
    meeting.cancel("hoãn", timestamp=NOW)


def held() -> Meeting:
    meeting = scheduled()
    hold(meeting)
    return meeting


def cancelled() -> Meeting:
    meeting = scheduled()
    cancel(meeting)
    return meeting


def test_moved_meeting_has_its_new_start() -> None:
    meeting = scheduled()
    meeting.move(NOW + timedelta(hours=6), timestamp=NOW)
    assert meeting.starts_at == NOW + timedelta(hours=6)


def test_moving_a_meeting_to_where_it_is_records_nothing() -> None:
    meeting = scheduled()
    meeting.move(NOW, timestamp=NOW)
    assert meeting.version == 1


@pytest.mark.parametrize(
    ("make", "code"), [(held, "meeting_held"), (cancelled, "meeting_cancelled")]
)
@pytest.mark.parametrize("change", [move, cancel, hold])
def test_a_meeting_that_was_held_or_cancelled_stays_as_it_is(
    make: Callable[[], Meeting], code: str, change: Callable[[Meeting], None]
) -> None:
    meeting = make()
    with pytest.raises(ConflictError) as refusal:
        change(meeting)
    assert refusal.value.code == code
    assert meeting.version == 2


def test_a_meeting_of_the_future_cannot_be_recorded_as_held() -> None:
    with pytest.raises(RuleError) as refusal:
        hold(scheduled(), occurred_at=NOW + timedelta(seconds=1))
    assert refusal.value.code == "held_in_future"


def test_a_meeting_may_have_begun_before_it_was_due() -> None:
    meeting = scheduled(NOW + timedelta(hours=3))
    hold(meeting)
    assert (meeting.state, meeting.occurred_at) == (MeetingState.HELD, NOW)


def test_a_meeting_does_not_follow_itself() -> None:
    meeting = scheduled()
    with pytest.raises(RuleError) as refusal:
        hold(meeting, previous=meeting.id)
    assert refusal.value.code == "follows_itself"


def test_a_meeting_cannot_be_moved_without_end() -> None:
    meeting = scheduled()

    def move_for_ever() -> None:
        for hours in range(1, 1000):
            meeting.move(NOW + timedelta(hours=hours), timestamp=NOW)

    with pytest.raises(ConflictError) as refusal:
        move_for_ever()
    assert refusal.value.code == "too_many_changes"
    assert meeting.version < 500
    hold(meeting)


@given(st.lists(st.sampled_from(["move", "cancel", "hold"]), max_size=8), st.data())
def test_a_meeting_ends_at_most_once(commands: list[str], data: st.DataObject) -> None:
    meeting = scheduled()
    for command in commands:
        hours = data.draw(st.integers(0, 3))
        try:
            match command:
                case "move":
                    meeting.move(NOW + timedelta(hours=hours), timestamp=NOW)
                case "cancel":
                    cancel(meeting)
                case _:
                    hold(meeting)
        except ConflictError:
            assert meeting.state is not MeetingState.SCHEDULED
    ends = [e for e in meeting.collect_events() if isinstance(e, Meeting.Held | Meeting.Cancelled)]
    assert len(ends) <= 1
    assert (meeting.state is MeetingState.SCHEDULED) == (not ends)
