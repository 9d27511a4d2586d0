"""Events in the life of an assignment (topic `tiendo.assignments.v1`)."""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from tiendo_contracts.base import (
    Contract,
    Day,
    Deadline,
    DueMeeting,
    Id,
    Instant,
    Link,
    Model,
    Person,
    Recurrence,
    Text,
    UnitPath,
    doc,
    rule_broken,
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


class AwaitedMeeting(DueMeeting):
    """The meeting that an assignment's deadline waits for, with all that tells which one it is."""

    after_meeting_id: Id | None = doc(
        "Cuộc họp mà thông báo kết luận", "it starts after this one, where it is recorded"
    )
    after_on: Day = doc("Sau ngày", "and else on a later day: that of the notice's issue")
    signed_at: Instant = doc(
        "Thời điểm ký (UTC)",
        "when the notice was signed, UTC: what the calendar said then, or first after it, is the"
        " original deadline",
    )


class AssignmentIssued(_AssignmentEvent):
    """A lead unit was obliged to deliver one thing."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentIssued.v1"
    VI: ClassVar[str] = "Một đơn vị chủ trì được giao hoàn thành một việc."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    notice_id: Id = doc("Thông báo kết luận", "the notice it comes from")
    notice_number: Text = doc("Số thông báo", "the notice's number", max_length=80)
    item_path: Text = doc("Mục", "the item in the notice, as numbered there", max_length=80)
    issued_on: Day = doc("Ngày giao", "day of issue of the notice")
    text: Text = doc("Nội dung", "the words of the notice", min_length=1, max_length=8000)
    coordinator_ids: tuple[Id, ...] = doc("Đơn vị phối hợp", "coordinating units")
    deadline: Deadline = doc("Thời hạn gốc", "the original deadline, never overwritten")
    recurring: Recurrence | None = doc("Định kỳ", "rhythm of a regular assignment, else none")
    due_meeting: AwaitedMeeting | None = doc(
        "Cuộc họp mà thời hạn phụ thuộc",
        "the meeting that the deadline follows; DeadlineResolved tells its day",
        default=None,
    )


class DeadlineResolved(_AssignmentEvent):
    """The calendar of meetings gave, moved or took away the day of a deadline bound to a meeting.

    More time that was granted stays: then only the original deadline is new.
    """

    TYPE: ClassVar[str] = "vn.tiendo.assignments.DeadlineResolved.v1"
    VI: ClassVar[str] = (
        "Lịch họp cho biết, dời hoặc bỏ ngày của thời hạn gắn với một cuộc họp; thời hạn đã được"
        " gia hạn thì giữ nguyên."
    )
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    meeting_id: Id | None = doc("Cuộc họp", "the meeting that it follows, none while none fits")
    original: Deadline = doc(
        "Thời hạn gốc", "the original deadline: the first that had a day, never overwritten"
    )
    deadline: Deadline = doc("Thời hạn hiện tại", "the deadline that holds now; it may have no day")


class ExtensionRequested(_AssignmentEvent):
    """The lead unit asked for more time."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ExtensionRequested.v1"
    VI: ClassVar[str] = "Đơn vị chủ trì xin thêm thời gian."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    asked: Deadline = doc("Thời hạn đề nghị", "the deadline asked for")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)
    after_deadline: bool = doc("Xin sau khi quá hạn", "asked when it was late already")


class ExtensionGranted(_AssignmentEvent):
    """Another deadline holds from now on; the original one stays on record."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ExtensionGranted.v1"
    VI: ClassVar[str] = "Từ nay áp dụng thời hạn khác; thời hạn gốc vẫn được lưu."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    deadline: Deadline = doc("Thời hạn mới", "the deadline that holds now")
    reason: Text = doc("Lý do", "why, may be empty", max_length=2000)


class ExtensionRefused(_AssignmentEvent):
    """The request for more time was refused; the deadline stays."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ExtensionRefused.v1"
    VI: ClassVar[str] = "Đề nghị gia hạn không được chấp thuận; thời hạn giữ nguyên."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class CompletionReported(_AssignmentEvent):
    """The lead unit claims that it is done: a claim, not a check."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.CompletionReported.v1"
    VI: ClassVar[str] = (
        "Đơn vị chủ trì báo đã hoàn thành: đó là báo cáo, chưa phải kết quả kiểm tra."
    )
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    report_id: Id = doc("Báo cáo", "the report that claims it")
    claimed_at: Instant = doc("Thời điểm báo hoàn thành (UTC)", "when it was claimed, UTC")
    product_url: Link = doc("Liên kết sản phẩm", "link to the product, may be empty")


class CompletionVerified(_AssignmentEvent):
    """An inspector saw that it is done."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.CompletionVerified.v1"
    VI: ClassVar[str] = "Người kiểm tra xác nhận đã hoàn thành."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    claimed_at: Instant = doc("Thời điểm báo hoàn thành (UTC)", "when the claim was made, UTC")
    inspector: Person = doc("Người kiểm tra", "who checked")
    finding: Text = doc("Kết quả kiểm tra", "what was seen, may be empty", max_length=2000)


class CompletionRefused(_AssignmentEvent):
    """An inspector did not find what was claimed; the assignment is open again."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.CompletionRefused.v1"
    VI: ClassVar[str] = "Người kiểm tra không thấy đúng như báo cáo; nhiệm vụ được mở lại."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    inspector: Person = doc("Người kiểm tra", "who checked")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class DeadlinePassed(_AssignmentEvent):
    """The deadline went by without completion; recorded once per deadline."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.DeadlinePassed.v1"
    VI: ClassVar[str] = "Thời hạn trôi qua mà chưa hoàn thành; mỗi thời hạn ghi một lần."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
    )

    deadline: Deadline = doc("Thời hạn đã qua", "the deadline that went by")


class AssignmentAccepted(_AssignmentEvent):
    """The lead unit takes it on; a contest that waited for an answer is withdrawn by that."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentAccepted.v1"
    VI: ClassVar[str] = "Đơn vị chủ trì nhận nhiệm vụ; ý kiến không nhận đang chờ được rút."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = ("monitoring",)


class AssignmentContested(_AssignmentEvent):
    """The lead unit says that it is not for it to do; the deadline runs on."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentContested.v1"
    VI: ClassVar[str] = "Đơn vị chủ trì có ý kiến không nhận nhiệm vụ; thời hạn vẫn tính."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    ground: Literal["not_ours", "duplicate"] = doc(
        "Căn cứ: không thuộc đơn vị, trùng nhiệm vụ khác",
        "not for this unit, or given to it already",
    )
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)
    duplicate_of_id: Id | None = doc(
        "Nhiệm vụ bị trùng", "the assignment that it repeats; there where the ground is duplicate"
    )


class ContestAnswered(_AssignmentEvent):
    """The secretariat answered; where it agrees, the assignment is called off with it."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.ContestAnswered.v1"
    VI: ClassVar[str] = "Ban thư ký trả lời; nếu đồng ý thì nhiệm vụ được hủy cùng lúc."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    upheld: bool = doc("Đồng ý với đơn vị", "whether the secretariat agrees with the unit")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class HelpAsked(_AssignmentEvent):
    """The lead unit asked another one to take a part; it has none before it confirms."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.HelpAsked.v1"
    VI: ClassVar[str] = "Đơn vị chủ trì đề nghị đơn vị khác phối hợp; chỉ tính khi đơn vị đó nhận."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    helper_id: Id = doc("Đơn vị được đề nghị", "the unit that is asked")
    part: Text = doc("Phần việc", "what it is asked for", min_length=1, max_length=2000)


class HelpConfirmed(_AssignmentEvent):
    """A coordinating unit takes its part on."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.HelpConfirmed.v1"
    VI: ClassVar[str] = "Đơn vị phối hợp nhận phần việc của mình."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = ("monitoring",)

    helper_id: Id = doc("Đơn vị phối hợp", "the coordinating unit")
    remark: Text = doc("Ghi chú", "a remark, may be empty", max_length=2000)


class HelpDeclined(_AssignmentEvent):
    """A coordinating unit does not take the part."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.HelpDeclined.v1"
    VI: ClassVar[str] = "Đơn vị được đề nghị không nhận phối hợp."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    helper_id: Id = doc("Đơn vị được đề nghị", "the unit that was asked")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class SamplePick(Model):
    """A claim that is to be looked at."""

    assignment_id: Id = doc("Nhiệm vụ", "the assignment")
    unit_id: Id = doc("Đơn vị chủ trì", "the lead unit")
    because: Literal["share", "refused", "surge"] = doc(
        "Lý do: theo tỷ lệ, từng bị từ chối xác nhận, báo xong dồn dập trước phiên họp",
        "the share of all, a claim that was refused before, a surge before the meeting",
    )


class VerificationSampled(Contract):
    """A sample of claims was drawn that inspectors look at; the seed draws the same again."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.VerificationSampled.v1"
    TOPIC: ClassVar[str] = "tiendo.assignments.v1"
    KEY: ClassVar[str] = "sample_id"
    OWNER: ClassVar[str] = "assignments"
    SINCE: ClassVar[date] = date(2026, 11, 26)
    VI: ClassVar[str] = (
        "Đã chọn mẫu các báo cáo hoàn thành để kiểm tra; từ hạt giống chọn lại được đúng mẫu đó."
    )
    CONSUMERS: ClassVar[tuple[str, ...]] = ("monitoring",)

    sample_id: Id = doc("Mẫu kiểm tra", "the sample's id")
    committee_id: Id = doc("Ban Chỉ đạo", "the committee whose assignments they are")
    committee_path: UnitPath = doc("Đường dẫn của Ban Chỉ đạo", "the committee's unit path")
    seed: Text = doc("Hạt giống", "what the drawing follows from", min_length=1, max_length=80)
    share_percent: int = doc("Tỷ lệ chọn (phần trăm)", "the share, in percent", ge=1, le=100)
    meeting_at: Instant | None = doc(
        "Phiên họp sắp tới (UTC)", "the meeting before which claims may surge, UTC, or none"
    )
    considered: int = doc("Số báo cáo được xét", "how many claims were drawn from", ge=1)
    picks: tuple[SamplePick, ...] = doc("Các báo cáo được chọn", "the claims to look at")


class AssignmentTransferred(_AssignmentEvent):
    """Another unit leads from a day on; `lead_unit_id` is the new one.

    Where it is the one of before, that unit is below another one now: its path alone is new.
    """

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentTransferred.v1"
    VI: ClassVar[str] = "Từ một ngày, đơn vị khác chủ trì; `lead_unit_id` là đơn vị mới."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    from_unit_id: Id = doc("Đơn vị chủ trì trước đó", "the lead unit until then")
    from_unit_path: UnitPath = doc("Đường dẫn của đơn vị đó", "that unit's path")
    effective_on: Day = doc("Ngày có hiệu lực", "the day from which the new unit leads")
    deadline: Deadline = doc("Thời hạn, không đổi", "the deadline that holds, as before")
    cause: Literal["decision", "unit_merged", "unit_dissolved"] = doc(
        "Nguyên nhân: quyết định, sáp nhập, giải thể",
        "a decision of the committee, or what became of the unit",
    )
    reason: Text = doc("Lý do", "why, may be empty", max_length=2000)


class AssignmentClosed(_AssignmentEvent):
    """Nothing more is expected of it; it stays on record under the lead unit of that time."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentClosed.v1"
    VI: ClassVar[str] = "Không còn phải làm gì thêm; nhiệm vụ được lưu với đơn vị chủ trì lúc đó."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    outcome: Literal["completed", "cancelled", "superseded"] = doc(
        "Kết quả: đã hoàn thành và kiểm tra, bị hủy, được thay thế",
        "verified as done, called off, or replaced by another assignment",
    )
    superseded_by_id: Id | None = doc(
        "Nhiệm vụ thay thế", "the assignment that replaces it; there where it is superseded"
    )
    reason: Text = doc("Lý do", "why, may be empty", max_length=2000)

    @model_validator(mode="after")
    def _names_its_successor(self) -> Self:
        if (self.outcome == "superseded") != (self.superseded_by_id is not None):
            raise rule_broken(
                "superseded_by_id có khi và chỉ khi outcome là superseded",
                "superseded_by_id is there where the outcome is superseded, and only there",
            )
        return self


class NoticeItem(Model):
    """An item of a notice that obliged a unit."""

    notice_id: Id = doc("Thông báo kết luận", "the notice")
    notice_number: Text = doc("Số thông báo", "the notice's number", max_length=80)
    item_path: Text = doc("Mục", "the item, as numbered there", max_length=80)
    issued_on: Day = doc("Ngày giao", "day of issue of the notice")


class AssignmentSource(Model):
    """An assignment that another one was made of."""

    assignment_id: Id = doc("Nhiệm vụ", "the assignment")
    origins: tuple[NoticeItem, ...] = doc(
        "Các mục của thông báo là căn cứ", "all items that it goes back to", min_length=1
    )


class AssignmentDerived(_AssignmentEvent):
    """It was made of others, which end with that; told behind AssignmentIssued."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentDerived.v1"
    VI: ClassVar[str] = (
        "Nhiệm vụ hình thành từ nhiệm vụ khác, các nhiệm vụ đó kết thúc cùng lúc; công bố ngay sau"
        " AssignmentIssued."
    )
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = ("monitoring",)

    how: Literal["split", "join"] = doc(
        "Là một phần được tách ra, hoặc gộp từ nhiều nhiệm vụ",
        "a part of a whole, or one that joins several",
    )
    sources: tuple[AssignmentSource, ...] = doc(
        "Hình thành từ các nhiệm vụ", "the whole, or those that were joined", min_length=1
    )

    @model_validator(mode="after")
    def _has_its_sources(self) -> Self:
        if (self.how == "split") != (len(self.sources) == 1):
            raise rule_broken(
                "sources có một phần tử khi tách và ít nhất hai khi gộp",
                "sources are one where it is split, and two at least where they are joined",
            )
        return self


class AssignmentSplit(_AssignmentEvent):
    """Parts take its place; AssignmentClosed follows, and each part is issued."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentSplit.v1"
    VI: ClassVar[str] = (
        "Nhiệm vụ được tách thành nhiều phần; AssignmentClosed theo sau và mỗi phần được giao."
    )
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    part_ids: tuple[Id, ...] = doc("Các phần", "the parts", min_length=2)
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class AssignmentJoined(_AssignmentEvent):
    """It goes on within another one; AssignmentClosed follows."""

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentJoined.v1"
    VI: ClassVar[str] = "Nhiệm vụ được gộp vào một nhiệm vụ khác; AssignmentClosed theo sau."
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
    )

    into_id: Id = doc("Được gộp vào nhiệm vụ", "the assignment that it goes on in")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class AssignmentAmended(_AssignmentEvent):
    """A later notice changed it, or says a change that does not apply to it any more.

    What follows from an applied one is told behind it: ExtensionGranted, AssignmentTransferred or
    AssignmentClosed.
    """

    TYPE: ClassVar[str] = "vn.tiendo.assignments.AssignmentAmended.v1"
    VI: ClassVar[str] = (
        "Một thông báo sau thay đổi nhiệm vụ, hoặc nêu thay đổi không còn áp dụng được; hệ quả"
        " được công bố ngay sau."
    )
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = ("monitoring",)

    by: NoticeItem = doc("Mục của thông báo sau", "the item of the later notice that says so")
    item_path: Text = doc(
        "Số mục trong thông báo giao nhiệm vụ", "the item that was changed", max_length=80
    )
    action: Literal["re_dated", "handed_over", "revoked", "added"] = doc(
        "Thay đổi: thời hạn, đơn vị chủ trì, thôi giao; hoặc bổ sung",
        "another deadline, another lead unit, called off; or the later item adds to it",
    )
    applied: bool = doc("Đã áp dụng", "it was done")
    why_not: Text = doc(
        "Mã lý do không áp dụng; trống nếu đã áp dụng",
        "the code of why it was not; empty where it was",
        max_length=80,
    )

    @model_validator(mode="after")
    def _says_why_not(self) -> Self:
        if self.applied == bool(self.why_not):
            raise rule_broken(
                "why_not có khi và chỉ khi applied là false",
                "why_not is there where it was not applied, and only there",
            )
        return self
