"""Examples of the register of organisations."""

from datetime import date

from tiendo_contracts.base import Contract, Level
from tiendo_contracts.examples import story
from tiendo_contracts.units import UnitDissolved, UnitMerged, UnitMoved, UnitRegistered, UnitRenamed

UNIT_REGISTERED = UnitRegistered(
    unit_id=story.SCIENCE,
    effective_on=date(2025, 7, 1),
    code="H99.12",
    name="Sở Khoa học và Công nghệ tỉnh Bình Sơn",
    name_en="Department of Science and Technology of Binh Son",
    aliases=("Sở KH&CN", "Sở Khoa học và Công nghệ"),
    level=Level.PROVINCIAL,
    kind="agency",
    parent_id=story.COMMITTEE,
    path=story.SCIENCE_PATH,
)

UNIT_RENAMED = UnitRenamed(
    unit_id=story.SCIENCE,
    effective_on=date(2027, 1, 1),
    name="Sở Khoa học, Công nghệ và Chuyển đổi số tỉnh Bình Sơn",
    aliases=("Sở KHCN&CĐS",),
)

UNIT_MOVED = UnitMoved(
    unit_id=story.SCIENCE,
    effective_on=date(2027, 1, 1),
    parent_id=story.FINANCE,
    path=f"{story.COMMITTEE_PATH}{story.FINANCE}/{story.SCIENCE}/",
    from_path=story.SCIENCE_PATH,
    legal_basis="112/NQ-HĐND",
)

UNIT_MERGED = UnitMerged(
    unit_id=story.FINANCE,
    effective_on=date(2027, 1, 1),
    into_id=story.SCIENCE,
    legal_basis="112/NQ-HĐND",
)

UNIT_DISSOLVED = UnitDissolved(
    unit_id=story.FINANCE,
    effective_on=date(2027, 1, 1),
    successor_ids=(story.SCIENCE, story.COMMITTEE),
    legal_basis="",
)

ALL: tuple[Contract, ...] = (UNIT_REGISTERED, UNIT_RENAMED, UNIT_MOVED, UNIT_MERGED, UNIT_DISSOLVED)
