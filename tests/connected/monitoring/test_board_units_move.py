"""The board when units go below others: 63 provinces became 34 on 1 July 2025."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.monitoring.world import CLOCK, IDS, Running, World, deadline, until

from tiendo_contracts import assignments, units
from tiendo_contracts.base import Contract, Level
from tiendo_runtime.clock import local_day

MERGERS = Path(__file__).parents[1] / "assignments/facts/province-mergers-2025-07-01.csv"
LAW = "Nghị quyết 202/2025/QH15"
DAY = date(2025, 7, 1)
COMMUNES = 3


@dataclass
class Nation:
    """Provinces, communes below each, and one open assignment of each commune."""

    centre: UUID
    provinces: dict[str, UUID]
    communes: dict[UUID, list[UUID]]
    work: dict[UUID, UUID]


def entered(world: World, key: UUID, name: str, level: Level, parent: UUID) -> Contract:
    world.paths[key] = f"{world.paths[parent]}{key}/"
    return units.UnitRegistered(
        unit_id=key,
        effective_on=date(1997, 1, 1),
        code=None,
        name=name,
        name_en="",
        aliases=(),
        level=level,
        kind="agency",
        parent_id=parent,
        path=world.paths[key],
    )


def place(world: World, nation: Nation, commune: UUID) -> dict[str, Any]:
    return {
        "assignment_id": nation.work[commune],
        "committee_id": nation.centre,
        "committee_path": world.paths[nation.centre],
        "lead_unit_id": commune,
        "lead_unit_path": world.paths[commune],
    }


def lines() -> list[dict[str, str]]:
    with MERGERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def nation(world: World, board: Running) -> Nation:
    found = Nation(world.unit("Ban Chỉ đạo", Level.CENTRAL), {}, {}, {})
    told: list[Contract] = []
    for line in lines():
        province = found.provinces[line["old_code"]] = IDS.new()
        told.append(entered(world, province, line["old_name"], Level.PROVINCIAL, found.centre))
        found.communes[province] = [IDS.new() for _ in range(COMMUNES)]
        for commune in found.communes[province]:
            told.append(entered(world, commune, "Xã", Level.COMMUNAL, province))
            found.work[commune] = IDS.new()
            told.append(
                assignments.AssignmentIssued(
                    **place(world, found, commune),
                    notice_id=IDS.new(),
                    notice_number="47-TB/BCĐ",
                    item_path="II.1",
                    issued_on=local_day(CLOCK.now()),
                    text="Hoàn thành kết nối dữ liệu.",
                    coordinator_ids=(),
                    deadline=deadline(timedelta(days=-1)),
                    recurring=None,
                )
            )
    board.publish(*told)
    return found


def total(client: httpx.Client, unit: UUID) -> int:
    answer = client.get(f"/v1/units/{unit}")
    return answer.json()["below"]["total"] if answer.is_success else 0


def overall(client: httpx.Client, **asked: Any) -> tuple[int, int]:
    told = client.get("/v1/board", params=asked).json()["overall"]
    return told["total"], told["overdue"]


def test_totals_of_34_provinces_are_those_of_the_63_they_come_of(
    world: World, nation: Nation, board: Running
) -> None:
    every = 63 * COMMUNES
    with world.asking(nation.centre) as client:
        until(lambda: overall(client) == (every, every), 120)
        until(lambda: all(total(client, one) for one in nation.provinces.values()), 120)
        before = {code: total(client, unit) for code, unit in nation.provinces.items()}
        assert set(before.values()) == {COMMUNES}

        new, told = merged(world, nation)
        board.publish(*told)
        wanted = Counter[UUID]()
        for code, unit in new.items():
            wanted[unit] += before[code]
        assert (len(wanted), sum(wanted.values())) == (34, every)
        until(lambda: {unit: total(client, unit) for unit in wanted} == wanted, 120)

        gone = [unit for unit in nation.provinces.values() if unit not in wanted]
        assert {total(client, unit) for unit in gone} == {0}
        assert overall(client) == (every, every)
        some = next(iter(wanted))
        assert overall(client, unit_id=some) == (wanted[some], wanted[some])
        commune = next(iter(nation.work))
        assert client.get(f"/v1/units/{commune}").json()["own"]["total"] == 1
        shown = client.get(f"/v1/assignments/{nation.work[commune]}").json()
        assert shown["lead_unit_id"] == str(commune)


def merged(world: World, nation: Nation) -> tuple[dict[str, UUID], list[Contract]]:
    """What the register and the assignments tell; new provinces by the codes of before."""
    told: list[Contract] = []
    made: dict[tuple[str, str], UUID] = {}
    found: dict[str, UUID] = {}
    for line in lines():
        name = (line["new_code"], line["new_name"])
        old = nation.provinces[line["old_code"]]
        if name == (line["old_code"], line["old_name"]):
            unchanged = sum((x["new_code"], x["new_name"]) == name for x in lines()) == 1
            if unchanged:
                found[line["old_code"]] = old
                continue
        if name not in made:
            made[name] = IDS.new()
            told.append(entered(world, made[name], name[1], Level.PROVINCIAL, nation.centre))
        into = found[line["old_code"]] = made[name]
        told.append(units.UnitMerged(unit_id=old, effective_on=DAY, into_id=into, legal_basis=LAW))
        for commune in nation.communes[old]:
            former = world.paths[commune]
            world.paths[commune] = f"{world.paths[into]}{commune}/"
            told += [
                units.UnitMoved(
                    unit_id=commune,
                    effective_on=DAY,
                    parent_id=into,
                    path=world.paths[commune],
                    from_path=former,
                    legal_basis=LAW,
                ),
                assignments.AssignmentTransferred(
                    **place(world, nation, commune),
                    from_unit_id=commune,
                    from_unit_path=former,
                    effective_on=DAY,
                    deadline=deadline(timedelta(days=-1)),
                    cause="unit_merged",
                    reason=LAW,
                ),
            ]
    return found, told
