"""What comes in and what goes out, in JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reporting.api.access import refuse_classified
from reporting.application import Draft
from reporting.domain import Line, Obligation, Report, report_id
from reporting.period import PATTERN, Period
from reporting.views import AssignmentRow
from tiendo_contracts.base import Link
from tiendo_runtime.http.text import Text

MOST_LINES = 500

PeriodText = Annotated[
    str, StringConstraints(pattern=PATTERN), Field(description="ISO week: 2026-W47")
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
