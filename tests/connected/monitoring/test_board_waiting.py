"""What waits for a person: who must act, since when, and when it waits no more."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
from tests.connected.monitoring.test_board_pages import signed_in, text_of
from tests.connected.monitoring.world import CLOCK, Country, World, deadline, until

from tiendo_contracts import assignments, units

DAY = timedelta(days=1)
Said = tuple[str, str, str]


def contest(world: World, key: UUID) -> None:
    facts = {"ground": "not_ours", "reason": "Không thuộc xã.", "duplicate_of_id": None}
    world.happens(key, assignments.AssignmentContested, **facts)


def ask_for_time(world: World, key: UUID) -> None:
    facts = {"asked": deadline(30 * DAY), "reason": "Chờ vốn.", "after_deadline": False}
    world.happens(key, assignments.ExtensionRequested, **facts)


def hand_over(world: World, key: UUID, before: UUID, after: UUID) -> None:
    world.happens_to(
        key,
        after,
        assignments.AssignmentTransferred,
        from_unit_id=before,
        from_unit_path=world.paths[before],
        effective_on=date(2026, 11, 1),
        deadline=deadline(5 * DAY),
        cause="decision",
        reason="Đúng chức năng.",
    )


def dissolve(world: World, unit: UUID, *successors: UUID) -> None:
    world.board.publish(
        units.UnitDissolved(
            unit_id=unit, effective_on=date(2026, 7, 1), successor_ids=successors, legal_basis=""
        )
    )


def waiting(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.get("/v1/waiting", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def said(found: dict[str, Any]) -> list[Said]:
    return [(row["kind"], row["by"], row["by_unit_name"]) for row in found["items"]]


def everything(world: World, country: Country) -> list[UUID]:
    """Five assignments that each wait for somebody; the last one's unit has ended."""
    keys = [world.issue(country.first, country.centre) for _ in range(4)]
    keys.append(world.issue(country.second, country.centre))
    world.claim(keys[0], CLOCK.now() - 9 * DAY)
    contest(world, keys[1])
    ask_for_time(world, keys[2])
    hand_over(world, keys[3], country.first, country.province)
    dissolve(world, country.second, country.first, country.province)
    return keys


def test_everything_that_waits_says_for_whom_the_longest_first(
    world: World, country: Country
) -> None:
    everything(world, country)
    with world.asking(country.centre) as client:
        found = until(lambda: found if all((found := waiting(client))["totals"].values()) else None)
        assert found["totals"] == dict.fromkeys(found["totals"], 1)
        assert len(found["totals"]) == 5
        centre = "Ban Chỉ đạo"
        assert said(until(lambda: f if len((f := waiting(client))["items"]) == 5 else None)) == [
            ("successor", "leader", centre),
            ("claimed", "inspector", centre),
            ("contested", "secretariat", centre),
            ("extension", "leader", centre),
            ("transferred", "reporter", "Tỉnh Bình Sơn"),
        ]
        pages, cursor = list[Said](), ""
        while cursor is not None:
            page = waiting(client, limit=2, cursor=cursor)
            pages, cursor = pages + said(page), page["next"]
        assert len(set(pages)) == len(pages) == 5


def test_a_level_a_unit_and_a_kind_choose(world: World, country: Country) -> None:
    everything(world, country)
    with world.asking(country.centre) as client:
        until(lambda: all(waiting(client)["totals"].values()))
        assert [k for k, *_ in said(waiting(client, level="provincial"))] == ["transferred"]
        assert [k for k, *_ in said(waiting(client, kind="extension"))] == ["extension"]
        below = waiting(client, unit_id=country.first)
        assert {k for k, n in below["totals"].items() if n} == {"claimed", "contested", "extension"}
        assert client.get("/v1/waiting?cursor=x").status_code == 422
    with world.asking(country.agency) as outside:
        assert waiting(outside)["items"] == []


def test_what_was_answered_waits_no_more(world: World, country: Country) -> None:
    keys = everything(world, country)[:4]
    answer = {"upheld": False, "reason": "Đúng chức năng của xã."}
    world.happens(keys[1], assignments.ContestAnswered, **answer)
    world.happens(keys[2], assignments.ExtensionRefused, reason="Đã gia hạn một lần.")
    world.verify(keys[0])
    world.happens(keys[3], assignments.AssignmentAccepted)
    with world.asking(country.centre) as client:
        world.settled(client, *keys)
        found = until(lambda: f if sum((f := waiting(client))["totals"].values()) == 1 else None)
        assert [kind for kind, *_ in said(found)] == ["successor"]


def test_the_page_and_the_overview_show_what_waits(world: World, country: Country) -> None:
    everything(world, country)
    with world.asking(country.centre) as client:
        until(lambda: len(waiting(client)["items"]) == 5)
    with signed_in(world, country.centre) as browser:
        text = text_of(browser.get("/cho-xu-ly"))
        assert "Việc đang chờ người xử lý" in text
        assert text.index("Lãnh đạo") < text.index("Người kiểm tra") < text.index("Ban thư ký")
        assert "Asked" not in text
        assert "More time asked" in text_of(browser.get("/cho-xu-ly?lang=en&viec=extension"))
        for address in ("/?lang=vi", f"/don-vi/{country.first}"):
            assert 'href="/cho-xu-ly?viec=contested' in browser.get(address).text
