"""What was stored once is read for ever, and what is public fits its contract."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent

from meetings.application.drafting import deadline_on
from meetings.domain import (
    Attendee,
    Committee,
    Deadline,
    Decision,
    Document,
    Doubt,
    DraftItem,
    Header,
    ItemKind,
    Meeting,
    Named,
    Notice,
    Person,
    ReadFacts,
)
from meetings.publishing import publish
from tiendo_contracts import meetings as out
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import decode, encode
from tiendo_runtime import codec
from tiendo_runtime.context import Meta

GOLDEN: dict[str, object] = json.loads(
    (Path(__file__).parent / "stored_events.json").read_text("utf-8")
)
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
META = Meta(actor="user:1", recorded_at=AT, correlation_id="c")
COMMITTEE = Committee(UUID(int=1), f"/{UUID(int=1)}/")
SCIENCE, FINANCE = UUID(int=11), UUID(int=12)
CHAIR = Person("Trần Thị Bích Hạnh", "Trưởng Ban Chỉ đạo")
PAPER = Document("a" * 64, "Báo cáo tiến độ", "text/plain", 1024)


def meeting() -> Meeting:
    return Meeting(
        id=UUID(int=2),
        timestamp=AT,
        committee=COMMITTEE,
        title="Phiên họp tháng 11",
        series="Phiên họp hằng tháng",
        previous_meeting_id=UUID(int=9),
        starts_at=AT,
        place="Phòng họp số 2",
        bridge_points=("UBND xã Đồng Lúa",),
    )


def notice() -> Notice:
    task = DraftItem(
        path="II.1",
        kind=ItemKind.ASSIGNMENT,
        text="Giao Sở Khoa học và Công nghệ làm.",
        span=(100, 134),
        leads=(Named("Sở Khoa học và Công nghệ", None, (SCIENCE, FINANCE)),),
        coordinators=(Named("Sở Tài chính", FINANCE, ()),),
        deadline=deadline_on(date(2026, 12, 15), "trước ngày 15/12/2026"),
        recurring=None,
        doubts=(Doubt("lead", "unit.several", "Sở Khoa học và Công nghệ"),),
    )
    nothing = Deadline(None, None, "")
    praise = DraftItem("I", ItemKind.STATEMENT, "Ghi nhận.", (0, 9), (), (), nothing, None, ())
    return Notice(
        id=UUID(int=3),
        timestamp=AT,
        committee=COMMITTEE,
        meeting_id=UUID(int=2),
        meeting_day=date(2026, 11, 20),
        document=PAPER,
        header=Header(None, None, "Kết luận phiên họp", "party"),
        facts=ReadFacts(date(2026, 11, 20), "BAN CHỈ ĐẠO", "Trưởng Ban", ("Các sở",)),
        items=(praise, task),
        doubts=(Doubt("number", "number.blank", ""),),
    )


def recorded() -> dict[str, codec.DomainEvent]:
    cancelled, held, signed = meeting(), meeting(), notice()
    cancelled.cancel("Chuyển nội dung", timestamp=AT)
    held.move(datetime(2026, 11, 22, 1, tzinfo=UTC), timestamp=AT)
    held.hold(
        occurred_at=datetime(2026, 11, 22, 1, 5, tzinfo=UTC),
        chair=CHAIR,
        attendance=(Attendee(Person("Phạm Thu Hà", ""), SCIENCE, False, "UBND xã Đồng Lúa"),),
        bridge_points=(),
        documents=(PAPER,),
        previous_meeting_id=None,
        timestamp=AT,
    )
    due = Deadline(date(2026, 12, 18), datetime(2026, 12, 18, 10, tzinfo=UTC), "trước 17h00")
    task = Decision("II.1", ItemKind.ASSIGNMENT, (SCIENCE,), (FINANCE,), due, None, "")
    signed.review(["I"], [task], timestamp=AT)
    header = Header("47-TB/BCĐ", date(2026, 11, 21), "Kết luận phiên họp", "party")
    signed.correct_header(header, timestamp=AT)
    signed.sign(CHAIR, timestamp=AT)
    events = [e for thing in (cancelled, held, signed) for e in thing.collect_events()]
    return {codec.encode(event, META).topic: event for event in events}


def test_every_event_has_a_golden_record() -> None:
    assert set(recorded()) == set(GOLDEN)


@pytest.mark.parametrize("topic", GOLDEN)
def test_event_is_stored_as_its_golden_record(topic: str) -> None:
    stored = msgspec.json.decode(codec.encode(recorded()[topic], META).state)
    assert stored["data"] == GOLDEN[topic]


@pytest.mark.parametrize("topic", GOLDEN)
def test_golden_record_is_read_back_as_the_event_that_it_was(topic: str) -> None:
    event = recorded()[topic]
    state = msgspec.json.encode({"v": 1, "data": GOLDEN[topic], "meta": META})
    stored = StoredEvent(event.originator_id, event.originator_version, topic, state)
    assert codec.decode(stored)[0] == event


@pytest.mark.parametrize(
    ("topic", "contract"),
    [
        ("meetings.Meeting.Scheduled", out.MeetingScheduled),
        ("meetings.Meeting.Moved", out.MeetingMoved),
        ("meetings.Meeting.Cancelled", out.MeetingCancelled),
        ("meetings.Meeting.Held", out.MeetingHeld),
        ("meetings.Notice.Signed", out.ConclusionIssued),
    ],
)
def test_event_is_published_as_its_contract(topic: str, contract: type[Contract]) -> None:
    published = publish(recorded()[topic])
    assert isinstance(published, contract)
    assert decode(contract.TYPE, encode(published)) == published


@pytest.mark.parametrize(
    "topic",
    ["meetings.Notice.TakenIn", "meetings.Notice.ItemsReviewed", "meetings.Notice.HeaderCorrected"],
)
def test_a_draft_is_told_to_nobody(topic: str) -> None:
    assert publish(recorded()[topic]) is None


def test_the_domain_loads_no_driver() -> None:
    code = (
        "import sys, meetings.domain;"
        "sys.exit(any(name.split('.')[0] in ('psycopg', 'aiokafka', 'fastapi') "
        "for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
