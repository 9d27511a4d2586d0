"""Events of meetings and notices of conclusion (topic `tiendo.meetings.v1`)."""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from tiendo_contracts.base import (
    Contract,
    Day,
    Deadline,
    Document,
    DueMeeting,
    Id,
    Instant,
    Model,
    Name,
    Person,
    Recurrence,
    Text,
    UnitPath,
    doc,
    rule_broken,
)


class _OfCommittee(Contract):
    TOPIC: ClassVar[str] = "tiendo.meetings.v1"
    OWNER: ClassVar[str] = "meetings"
    SINCE: ClassVar[date] = date(2026, 11, 22)

    committee_id: Id = doc("Ban Chỉ đạo", "the steering committee (a unit)")
    committee_path: UnitPath = doc("Đường dẫn của Ban Chỉ đạo", "the committee's unit path")


class _MeetingEvent(_OfCommittee):
    KEY: ClassVar[str] = "meeting_id"

    meeting_id: Id = doc("Định danh cuộc họp", "the meeting's id")


class MeetingScheduled(_MeetingEvent):
    """A meeting was put on the calendar."""

    TYPE: ClassVar[str] = "vn.tiendo.meetings.MeetingScheduled.v1"
    VI: ClassVar[str] = "Một cuộc họp được đưa vào lịch."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "meetings",
        "monitoring",
    )

    title: Text = doc("Tên cuộc họp", "title", min_length=1, max_length=500)
    series: Text = doc("Chuỗi phiên họp", "the series it belongs to, may be empty", max_length=200)
    previous_meeting_id: Id | None = doc(
        "Phiên họp trước", "the meeting before it in the series, or none"
    )
    starts_at: Instant = doc("Thời gian bắt đầu (UTC)", "start, UTC")
    place: Text = doc("Địa điểm", "place, may be empty", max_length=300)
    bridge_points: tuple[Name, ...] = doc("Các điểm cầu", "remote sites that join")


class MeetingMoved(_MeetingEvent):
    """A meeting got another start."""

    TYPE: ClassVar[str] = "vn.tiendo.meetings.MeetingMoved.v1"
    VI: ClassVar[str] = "Một cuộc họp đổi thời gian bắt đầu."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "meetings",
        "monitoring",
    )

    starts_at: Instant = doc("Thời gian bắt đầu mới (UTC)", "new start, UTC")


class MeetingCancelled(_MeetingEvent):
    """A meeting will not be held."""

    TYPE: ClassVar[str] = "vn.tiendo.meetings.MeetingCancelled.v1"
    VI: ClassVar[str] = "Một cuộc họp sẽ không diễn ra."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "meetings",
        "monitoring",
    )

    reason: Text = doc("Lý do", "why, may be empty", max_length=1000)


class Attendee(Model):
    """One who was expected at a meeting."""

    person: Person = doc("Người dự", "the person")
    unit_id: Id | None = doc("Đơn vị", "the unit, none where the register lacks it")
    present: bool = doc("Có mặt", "was there")
    bridge_point: Text = doc("Điểm cầu", "the remote site, empty for the main one", max_length=300)


class MeetingHeld(_MeetingEvent):
    """A meeting took place."""

    TYPE: ClassVar[str] = "vn.tiendo.meetings.MeetingHeld.v1"
    VI: ClassVar[str] = "Một cuộc họp đã diễn ra."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "meetings",
        "monitoring",
    )

    title: Text = doc("Tên cuộc họp", "title", min_length=1, max_length=500)
    occurred_at: Instant = doc("Thời gian họp (UTC)", "when it began, UTC, as claimed")
    chair: Person = doc("Chủ trì", "who chaired")
    attendance: tuple[Attendee, ...] = doc("Thành phần dự họp", "who was expected, who came")
    bridge_points: tuple[Name, ...] = doc("Các điểm cầu", "remote sites that joined")
    documents: tuple[Document, ...] = doc("Tài liệu", "documents")
    previous_meeting_id: Id | None = doc("Phiên họp trước", "the meeting before it, or none")


class NamedGroup(Model):
    """Units that a notice does not name one by one, but as a group."""

    words: Text = doc("Tên nhóm như in", "the group's words", min_length=1, max_length=8000)
    unit_ids: tuple[Id, ...] = doc(
        "Các đơn vị của nhóm có ở mục này", "those of its units that this item obliges or names"
    )


class ConclusionItem(Model):
    """One item of a signed notice, as a person confirmed it."""

    path: Text = doc("Số mục", "numbering as printed, joined by dots", min_length=1, max_length=80)
    kind: Literal["assignment", "statement", "set_aside"] = doc(
        "Loại: nhiệm vụ, nhận định, chưa giao được",
        "an assignment, a statement that obliges nobody, or set aside by a person with a reason",
    )
    text: Text = doc("Nguyên văn", "the words of the notice", min_length=1, max_length=8000)
    lead_unit_id: Id | None = doc("Đơn vị chủ trì", "lead unit; always there in an assignment")
    coordinator_ids: tuple[Id, ...] = doc("Đơn vị phối hợp", "coordinating units")
    deadline: Deadline = doc("Thời hạn", "the deadline, as resolved and as worded")
    recurring: Recurrence | None = doc("Định kỳ", "rhythm of a regular assignment, else none")
    reason: Text = doc("Lý do gác lại", "why it was set aside, else empty", max_length=1000)
    due_meeting: DueMeeting | None = doc(
        "Cuộc họp mà thời hạn phụ thuộc",
        "the meeting that the deadline waits for; the deadline itself has no day then",
        default=None,
    )
    groups: tuple[NamedGroup, ...] = doc(
        "Nhóm mà đơn vị chủ trì, phối hợp thuộc về",
        "the groups that its lead and its helpers came out of, where the notice names groups",
        default=(),
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "assignment" and self.lead_unit_id is None:
            raise rule_broken("nhiệm vụ phải có lead_unit_id", "an assignment has a lead_unit_id")
        if self.kind == "set_aside" and not self.reason:
            raise rule_broken("mục gác lại phải có lý do", "what is set aside has a reason")
        if self.due_meeting is not None and (self.deadline.due_on or self.recurring):
            raise rule_broken(
                "có due_meeting thì không có due_on và recurring",
                "what waits for a due_meeting has no due_on and no rhythm",
            )
        return self


class ConclusionIssued(_OfCommittee):
    """A notice of conclusion was signed and is frozen."""

    TYPE: ClassVar[str] = "vn.tiendo.meetings.ConclusionIssued.v1"
    VI: ClassVar[str] = "Một thông báo kết luận đã được ký và không thay đổi nữa."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "meetings",
        "monitoring",
    )
    KEY: ClassVar[str] = "notice_id"

    notice_id: Id = doc("Định danh thông báo", "the notice's id")
    meeting_id: Id | None = doc("Cuộc họp", "the meeting it concludes, or none")
    number: Text = doc("Số, ký hiệu", "official number", min_length=1, max_length=80)
    title: Text = doc("Trích yếu", "abstract", max_length=1000)
    form: Literal["party", "state"] = doc("Thể thức", "Party or State form")
    issued_on: Day = doc("Ngày ban hành", "day of issue")
    signed_by: Person = doc("Người ký", "who signed")
    document: Document = doc("Văn bản", "the text")
    items: tuple[ConclusionItem, ...] = doc("Các mục", "the items in order", min_length=1)


class ItemChange(Model):
    """What a later notice does to an earlier one, or to one item of it."""

    item_path: Text = doc(
        "Số mục trong thông báo trước; có thể trống khi bổ sung",
        "the item of the earlier notice; may be empty where something is added",
        max_length=80,
    )
    by_item_path: Text = doc(
        "Số mục trong thông báo sau", "the item that says so", min_length=1, max_length=80
    )
    action: Literal["re_dated", "handed_over", "revoked", "added"] = doc(
        "Thay đổi: thời hạn, đơn vị chủ trì, thôi giao; hoặc bổ sung nhiệm vụ ở thông báo sau",
        "it has another deadline, another lead unit, obliges nobody any more; or the later item"
        " adds to it",
    )
    deadline: Deadline | None = doc("Thời hạn mới", "the new deadline; there where it is re-dated")
    lead_unit_id: Id | None = doc(
        "Đơn vị chủ trì mới", "the new lead unit; there where it is handed over"
    )
    of_lead_ids: tuple[Id, ...] = doc(
        "Các đơn vị mà mục đó đã giao chủ trì khi ký, nay thay đổi",
        "the lead units of that item, as it was signed, whose assignments are changed",
    )

    @model_validator(mode="after")
    def _says_what_is_new(self) -> Self:
        dated = self.deadline is not None and self.deadline.due_on is not None
        new = (self.deadline is not None, self.lead_unit_id is not None)
        re_dated, handed_over = self.action == "re_dated", self.action == "handed_over"
        if new != (re_dated, handed_over) or dated != re_dated:
            raise rule_broken(
                "re_dated có deadline với một ngày, handed_over có lead_unit_id, ngoài ra để null",
                "re_dated has a deadline with a day, handed_over a lead_unit_id, and nothing else"
                " has them",
            )
        return self

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        if self.action != "added" and not (self.item_path and self.of_lead_ids):
            raise rule_broken(
                "thay đổi phải nêu item_path và of_lead_ids, trừ khi bổ sung",
                "a change names its item_path and of_lead_ids, unless it adds",
            )
        return self


class ConclusionSupplemented(_OfCommittee):
    """A later notice changed items of this one; what it adds are items of its own."""

    TYPE: ClassVar[str] = "vn.tiendo.meetings.ConclusionSupplemented.v1"
    VI: ClassVar[str] = (
        "Một thông báo sau thay đổi các mục của thông báo này; phần bổ sung nằm ở thông báo sau."
    )
    KEY: ClassVar[str] = "notice_id"
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
    )

    notice_id: Id = doc("Thông báo được sửa đổi, bổ sung", "the earlier notice, which is changed")
    by_notice_id: Id = doc("Thông báo sau", "the later notice, a ConclusionIssued of its own")
    number: Text = doc(
        "Số, ký hiệu của thông báo sau", "the later notice's number", min_length=1, max_length=80
    )
    issued_on: Day = doc("Ngày ban hành thông báo sau", "day of issue of the later notice")
    changes: tuple[ItemChange, ...] = doc("Các thay đổi", "the changes in order", min_length=1)
