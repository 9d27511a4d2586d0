"""What units owed and handed in, and what was said about it: figures and pages."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from tests.connected.monitoring.test_board_pages import signed_in, text_of
from tests.connected.monitoring.world import CLOCK, Country, World, until

from tiendo_contracts import reporting
from tiendo_contracts.base import Person

DAY = timedelta(days=1)
CHIEF = Person(name="Lê Thị Chánh", office="Chánh Văn phòng")


def missed(world: World, unit: UUID, period: str, report: UUID) -> None:
    due_at = CLOCK.now() - 3 * DAY
    world.of_report(report, unit, period, reporting.ReportMissed, due_at=due_at)


def excused(world: World, unit: UUID, period: str, report: UUID) -> None:
    facts = {"decided_by": CHIEF, "reason": "Lũ quét"}
    world.of_report(report, unit, period, reporting.ReportExcused, **facts)


def comment(world: World, unit: UUID, by: UUID, report: UUID, text: str) -> None:
    facts = {"author": CHIEF, "author_unit_id": by, "text": text}
    world.of_report(report, unit, "2026-W47", reporting.ReportCommented, **facts)


def a_period(world: World, country: Country) -> None:
    """In week 47 one came in on time, one late, one is missed, one excused, one waited for."""
    on_time = world.owe(country.agency, due_in=timedelta(hours=1))
    world.report(country.agency, world.issue(country.agency, country.centre), owed=on_time)
    late = world.owe(country.first, due_in=timedelta(hours=-1))
    key = world.issue(country.first, country.centre)
    world.report(country.first, key, late=True, owed=late)
    missed(world, country.second, "2026-W47", world.owe(country.second, due_in=-3 * DAY))
    excused(world, country.province, "2026-W47", world.owe(country.province, due_in=-3 * DAY))
    world.owe(country.centre, due_in=-DAY)


def rates(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.get("/v1/reports/rates", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(client: httpx.Client, there: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    return until(lambda: found if there(found := rates(client)) else None)


def counts(n: Mapping[str, int]) -> dict[str, int]:
    return {kind: count for kind, count in n.items() if count}


def test_rates_count_what_was_owed_and_what_became_of_it(world: World, country: Country) -> None:
    a_period(world, country)
    with world.asking(country.centre) as client:
        found = told(client, lambda f: f["total"]["waiting"] and f["total"]["late"])
        assert found["period"] == "2026-W47"
        assert counts(found["total"]) == {
            "expected": 3,
            "received": 2,
            "on_time": 1,
            "late": 1,
            "missed": 1,
            "excused": 1,
            "waiting": 1,
        }
        assert counts(found["levels"]["communal"]) == {
            "expected": 2,
            "received": 1,
            "late": 1,
            "missed": 1,
        }
        assert counts(found["levels"]["provincial"]) == {"excused": 1}


def test_the_worst_units_come_first_with_all_below_them(world: World, country: Country) -> None:
    a_period(world, country)
    with world.asking(country.centre) as client:
        found = told(client, lambda f: f["total"]["waiting"] and f["total"]["late"])
        names = [row["name"] for row in found["items"]]
        assert names == [
            "Tỉnh Bình Sơn",
            "Ban Chỉ đạo",
            "Phường Sông Trà",
            "Xã Đồng Lúa",
            "Bộ Khoa học",
        ]
        province = found["items"][0]
        assert counts(province["own"]) == {"excused": 1}
        below = {"expected": 2, "received": 1, "late": 1, "missed": 1, "excused": 1}
        assert counts(province["below"]) == below
        pages, cursor = list[str](), ""
        while cursor is not None:
            page = rates(client, limit=2, cursor=cursor)
            pages += [row["name"] for row in page["items"]]
            cursor = page["next"]
        assert pages == names


def test_a_level_and_a_subtree_choose_what_is_counted(world: World, country: Country) -> None:
    a_period(world, country)
    with world.asking(country.centre) as client:
        told(client, lambda f: f["total"]["waiting"] and f["total"]["late"])
        communes = rates(client, level="communal")
        assert communes["total"]["expected"] == 2
        assert {row["level"] for row in communes["items"]} == {"communal"}
        below = rates(client, unit_id=country.province)
        assert counts(below["total"]) == {
            "expected": 2,
            "received": 1,
            "late": 1,
            "missed": 1,
            "excused": 1,
        }
        assert "central" not in below["levels"]
        assert client.get("/v1/reports/rates?unit_id=" + str(UUID(int=5))).status_code == 404
    with world.asking(country.first) as client:
        own = rates(client)
        assert counts(own["total"]) == {"expected": 1, "received": 1, "late": 1}
        assert [row["name"] for row in own["items"]] == ["Xã Đồng Lúa"]


def test_an_obligation_without_open_work_was_never_owed(world: World, country: Country) -> None:
    world.owe(country.first, due_in=-20 * DAY)
    missed(world, country.second, "2026-W47", world.owe(country.second, due_in=-20 * DAY))
    with world.asking(country.centre) as client:
        found = told(client, lambda f: f["total"]["missed"])
        assert counts(found["total"]) == {"expected": 1, "missed": 1}


def test_periods_stand_side_by_side_months_apart_from_weeks(world: World, country: Country) -> None:
    for week in (45, 46, 47):
        period = f"2026-W{week}"
        missed(world, country.first, period, world.owe(country.first, period, due_in=-9 * DAY))
    world.owe(country.first, "2026-11", due_in=DAY)
    with world.asking(country.first) as client:
        mine = {"2026-W47", "2026-W46", "2026-W45"}
        found = told(client, lambda f: f["periods"].keys() >= mine and f["total"]["missed"])
        newest = [name for name in found["periods"] if name in mine]
        assert newest == sorted(mine, reverse=True)
        assert all(found["periods"][name]["missed"] == 1 for name in mine)
        months = until(
            lambda: found if (found := rates(client, period="2026-11"))["periods"] else None
        )
        assert set(months["periods"]) == {"2026-11"}
        assert counts(months["total"]) == {"waiting": 1}


def test_the_page_of_rates_shows_them_in_both_languages(world: World, country: Country) -> None:
    a_period(world, country)
    with world.asking(country.centre) as client:
        told(client, lambda f: f["total"]["waiting"] and f["total"]["late"])
    with signed_in(world, country.centre) as browser:
        answer = browser.get("/bao-cao/ty-le")
        text = text_of(answer)
        assert "Tuần 47 năm 2026" in text
        assert "1 trong 3 báo cáo phải nộp" in text
        assert "33,3%" in text
        assert 'aria-label="3 báo cáo phải nộp: không báo cáo 1, nộp muộn 1, bị trả lại 0,' in (
            answer.text
        )
        english = text_of(browser.get("/bao-cao/ty-le?lang=en&cap=communal"))
        assert "1 of 2 expected" in english
        below = text_of(browser.get(f"/bao-cao/ty-le?lang=vi&duoi={country.province}"))
        assert "Tỉnh Bình Sơn: Tuần 47" in below
        assert "Bộ Khoa học" not in below
        for address in ("/bao-cao", "/"):
            assert 'href="/bao-cao/ty-le' in browser.get(address).text
        assert "không hợp lệ" in text_of(browser.get("/bao-cao/ty-le?cursor=x"), 422)


def test_what_the_chain_above_says_stands_at_the_report(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre, text="Lắp đặt trạm đo mưa.")
    report = world.report(country.first, key)
    comment(world, country.first, country.province, report, "Tỉnh đã <b>làm việc</b> với xã.")
    comment(world, country.first, country.first, report, "Xã sẽ bổ sung số liệu.")
    with world.asking(country.first) as client:

        def said() -> dict[str, Any] | None:
            answer = client.get(f"/v1/reports/{report}")
            found: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
            return found if len(found.get("comments", ())) == 2 else None

        found = until(said)
        assert [(c["author"], c["unit_name"]) for c in found["comments"]] == [
            ("Lê Thị Chánh", "Tỉnh Bình Sơn"),
            ("Lê Thị Chánh", "Xã Đồng Lúa"),
        ]
        assert found["report"]["timeliness"] == "on_time"
        world.settled(client, key)
    with signed_in(world, country.first) as browser:
        page = text_of(browser.get(f"/bao-cao/{report}"))
        assert "Tỉnh đã <b>làm việc</b> với xã." in page
        assert page.index("làm việc") < page.index("Xã sẽ bổ sung") < page.index("Lắp đặt trạm")
        assert "2 ý kiến" in text_of(browser.get(f"/don-vi/{country.first}"))
        assert "2 ý kiến" in text_of(browser.get("/bao-cao"))
    with signed_in(world, country.second) as outside:
        assert "Không có báo cáo" in text_of(outside.get(f"/bao-cao/{report}"), 404)


def test_a_unit_that_is_not_known_yet_is_counted(world: World, country: Country) -> None:
    stranger = UUID(int=country.first.int ^ 7)
    world.paths[stranger] = f"{world.paths[country.province]}{stranger}/"
    missed(world, stranger, "2026-W47", world.owe(stranger, due_in=-9 * DAY))
    with world.asking(country.province) as client:
        found = told(client, lambda f: f["total"]["missed"])
        assert counts(found["levels"]["unknown"]) == {"expected": 1, "missed": 1}
        assert [row["name"] for row in found["items"]] == ["Tỉnh Bình Sơn"]
