"""Waves over HTTP: ordered and ended by the secretariat, for units of its scope; months owed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest

from tiendo_contracts.base import Contract, Level
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_runtime.clock import SystemClock, local_day

Headers = Callable[..., dict[str, str]]
Until = Callable[[Callable[[], Any]], Any]
Order = Callable[..., httpx.Response]

TODAY = local_day(SystemClock().now())
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def registered(
    root: UUID, unit: UUID, publish: Callable[[Contract, Any], None], order: Order, until: Until
) -> UUID:
    """A new commune below the root, known here."""
    facts = {
        "unit_id": unit,
        "parent_id": root,
        "path": f"/{root}/{unit}/",
        "level": Level.COMMUNAL,
    }
    publish(UNIT_REGISTERED.model_copy(update=facts), SystemClock().now())
    assert until(lambda: order(unit_ids=[str(unit)]).status_code == httpx.codes.CREATED)
    return unit


@pytest.fixture
def order(client: httpx.Client, root: UUID, headers: Headers) -> Order:
    def order(role: str = "secretariat", by: UUID = root, **body: Any) -> httpx.Response:
        wanted = {"name": "Đợt 1", "rhythm": "monthly", "from_day": str(TOMORROW)} | body
        return client.post("/v1/waves", json=wanted, headers=headers(role, by))

    return order


def listed(client: httpx.Client, headers: dict[str, str]) -> list[dict[str, Any]]:
    found = client.get("/v1/waves", headers=headers)
    return found.json()["items"]


def test_a_wave_is_listed_for_those_who_ordered_it_and_for_those_below(
    client: httpx.Client, root: UUID, registered: UUID, order: Order, headers: Headers, until: Until
) -> None:
    answer = order(unit_ids=[str(registered)], name="Đợt 7", office="Chánh Văn phòng")
    wave = answer.json()["id"]
    below = headers("reporter", registered)
    for reading in (headers("secretariat", root), below):
        rows = until(lambda r=reading: [w for w in listed(client, r) if w["wave_id"] == wave])
        assert rows[0]["name"] == "Đợt 7"
        assert rows[0]["unit_ids"] == [str(registered)]
        assert (rows[0]["rhythm"], rows[0]["ends_on"]) == ("monthly", None)


def test_only_the_secretariat_orders_and_only_for_units_of_its_scope(
    registered: UUID, order: Order
) -> None:
    for role in ("leader", "reporter"):
        assert order(role, unit_ids=[str(registered)]).status_code == httpx.codes.FORBIDDEN
    stranger = uuid5(registered, "elsewhere")
    refused = order(by=stranger, unit_ids=[str(registered)])
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")
    refused = order(by=stranger, below_unit_id=str(registered))
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, "wave_of_nobody"),
        ({"level": "communal"}, "wave_of_nobody"),
        ({"from_day": str(TODAY - timedelta(days=1))}, "wave_in_past"),
        ({"rhythm": "yearly"}, "invalid"),
        ({"name": ""}, "invalid"),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused(
    wrong: dict[str, Any], code: str, registered: UUID, order: Order
) -> None:
    named = {} if code == "wave_of_nobody" else {"unit_ids": [str(registered)]}
    refused = order(**named | wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_unit_that_is_not_known_here_yet_asks_to_try_again(unit: UUID, order: Order) -> None:
    refused = order(unit_ids=[str(unit)])
    assert (refused.status_code, refused.json()["code"]) == (409, "unit_not_yet_known")
    assert refused.headers["retry-after"] == "1"


def test_a_repeated_order_makes_one_wave(
    client: httpx.Client, root: UUID, registered: UUID, headers: Headers
) -> None:
    wanted = {
        "name": "Đợt 2",
        "rhythm": "monthly",
        "from_day": str(TOMORROW),
        "unit_ids": [str(registered)],
    }
    said = headers("secretariat", root, Idempotency_Key=f"wave-{registered}")
    first, again = (client.post("/v1/waves", json=wanted, headers=said) for _ in range(2))
    assert first.json() == again.json()
    assert (first.status_code, again.status_code) == (201, 201)


def test_a_wave_ends_from_a_day_on_once(
    client: httpx.Client, root: UUID, registered: UUID, order: Order, headers: Headers, until: Until
) -> None:
    wave = order(unit_ids=[str(registered)]).json()["id"]

    def end(version: int) -> httpx.Response:
        content = {"ends_on": str(TOMORROW), "reason": "Chuyển sang báo cáo tuần"}
        said = headers("secretariat", root, If_Match=f'"{version}"')
        return client.post(f"/v1/waves/{wave}/end", json=content, headers=said)

    assert end(1).status_code == httpx.codes.OK
    again = end(2)
    assert (again.status_code, again.json()["code"]) == (409, "wave_ended")
    reading = headers("secretariat", root)
    rows = until(
        lambda: [w for w in listed(client, reading) if (w["wave_id"], w["version"]) == (wave, 2)]
    )
    assert (rows[0]["ends_on"], rows[0]["end_reason"]) == (
        str(TOMORROW),
        "Chuyển sang báo cáo tuần",
    )
