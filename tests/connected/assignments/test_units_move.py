"""Units go along with those above them, and open work with its units."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import conclusion
from tests.connected.assignments.test_units_change import LAW, MERGERS, TODAY, listed, merge

from assignments.application import assignment_id
from tiendo_contracts.base import Deadline

Paths = Mapping[str, str]
"""Paths by id."""


def entered(served: Served, *rows: tuple[UUID, str | None, str, UUID | None]) -> None:
    """Enter units (id, code, name, the one above: else the committee), in one command."""
    units = [
        {
            "id": str(unit), "code": code, "name": name, "level": "provincial", "kind": "province",
            "parent": str(above or served.root), "effective_on": "1997-01-01",
        }
        for unit, code, name, above in rows
    ]  # fmt: skip
    answer = served.ask("POST", "/v1/units", json={"units": units})
    assert answer.status_code == 201, answer.text


def obliged(served: Served, units: Sequence[UUID]) -> dict[UUID, UUID]:
    """Oblige each unit by an item of one notice; answers the assignments by unit."""
    notice = conclusion(served, units[0], Deadline.on(TODAY + timedelta(days=90)))
    item = notice.items[1]
    items = {
        unit: item.model_copy(update={"path": f"II.{number}", "lead_unit_id": unit})
        for number, unit in enumerate(units, 1)
    }
    notice = notice.model_copy(update={"items": (notice.items[0], *items.values())})
    served.publish(notice)
    found = {unit: assignment_id(notice.notice_id, one.path, unit) for unit, one in items.items()}
    until(lambda: len(leads(served).keys() & {str(one) for one in found.values()}) == len(units))
    return found


def leads(served: Served) -> Paths:
    """The path under which each open or ended assignment stands."""
    return dict(served.query("SELECT assignment_id::text, lead_unit_path FROM deadlines"))


def places(served: Served) -> Paths:
    return dict(served.query("SELECT unit_id::text, path FROM units"))


def below(paths: Paths, unit: object) -> int:
    return sum(f"/{unit}/" in path for path in paths.values())


def test_a_unit_and_all_below_it_move_with_their_open_work(served: Served) -> None:
    served.register(IDS.new())
    old, new, commune, school, last = (IDS.new() for _ in range(5))
    entered(served, (old, None, "Tỉnh A", None), (new, None, "Tỉnh B", None))
    entered(served, (commune, None, "Xã", old), (school, None, "Trường", commune))
    entered(served, (last, None, "Tổ", school))
    work = obliged(served, [commune, school, last])
    body = {"parent": str(new), "effective_on": TODAY.isoformat(), "legal_basis": LAW}
    answer = served.ask("POST", f"/v1/units/{commune}/parent", json=body, match=1)
    assert answer.is_success, answer.text
    wanted = f"{served.root_path}{new}/{commune}/"
    for unit in (commune, school, last):
        until(lambda one=unit: places(served)[str(one)].startswith(wanted), 60)
        until(lambda one=unit: leads(served)[str(work[one])].startswith(wanted), 60)
        assert served.stored(work[unit]) == ["Issued", "Transferred"]
    assert places(served)[str(last)] == f"{wanted}{school}/{last}/"
    told = served.ask("GET", f"/v1/assignments/{work[last]}").json()
    assert told["lead_unit_id"] == str(last)


def test_a_move_below_oneself_or_to_come_is_refused(served: Served) -> None:
    served.register(IDS.new())
    above, under = IDS.new(), IDS.new()
    entered(served, (above, None, "Sở", None))
    entered(served, (under, None, "Phòng", above))

    def said(parent: UUID, days: int = 0) -> tuple[int, str]:
        body = {"parent": str(parent), "effective_on": (TODAY + timedelta(days)).isoformat()}
        answer = served.ask("POST", f"/v1/units/{above}/parent", json=body, match=1)
        return answer.status_code, answer.json()["code"]

    assert said(under) == (422, "below_itself")
    assert said(served.root, 1) == (422, "moves_later")
    assert said(IDS.new()) == (422, "unknown_unit")
    assert served.stored(above) == ["Registered"]


def test_communes_of_63_provinces_go_below_34_and_every_total_is_kept(stopped: Served) -> None:
    """Killed in the midst of it, the sweep goes on where it was."""
    served = stopped
    with MERGERS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    provinces = {line["old_code"]: IDS.new() for line in lines}
    communes = {code: [IDS.new() for _ in range(3)] for code in provinces}
    schools = {code: IDS.new() for code in provinces}
    with served.process() as running:
        served.register(IDS.new())
        entered(
            served, *((provinces[x["old_code"]], x["old_code"], x["old_name"], None) for x in lines)
        )
        entered(
            served,
            *(
                (one, None, "Xã", provinces[code])
                for code, some in communes.items()
                for one in some
            ),
        )
        entered(
            served, *((one, None, "Trường", communes[code][0]) for code, one in schools.items())
        )
        units = [one for some in communes.values() for one in some]
        work = obliged(served, [*units, *schools.values()])
        off = [work[some[2]] for some in communes.values()]
        for one in off:
            path, body = f"/v1/assignments/{one}/cancellations", {"reason": "Không còn phù hợp"}
            assert served.ask("POST", path, "leader", json=body, match=1).is_success
        until(lambda: len(listed(served)) == 63)
        before = leads(served)
        owed = {code: below(before, unit) for code, unit in provinces.items()}
        assert set(owed.values()) == {4}
        assert merge(served) == "23 new, 52 merged into them"
        until(lambda: _moved(served) > 20, 60)
        running.kill()
        running.wait()
    assert _moved(served) < len(units)
    with served.process():
        new = {line["old_code"]: listed(served)[line["new_code"]] for line in lines}
        until(lambda: _is_whole(served, new, communes, schools), 300)
        open_ones = [str(work[one]) for some in communes.values() for one in some[:2]]
        open_ones += [str(work[one]) for one in schools.values()]
        until(lambda: _is_along(served, open_ones), 300)
    after = leads(served)
    assert after.keys() == before.keys()
    assert all(after[str(one)] == before[str(one)] for one in off)
    gathered = Counter[str]()
    for code, unit in new.items():
        gathered[unit] += owed[code] - 1  # what was called off stays
    assert len(gathered) == 34
    for unit, wanted in gathered.items():
        kept = sum(str(provinces[code]) == unit for code in provinces)
        assert below(after, unit) == wanted + kept
    once = served.query(
        "SELECT originator_id FROM stored_events WHERE topic LIKE '%.Moved'"
        " GROUP BY originator_id HAVING count(*) > 1"
    )
    assert once == []  # from the top down, nobody moves twice


def _moved(served: Served) -> int:
    [(count,)] = served.query("SELECT count(*) FROM stored_events WHERE topic LIKE '%.Moved'")
    return count


def _is_whole(
    served: Served,
    new: Mapping[str, str],
    communes: Mapping[str, Sequence[UUID]],
    schools: Mapping[str, UUID],
) -> bool:
    found = places(served)
    return all(
        found[str(one)] == f"{served.root_path}{new[code]}/{one}/"
        for code, some in communes.items()
        for one in some
    ) and all(
        found[str(one)] == f"{served.root_path}{new[code]}/{communes[code][0]}/{one}/"
        for code, one in schools.items()
    )


def _is_along(served: Served, some: Sequence[str]) -> bool:
    sql = "SELECT assignment_id::text, path FROM deadlines JOIN units ON unit_id = lead_unit_id"
    now: dict[str, Any] = dict(served.query(sql))
    then = leads(served)
    return all(then[one] == now[one] for one in some)
