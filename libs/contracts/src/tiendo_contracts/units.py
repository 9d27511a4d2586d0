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
    VI: ClassVar[str] = "Một tổ chức được ghi vào danh mục đơn vị."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "ingest",
        "meetings",
        "monitoring",
        "notifications",
        "reporting",
    )

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
    VI: ClassVar[str] = "Một tổ chức mang tên khác kể từ một ngày; trước ngày đó tên cũ vẫn đúng."
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "ingest",
        "meetings",
        "monitoring",
        "notifications",
        "reporting",
    )

    name: Text = doc("Tên mới", "the new name", min_length=1, max_length=300)
    aliases: tuple[Name, ...] = doc("Tên gọi khác, viết tắt", "other names and abbreviations")


class UnitMoved(_UnitEvent):
    """An organisation is below another one from a day on, or the one above it is.

    Each organisation below it has an event of its own, soon after; its open assignments are told
    anew with the path that holds now.
    """

    TYPE: ClassVar[str] = "vn.tiendo.units.UnitMoved.v1"
    VI: ClassVar[str] = (
        "Từ một ngày, tổ chức nằm dưới đơn vị cấp trên khác, hoặc chính đơn vị cấp trên đã chuyển."
    )
    SINCE: ClassVar[date] = date(2026, 11, 27)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "ingest",
        "meetings",
        "monitoring",
        "notifications",
        "reporting",
    )

    parent_id: Id | None = doc("Đơn vị cấp trên mới", "the unit above it now, none for the root")
    path: UnitPath = doc("Đường dẫn mới từ gốc", "ids from the root to itself, now")
    from_path: UnitPath = doc("Đường dẫn trước đó", "its path until then")
    legal_basis: Text = doc(
        "Căn cứ pháp lý: số, ký hiệu văn bản",
        "number of the decision, may be empty",
        max_length=300,
    )


class UnitMerged(_UnitEvent):
    """An organisation became part of another one; its open work passes on from that day."""

    TYPE: ClassVar[str] = "vn.tiendo.units.UnitMerged.v1"
    VI: ClassVar[str] = "Một tổ chức nhập vào tổ chức khác; việc chưa xong được chuyển từ ngày đó."
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "ingest",
        "meetings",
        "monitoring",
        "notifications",
        "reporting",
    )

    into_id: Id = doc("Đơn vị kế thừa", "the unit that takes it in")
    legal_basis: Text = doc(
        "Căn cứ pháp lý: số, ký hiệu văn bản",
        "number of the decision, may be empty",
        max_length=300,
    )


class UnitDissolved(_UnitEvent):
    """An organisation ended; where it has several successors, a person shares out its open work."""

    TYPE: ClassVar[str] = "vn.tiendo.units.UnitDissolved.v1"
    VI: ClassVar[str] = (
        "Một tổ chức chấm dứt hoạt động; nếu có nhiều đơn vị kế thừa thì người có thẩm quyền "
        "phân chia việc chưa xong."
    )
    SINCE: ClassVar[date] = date(2026, 11, 26)
    CONSUMERS: ClassVar[tuple[str, ...]] = (
        "assignments",
        "ingest",
        "meetings",
        "monitoring",
        "notifications",
        "reporting",
    )

    successor_ids: tuple[Id, ...] = doc(
        "Các đơn vị kế thừa, có thể không có", "the units that follow it, may be none"
    )
    legal_basis: Text = doc(
        "Căn cứ pháp lý: số, ký hiệu văn bản",
        "number of the decision, may be empty",
        max_length=300,
    )
