"""One stored event of each class; golden/ keeps their bytes."""

from datetime import UTC, date, datetime
from uuid import UUID

from meetings.application.drafting import deadline_on
from meetings.domain import (
    Attendee,
    BoundMeeting,
    Candidate,
    Committee,
    Confirmed,
    Deadline,
    Decision,
    Document,
    Doubt,
    DraftItem,
    DueMeeting,
    FieldRead,
    Header,
    ItemKind,
    Link,
    LinkKind,
    Meeting,
    Named,
    Notice,
    Origin,
    Person,
    ProposedLink,
    ReadFacts,
    Supplement,
)
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Meta

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
META = Meta(actor="user:1", recorded_at=AT, correlation_id="c")
COMMITTEE = Committee(UUID(int=1), f"/{UUID(int=1)}/")
SCIENCE, FINANCE = UUID(int=11), UUID(int=12)
OF_GROUP = (Origin(FINANCE, "các sở"),)
LIKELY = (Candidate(SCIENCE, 0.97, "alike"), Candidate(FINANCE, None, ""))
CHAIR = Person("Trần Thị Bích Hạnh", "Trưởng Ban Chỉ đạo")
LATER = Deadline(date(2026, 12, 31), datetime(2026, 12, 31, 17, tzinfo=UTC), "đến 31/12/2026")
LINK = Link(LinkKind.RE_DATED, UUID(int=4), "II.3", (SCIENCE,), LATER, None)
CHANGE = Link(LinkKind.HANDED_OVER, UUID(int=3), "II.1", (SCIENCE,), None, FINANCE)
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
        leads=(Named("Sở Khoa học và Công nghệ", None, LIKELY, ""),),
        coordinators=(Named("Sở Tài chính", FINANCE, (), "các sở"),),
        deadline=deadline_on(date(2026, 12, 15), "trước ngày 15/12/2026"),
        due_meeting=DueMeeting("session", "phiên họp tháng 12", None, 12, None, 2026, False, 3),
        recurring=None,
        doubts=(Doubt("lead", "unit.several", "Sở Khoa học và Công nghệ"),),
        fields=(FieldRead("lead", (105, 129), "lead.giao", 0.95),),
    )
    nothing = Deadline(None, None, "")
    praise = DraftItem(
        "I", ItemKind.STATEMENT, "Ghi nhận.", (0, 9), (), (), nothing, None, None, (), ()
    )
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


def _recorded() -> tuple[DomainEvent, ...]:
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
    due = Deadline(None, None, "trước phiên họp thứ tư")
    bound = BoundMeeting("session", "Phiên họp hằng tháng", 4, 12, None, 2026, True, 0)
    kind = ItemKind.ASSIGNMENT
    task = Decision("II.1", kind, (SCIENCE,), (FINANCE,), due, bound, None, "", OF_GROUP)
    unsaid = Confirmed("", Doubt("number", "number.blank", ""))
    signed.confirm_doubts([unsaid], by="user:1", timestamp=AT)
    signed.review(["I"], [task], by="user:1", timestamp=AT)
    header = Header("47-TB/BCĐ", date(2026, 11, 21), "Kết luận phiên họp", "party")
    signed.correct_header(header, by="user:1", timestamp=AT)
    proposed = ProposedLink(
        path="II.1",
        kind=LinkKind.RE_DATED,
        number="41-TB/BCĐ",
        issued_on=date(2026, 9, 4),
        cited="3",
        notice_id=UUID(int=4),
        item_path="II.3",
        deadline=LATER,
        lead=Named("Sở Tài chính", None, (Candidate(FINANCE, 0.5, "alike"),), ""),
        span=(100, 120),
        rule="link.other-deadline",
        confidence=0.9,
    )
    signed.propose_links([proposed], timestamp=AT)
    signed.decide_links("II.1", [LINK], by="user:1", timestamp=AT)
    signed.sign(CHAIR, timestamp=AT)
    supplement = Supplement(UUID(int=5), "52-TB/BCĐ", date(2026, 12, 7), (("1", CHANGE),))
    signed.supplement(supplement, timestamp=AT)
    events = [e for thing in (cancelled, held, signed) for e in thing.collect_events()]
    return tuple({type(event): event for event in events}.values())


EVENTS = _recorded()
