"""The board's figures over HTTP, made of real events."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.monitoring.world import CLOCK, Country, Running, World, until

from tiendo_contracts import assignments

STATES = ("done_on_time", "done_late", "within_time", "overdue", "regular")
DAY = timedelta(days=1)


def figures_of(client: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = client.get("/v1/board", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def states(figures: dict[str, Any]) -> dict[str, int]:
    return {state: figures[state] for state in STATES if figures[state]}


def test_the_four_states_and_regular_assignments_are_told_apart(
    world: World, country: Country
) -> None:
    lead, centre = country.first, country.centre
    within = world.issue(lead, centre, late_in=DAY)
    overdue = world.issue(lead, centre, late_in=-DAY)
    regular = world.issue(lead, centre, late_in=None, recurring="continuous")
    on_time = world.issue(lead, centre, late_in=DAY)
    late = world.issue(lead, centre, late_in=-2 * DAY)
    world.claim(on_time)
    world.claim(late)
    world.verify(late)
    with world.asking(centre) as client:
        world.settled(client, within, overdue, regular, on_time, late)
        told = figures_of(client)
        shown = {key: world.seen(client, key)["state"] for key in (within, overdue, regular)}
    overall = told["overall"]
    assert states(overall) == dict.fromkeys(STATES, 1)
    assert overall["total"] == 5
    assert (overall["claimed_unverified"], overall["verified"]) == (1, 1)
    assert list(shown.values()) == ["within_time", "overdue", "regular"]
    assert told["as_of"] <= CLOCK.now().isoformat().replace("+00:00", "Z")


def test_counts_add_up_from_commune_to_centre(world: World, country: Country) -> None:
    centre = country.centre
    keys = [
        world.issue(unit, centre, late_in=-DAY)
        for unit in (country.first, country.first, country.second, country.province, country.agency)
    ]
    with world.asking(centre) as client:
        world.settled(client, *keys)
        told = figures_of(client)
        units = client.get("/v1/board/units").json()["items"]
        province = client.get(f"/v1/units/{country.province}").json()
    levels = {level["level"]: level["overdue"] for level in told["levels"]}
    assert levels == {"central": 1, "academy": 0, "provincial": 1, "communal": 3}
    assert told["overall"]["overdue"] == 5
    figures = {
        UUID(row["unit_id"]): (row["own"]["overdue"], row["below"]["overdue"]) for row in units
    }
    assert figures == {
        country.centre: (0, 5),
        country.province: (1, 4),
        country.first: (2, 2),
        country.second: (1, 1),
        country.agency: (1, 1),
    }
    assert [row["below"]["overdue"] for row in units] == [5, 4, 2, 1, 1]
    assert [unit["name"] for unit in province["above"]] == ["Ban Chỉ đạo"]


def test_a_unit_sees_itself_and_what_is_below_it_and_a_committee_what_it_assigned(
    world: World, country: Country
) -> None:
    to_commune = world.issue(country.first, country.centre, late_in=-DAY)
    by_province = world.issue(country.agency, country.province, late_in=-DAY)
    elsewhere = world.issue(country.agency, country.centre, late_in=-DAY)
    with world.asking(country.centre) as client:
        world.settled(client, to_commune, by_province, elsewhere)
        assert figures_of(client)["overall"]["total"] == 3
        only = figures_of(client, committee_id=str(country.province))["overall"]["total"]
        below = figures_of(client, unit_id=str(country.agency))["overall"]["total"]
        central = figures_of(client, level="central")["overall"]["total"]
    assert (only, below, central) == (1, 2, 2)
    with world.asking(country.province) as client:
        assert figures_of(client)["overall"]["total"] == 2
        assert client.get(f"/v1/assignments/{by_province}").status_code == 200
        assert client.get(f"/v1/assignments/{elsewhere}").status_code == 403
        listed = client.get("/v1/assignments").json()["items"]
    assert {UUID(row["assignment_id"]) for row in listed} == {to_commune, by_province}
    with world.asking(country.second) as client:
        assert figures_of(client)["overall"]["total"] == 0
        assert client.get("/v1/assignments").json()["items"] == []


def test_who_belongs_to_no_unit_sees_nothing(
    board: Running, world: World, country: Country
) -> None:
    key = world.issue(country.first, country.centre)
    with world.asking(country.centre) as client:
        world.settled(client, key)
    with board.client("auditor", None, "") as client:
        assert client.get("/v1/board").json()["overall"]["total"] == 0


def test_both_on_time_rates_are_told(world: World, country: Country) -> None:
    lead, centre = country.first, country.centre
    kept, extended, missed, undated = (
        world.issue(lead, centre, late_in=late_in) for late_in in (DAY, -DAY, -DAY, None)
    )
    world.extend(extended, 3 * DAY)
    for key in (kept, extended, missed, undated):
        world.claim(key)
    with world.asking(centre) as client:
        world.settled(client, kept, extended, missed, undated)
        overall = figures_of(client)["overall"]
        shown = world.seen(client, extended)
    assert overall["on_time"] == {
        "current": {"kept": 2, "told": 3},
        "original": {"kept": 1, "told": 3},
    }
    assert states(overall) == {"done_on_time": 3, "done_late": 1}
    assert (shown["in_time"], shown["in_time_originally"], shown["granted"]) == (True, False, 1)


def test_a_refused_completion_is_open_again(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre, late_in=-DAY)
    world.claim(key)
    world.happens(
        key,
        assignments.CompletionRefused,
        inspector={"name": "Lê Quang Vinh", "office": ""},
        reason="Chưa có sản phẩm.",
    )
    with world.asking(country.centre) as client:
        world.settled(client, key)
        assert states(figures_of(client)["overall"]) == {"overdue": 1}


def test_time_alone_moves_the_board(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre, late_in=timedelta(seconds=4))
    with world.asking(country.centre) as client:
        world.settled(client, key)
        before = figures_of(client)
        assert states(before["overall"]) == {"within_time": 1}
        until(lambda: states(figures_of(client)["overall"]) == {"overdue": 1}, 10)
        after = figures_of(client)
        assert world.seen(client, key)["state"] == "overdue"
    assert after["sequence"] == before["sequence"] or after["overall"]["overdue"] == 1
    assert after["overall"]["overdue_since"] <= after["as_of"]


def test_a_board_that_is_asked_again_and_again_follows_every_change(
    world: World, country: Country
) -> None:
    with world.asking(country.centre) as client:
        for number in range(1, 6):
            world.issue(country.first, country.centre, late_in=-DAY)
            until(lambda number=number: figures_of(client)["overall"]["overdue"] == number, 10)


@pytest.mark.parametrize(
    "address",
    [
        "/v1/board?level=galactic",
        "/v1/board?unit_id=7",
        "/v1/board/units?cursor=%%%",
        "/v1/board/units?cursor=WzFd",
        "/v1/board/units?limit=0",
        "/v1/board/units?limit=201",
        "/v1/assignments?state=lost",
        "/v1/assignments?cursor=WzAsIngiLCJ5Il0",
        "/v1/assignments?cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5LCIyMDI2LTA4LTIxVDE3OjAwOjAwWiIsIjAiXQ",
        "/v1/assignments/7",
        "/v1/assignments/00000000-0000-7000-8000-000000000000?at_least=-1",
        "/v1/notices?cursor=x",
        "/v1/meetings?cursor=WzFd",
        "/v1/reports?period=2026-W99",
        "/v1/reports?cursor=WzEsImFcdTAwMDAiLCIwMTliMTY5NC0wMjBlLTU0MTUtYjRlYi1hZWMzZWU2OTIzY2UiXQ",
        "/v1/stream?since=-1",
        "/v1/units/00000000-0000-7000-8000-000000000000",
        "/v1/nothing",
    ],
)
def test_bad_addresses_are_refused_with_a_reason(board: Running, address: str) -> None:
    with board.client("member", None, "/") as client:
        answer = client.get(address)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_nobody_is_told_anything_without_a_token(board: Running) -> None:
    for address in ("/v1/board", "/v1/assignments", "/v1/stream", "/v1/reports"):
        assert httpx.get(board.url + address).status_code == 401
