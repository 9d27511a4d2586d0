"""The people whom the sign-in page offers, one click each."""

import json
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, TypeAdapter

from tiendo_local.room import Room
from tiendo_local.tokens import Claims

ROLE_NAMES = {
    "secretariat": ("Ban thư ký", "Secretariat"),
    "leader": ("Lãnh đạo Ban Chỉ đạo", "Committee leader"),
    "reporter": ("Đầu mối báo cáo", "Unit reporter"),
    "inspector": ("Người kiểm tra", "Inspector"),
    "member": ("Thành viên Ban Chỉ đạo", "Committee member"),
    "auditor": ("Kiểm toán", "Auditor"),
    "operator": ("Vận hành", "Operator"),
    "publisher": ("Hệ thống gửi sự kiện", "Publishing system"),
}
Role = Literal[
    "secretariat",
    "leader",
    "reporter",
    "inspector",
    "member",
    "auditor",
    "operator",
    "publisher",
]


class Persona(BaseModel):
    """One person of the demo, as `personas.json` has them.

    Attributes:
        unit_path: Ids from the top down to the unit, as "/<id>/<id>/".
    """

    key: str
    name: str
    role: Role
    unit: str | None = None
    unit_name: str | None = None
    unit_path: str | None = None

    def claims(self) -> Claims:
        """Return what a token of this person says."""
        return Claims(
            subject=self.key,
            name=self.name,
            roles=(self.role,),
            unit=self.unit,
            unit_path=self.unit_path,
        )


_LIST = TypeAdapter(list[Persona])
_WITHOUT_UNITS = [
    Persona(key="van-hanh", name="Nguyễn Văn Hành", role="operator"),
    Persona(key="kiem-toan", name="Trần Thị Toán", role="auditor"),
]


def read(room: Room) -> list[Persona]:
    """Return the room's people; before a demo wrote any, two who belong to no unit."""
    if not room.personas.exists():
        return _WITHOUT_UNITS
    return _LIST.validate_json(room.personas.read_bytes())


def write(room: Room, people: Sequence[Persona]) -> None:
    """Replace the room's people."""
    content = [person.model_dump() for person in people]
    new = room.personas.with_suffix(".new")
    new.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    new.replace(room.personas)
