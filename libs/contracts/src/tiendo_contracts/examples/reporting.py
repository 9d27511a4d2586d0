"""Examples of units' reports."""

from datetime import UTC, date, datetime
from uuid import UUID

from tiendo_contracts.base import Contract, Level, Person
from tiendo_contracts.examples import story
from tiendo_contracts.reporting import (
    LateReportAllowed,
    ObligationOpened,
    ReportCommented,
    ReportExcused,
    ReportLine,
    ReportMissed,
    ReportReturned,
    ReportSubmitted,
    WaveEnded,
    WaveOrdered,
)

_PERIOD = "2026-W50"
_DUE_AT = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)

REPORT_SUBMITTED = ReportSubmitted(
    report_id=story.REPORT,
    unit_id=story.SCIENCE,
    unit_path=story.SCIENCE_PATH,
    period=_PERIOD,
    submitted_at=story.PLATFORM_CLAIMED_AT,
    due_at=_DUE_AT,
    lines=(
        ReportLine(
            assignment_id=story.PLATFORM,
            percent=100,
            done=True,
            difficulties="",
            product_url=story.PLATFORM_URL,
        ),
    ),
)

REPORT_RETURNED = ReportReturned(
    report_id=story.REPORT,
    unit_id=story.SCIENCE,
    unit_path=story.SCIENCE_PATH,
    period=_PERIOD,
    reason="Thiếu biên bản nghiệm thu",
)

REPORT_MISSED = ReportMissed(
    report_id=UUID("019ac9b0-0000-7000-8000-000000000002"),
    unit_id=story.FINANCE,
    unit_path=story.FINANCE_PATH,
    period=_PERIOD,
    due_at=_DUE_AT,
)

OBLIGATION_OPENED = ObligationOpened(
    report_id=story.REPORT,
    unit_id=story.SCIENCE,
    unit_path=story.SCIENCE_PATH,
    period=_PERIOD,
    opens_at=datetime(2026, 12, 7, 1, 0, tzinfo=UTC),
    due_at=_DUE_AT,
)

_CHAIR = Person(name="Trần Văn Bình", office="Phó Trưởng Ban")
_FINANCE = {
    "report_id": REPORT_MISSED.report_id,
    "unit_id": story.FINANCE,
    "unit_path": story.FINANCE_PATH,
    "period": _PERIOD,
}

LATE_REPORT_ALLOWED = LateReportAllowed.model_validate(
    {
        **_FINANCE,
        "until": datetime(2026, 12, 18, 9, 0, tzinfo=UTC),
        "decided_by": _CHAIR,
        "reason": "Đơn vị đang chuyển trụ sở",
    }
)

REPORT_EXCUSED = ReportExcused.model_validate(
    {**_FINANCE, "decided_by": _CHAIR, "reason": "Khắc phục hậu quả bão lũ"}
)

REPORT_COMMENTED = ReportCommented(
    report_id=story.REPORT,
    unit_id=story.SCIENCE,
    unit_path=story.SCIENCE_PATH,
    period=_PERIOD,
    author=_CHAIR,
    author_unit_id=story.FINANCE,
    text="Đề nghị nêu rõ số người dùng",
)

WAVE_ORDERED = WaveOrdered(
    wave_id=story.WAVE,
    unit_path=story.COMMITTEE_PATH,
    name="Đợt 1: các sở",
    rhythm="monthly",
    from_day=date(2027, 1, 1),
    unit_ids=(story.SCIENCE,),
    below_unit_id=story.FINANCE,
    level=Level.PROVINCIAL,
    decided_by=_CHAIR,
)

WAVE_ENDED = WaveEnded(
    wave_id=story.WAVE,
    unit_path=story.COMMITTEE_PATH,
    ends_on=date(2027, 7, 1),
    decided_by=_CHAIR,
    reason="Chuyển sang báo cáo tuần",
)

_WEEKLY: tuple[Contract, ...] = (
    REPORT_SUBMITTED,
    REPORT_RETURNED,
    REPORT_MISSED,
    LATE_REPORT_ALLOWED,
    REPORT_EXCUSED,
    REPORT_COMMENTED,
)
_FIRST_FORMS = tuple(first for one in _WEEKLY if (first := one.earlier()) is not None)

ALL: tuple[Contract, ...] = (
    OBLIGATION_OPENED,
    *_WEEKLY,
    *_FIRST_FORMS,
    WAVE_ORDERED,
    WAVE_ENDED,
)
