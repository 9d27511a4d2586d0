"""Events of figures that other systems measure (topic `tiendo.indicators.v1`).

They come in from member units' systems; the ingest checks them and publishes them again, so its
relay alone writes the topic. `system` keeps who measured.

A measurement has no id of its own. Its key is the unit, whose figures all stay in order: a value of
the same indicator, unit and period that was measured later takes the place of the earlier one. At
equal `measured_at` the later of both in the topic holds. A value of 0 is a value; what was not
measured is not sent.
"""

from datetime import date
from typing import ClassVar, Literal

from tiendo_contracts.base import (
    Code,
    Contract,
    Day,
    DecimalText,
    Id,
    Instant,
    Period,
    Source,
    Text,
    UnitOfMeasure,
    doc,
)


class _IndicatorEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.indicators.v1"
    OWNER: ClassVar[str] = "ingest"
    SINCE: ClassVar[date] = date(2026, 11, 25)

    indicator_id: Id = doc("Định danh chỉ tiêu, không đổi", "the indicator's id, for ever")


class IndicatorDefined(_IndicatorEvent):
    """An indicator got its definition, or clearer words for it; what is counted never changes.

    To count something else is another indicator with an id of its own, so that no series mixes two.
    """

    TYPE: ClassVar[str] = "vn.tiendo.indicators.IndicatorDefined.v1"
    VI: ClassVar[str] = (
        "Một chỉ tiêu được định nghĩa, hoặc được diễn đạt rõ hơn; cách tính khác là chỉ tiêu khác."
    )
    KEY: ClassVar[str] = "indicator_id"

    code: Code = doc(
        "Mã chỉ tiêu, ví dụ portal.logins", "its name for machines, portal.logins for example"
    )
    name: Text = doc("Tên chỉ tiêu", "name in Vietnamese", min_length=1, max_length=300)
    name_en: Text = doc("Tên tiếng Anh", "name in English", min_length=1, max_length=300)
    owner_unit_id: Id = doc("Đơn vị chịu trách nhiệm", "the unit that answers for the definition")
    unit: UnitOfMeasure = doc(
        "Đơn vị tính, ví dụ login, document, VND", "what is counted: login, document, VND …"
    )
    counting: Text = doc(
        "Cách tính", "how it is counted, in Vietnamese", min_length=1, max_length=4000
    )
    counting_en: Text = doc(
        "Cách tính bằng tiếng Anh", "how it is counted, in English, may be empty", max_length=4000
    )
    period_kind: Literal["day", "week", "month", "quarter", "year"] = doc(
        "Kỳ đo: ngày, tuần, tháng, quý, năm", "the kind of period that a value is for"
    )
    adds_up: bool = doc(
        "Cộng được giữa các kỳ (phát sinh), hay là số cuối kỳ, tỷ lệ",
        "values of successive periods add up (a flow); false for stocks and shares",
    )
    effective_on: Day = doc("Ngày áp dụng", "the day from which it is measured")


class IndicatorMeasured(_IndicatorEvent):
    """A system measured an indicator for a unit and a period, or corrected what it had told."""

    TYPE: ClassVar[str] = "vn.tiendo.indicators.IndicatorMeasured.v1"
    VI: ClassVar[str] = (
        "Một hệ thống đo được chỉ tiêu của một đơn vị trong một kỳ, hoặc sửa số đã gửi."
    )
    KEY: ClassVar[str] = "unit_id"

    unit_id: Id = doc("Đơn vị được đo", "the unit that it is about")
    period: Period = doc(
        "Kỳ đo: 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026",
        "a day, ISO week, month, quarter or year: 2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026",
    )
    value: DecimalText = doc(
        "Giá trị, số thập phân dạng chuỗi", "the value, a decimal as a string: 1287 or 99.5"
    )
    unit: UnitOfMeasure = doc(
        "Đơn vị tính, như trong định nghĩa", "what is counted, as the definition says"
    )
    measured_at: Instant = doc(
        "Thời điểm đo (UTC), số đo sau thay số trước",
        "when it was measured, UTC: a later one takes the place of an earlier one",
    )
    system: Source = doc(
        "Hệ thống đo, như thuộc tính source", "the system that measured, its CloudEvents source"
    )
