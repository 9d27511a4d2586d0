"""What people send about notices: the text, their decisions, the head, the signature."""

from datetime import date
from typing import Annotated, Literal, TypedDict
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from meetings.api.fields import Body, Day, Instant, Line, PersonIn
from meetings.application.drafting import FIRST_DAY, LAST_DAY, deadline_at, deadline_on
from meetings.domain import (
    BoundMeeting,
    Confirmed,
    Deadline,
    Decision,
    Doubt,
    DraftItem,
    ItemKind,
    Link,
    LinkKind,
)
from tiendo_contracts.base import Recurrence
from tiendo_runtime.http.text import Text

Path = Annotated[Line, Field(min_length=1, max_length=80)]


class NewNotice(Body):
    """A notice of conclusion as it was pasted; the meeting it concludes, where one is recorded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "committee_id": "019a8c40-0000-7000-8000-000000000001",
                    "meeting_id": "019aa1f0-0000-7000-8000-000000000001",
                    "text": "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ TỈNH BÌNH SƠN\n*\nSố 47-TB/BCĐ\n"
                    "Bình Sơn, ngày 21 tháng 11 năm 2026\nTHÔNG BÁO KẾT LUẬN\n"
                    "phiên họp tháng 11 năm 2026\nNgày 20/11/2026, đồng chí Trưởng Ban Chỉ đạo "
                    "chủ trì phiên họp và kết luận như sau:\n"
                    "1. Giao Sở Khoa học và Công nghệ chủ trì, phối hợp với Sở Tài chính hoàn "
                    "thành nền tảng dữ liệu dùng chung trước ngày 15/12/2026.\n",
                }
            ]
        }
    )

    committee_id: UUID
    meeting_id: UUID | None = None
    text: Annotated[Text, Field(min_length=1, max_length=1_000_000)]


class DeadlineIn(Body):
    """A day in Vietnam, or an instant with a time zone; without `words`, those that were read."""

    due_on: Day | None = None
    due_at: Instant | None = None
    words: Annotated[Line, Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _one(self) -> "DeadlineIn":
        if (self.due_on is None) == (self.due_at is None):
            raise ValueError("due_on | due_at")
        return self

    def deadline(self, read: Deadline) -> Deadline:
        """The deadline as the domain knows it."""
        words = read.words if self.words is None else self.words
        if self.due_at is not None:
            return deadline_at(self.due_at, words)
        assert self.due_on is not None  # noqa: S101 - see _one
        return deadline_on(self.due_on, words)


class DueMeetingIn(Body):
    """A meeting of the committee that follows the notice; what is left out is not said.

    Due is its day; with `before` its start; with `days_before` so many days earlier.
    """

    kind: Literal["session", "meeting", "conference", "briefing", "working-session"] = "session"
    series: Annotated[Line, Field(max_length=200)] = ""
    ordinal: Annotated[int, Field(ge=1, le=999)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    quarter: Annotated[int, Field(ge=1, le=4)] | None = None
    year: Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)] | None = None
    before: bool = False
    days_before: Annotated[int, Field(ge=0, le=366)] = 0

    @model_validator(mode="after")
    def _is_before_once(self) -> "DueMeetingIn":
        if self.before and self.days_before:
            raise ValueError("before | days_before")
        return self

    def bound(self) -> BoundMeeting:
        """The meeting as the domain knows it."""
        return BoundMeeting(**self.model_dump())


class ItemReview(Body):
    """A decision on one item.

    `other_lead_ids` are units that must each deliver the same beside the lead. A statement keeps
    none of the other fields; what is set aside needs a reason. Where neither `deadline` nor
    `recurring` nor `due_meeting` is given, the deadline waits for the meeting that was read, if one
    was; a `due_meeting` of null says that it waits for none.
    """

    path: Path
    kind: Literal["assignment", "statement", "set_aside"]
    lead_unit_id: UUID | None = None
    other_lead_ids: Annotated[tuple[UUID, ...], Field(max_length=4000)] = ()
    coordinator_ids: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    deadline: DeadlineIn | None = None
    due_meeting: DueMeetingIn | None = None
    recurring: Recurrence | None = None
    reason: Annotated[Line, Field(max_length=1000)] = ""

    def decision(self, item: DraftItem | None) -> Decision:
        """The decision, with what is left out taken from the item as it was read."""
        first = () if self.lead_unit_id is None else (self.lead_unit_id,)
        leads = tuple(dict.fromkeys((*first, *self.other_lead_ids)))
        helpers = tuple(unit for unit in dict.fromkeys(self.coordinator_ids) if unit not in leads)
        return Decision(
            path=self.path,
            kind=ItemKind(self.kind),
            lead_unit_ids=leads,
            coordinator_ids=helpers,
            deadline=self._deadline(item.deadline if item else Deadline(None, None, "")),
            due_meeting=self._due_meeting(item),
            recurring=self.recurring,
            reason=self.reason,
            origins=item.origins((*leads, *helpers)) if item else (),
        )

    def _deadline(self, read: Deadline) -> Deadline:
        if self.deadline is not None:
            return self.deadline.deadline(read)
        return Deadline(None, None, "" if read.due_on else read.words)

    def _due_meeting(self, item: DraftItem | None) -> BoundMeeting | None:
        if "due_meeting" in self.model_fields_set:
            return self.due_meeting.bound() if self.due_meeting else None
        is_said = self.kind != "assignment" or self.deadline or self.recurring
        return item.bound if item and not is_said else None


class Review(Body):
    """Items that are as they were read (`confirm`), and decisions on others (`items`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "confirm": ["I", "II.1"],
                    "items": [
                        {
                            "path": "II.2",
                            "kind": "assignment",
                            "lead_unit_id": "019a8c40-0000-7000-8000-000000000003",
                            "coordinator_ids": ["019a8c40-0000-7000-8000-000000000002"],
                            "deadline": {"due_on": "2026-12-18", "words": "trước ngày 18/12/2026"},
                        },
                        {
                            "path": "II.3",
                            "kind": "set_aside",
                            "reason": "Chưa rõ đơn vị chủ trì",
                        },
                    ],
                }
            ]
        }
    )

    confirm: Annotated[tuple[Path, ...], Field(max_length=5000)] = ()
    items: Annotated[tuple[ItemReview, ...], Field(max_length=5000)] = ()


class DoubtRef(Body):
    """A doubt as the notice tells it; `path` is the item's, empty for a doubt of the head."""

    path: Annotated[Line, Field(max_length=80)] = ""
    field: Annotated[Line, Field(min_length=1, max_length=40)]
    code: Annotated[Line, Field(min_length=1, max_length=80)]
    name: Annotated[Text, Field(max_length=8000)] = ""

    def confirmed(self) -> Confirmed:
        """The doubt as the domain knows it."""
        return Confirmed(self.path, Doubt(self.field, self.code, self.name))


class Confirmations(Body):
    """Doubts about what is right as it was read."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "doubts": [
                        {"path": "II.2", "field": "lead", "code": "lead.from-section"},
                        {"field": "meeting_on", "code": "meeting_on.differs", "name": "2026-11-20"},
                    ]
                }
            ]
        }
    )

    doubts: Annotated[tuple[DoubtRef, ...], Field(min_length=1, max_length=5000)]


class LinkIn(Body):
    """What an item does to an earlier notice of the same committee.

    `re_dated` needs a `deadline`, `handed_over` the new `lead_unit_id`; `item_path` may be left out
    of `added` alone. `of_lead_ids` are the lead units of that item whose assignments change; all of
    them where it is left out.
    """

    kind: Literal["re_dated", "handed_over", "revoked", "added"]
    notice_id: UUID
    item_path: Annotated[Line, Field(max_length=80)] = ""
    of_lead_ids: Annotated[tuple[UUID, ...], Field(max_length=4000)] = ()
    deadline: DeadlineIn | None = None
    lead_unit_id: UUID | None = None

    def link(self) -> Link:
        """The link as the domain knows it."""
        nothing = Deadline(None, None, "")
        return Link(
            kind=LinkKind(self.kind),
            notice_id=self.notice_id,
            item_path=self.item_path,
            of_lead_ids=tuple(dict.fromkeys(self.of_lead_ids)),
            deadline=self.deadline.deadline(nothing) if self.deadline else None,
            lead_unit_id=self.lead_unit_id,
        )


class Links(Body):
    """All that one item does to earlier notices."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "path": "II.4",
                    "links": [
                        {
                            "kind": "re_dated",
                            "notice_id": "019aa655-0000-7000-8000-000000000001",
                            "item_path": "II.1",
                            "deadline": {"due_on": "2026-12-31", "words": "đến ngày 31/12/2026"},
                        }
                    ],
                }
            ]
        }
    )

    path: Path
    links: Annotated[tuple[LinkIn, ...], Field(max_length=50)]


class HeaderFields(TypedDict):
    """What of the head is set; None for what stays."""

    number: str | None
    issued_on: date | None
    title: str | None
    form: str | None


class Correction(Body):
    """What to set of the head; what is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "number": "47-TB/BCĐ",
                    "issued_on": "2026-11-21",
                    "title": "Kết luận phiên họp tháng 11 năm 2026 của Ban Chỉ đạo",
                    "form": "party",
                }
            ]
        }
    )

    number: Annotated[Line, Field(min_length=1, max_length=80)] | None = None
    issued_on: Day | None = None
    title: Annotated[Line, Field(max_length=1000)] | None = None
    form: Literal["party", "state"] | None = None

    def given(self) -> HeaderFields:
        """The fields as the use case takes them."""
        return HeaderFields(
            number=self.number, issued_on=self.issued_on, title=self.title, form=self.form
        )


class Signature(Body):
    """Who signed, as printed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "signed_by": {
                        "name": "Trần Thị Bích Hạnh",
                        "office": "Phó Bí thư Tỉnh ủy, Trưởng Ban Chỉ đạo",
                    }
                }
            ]
        }
    )

    signed_by: PersonIn
