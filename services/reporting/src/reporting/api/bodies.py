"""What comes in and what goes out, in JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from reporting.api.access import refuse_classified
from reporting.application import Draft
from reporting.domain import Comment, Line, Obligation, Report, report_id
from reporting.period import PATTERN, Period, Rhythm
from reporting.views import AssignmentRow, Rates, Span, UnitRates
from tiendo_contracts.base import Level, Link
from tiendo_runtime.http.text import Text

MOST_LINES = 500

PeriodText = Annotated[
    str,
    StringConstraints(pattern=PATTERN),
    Field(description="ISO week or month: 2026-W47, 2026-11"),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineIn(_Body):
    """What the unit says about one of its assignments."""

    assignment_id: UUID
    percent: Annotated[int, Field(strict=True, ge=0, le=100)]
    done: Annotated[bool, Field(strict=True)] = False
    difficulties: Annotated[Text, Field(max_length=4000)] = ""
    product_url: Link = ""


class ReportIn(_Body):
    """A unit's report for a period; the unit is the reporter's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "period": "2026-W47",
                    "lines": [
                        {
                            "assignment_id": "c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d01",
                            "percent": 60,
                            "done": False,
                            "difficulties": "Chưa có kinh phí cho giai đoạn hai",
                            "product_url": "https://dulieu.binhson.example/nen-tang",
                        }
                    ],
                }
            ]
        },
    )

    period: PeriodText
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]

    def checked(self) -> list[Line]:
        """The lines as the domain knows them.

        Raises:
            RuleError: `classified`: a text is marked as secret.
        """
        for number, line in enumerate(self.lines):
            refuse_classified(line.difficulties, f"/lines/{number}/difficulties")
        return [Line(**dict(line)) for line in self.lines]


class ReturnIn(_Body):
    """Why a report goes back to its unit."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"reason": "Thiếu biên bản nghiệm thu"}]},
    )

    reason: Annotated[Text, Field(min_length=3, max_length=2000)]


Office = Annotated[Text, Field(max_length=300, description="your office, as others shall read it")]


class ExcuseIn(ReturnIn):
    """Why a unit need not report."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"reason": "Khắc phục hậu quả bão lũ", "office": "Phó Trưởng Ban"}]
        },
    )

    office: Office = ""


class ExcuseAheadIn(ExcuseIn):
    """Which unit need not report for which period to come, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit_id": "019a8c40-0000-7000-8000-000000000003",
                    "period": "2027-02",
                    "reason": "Nghỉ Tết Nguyên đán",
                    "office": "Phó Trưởng Ban",
                }
            ]
        },
    )

    unit_id: UUID
    period: PeriodText


class AllowLateIn(ExcuseIn):
    """Until when a unit may report though its period is locked, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "until": "2026-12-18T09:00:00Z",
                    "reason": "Đơn vị đang chuyển trụ sở",
                    "office": "Phó Trưởng Ban",
                }
            ]
        },
    )

    until: AwareDatetime


class WaveIn(_Body):
    """Units that begin to report: those named, and those of a level from a unit downwards."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Đợt 1: các sở",
                    "rhythm": "monthly",
                    "from_day": "2027-01-01",
                    "below_unit_id": "019a8c40-0000-7000-8000-000000000001",
                    "level": "provincial",
                    "office": "Chánh Văn phòng",
                }
            ]
        },
    )

    name: Annotated[Text, Field(min_length=1, max_length=300)]
    rhythm: Rhythm
    from_day: Annotated[date, Field(description="for periods that begin on it or later")]
    unit_ids: Annotated[list[UUID], Field(max_length=MOST_LINES)] = []
    below_unit_id: UUID | None = None
    level: Level | None = None
    office: Office = ""


class EndWaveIn(ExcuseIn):
    """From which day on the units of a wave need not report, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"ends_on": "2027-07-01", "reason": "Chuyển sang báo cáo tuần"}]
        },
    )

    ends_on: Annotated[date, Field(description="for periods that begin on it or later")]


class CommentIn(_Body):
    """What you have to say about a report."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "Đề nghị nêu rõ số người dùng"}]},
    )

    text: Annotated[Text, Field(min_length=3, max_length=2000)]
    office: Office = ""


class CommentOut(BaseModel):
    """What somebody said about a report, and when (UTC)."""

    author: str
    office: str
    author_unit_id: UUID
    text: str
    at: datetime

    @classmethod
    def of(cls, said: Comment) -> "CommentOut":
        """The comment as it is shown."""
        return cls(
            author=said.author.name,
            office=said.author.office,
            author_unit_id=said.author_unit_id,
            text=said.text,
            at=said.at,
        )


class RatesOut(BaseModel):
    """What became of obligations; rates are shares of `expected` from 0 to 1, null where it is 0.

    `expected` had to come in so far: neither the excused nor those still waited for.
    """

    expected: int
    received: int
    on_time: int
    late: int
    returned: int
    missed: int
    excused: int
    waiting: int
    received_rate: float | None
    on_time_rate: float | None

    @classmethod
    def of(cls, rates: Rates) -> "RatesOut":
        """The rates as they are shown."""
        due = rates.expected
        return cls(
            **asdict(rates),
            expected=due,
            received=rates.received,
            received_rate=rates.received / due if due else None,
            on_time_rate=rates.on_time / due if due else None,
        )


class UnitRatesOut(BaseModel):
    """The rates of a unit."""

    unit_id: UUID
    unit_name: str
    level: str
    rates: RatesOut

    @classmethod
    def of_unit(cls, row: UnitRates) -> "UnitRatesOut":
        """The unit and its rates as they are shown."""
        return cls(
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            level=row.level,
            rates=RatesOut.of(row.rates),
        )


class RatesByLevelOut(BaseModel):
    """The rates of periods, of all and by level; the empty level: units not known yet."""

    first: str
    last: str
    total: RatesOut
    levels: dict[str, RatesOut]

    @classmethod
    def of(cls, span: Span, levels: Mapping[str, Rates]) -> "RatesByLevelOut":
        """The rates as they are shown."""
        return cls(
            first=span.first,
            last=span.last,
            total=RatesOut.of(sum(levels.values(), Rates(0, 0, 0, 0, 0, 0))),
            levels={level: RatesOut.of(rates) for level, rates in levels.items()},
        )


class LineOut(BaseModel):
    """A line of a report."""

    assignment_id: UUID
    percent: int
    done: bool
    difficulties: str
    product_url: str


class ReportOut(BaseModel):
    """A report as it stands in the store; instants are UTC. `lines` are those last submitted."""

    id: UUID
    version: int
    unit_id: UUID
    unit_path: str
    period: str
    stage: str
    due_at: datetime
    submitted_at: datetime | None
    return_reason: str
    excuse_reason: str
    late_until: datetime | None
    comments: list[CommentOut]
    lines: list[LineOut]

    @classmethod
    def of(cls, report: Report) -> "ReportOut":
        """The report as it is shown."""
        owed = report.owed
        return cls(
            id=report.id,
            version=report.version,
            unit_id=owed.unit_id,
            unit_path=owed.unit_path,
            period=owed.period,
            stage=report.stage,
            due_at=owed.due_at,
            submitted_at=report.submitted_at,
            return_reason=report.return_reason,
            excuse_reason=report.excuse_reason,
            late_until=report.late_until,
            comments=[CommentOut.of(said) for said in report.comments],
            lines=[LineOut.model_validate(line, from_attributes=True) for line in report.lines],
        )


class FormLine(BaseModel):
    """An assignment to report on, with what the unit said last."""

    assignment_id: UUID
    notice_number: str
    item_path: str
    text: str
    stage: str
    due_on: date | None
    late_from: datetime | None
    words: str
    percent: int
    done: bool
    difficulties: str
    product_url: str

    @classmethod
    def of(cls, row: AssignmentRow, said: Line | None) -> "FormLine":
        """The assignment, and what was said of it; nothing said is no progress."""
        line = said or Line(
            row.assignment_id, percent=0, done=False, difficulties="", product_url=""
        )
        return cls.model_validate(asdict(row) | asdict(line))


class FormOut(BaseModel):
    """What a unit has to report on for a period; `stage` is `none` before there is a report."""

    report_id: UUID
    version: int | None
    period: str
    due_at: datetime
    stage: str
    return_reason: str
    lines: list[FormLine]

    @classmethod
    def of(cls, owed: Obligation, draft: Draft, rows: Sequence[AssignmentRow]) -> "FormOut":
        """The form for what a unit owes; a report that is there keeps its own due instant."""
        report = draft.report
        return cls(
            report_id=report_id(owed.unit_id, Period.parse(owed.period)),
            version=report.version if report else None,
            period=owed.period,
            due_at=report.owed.due_at if report else owed.due_at,
            stage=report.stage if report else "none",
            return_reason=report.return_reason if report else "",
            lines=[FormLine.of(row, draft.lines.get(row.assignment_id)) for row in rows],
        )
