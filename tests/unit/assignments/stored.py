"""One stored event of each class; golden/ keeps their bytes."""

from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from assignments.domain import (
    Action,
    Assignment,
    Because,
    Change,
    Claim,
    Deadline,
    Derivation,
    DueMeeting,
    Ground,
    Level,
    MeetingKind,
    Origin,
    Outcome,
    Person,
    Pick,
    Place,
    Sample,
    Source,
    Unit,
)
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Meta

COMMITTEE = UUID("019a8c40-0000-7000-8000-000000000001")
UNIT = UUID("019a8c40-0000-7000-8000-000000000002")
SUBJECT = UUID("c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d01")
REPORT = UUID("019ac9b0-0000-7000-8000-000000000001")
AT = datetime(2026, 11, 22, 1, 30, 0, 250_000, tzinfo=UTC)
PLACE = Place(COMMITTEE, f"/{COMMITTEE}/", UNIT, f"/{COMMITTEE}/{UNIT}/")
DUE = Deadline(date(2026, 12, 15), datetime(2026, 12, 15, 17, tzinfo=UTC), "trước ngày 15/12/2026")
DUE_MEETING = DueMeeting(
    kind=MeetingKind.SESSION,
    series="Phiên họp hằng tháng",
    ordinal=4,
    month=12,
    quarter=None,
    year=2026,
    before=False,
    days_before=10,
    after_meeting_id=REPORT,
    after_on=date(2026, 11, 21),
    signed_at=AT,
)
INSPECTOR = Person("Lê Quang Vinh", "Chuyên viên")
META = Meta(
    actor="service:assignments",
    recorded_at=AT,
    correlation_id="019aa655-0000-7000-8000-0000000000c0",
    on_behalf_of="user:7f3c",
    causation_id="019aa655-0000-7000-8000-0000000000ca",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def _event(kind: Any, version: int, /, **data: Any) -> DomainEvent:
    return cast("DomainEvent", kind(SUBJECT, version, AT, **data))


def _created(kind: Any, topic: str, /, **data: Any) -> DomainEvent:
    return cast("DomainEvent", kind(SUBJECT, 1, AT, topic, **data))


EVENTS: tuple[DomainEvent, ...] = (
    _created(
        Unit.Registered,
        "assignments.Unit",
        code="H99.12",
        name="Sở Khoa học và Công nghệ",
        name_en="Department of Science",
        aliases=("Sở KH&CN",),
        level=Level.PROVINCIAL,
        kind="agency",
        parent_id=COMMITTEE,
        path=f"/{COMMITTEE}/{SUBJECT}/",
        effective_on=date(2025, 7, 1),
    ),
    _event(Unit.Renamed, 2, name="Sở Mới", aliases=("SM", "Sở M"), effective_on=date(2027, 1, 1)),
    _event(
        Unit.Moved,
        3,
        parent_id=COMMITTEE,
        path=f"/{COMMITTEE}/{SUBJECT}/",
        from_path=f"/{COMMITTEE}/{UNIT}/{SUBJECT}/",
        effective_on=date(2025, 7, 1),
        legal_basis="Nghị quyết 202/2025/QH15",
    ),
    _event(
        Unit.Merged,
        3,
        into_id=UNIT,
        effective_on=date(2025, 7, 1),
        legal_basis="Nghị quyết 202/2025/QH15",
    ),
    _event(
        Unit.Dissolved,
        4,
        successor_ids=(UNIT, COMMITTEE),
        effective_on=date(2025, 7, 1),
        legal_basis="",
    ),
    _created(
        Sample.Drawn,
        "assignments.Sample",
        committee_id=COMMITTEE,
        committee_path=f"/{COMMITTEE}/",
        seed="7f3c",
        share=20,
        meeting_at=AT,
        claims=(Claim(REPORT, UNIT, AT),),
        refused=(UNIT,),
        picks=(Pick(REPORT, UNIT, Because.REFUSED),),
    ),
    _created(
        Assignment.Issued,
        "assignments.Assignment",
        place=PLACE,
        origin=Origin(REPORT, "47-TB/BCĐ", "II.1", date(2026, 11, 21)),
        coordinator_ids=(COMMITTEE,),
        text="Hoàn thành nền tảng dữ liệu.",
        deadline=DUE,
        recurring=None,
        due_meeting=DUE_MEETING,
    ),
    _event(
        Assignment.DeadlineResolved,
        2,
        place=PLACE,
        meeting_id=REPORT,
        original=DUE,
        deadline=DUE,
    ),
    _event(
        Assignment.ExtensionRequested,
        2,
        place=PLACE,
        asked=DUE,
        reason="Chờ kinh phí",
        after_deadline=False,
    ),
    _event(Assignment.ExtensionGranted, 3, place=PLACE, deadline=DUE, reason="Đồng ý"),
    _event(Assignment.ExtensionRefused, 4, place=PLACE, reason="Không đủ căn cứ"),
    _event(
        Assignment.CompletionReported,
        5,
        place=PLACE,
        report_id=REPORT,
        claimed_at=AT,
        product_url="https://binhson.example/sp",
    ),
    _event(
        Assignment.CompletionVerified,
        6,
        place=PLACE,
        claimed_at=AT,
        inspector=INSPECTOR,
        finding="Đã nghiệm thu",
    ),
    _event(Assignment.CompletionRefused, 7, place=PLACE, inspector=INSPECTOR, reason="Chưa có"),
    _event(
        Assignment.DeadlinePassed, 8, place=PLACE, deadline=Deadline(None, None, "khi có yêu cầu")
    ),
    _event(Assignment.Accepted, 9, place=PLACE),
    _event(
        Assignment.Contested,
        10,
        place=PLACE,
        ground=Ground.DUPLICATE,
        reason="Trùng nhiệm vụ đã giao",
        duplicate_of=REPORT,
    ),
    _event(Assignment.ContestAnswered, 11, place=PLACE, upheld=False, reason="Không trùng"),
    _event(
        Assignment.Transferred,
        12,
        place=PLACE,
        from_unit_id=COMMITTEE,
        from_unit_path=f"/{COMMITTEE}/",
        effective_on=date(2027, 1, 1),
        deadline=DUE,
        change=Change.DECISION,
        reason="Đúng chức năng",
    ),
    _event(Assignment.HelpAsked, 13, place=PLACE, helper_id=COMMITTEE, part="Bố trí kinh phí"),
    _event(Assignment.HelpConfirmed, 14, place=PLACE, helper_id=COMMITTEE, remark=""),
    _event(Assignment.HelpDeclined, 15, place=PLACE, helper_id=COMMITTEE, reason="Không đủ người"),
    _event(
        Assignment.Closed,
        16,
        place=PLACE,
        outcome=Outcome.SUPERSEDED,
        superseded_by=REPORT,
        reason="Giao lại",
    ),
    _event(Assignment.Split, 17, place=PLACE, part_ids=(REPORT, UNIT), reason="Hai việc"),
    _event(Assignment.Joined, 18, place=PLACE, into_id=REPORT, reason="Cùng một việc"),
    _event(
        Assignment.Derived,
        19,
        place=PLACE,
        how=Derivation.SPLIT,
        sources=(Source(REPORT, (Origin(REPORT, "47-TB/BCĐ", "II.1", date(2026, 11, 21)),)),),
    ),
    _event(
        Assignment.Amended,
        20,
        place=PLACE,
        by=Origin(UNIT, "52-TB/BCĐ", "3", date(2026, 12, 7)),
        item_path="II.1",
        action=Action.RE_DATED,
        why_not="assignment_ended",
    ),
)
