"""What comes in over HTTP."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from assignments import application
from assignments.domain import Deadline, Ground, Level
from tiendo_runtime.http.text import Text


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _example(body: dict[str, Any]) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [body]})


def _stripped(text: str) -> str:
    return text.strip()


Name = Annotated[Text, AfterValidator(_stripped), Field(min_length=1, max_length=300)]
"""A unit's name, without blanks around it."""


class NewUnit(_Body):
    """An organisation to register."""

    id: UUID
    code: Annotated[Text, Field(max_length=40)] | None = None
    name: Name
    name_en: Annotated[Text, Field(max_length=300)] = ""
    aliases: Annotated[
        tuple[Annotated[Text, Field(max_length=300)], ...], Field(max_length=50)
    ] = ()
    level: Level
    kind: Annotated[Text, Field(min_length=1, max_length=40)]
    parent: UUID | None = None
    effective_on: date

    def new(self) -> application.NewUnit:
        """The unit as the use case takes it."""
        return application.NewUnit(**dict(self))


class NewUnits(_Body):
    """Organisations to register together: all of them, or none. Parents stand before children."""

    model_config = _example(
        {
            "units": [
                {
                    "id": "019aa655-0000-7000-8000-000000000010",
                    "code": "SKHCN-BS",
                    "name": "Sở Khoa học và Công nghệ",
                    "name_en": "Department of Science and Technology",
                    "aliases": ["Sở KH&CN"],
                    "level": "provincial",
                    "kind": "agency",
                    "parent": "019aa655-0000-7000-8000-000000000001",
                    "effective_on": "2025-07-01",
                }
            ]
        }
    )

    units: Annotated[list[NewUnit], Field(min_length=1, max_length=1000)]


class UnitEndIn(_Body):
    """A unit that ends, and those who follow it: one, several, or nobody."""

    unit: UUID
    successors: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()


class UnitChange(_Body):
    """What a law or decision does to units from a day on: new ones, and those that end."""

    model_config = _example(
        {
            "effective_on": "2025-07-01",
            "legal_basis": "Nghị quyết 202/2025/QH15",
            "new": [],
            "ends": [
                {
                    "unit": "019aa655-0000-7000-8000-000000000010",
                    "successors": ["019aa655-0000-7000-8000-000000000011"],
                }
            ],
        }
    )

    effective_on: Annotated[date, Field(ge=date(1945, 9, 2), le=date(2199, 12, 31))]
    legal_basis: Annotated[Text, Field(max_length=300)] = ""
    new: Annotated[list[NewUnit], Field(max_length=1000)] = []
    ends: Annotated[list[UnitEndIn], Field(min_length=1, max_length=1000)]


class Move(_Body):
    """Below another unit from a day on, today or before."""

    model_config = _example(
        {
            "parent": "019aa655-0000-7000-8000-000000000011",
            "effective_on": "2025-07-01",
            "legal_basis": "Nghị quyết 202/2025/QH15",
        }
    )

    parent: UUID
    effective_on: Annotated[date, Field(ge=date(1945, 9, 2), le=date(2199, 12, 31))]
    legal_basis: Annotated[Text, Field(max_length=300)] = ""


class Rename(_Body):
    """Another name from a day on."""

    model_config = _example(
        {
            "name": "Sở Khoa học, Công nghệ và Chuyển đổi số",
            "aliases": ["Sở KHCN&CĐS"],
            "effective_on": "2027-01-01",
        }
    )

    name: Name
    aliases: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    effective_on: date


_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class DeadlineIn(_Body):
    """A day in Vietnam, or an instant with a time zone."""

    due_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))] | None = None
    due_at: Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    words: Annotated[Text, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _one(self) -> "DeadlineIn":
        if (self.due_on is None) == (self.due_at is None):
            raise ValueError("due_on | due_at")
        return self

    def deadline(self) -> Deadline:
        """The deadline as the domain knows it."""
        if self.due_at is not None:
            return application.deadline_at(self.due_at, self.words)
        assert self.due_on is not None  # noqa: S101 - see _one
        return application.deadline_on(self.due_on, self.words)


Reason = Annotated[Text, Field(min_length=3, max_length=2000)]


class AskExtension(_Body):
    """More time, and why."""

    model_config = _example(
        {"deadline": {"due_on": "2026-12-31"}, "reason": "Chờ kết quả thẩm định vốn"}
    )

    deadline: DeadlineIn
    reason: Reason


class GrantExtension(_Body):
    """Why it is granted; another deadline than the one asked for, where it differs."""

    model_config = _example({"reason": "Đồng ý, lần cuối"})

    deadline: DeadlineIn | None = None
    reason: Reason


class Because(_Body):
    """Why something is refused."""

    model_config = _example({"reason": "Đã gia hạn hai lần"})

    reason: Reason


class Finding(_Body):
    """Who checked, and what was seen."""

    model_config = _example(
        {"office": "Tổ kiểm tra", "finding": "Đã kiểm tra tại chỗ, đủ sản phẩm"}
    )

    office: Annotated[Text, Field(max_length=300)] = ""
    finding: Reason


class Contest(_Body):
    """Why an assignment is not for the unit; of a duplicate, what it has already."""

    model_config = _example(
        {"ground": "not_ours", "reason": "Thuộc nhiệm vụ của Sở Tài chính theo phân công"}
    )

    ground: Ground
    reason: Reason
    duplicate_of: UUID | None = None


class AskHelp(_Body):
    """Which unit is asked, and for which part."""

    model_config = _example(
        {"unit": "019aa655-0000-7000-8000-000000000010", "part": "Cung cấp dữ liệu đất đai"}
    )

    unit: UUID
    part: Reason


class Remark(_Body):
    """A remark, may be empty."""

    model_config = _example({"remark": ""})

    remark: Annotated[Text, Field(max_length=2000)] = ""


class Supersede(_Body):
    """Which assignment takes the place, and why."""

    model_config = _example(
        {"by": "019aa655-0000-7000-8000-0000000000a1", "reason": "Giao lại tại phiên họp tháng 12"}
    )

    by: UUID
    reason: Reason


Words = Annotated[Text, Field(min_length=3, max_length=8000)]


class PartIn(_Body):
    """What one unit gets: who leads, who is asked to help, and the work in words."""

    lead: UUID
    helpers: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    text: Words

    def new(self) -> application.NewPart:
        """The part as the use case takes it."""
        return application.NewPart(self.lead, self.helpers, self.text)


class Split(_Body):
    """The parts that take the place of the whole, each with its deadlines, and why."""

    model_config = _example(
        {
            "parts": [
                {
                    "lead": "019aa655-0000-7000-8000-000000000010",
                    "helpers": ["019aa655-0000-7000-8000-000000000011"],
                    "text": "Xây dựng nền tảng dữ liệu dùng chung",
                },
                {
                    "lead": "019aa655-0000-7000-8000-000000000011",
                    "text": "Bố trí kinh phí vận hành nền tảng",
                },
            ],
            "reason": "Hai việc thuộc chức năng của hai Sở",
        }
    )

    parts: Annotated[list[PartIn], Field(min_length=2, max_length=20)]
    reason: Reason


class SeenIn(_Body):
    """An assignment, and the version of it that was seen."""

    id: UUID
    version: Annotated[int, Field(ge=1, le=2**31)]


class Join(_Body):
    """Assignments of one lead unit that become one, whose work is told anew, and why.

    The deadline that holds is that of `deadline_of`, one of them; else the earliest of theirs.
    """

    model_config = _example(
        {
            "assignments": [
                {"id": "019aa655-0000-7000-8000-0000000000a1", "version": 1},
                {"id": "019aa655-0000-7000-8000-0000000000a2", "version": 3},
            ],
            "text": "Hoàn thành nền tảng dữ liệu dùng chung và kết nối 14 cơ sở dữ liệu",
            "reason": "Hai thông báo giao cùng một việc",
        }
    )

    assignments: Annotated[list[SeenIn], Field(min_length=2, max_length=20)]
    text: Words
    deadline_of: UUID | None = None
    reason: Reason


class Transfer(_Body):
    """Which unit leads instead, from which day in Vietnam (today, where none is said), and why."""

    model_config = _example(
        {"unit": "019aa655-0000-7000-8000-000000000010", "reason": "Đúng chức năng của Sở"}
    )

    unit: UUID
    effective_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))] | None = None
    reason: Reason


class DrawSample(_Body):
    """How large a share (percent) of each unit's claims is looked at, and before which meeting.

    A seed that is given draws the same again; without one, it is drawn by chance and kept.
    """

    model_config = _example({"share": 20, "meeting_at": "2026-12-01T01:30:00Z"})

    share: Annotated[int, Field(ge=1, le=100)] = 20
    meeting_at: Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)] | None = None
    seed: Annotated[Text, Field(max_length=80)] = ""
