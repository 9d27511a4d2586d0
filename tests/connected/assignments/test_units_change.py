"""Organisations merge and split by law, and their work goes on with those who follow them."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import claim, conclusion, version

from assignments.application import assignment_id
from tiendo_contracts.base import Deadline
from tiendo_runtime.clock import SystemClock, local_day

MERGERS = Path(__file__).parent / "facts" / "province-mergers-2025-07-01.csv"
"""The provinces of before 1 July 2025 and those they went into, as officially listed."""
LAW = "Nghị quyết 202/2025/QH15"
TODAY = local_day(SystemClock().now())


def entered(served: Served, unit: UUID, code: str | None = None, name: str = "Sở") -> UUID:
    """Enter a unit below the committee, in force since long ago."""
    served.register(IDS.new())
    row = {
        "id": str(unit), "code": code, "name": name, "level": "provincial", "kind": "province",
        "parent": str(served.root), "effective_on": "1997-01-01",
    }  # fmt: skip
    answer = served.ask("POST", "/v1/units", json={"units": [row]})
    assert answer.status_code == 201, answer.text
    return unit


def obliged(served: Served, unit: UUID) -> UUID:
    """Oblige a unit by a notice; answers the assignment."""
    notice = conclusion(served, unit, Deadline.on(TODAY + timedelta(days=90)))
    served.publish(notice)
    return assignment_id(notice.notice_id, notice.items[1].path, unit)


def change(served: Served, on: date, *ends: tuple[UUID, tuple[UUID, ...]]) -> Any:
    body = {
        "effective_on": on.isoformat(),
        "legal_basis": LAW,
        "new": [],
        "ends": [{"unit": str(u), "successors": [str(s) for s in after]} for u, after in ends],
    }
    return served.ask("POST", "/v1/units/changes", json=body)


def lead(served: Served, assignment: UUID) -> str:
    return served.ask("GET", f"/v1/assignments/{assignment}").json()["lead_unit_id"]


def test_open_work_passes_to_the_one_that_follows_and_ended_work_stays(served: Served) -> None:
    old, new = (entered(served, IDS.new()) for _ in range(2))
    kept, off = obliged(served, old), obliged(served, old)
    for assignment in (kept, off):
        until(lambda one=assignment: served.stored(one))
    path = f"/v1/assignments/{off}/cancellations"
    assert served.ask("POST", path, "leader", json={"reason": "thôi"}, match=1).is_success
    yes = served.ask("POST", f"/v1/assignments/{kept}/acceptances", "reporter", old, match=1)
    assert yes.is_success
    assert change(served, TODAY, (old, (new,))).status_code == 201
    until(lambda: lead(served, kept) == str(new))
    assert served.ask("GET", f"/v1/assignments/{kept}").json()["stage"] == "accepted"
    assert served.stored(kept) == ["Issued", "Accepted", "Transferred"]
    assert (lead(served, off), served.stored(off)) == (str(old), ["Issued", "Closed"])


def test_nothing_passes_on_before_the_day_has_come(served: Served) -> None:
    old, new, gone = (entered(served, IDS.new()) for _ in range(3))
    later, now = obliged(served, old), obliged(served, gone)
    for assignment in (later, now):
        until(lambda one=assignment: served.stored(one))
    assert change(served, TODAY + timedelta(days=1), (old, (new,))).status_code == 201
    assert change(served, TODAY, (gone, (new,))).status_code == 201
    until(lambda: lead(served, now) == str(new))  # the same sweep has seen both
    assert served.stored(later) == ["Issued"]


def test_where_several_follow_the_work_waits_for_a_person(served: Served) -> None:
    old, one, two = (entered(served, IDS.new()) for _ in range(3))
    assignment = obliged(served, old)
    until(lambda: served.stored(assignment))
    assert change(served, TODAY, (old, (one, two))).status_code == 201

    def waiting() -> list[dict[str, Any]]:
        rows = served.ask("GET", "/v1/units/waiting").json()["items"]
        return [row for row in rows if row["assignment_id"] == str(assignment)]

    [row] = until(waiting)
    assert row["successor_ids"] == [str(one), str(two)]
    to = {"unit": str(two), "reason": "theo địa bàn"}
    path = f"/v1/assignments/{assignment}/transfers"
    assert served.ask("POST", path, "leader", json=to, match=1).is_success
    until(lambda: not waiting())
    assert lead(served, assignment) == str(two)


def test_a_change_holds_wholly_or_not_at_all(served: Served) -> None:
    old, new = (entered(served, IDS.new()) for _ in range(2))
    strange = change(served, TODAY, (old, (new,)), (IDS.new(), (new,)))
    assert (strange.status_code, strange.json()["code"]) == (422, "unknown_unit")
    early = change(served, date(1990, 1, 1), (old, (new,)))
    assert (early.status_code, early.json()["code"]) == (422, "ends_before_it_began")
    itself = change(served, TODAY, (old, (old,)))
    assert itself.status_code in (409, 422)
    assert served.stored(old) == ["Registered"]
    assert change(served, TODAY, (old, (new,))).status_code == 201
    again = change(served, TODAY, (old, (new,)))
    assert (again.status_code, again.json()["code"]) == (409, "unit_ended")


@pytest.mark.timeout(400)  # over six hundred requests and as many events
def test_open_work_of_63_is_led_by_34_and_every_total_is_kept(served: Served) -> None:
    """63 provinces became 34 on 1 July 2025."""
    with MERGERS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 63
    before = {
        one["old_code"]: entered(served, IDS.new(), one["old_code"], one["old_name"])
        for one in lines
    }
    work = {code: [obliged(served, unit) for _ in range(3)] for code, unit in before.items()}
    every = [assignment for some in work.values() for assignment in some]
    until(lambda: all(served.stored(one) for one in every[-12:]), 60)
    until(lambda: count(served) >= len(every), 60)
    for code, unit in before.items():  # of each three: open, claimed, called off
        served.publish(claim(served, unit, work[code][1]))
    until(lambda: claims(served, every) == 63, 60)
    for _, _, off in work.values():
        path = f"/v1/assignments/{off}/cancellations"
        body = {"reason": "Không còn phù hợp"}
        match = version(served, off)
        assert served.ask("POST", path, "leader", json=body, match=match).is_success
    found = stages(served, every)
    until(lambda: len(listed(served)) >= 63)

    assert merge(served) == "23 new, 52 merged into them"
    assert merge(served) == "0 new, 0 merged into them"

    new = {one["new_code"]: unit for one in lines for unit in [listed(served)[one["new_code"]]]}
    assert len(new) == 34
    wanted = {
        str(one): str(new[line["new_code"]]) for line in lines for one in work[line["old_code"]][:2]
    }
    until(lambda: wanted.items() <= leads(served).items(), 90)
    assert {one: lead(served, UUID(one)) for one in wanted} == wanted
    assert stages(served, every) == found == Counter(open=63, claimed=63, cancelled=63)
    assert {lead(served, some[2]) for some in work.values()} == {
        str(unit) for unit in before.values()
    }
    by_new = Counter(wanted.values())
    assert sum(by_new.values()) == 126
    assert by_new == Counter(unit for line in lines for unit in [str(new[line["new_code"]])] * 2)


def count(served: Served) -> int:
    return served.query("SELECT count(*) FROM deadlines")[0][0]


def claims(served: Served, some: list[UUID]) -> int:
    query = "SELECT assignment_id FROM deadlines WHERE claimed AND NOT settled"
    return len({row[0] for row in served.query(query)} & set(some))


def leads(served: Served) -> dict[str, str]:
    rows = served.query("SELECT assignment_id::text, lead_unit_id::text FROM deadlines")
    return {row[0]: row[1] for row in rows}


def stages(served: Served, some: list[UUID]) -> Counter[str]:
    return Counter(served.ask("GET", f"/v1/assignments/{one}").json()["stage"] for one in some)


def listed(served: Served) -> dict[str, str]:
    """Units with a code that have not ended, by code."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        page = served.ask("GET", f"/v1/units?limit=200&cursor={cursor}", "operator").json()
        found |= {u["code"]: u["unit_id"] for u in page["items"] if u["code"] and not u["ended_on"]}
        if page["next"] is None:
            return found
        cursor = page["next"]


def merge(served: Served) -> str:
    """Run the command; what it said last."""
    done = subprocess.run(
        [
            sys.executable, "-m", "tiendo_runtime", "units", "merge", str(MERGERS),
            "--effective-on", "2025-07-01", "--legal-basis", LAW,
            "--url", f"http://127.0.0.1:{served.port}",
            "--token", served.platform.token(
                "operator", unit=str(served.root), unit_path=served.root_path
            ),
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]
