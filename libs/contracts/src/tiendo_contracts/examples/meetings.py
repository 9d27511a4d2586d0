"""Examples of meetings and notices of conclusion."""

from datetime import UTC, date, datetime
from uuid import UUID

from tiendo_contracts.base import Contract, Deadline, DueMeeting
from tiendo_contracts.examples import story
from tiendo_contracts.meetings import (
    Attendee,
    ConclusionIssued,
    ConclusionItem,
    ConclusionSupplemented,
    ItemChange,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingScheduled,
)

_TITLE = "Phiên họp tháng 11 năm 2026 của Ban Chỉ đạo chuyển đổi số tỉnh Bình Sơn"
_BRIDGE_POINTS = ("UBND phường Sông Trà", "UBND xã Đồng Lúa")

MEETING_SCHEDULED = MeetingScheduled(
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    meeting_id=story.MEETING,
    title=_TITLE,
    series="Phiên họp hằng tháng",
    previous_meeting_id=story.EARLIER_MEETING,
    starts_at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
    place="Phòng họp số 2, Tỉnh ủy Bình Sơn",
    bridge_points=_BRIDGE_POINTS,
)

MEETING_MOVED = MeetingMoved(
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    meeting_id=story.MEETING,
    starts_at=datetime(2026, 11, 20, 7, 0, tzinfo=UTC),
)

MEETING_CANCELLED = MeetingCancelled(
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    meeting_id=UUID("019aa1f0-0000-7000-8000-000000000002"),
    reason="Chuyển nội dung sang phiên họp tháng 11",
)

MEETING_HELD = MeetingHeld(
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    meeting_id=story.MEETING,
    title=_TITLE,
    occurred_at=datetime(2026, 11, 20, 7, 5, tzinfo=UTC),
    chair=story.CHAIR,
    attendance=(
        Attendee(person=story.DIRECTOR, unit_id=story.SCIENCE, present=True, bridge_point=""),
        Attendee(
            person=story.CHAIRWOMAN_OF_COMMUNE,
            unit_id=None,
            present=False,
            bridge_point="UBND xã Đồng Lúa",
        ),
    ),
    bridge_points=_BRIDGE_POINTS,
    documents=(story.document("5f", "Báo cáo tiến độ tháng 10 năm 2026"),),
    previous_meeting_id=story.EARLIER_MEETING,
)

CONCLUSION_ISSUED = ConclusionIssued(
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    notice_id=story.NOTICE,
    meeting_id=story.MEETING,
    number=story.NOTICE_NUMBER,
    title="Kết luận phiên họp tháng 11 năm 2026 của Ban Chỉ đạo",
    form="party",
    issued_on=story.NOTICE_DAY,
    signed_by=story.CHAIR,
    document=story.document("a7", "Thông báo kết luận số 47-TB/BCĐ"),
    items=(
        ConclusionItem(
            path="I.1",
            kind="statement",
            text="Ban Chỉ đạo đánh giá cao kết quả của các đơn vị trong tháng 10.",
            lead_unit_id=None,
            coordinator_ids=(),
            deadline=Deadline.none(),
            recurring=None,
            reason="",
        ),
        ConclusionItem(
            path="II.1",
            kind="assignment",
            text=story.PLATFORM_TEXT,
            lead_unit_id=story.SCIENCE,
            coordinator_ids=(story.FINANCE,),
            deadline=story.PLATFORM_DUE,
            recurring=None,
            reason="",
        ),
        ConclusionItem(
            path="II.2",
            kind="assignment",
            text=story.TRAINING_TEXT,
            lead_unit_id=story.FINANCE,
            coordinator_ids=(),
            deadline=story.TRAINING_DUE,
            recurring=None,
            reason="",
        ),
        ConclusionItem(
            path="II.3",
            kind="set_aside",
            text="Các địa phương tiếp tục quan tâm công tác tuyên truyền.",
            lead_unit_id=None,
            coordinator_ids=(),
            deadline=Deadline.none(),
            recurring="continuous",
            reason="Chưa rõ đơn vị chủ trì",
        ),
        ConclusionItem(
            path="II.4",
            kind="assignment",
            text=story.REPORT_TEXT,
            lead_unit_id=story.SCIENCE,
            coordinator_ids=(),
            deadline=Deadline.none(story.REPORT_WORDS),
            recurring=None,
            reason="",
            due_meeting=DueMeeting(
                kind="session",
                series="",
                ordinal=None,
                month=12,
                quarter=None,
                year=None,
                before=False,
                days_before=0,
            ),
        ),
    ),
)

CONCLUSION_SUPPLEMENTED = ConclusionSupplemented(
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    notice_id=story.NOTICE,
    by_notice_id=story.LATER_NOTICE,
    number="49-TB/BCĐ",
    issued_on=date(2026, 12, 1),
    changes=(
        ItemChange(
            item_path="II.1",
            by_item_path="2",
            action="re_dated",
            deadline=story.TRAINING_DUE_LATER,
            lead_unit_id=None,
            of_lead_ids=(story.SCIENCE,),
        ),
        ItemChange(
            item_path="II.2",
            by_item_path="3",
            action="handed_over",
            deadline=None,
            lead_unit_id=story.SCIENCE,
            of_lead_ids=(story.FINANCE,),
        ),
        ItemChange(
            item_path="",
            by_item_path="4",
            action="added",
            deadline=None,
            lead_unit_id=None,
            of_lead_ids=(),
        ),
    ),
)

ALL: tuple[Contract, ...] = (
    MEETING_SCHEDULED,
    MEETING_MOVED,
    MEETING_CANCELLED,
    MEETING_HELD,
    CONCLUSION_ISSUED,
    CONCLUSION_SUPPLEMENTED,
)
