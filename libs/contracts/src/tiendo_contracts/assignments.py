"""Events in the life of an assignment (topic `tiendo.assignments.v1`)."""

from datetime import date
from typing import ClassVar

from tiendo_contracts.base import (
    Contract,
    Day,
    Deadline,
    Id,
    Instant,
    Link,
    Person,
    Recurrence,
    Text,
    UnitPath,
    doc,
)


class _AssignmentEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.assignments.v1"
    KEY: ClassVar[str] = "assignment_id"
    OWNER: ClassVar[str] = "assignments"
    SINCE: ClassVar[date] = date(2026, 11, 22)

    assignment_id: Id = doc("Định danh nhiệm vụ", "the assignment's id")
    committee_id: Id = doc("Ban Chỉ đạo giao", "the committee that assigned it")
    committee_path: UnitPath = doc("Đường dẫn của Ban Chỉ đạo", "the committee's unit path")
    lead_unit_id: Id = doc("Đơn vị chủ trì", "the lead unit")
    lead_unit_path: UnitPath = doc("Đường dẫn của đơn vị chủ trì", "the lead unit's path")


class AssignmentIssued(_AssignmentEvent):
    """A lead unit was obliged to deliver one thing."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentIssued.v1"

    notice_id: Id = doc("Thông báo kết luận", "the notice it comes from")
    notice_number: Text = doc("Số thông báo", "the notice's number", max_length=80)
    item_path: Text = doc("Mục", "the item in the notice, as numbered there", max_length=80)
    issued_on: Day = doc("Ngày giao", "day of issue of the notice")
    text: Text = doc("Nội dung", "the words of the notice", min_length=1, max_length=8000)
    coordinator_ids: tuple[Id, ...] = doc("Đơn vị phối hợp", "coordinating units")
    deadline: Deadline = doc("Thời hạn gốc", "the original deadline, never overwritten")
    recurring: Recurrence | None = doc("Định kỳ", "rhythm of a regular assignment, else none")


class ExtensionRequested(_AssignmentEvent):
    """The lead unit asked for more time."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ExtensionRequested.v1"

    asked: Deadline = doc("Thời hạn đề nghị", "the deadline asked for")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)
    after_deadline: bool = doc("Xin sau khi quá hạn", "asked when it was late already")


class ExtensionGranted(_AssignmentEvent):
    """Another deadline holds from now on; the original one stays on record."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ExtensionGranted.v1"

    deadline: Deadline = doc("Thời hạn mới", "the deadline that holds now")
    reason: Text = doc("Lý do", "why, may be empty", max_length=2000)


class ExtensionRefused(_AssignmentEvent):
    """The request for more time was refused; the deadline stays."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ExtensionRefused.v1"

    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class CompletionReported(_AssignmentEvent):
    """The lead unit claims that it is done: a claim, not a check."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.CompletionReported.v1"

    report_id: Id = doc("Báo cáo", "the report that claims it")
    claimed_at: Instant = doc("Thời điểm báo hoàn thành (UTC)", "when it was claimed, UTC")
    product_url: Link = doc("Liên kết sản phẩm", "link to the product, may be empty")


class CompletionVerified(_AssignmentEvent):
    """An inspector saw that it is done."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.CompletionVerified.v1"

    claimed_at: Instant = doc("Thời điểm báo hoàn thành (UTC)", "when the claim was made, UTC")
    inspector: Person = doc("Người kiểm tra", "who checked")
    finding: Text = doc("Kết quả kiểm tra", "what was seen, may be empty", max_length=2000)


class CompletionRefused(_AssignmentEvent):
    """An inspector did not find what was claimed; the assignment is open again."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.CompletionRefused.v1"

    inspector: Person = doc("Người kiểm tra", "who checked")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class DeadlinePassed(_AssignmentEvent):
    """The deadline went by without completion; recorded once per deadline."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.DeadlinePassed.v1"

    deadline: Deadline = doc("Thời hạn đã qua", "the deadline that went by")
