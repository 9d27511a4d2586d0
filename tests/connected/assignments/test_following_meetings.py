"""A deadline that follows a meeting, through the running service, also after a downtime."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import conclusion, version

from assignments.application import assignment_id
from tiendo_contracts.base import Deadline, DueMeeting
from tiendo_contracts.examples.meetings import (
    CONCLUSION_ISSUED,
    MEETING_CANCELLED,
    MEETING_MOVED,
    MEETING_SCHEDULED,
)
from tiendo_contracts.meetings import (
    ConclusionIssued,
    MeetingCancelled,
    MeetingMoved,
    MeetingScheduled,
)
from tiendo_runtime.clock import SystemClock

SOON = datetime(SystemClock().now().year + 1, 3, 4, 1, tzinfo=UTC)
LATER = SOON + timedelta(days=14)
WORDS = "trước phiên họp thứ tư"
FOURTH = DueMeeting(
    kind="session",
    series="",
    ordinal=4,
    month=None,
    quarter=None,
    year=None,
    before=True,
    days_before=0,
)


def waiting(served: Served, unit: UUID) -> ConclusionIssued:
    """A notice that concludes no recorded meeting, with one item due before the fourth session."""
    notice = conclusion(served, unit, Deadline.none(WORDS))
    statement, item = notice.items
    bound = item.model_copy(update={"due_meeting": FOURTH})
    return notice.model_copy(update={"meeting_id": None, "items": (statement, bound)})


def scheduled(served: Served, meeting: UUID, title: str, start: datetime) -> MeetingScheduled:
    return MEETING_SCHEDULED.model_copy(
        update={**_of(served, meeting), "title": title, "starts_at": start}
    )


def moved(served: Served, meeting: UUID, start: datetime) -> MeetingMoved:
    return MEETING_MOVED.model_copy(update={**_of(served, meeting), "starts_at": start})


def cancelled(served: Served, meeting: UUID) -> MeetingCancelled:
    return MEETING_CANCELLED.model_copy(update=_of(served, meeting))


def _of(served: Served, meeting: UUID) -> dict[str, Any]:
    return {
        "meeting_id": meeting,
        "committee_id": served.root,
        "committee_path": served.root_path,
    }


def told(served: Served, assignment: UUID) -> dict[str, Any]:
    until(lambda: served.stored(assignment))
    answer = served.ask("GET", f"/v1/assignments/{assignment}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def due(served: Served, assignment: UUID) -> tuple[str | None, str | None]:
    """The original deadline and the one that holds."""
    found = told(served, assignment)
    return found["original"]["late_from"], found["deadline"]["late_from"]


def wire(instant: datetime | None) -> str | None:
    return instant.isoformat().replace("+00:00", "Z") if instant else None


def issued(notice: ConclusionIssued, unit: UUID) -> UUID:
    return assignment_id(notice.notice_id, notice.items[1].path, unit)


def test_it_waits_is_dated_moved_called_off_and_dated_again(stopped: Served) -> None:
    unit, third, fourth, again = (IDS.new() for _ in range(4))
    with stopped.process():
        stopped.register(unit)
        notice = waiting(stopped, unit)
        stopped.publish(notice, scheduled(stopped, third, "Phiên họp thứ ba", SOON))
        found = issued(notice, unit)
        until(lambda: stopped.stored(found))
        assert due(stopped, found) == (None, None)
        assert told(stopped, found)["deadline"]["words"] == WORDS
        for event, original, holds in (
            (scheduled(stopped, fourth, "Phiên họp thứ tư", SOON), SOON, SOON),
            (moved(stopped, fourth, LATER), SOON, LATER),
            (cancelled(stopped, fourth), SOON, None),
            (scheduled(stopped, again, "Phiên họp lần thứ 4", SOON), SOON, SOON),
        ):
            stopped.publish(event)
            expected = (wire(original), wire(holds))
            until(lambda e=expected: due(stopped, found) == e)
        assert told(stopped, found)["meeting_id"] == str(again)
    assert stopped.stored(found) == ["Issued", *["DeadlineResolved"] * 4]


def test_what_came_before_the_notice_counts_and_two_replicas_record_it_once(
    stopped: Served,
) -> None:
    units = [IDS.new() for _ in range(3)]
    fourth = IDS.new()
    with stopped.process("api"):
        stopped.register(*units)
    stopped.publish(
        scheduled(stopped, fourth, "Phiên họp thứ tư", SOON), moved(stopped, fourth, LATER)
    )
    notices = [waiting(stopped, unit) for unit in units]
    stopped.publish(*notices)  # and nobody is there
    found = [issued(n, unit) for n, unit in zip(notices, units, strict=True)]
    second = Served(stopped.platform, stopped.url, stopped.broker, stopped.log, stopped.root)
    with stopped.process(), second.process():
        until(lambda: all(len(stopped.stored(one)) == 2 for one in found), 40)
        until(
            lambda: (
                stopped.query("SELECT count(*) FROM deadlines WHERE dated AND NOT settled")
                == [(3,)]
            )
        )
        assert {due(stopped, one) for one in found} == {(wire(LATER), wire(LATER))}
    assert {tuple(stopped.stored(one)) for one in found} == {("Issued", "DeadlineResolved")}


def test_more_time_that_a_leader_granted_outlives_every_move(stopped: Served) -> None:
    unit, fourth = IDS.new(), IDS.new()
    with stopped.process():
        stopped.register(unit)
        notice = waiting(stopped, unit)
        found = issued(notice, unit)
        stopped.publish(notice, scheduled(stopped, fourth, "Phiên họp thứ tư", SOON))
        until(lambda: due(stopped, found) == (wire(SOON), wire(SOON)))
        granted = stopped.ask(
            "POST",
            f"/v1/assignments/{found}/extensions",
            role="leader",
            match=version(stopped, found),
            json={"deadline": {"due_on": f"{SOON.year}-06-30"}, "reason": "Chờ thẩm định vốn"},
        )
        assert granted.is_success, granted.text
        holds = due(stopped, found)[1]
        stopped.publish(moved(stopped, fourth, LATER))
        until(lambda: stopped.query("SELECT jsonb_array_length(starts) FROM meetings") == [(2,)])
        until(lambda: stopped.query("SELECT extended FROM deadlines") == [(True,)])
        assert due(stopped, found) == (wire(SOON), holds)
    assert stopped.stored(found) == ["Issued", "DeadlineResolved", "ExtensionGranted"]


def test_a_meeting_that_is_over_makes_late_only_what_waited_for_it(stopped: Served) -> None:
    unit, other, fourth = (IDS.new() for _ in range(3))
    with stopped.process():
        stopped.register(unit, other)
        late, free = waiting(stopped, unit), conclusion(stopped, other, Deadline.none(WORDS))
        gone = SystemClock().now() - timedelta(days=1)
        start = gone.replace(microsecond=0)
        early = late.model_copy(update={"issued_on": date(start.year, 1, 1) - timedelta(days=1)})
        stopped.publish(early, free, scheduled(stopped, fourth, "Phiên họp thứ tư", start))
        found = issued(early, unit)
        until(lambda: stopped.stored(found)[-1:] == ["DeadlinePassed"])
        stopped.publish(moved(stopped, fourth, LATER))
        until(lambda: due(stopped, found) == (wire(start), wire(LATER)))
    assert stopped.stored(found) == [
        "Issued",
        "DeadlineResolved",
        "DeadlinePassed",
        "DeadlineResolved",
    ]
    assert stopped.stored(issued(free, other)) == ["Issued"]
    assert CONCLUSION_ISSUED.items[1].due_meeting is None
