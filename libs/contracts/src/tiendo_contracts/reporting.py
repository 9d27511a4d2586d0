"""Events of units' reports (topic `tiendo.reporting.v1`).

First forms know weeks alone. Every report is told in the second one; what is of a week in the first
one as well, as long as both are published. A first form is a second one whose period is a week, so
whoever handles these handles both.
"""

import re
from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict

from tiendo_contracts.base import (
    Contract,
    Day,
    Id,
    Instant,
    Level,
    Link,
    Model,
    Name,
    Period,
    Person,
    Text,
    UnitPath,
    doc,
)
from tiendo_contracts.periods import RealPeriod

_WEEK = "^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$"
_FIRST_FORMS_UNTIL = date(2027, 12, 31)


class _ReportEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.reporting.v1"
    KEY: ClassVar[str] = "report_id"
    OWNER: ClassVar[str] = "reporting"
    SINCE: ClassVar[date] = date(2026, 11, 27)

    report_id: Id = doc("Định danh báo cáo", "the report's id")
    unit_id: Id = doc("Đơn vị báo cáo", "the unit that reports")
    unit_path: UnitPath = doc("Đường dẫn của đơn vị", "the unit's path")
    period: RealPeriod = doc(
        "Kỳ báo cáo, ví dụ 2026-W47 hoặc 2026-11", "the period: 2026-W47 or 2026-11 for example"
    )

    def earlier(self) -> Contract | None:
        """The first form, where the period is a week."""
        first = _FIRST_FORMS.get(type(self))
        if first is None or not re.fullmatch(_WEEK, self.period):
            return None
        return first.model_construct(**dict(self))


class ReportLine(Model):
    """What a report says about one assignment."""

    assignment_id: Id = doc("Nhiệm vụ", "the assignment")
    percent: int = doc("Tiến độ, phần trăm", "progress in percent", ge=0, le=100)
    done: bool = doc("Đã hoàn thành (đơn vị tự báo)", "done, as the unit claims")
    difficulties: Text = doc("Khó khăn, vướng mắc", "difficulties, may be empty", max_length=4000)
    product_url: Link = doc("Liên kết sản phẩm", "link to the product, may be empty")


class ReportSubmitted(_ReportEvent):
    """A unit reported for a period."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportSubmitted.v2"
    VI: ClassVar[str] = "Một đơn vị đã báo cáo cho một kỳ."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "monitoring",
        "notifications",
        "reporting",
    )

    submitted_at: Instant = doc("Thời điểm nộp (UTC)", "when it came in, UTC")
    due_at: Instant = doc("Hạn nộp (UTC)", "when it was due, UTC")
    lines: tuple[ReportLine, ...] = doc("Từng nhiệm vụ", "a line per assignment", min_length=1)


class ReportReturned(_ReportEvent):
    """A report was sent back to its unit for correction."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportReturned.v2"
    VI: ClassVar[str] = "Báo cáo được trả lại đơn vị để sửa."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
        "reporting",
    )

    reason: Text = doc("Lý do trả lại", "why", min_length=1, max_length=2000)


class ReportMissed(_ReportEvent):
    """A unit with open assignments let a period go by without a report; told once a period."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportMissed.v2"
    VI: ClassVar[str] = "Một đơn vị còn nhiệm vụ mà không báo cáo trong kỳ; mỗi kỳ ghi một lần."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
        "reporting",
    )

    due_at: Instant = doc("Hạn nộp (UTC)", "when it was due, UTC")


class ObligationOpened(_ReportEvent):
    """A unit owes a report for a period, told ahead of time; the report's id is fixed with it."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.ObligationOpened.v1"
    VI: ClassVar[str] = (
        "Một đơn vị phải nộp báo cáo cho một kỳ, được báo trước; mã báo cáo đã định."
    )
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
        "reporting",
    )

    period: Period = doc(
        "Kỳ báo cáo, ví dụ 2026-W47 hoặc 2026-11", "the period: 2026-W47 or 2026-11 for example"
    )
    opens_at: Instant = doc("Bắt đầu nhận (UTC)", "from when it can be handed in, UTC")
    due_at: Instant = doc("Hạn nộp (UTC)", "when it is due, UTC")


class ReportExcused(_ReportEvent):
    """Somebody decided that a unit need not report for a period; it is not counted as missed."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportExcused.v2"
    VI: ClassVar[str] = "Đơn vị được miễn báo cáo một kỳ; không tính là không báo cáo."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
        "reporting",
    )

    decided_by: Person = doc("Người quyết định", "who decided")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class LateReportAllowed(_ReportEvent):
    """Somebody decided that a unit may report until an instant, though the period is locked."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.LateReportAllowed.v2"
    VI: ClassVar[str] = "Đơn vị được phép nộp muộn đến một thời điểm, dù kỳ đã khóa."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "notifications",
        "reporting",
    )

    until: Instant = doc("Được nộp đến (UTC)", "until when it is taken, UTC")
    decided_by: Person = doc("Người quyết định", "who decided")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


class ReportCommented(_ReportEvent):
    """Somebody above the unit, or the unit itself, said something about a report."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportCommented.v2"
    VI: ClassVar[str] = "Cấp trên, hoặc chính đơn vị, có ý kiến về một báo cáo."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "monitoring",
        "notifications",
        "reporting",
    )

    author: Person = doc("Người nêu ý kiến", "who said it")
    author_unit_id: Id = doc("Đơn vị của người nêu ý kiến", "the unit of who said it")
    text: Text = doc("Ý kiến", "what was said", min_length=1, max_length=2000)


class _WaveEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.reporting.v1"
    KEY: ClassVar[str] = "wave_id"
    OWNER: ClassVar[str] = "reporting"
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = ("reporting",)

    wave_id: Id = doc("Định danh đợt triển khai", "the wave's id")
    unit_path: UnitPath = doc("Đơn vị quyết định (đường dẫn)", "path of the unit that decides")


class WaveOrdered(_WaveEvent):
    """Units begin to report in a rhythm: for every period that begins on a day or later."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.WaveOrdered.v1"
    VI: ClassVar[str] = "Một đợt đơn vị bắt đầu báo cáo định kỳ, từ kỳ bắt đầu vào một ngày trở đi."

    name: Name = doc("Tên đợt", "the wave's name")
    rhythm: Literal["weekly", "monthly"] = doc("Nhịp báo cáo", "how often they report")
    from_day: Day = doc("Từ ngày", "from which day on, in Vietnam")
    unit_ids: tuple[Id, ...] = doc("Các đơn vị được nêu tên", "the units that are named")
    below_unit_id: Id | None = doc(
        "Mọi đơn vị từ đơn vị này trở xuống, nếu có", "all from this unit downwards, or none"
    )
    level: Level | None = doc(
        "Chỉ cấp này trong số đó, nếu có", "of these only those of a level, if any"
    )
    decided_by: Person = doc("Người quyết định", "who decided")


class WaveEnded(_WaveEvent):
    """The units of a wave need not report for periods that begin on a day or later."""

    TYPE: ClassVar[str] = "vn.tiendo.reporting.WaveEnded.v1"
    VI: ClassVar[str] = "Một đợt kết thúc: từ kỳ bắt đầu vào một ngày trở đi không phải báo cáo."

    ends_on: Day = doc("Từ ngày", "from which day on, in Vietnam")
    decided_by: Person = doc("Người quyết định", "who decided")
    reason: Text = doc("Lý do", "why", min_length=1, max_length=2000)


def _week() -> str:
    """The period of all first forms."""
    return doc(
        "Kỳ báo cáo, ví dụ 2026-W47",
        "the period: ISO year and week, for example 2026-W47",
        pattern=_WEEK,
    )


class ReportSubmittedV1(ReportSubmitted):
    """A unit reported for a period."""

    model_config = ConfigDict(title="ReportSubmitted")
    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportSubmitted.v1"
    SINCE: ClassVar[date] = date(2026, 11, 22)
    UNTIL: ClassVar[date | None] = _FIRST_FORMS_UNTIL

    period: str = _week()


class ReportReturnedV1(ReportReturned):
    """A report was sent back to its unit for correction."""

    model_config = ConfigDict(title="ReportReturned")
    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportReturned.v1"
    SINCE: ClassVar[date] = date(2026, 11, 22)
    UNTIL: ClassVar[date | None] = _FIRST_FORMS_UNTIL

    period: str = _week()


class ReportMissedV1(ReportMissed):
    """A unit with open assignments let a period go by without a report; told once a period."""

    model_config = ConfigDict(title="ReportMissed")
    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportMissed.v1"
    SINCE: ClassVar[date] = date(2026, 11, 22)
    UNTIL: ClassVar[date | None] = _FIRST_FORMS_UNTIL

    period: str = _week()


class ReportExcusedV1(ReportExcused):
    """Somebody decided that a unit need not report for a period; it is not counted as missed."""

    model_config = ConfigDict(title="ReportExcused")
    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportExcused.v1"
    SINCE: ClassVar[date] = date(2026, 11, 27)
    UNTIL: ClassVar[date | None] = _FIRST_FORMS_UNTIL

    period: str = _week()


class LateReportAllowedV1(LateReportAllowed):
    """Somebody decided that a unit may report until an instant, though the period is locked."""

    model_config = ConfigDict(title="LateReportAllowed")
    TYPE: ClassVar[str] = "vn.tiendo.reporting.LateReportAllowed.v1"
    SINCE: ClassVar[date] = date(2026, 11, 27)
    UNTIL: ClassVar[date | None] = _FIRST_FORMS_UNTIL

    period: str = _week()


class ReportCommentedV1(ReportCommented):
    """Somebody above the unit, or the unit itself, said something about a report."""

    model_config = ConfigDict(title="ReportCommented")
    TYPE: ClassVar[str] = "vn.tiendo.reporting.ReportCommented.v1"
    SINCE: ClassVar[date] = date(2026, 11, 27)
    UNTIL: ClassVar[date | None] = _FIRST_FORMS_UNTIL

    period: str = _week()


_FIRST_FORMS: dict[type[Contract], type[Contract]] = {
    ReportSubmitted: ReportSubmittedV1,
    ReportReturned: ReportReturnedV1,
    ReportMissed: ReportMissedV1,
    ReportExcused: ReportExcusedV1,
    LateReportAllowed: LateReportAllowedV1,
    ReportCommented: ReportCommentedV1,
}
