"""Events of the register of organisations (topic `tiendo.units.v1`)."""

from datetime import date
from typing import ClassVar

from tiendo_contracts.base import Contract, Day, Id, Level, Name, Text, UnitPath, doc


class _UnitEvent(Contract):
    TOPIC: ClassVar[str] = "tiendo.units.v1"
    KEY: ClassVar[str] = "unit_id"
    OWNER: ClassVar[str] = "assignments"
    SINCE: ClassVar[date] = date(2026, 11, 22)

    unit_id: Id = doc("Định danh đơn vị, không đổi", "the unit's id, for ever")
    effective_on: Day = doc("Ngày có hiệu lực", "the day from which it holds, by law")


class UnitRegistered(_UnitEvent):
    """An organisation entered the register."""

    TYPE: ClassVar[str] = "vn.tiendo.units.UnitRegistered.v1"

    code: Text | None = doc(
        "Mã chính thức", "official code, good only together with a day, or none", max_length=40
    )
    name: Text = doc("Tên đầy đủ", "full name", min_length=1, max_length=300)
    name_en: Text = doc("Tên tiếng Anh", "name in English, may be empty", max_length=300)
    aliases: tuple[Name, ...] = doc("Tên gọi khác, viết tắt", "other names and abbreviations")
    level: Level = doc("Cấp", "level")
    kind: str = doc(
        "Loại: committee, agency, department, academy, school, province, commune; có thể thêm",
        "what it is: committee, agency, department, academy, school, province, commune; may grow",
        pattern="^[a-z]+(_[a-z]+)*$",
        max_length=40,
    )
    parent_id: Id | None = doc("Đơn vị cấp trên", "the unit above, none for the root")
    path: UnitPath = doc("Đường dẫn từ gốc", "ids from the root to itself")


class UnitRenamed(_UnitEvent):
    """An organisation has another name from a day on; the older name stays true before it."""

    TYPE: ClassVar[str] = "vn.tiendo.units.UnitRenamed.v1"

    name: Text = doc("Tên mới", "the new name", min_length=1, max_length=300)
    aliases: tuple[Name, ...] = doc("Tên gọi khác, viết tắt", "other names and abbreviations")
