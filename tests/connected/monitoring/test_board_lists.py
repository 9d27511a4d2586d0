"""Lists, single assignments and their timelines, notices and reports over HTTP."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from tests.connected.monitoring.world import CLOCK, Country, World, until

from tiendo_contracts import assignments, reporting
from tiendo_contracts.base import Deadline, Person
from tiendo_contracts.meetings import ConclusionItem

DAY = timedelta(days=1)


def pages(client: httpx.Client, address: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = client.get(address, params={**asked, "limit": 2, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= 2
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return found


def test_the_longest_overdue_stand_first_page_by_page(world: World, country: Country) -> None:
    lead, centre = country.first, country.centre
    ages = [3, None, -4, 9, 5, None, -2]
    keys = [world.issue(lead, centre, late_in=None if age is None else -age * DAY) for age in ages]
    done = world.issue(lead, centre, late_in=-30 * DAY)
    world.claim(done)
    with world.asking(centre) as client:
        world.settled(client, *keys, done)
        listed = [UUID(row["assignment_id"]) for row in pages(client, "/v1/assignments")]
        overdue = pages(client, "/v1/assignments", state="overdue", unit_id=str(lead))
        claimed = pages(client, "/v1/assignments", state="claimed_unverified")
        below = pages(client, "/v1/assignments", below=str(country.province))
    dated = [keys[n] for n in (3, 4, 0, 6, 2)]
    assert listed[:5] == dated
    assert set(listed[5:7]) == {keys[1], keys[5]}
    assert listed[7:] == [done]
    assert [UUID(row["assignment_id"]) for row in overdue] == [keys[3], keys[4], keys[0]]
    assert [UUID(row["assignment_id"]) for row in claimed] == [done]
    assert len(below) == 8


def test_worst_units_come_page_by_page(world: World, country: Country) -> None:
    keys = [world.issue(country.first, country.centre, late_in=-DAY) for _ in range(2)]
    keys.append(world.issue(country.second, country.centre, late_in=-DAY))
    with world.asking(country.centre) as client:
        world.settled(client, *keys)
        rows = pages(client, "/v1/board/units")
        communal = pages(client, "/v1/board/units", level="communal")
    assert [row["name"] for row in rows] == [
        "Ban Chỉ đạo",
        "Tỉnh Bình Sơn",
        "Xã Đồng Lúa",
        "Phường Sông Trà",
    ]
    assert [row["name"] for row in communal] == ["Xã Đồng Lúa", "Phường Sông Trà"]


def test_an_assignment_carries_the_version_that_it_reflects(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre)
    world.extend(key, 9 * DAY)
    with world.asking(country.centre) as client:
        world.settled(client, key)
        answer = client.get(f"/v1/assignments/{key}")
    assert answer.headers["etag"] == '"2"'
    assert answer.json()["version"] == 2


def test_a_reader_waits_for_what_was_just_written(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre)
    with world.asking(country.centre) as client:
        world.settled(client, key)
        world.extend(key, 9 * DAY)
        answer = until(
            lambda: (
                found
                if (found := client.get(f"/v1/assignments/{key}?at_least=2")).status_code == 200
                else None
            )
        )
    assert answer.json()["granted"] == 1


def test_a_version_that_does_not_come_is_told_after_two_seconds(
    world: World, country: Country
) -> None:
    key = world.issue(country.first, country.centre)
    with world.asking(country.centre) as client:
        world.settled(client, key)
        begun = time.monotonic()
        answer = client.get(f"/v1/assignments/{key}?at_least=7")
        took = time.monotonic() - begun
        never = client.get("/v1/assignments/00000000-0000-7000-8000-000000000000?at_least=1")
        unknown = client.get("/v1/assignments/00000000-0000-7000-8000-000000000000")
    assert answer.status_code == 202
    assert answer.headers["retry-after"] == "1"
    assert answer.json() == {"id": str(key), "version": 1, "at_least": 7}
    assert 1.9 < took < 8
    assert (never.status_code, unknown.status_code) == (202, 404)


def test_a_timeline_tells_what_happened_in_order(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre, text="Hoàn thành nền tảng.")
    report = world.report(country.first, key, percent=60, difficulties="Thiếu kinh phí.")
    world.happens(
        key,
        assignments.ExtensionRequested,
        asked=Deadline.on((CLOCK.now() + 9 * DAY).date(), "đề nghị lùi"),
        reason="Chờ thẩm định.",
        after_deadline=False,
    )
    world.extend(key, 9 * DAY)
    world.claim(key)
    world.board.publish(
        reporting.ReportReturned(
            report_id=report,
            unit_id=country.first,
            unit_path=world.paths[country.first],
            period="2026-W47",
            reason="Chưa rõ sản phẩm.",
        ),
        actor="user:reviewer",
    )

    def told() -> list[dict[str, Any]] | None:
        answer = client.get(f"/v1/assignments/{key}/timeline")
        if answer.status_code != 200:
            return None
        found: list[dict[str, Any]] = answer.json()
        return found if len(found) == 6 else None

    with world.asking(country.centre) as client:
        entries = until(told)
        shown = world.seen(client, key)
    assert [entry["kind"] for entry in entries] == [
        "issued",
        "reported",
        "extension_requested",
        "extension_granted",
        "claimed",
        "report_returned",
    ]
    assert entries[1]["facts"]["percent"] == 60
    assert entries[1]["facts"]["difficulties"] == "Thiếu kinh phí."
    assert (entries[0]["actor"], entries[5]["actor"]) == ("user:7f3c", "user:reviewer")
    assert shown["latest"]["percent"] == 60
    assert shown["latest"]["returned"] is True
    assert shown["original"]["words"] == "trước thời điểm đã định"
    with world.asking(country.second) as stranger:
        assert stranger.get(f"/v1/assignments/{key}/timeline").status_code == 403


def item(number: int, lead: UUID | None) -> ConclusionItem:
    return ConclusionItem(
        path=f"II.{number}",
        kind="assignment" if lead else "statement",
        text=f"Việc thứ {number}",
        lead_unit_id=lead,
        coordinator_ids=(),
        deadline=Deadline.none("theo tiến độ"),
        recurring=None,
        reason="",
    )


def test_a_notice_tells_what_became_of_each_item(world: World, country: Country) -> None:
    items = (item(1, country.first), item(2, None), item(3, country.agency))
    notice = world.sign(country.centre, items)
    first = world.issue(country.first, country.centre, notice=notice, item="II.1", late_in=-DAY)
    third = world.issue(country.agency, country.centre, notice=notice, item="II.3")
    with world.asking(country.centre) as client:
        world.settled(client, first, third)
        found = until(lambda: _json(client, f"/v1/notices/{notice}"))
        listed = client.get("/v1/notices").json()["items"]
        mine = client.get("/v1/assignments", params={"notice_id": str(notice)}).json()["items"]
    assert [row["path"] for row in found["items"]] == ["II.1", "II.2", "II.3"]
    became = [[a["state"] for a in row["assignments"]] for row in found["items"]]
    assert became == [["overdue"], [], ["within_time"]]
    assert [row["notice_id"] for row in listed] == [str(notice)]
    assert listed[0]["assigned"] == len(mine) == 2
    with world.asking(country.first) as client:
        part = client.get(f"/v1/notices/{notice}").json()
    assert [row["path"] for row in part["items"]] == ["II.1"]
    with world.asking(country.second) as client:
        assert client.get(f"/v1/notices/{notice}").status_code == 404


def _json(client: httpx.Client, address: str) -> dict[str, Any] | None:
    answer = client.get(address)
    return answer.json() if answer.status_code == 200 else None


def test_reports_are_on_time_late_silent_or_excused(world: World, country: Country) -> None:
    keys = {unit: world.issue(unit, country.centre) for unit in (country.first, country.second)}
    world.report(country.first, keys[country.first], period="2026-W46")
    world.report(country.second, keys[country.second], period="2026-W46", late=True)
    world.report(country.first, keys[country.first], period="2026-W47")
    world.report(country.second, keys[country.second], period="2026-11")
    now = CLOCK.now()
    for unit in (country.province, country.second):
        world.board.publish(
            reporting.ReportMissed(
                report_id=UUID(int=unit.int ^ 1),
                unit_id=unit,
                unit_path=world.paths[unit],
                period="2026-W47",
                due_at=now - DAY,
            )
        )
    world.board.publish(
        reporting.ReportExcused(
            report_id=UUID(int=country.second.int ^ 1),
            unit_id=country.second,
            unit_path=world.paths[country.second],
            period="2026-W47",
            decided_by=Person(name="Trần Văn Bình", office=""),
            reason="Khắc phục bão lũ",
        )
    )

    def told() -> dict[str, Any] | None:
        found = _json(client, "/v1/reports")
        done = found and found["totals"] == {
            "on_time": 1,
            "late": 0,
            "returned": 0,
            "excused": 1,
            "silent": 1,
        }
        return found if done else None

    with world.asking(country.province) as client:
        newest = until(told)
        before = client.get("/v1/reports?period=2026-W46").json()
        late = client.get("/v1/reports?period=2026-W46&timeliness=late").json()["items"]
        silent = pages(client, "/v1/reports", period="2026-W47")
        month = until(lambda: (_json(client, "/v1/reports?period=2026-11") or {}).get("items"))
        page = client.get("/bao-cao?ky=2026-11").text
        of_unit = client.get(f"/don-vi/{country.second}").text
    assert newest["period"] == "2026-W47"
    assert newest["periods"] == ["2026-W47", "2026-W46", "2026-11"]
    assert [row["unit_id"] for row in month] == [str(country.second)]
    assert "Tháng 11/2026" in page
    assert of_unit.index("Tuần 47 năm 2026") < of_unit.index("Tháng 11/2026")
    assert before["totals"] == {"on_time": 1, "late": 1, "returned": 0, "excused": 0, "silent": 0}
    assert [row["unit_name"] for row in late] == ["Phường Sông Trà"]
    assert [row["timeliness"] for row in silent] == ["silent", "excused", "on_time"]
    assert (silent[1]["excused_by"], silent[1]["excuse_reason"]) == (
        "Trần Văn Bình",
        "Khắc phục bão lũ",
    )
    none = dict.fromkeys(newest["totals"], 0)
    assert newest["levels"] == {
        "communal": none | {"on_time": 1, "excused": 1},
        "provincial": none | {"silent": 1},
    }
    with world.asking(country.agency) as client:
        assert client.get("/v1/reports").json()["items"] == []
