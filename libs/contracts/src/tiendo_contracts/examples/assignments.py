"""Examples of the life of two assignments: a platform for data, and training for communes."""

from datetime import date
from typing import TypedDict
from uuid import UUID

from tiendo_contracts.assignments import (
    AssignmentAccepted,
    AssignmentAmended,
    AssignmentClosed,
    AssignmentContested,
    AssignmentDerived,
    AssignmentIssued,
    AssignmentJoined,
    AssignmentSource,
    AssignmentSplit,
    AssignmentTransferred,
    CompletionRefused,
    CompletionReported,
    CompletionVerified,
    ContestAnswered,
    DeadlinePassed,
    DeadlineResolved,
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    HelpAsked,
    HelpConfirmed,
    HelpDeclined,
    NoticeItem,
    SamplePick,
    VerificationSampled,
)
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.examples import story


class _Assignment(TypedDict):
    assignment_id: UUID
    committee_id: UUID
    committee_path: str
    lead_unit_id: UUID
    lead_unit_path: str


_PLATFORM = _Assignment(
    assignment_id=story.PLATFORM,
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    lead_unit_id=story.SCIENCE,
    lead_unit_path=story.SCIENCE_PATH,
)

_TRAINING = _Assignment(
    assignment_id=story.TRAINING,
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    lead_unit_id=story.FINANCE,
    lead_unit_path=story.FINANCE_PATH,
)

ASSIGNMENT_ISSUED = AssignmentIssued(
    **_PLATFORM,
    notice_id=story.NOTICE,
    notice_number=story.NOTICE_NUMBER,
    item_path="II.1",
    issued_on=story.NOTICE_DAY,
    text=story.PLATFORM_TEXT,
    coordinator_ids=(story.FINANCE,),
    deadline=story.PLATFORM_DUE,
    recurring=None,
)

DEADLINE_RESOLVED = DeadlineResolved(
    assignment_id=story.PLATFORM_REPORT,
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    lead_unit_id=story.SCIENCE,
    lead_unit_path=story.SCIENCE_PATH,
    meeting_id=story.NEXT_MEETING,
    original=Deadline.on(date(2026, 12, 18), story.REPORT_WORDS),
    deadline=Deadline.on(date(2026, 12, 22), story.REPORT_WORDS),
)

EXTENSION_REQUESTED = ExtensionRequested(
    **_TRAINING,
    asked=story.TRAINING_DUE_LATER,
    reason="Các xã vùng bãi ngang bị ngập, phải lùi hai lớp tập huấn",
    after_deadline=False,
)

EXTENSION_GRANTED = ExtensionGranted(
    **_TRAINING, deadline=story.TRAINING_DUE_LATER, reason="Đồng ý, không lùi thêm"
)

EXTENSION_REFUSED = ExtensionRefused(**_TRAINING, reason="Đã gia hạn một lần")

COMPLETION_REPORTED = CompletionReported(
    **_PLATFORM,
    report_id=story.REPORT,
    claimed_at=story.PLATFORM_CLAIMED_AT,
    product_url=story.PLATFORM_URL,
)

COMPLETION_VERIFIED = CompletionVerified(
    **_PLATFORM,
    claimed_at=story.PLATFORM_CLAIMED_AT,
    inspector=story.INSPECTOR,
    finding="Nền tảng đã chạy, 14 cơ sở dữ liệu đã kết nối",
)

COMPLETION_REFUSED = CompletionRefused(
    **_TRAINING, inspector=story.INSPECTOR, reason="Còn ba xã chưa có danh sách học viên"
)

DEADLINE_PASSED = DeadlinePassed(**_TRAINING, deadline=story.TRAINING_DUE_LATER)

ASSIGNMENT_ACCEPTED = AssignmentAccepted(**_PLATFORM)

ASSIGNMENT_CONTESTED = AssignmentContested(
    **_TRAINING,
    ground="not_ours",
    reason="Việc tập huấn do Sở Nội vụ chủ trì theo phân công năm 2026",
    duplicate_of_id=None,
)

CONTEST_ANSWERED = ContestAnswered(
    **_TRAINING, upheld=False, reason="Thông báo kết luận giao đúng đơn vị; đề nghị thực hiện"
)

HELP_ASKED = HelpAsked(
    **_PLATFORM, helper_id=story.FINANCE, part="Bố trí kinh phí vận hành nền tảng năm 2027"
)

HELP_CONFIRMED = HelpConfirmed(**_PLATFORM, helper_id=story.FINANCE, remark="")

HELP_DECLINED = HelpDeclined(
    **_PLATFORM, helper_id=story.FINANCE, reason="Kinh phí đã giao cho đơn vị chủ trì"
)

VERIFICATION_SAMPLED = VerificationSampled(
    sample_id=story.SAMPLE,
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    seed="2026-11-26/BCĐ",
    share_percent=20,
    meeting_at=None,
    considered=3,
    picks=(
        SamplePick(assignment_id=story.PLATFORM, unit_id=story.SCIENCE, because="share"),
        SamplePick(assignment_id=story.TRAINING, unit_id=story.FINANCE, because="refused"),
    ),
)

ASSIGNMENT_TRANSFERRED = AssignmentTransferred(
    assignment_id=story.TRAINING,
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    lead_unit_id=story.SCIENCE,
    lead_unit_path=story.SCIENCE_PATH,
    from_unit_id=story.FINANCE,
    from_unit_path=story.FINANCE_PATH,
    effective_on=date(2027, 1, 1),
    deadline=story.TRAINING_DUE_LATER,
    cause="unit_merged",
    reason="Sở Tài chính nhập vào Sở Khoa học và Công nghệ",
)

ASSIGNMENT_CLOSED = AssignmentClosed(
    **_PLATFORM, outcome="completed", superseded_by_id=None, reason=""
)

_ITEM = NoticeItem(
    notice_id=story.NOTICE,
    notice_number=story.NOTICE_NUMBER,
    item_path="II.2",
    issued_on=story.NOTICE_DAY,
)

ASSIGNMENT_SPLIT = AssignmentSplit(
    **_TRAINING,
    part_ids=(story.TRAINING_NORTH, story.TRAINING_SOUTH),
    reason="Các xã phía bắc và phía nam tập huấn theo hai kế hoạch",
)

ASSIGNMENT_DERIVED = AssignmentDerived(
    assignment_id=story.TRAINING_NORTH,
    committee_id=story.COMMITTEE,
    committee_path=story.COMMITTEE_PATH,
    lead_unit_id=story.FINANCE,
    lead_unit_path=story.FINANCE_PATH,
    how="split",
    sources=(AssignmentSource(assignment_id=story.TRAINING, origins=(_ITEM,)),),
)

ASSIGNMENT_JOINED = AssignmentJoined(
    **_PLATFORM, into_id=story.PLATFORM_JOINED, reason="Hai thông báo giao cùng một việc"
)

ASSIGNMENT_AMENDED = AssignmentAmended(
    **_TRAINING,
    by=NoticeItem(
        notice_id=story.LATER_NOTICE,
        notice_number="49-TB/BCĐ",
        item_path="3",
        issued_on=date(2026, 12, 1),
    ),
    item_path="II.2",
    action="handed_over",
    applied=True,
    why_not="",
)

ALL: tuple[Contract, ...] = (
    ASSIGNMENT_ISSUED,
    DEADLINE_RESOLVED,
    EXTENSION_REQUESTED,
    EXTENSION_GRANTED,
    EXTENSION_REFUSED,
    COMPLETION_REPORTED,
    COMPLETION_VERIFIED,
    COMPLETION_REFUSED,
    DEADLINE_PASSED,
    ASSIGNMENT_ACCEPTED,
    ASSIGNMENT_CONTESTED,
    CONTEST_ANSWERED,
    HELP_ASKED,
    HELP_CONFIRMED,
    HELP_DECLINED,
    VERIFICATION_SAMPLED,
    ASSIGNMENT_TRANSFERRED,
    ASSIGNMENT_CLOSED,
    ASSIGNMENT_DERIVED,
    ASSIGNMENT_SPLIT,
    ASSIGNMENT_JOINED,
    ASSIGNMENT_AMENDED,
)
