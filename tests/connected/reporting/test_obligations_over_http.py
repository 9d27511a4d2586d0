"""Obligations over HTTP: opened by the running service, excused, allowed late, commented on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest

from reporting.period import Period, Rhythm
from tiendo_contracts.base import Contract, Level
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_runtime.clock import SystemClock

Headers = Callable[..., dict[str, str]]
Until = Callable[[Callable[[], Any]], Any]
Post = Callable[..., httpx.Response]


@pytest.fixture
def owed(
    client: httpx.Client,
    root: UUID,
    unit: UUID,
    headers: Headers,
    publish: Callable[[Contract, Any], None],
    issue: Callable[..., Any],
    until: Until,
) -> dict[str, Any]:
    """The obligation that the service opened for the last period that is open for a new unit."""
    facts = {
        "unit_id": unit,
        "parent_id": root,
        "path": f"/{root}/{unit}/",
        "level": Level.COMMUNAL,
    }
    publish(UNIT_REGISTERED.model_copy(update=facts), SystemClock().now())
    issue(unit)

    def listed() -> list[dict[str, Any]]:
        told = client.get("/v1/reports", params={"unit_id": str(unit)}, headers=reading)
        return told.json()["items"]

    reading = headers("leader", root)
    found = until(listed)
    assert found
    return found[0]


@pytest.fixture
def post(client: httpx.Client, headers: Headers, owed: dict[str, Any]) -> Post:
    """Command something about the obligation."""

    def post(step: str, content: Any, role: str, by: UUID, version: int = 1) -> httpx.Response:
        return client.post(
            f"/v1/reports/{owed['report_id']}/{step}",
            json=content,
            headers=headers(role, by, If_Match=f'"{version}"'),
        )

    return post


def test_service_opens_what_a_unit_will_owe(owed: dict[str, Any], unit: UUID) -> None:
    assert (owed["stage"], owed["version"]) == ("opened", 1)
    assert owed["report_id"] == str(uuid5(unit, owed["period"]))
    assert owed["opens_at"] < owed["due_at"]


def test_excused_unit_is_named_with_reason_and_not_missed(
    client: httpx.Client,
    root: UUID,
    unit: UUID,
    owed: dict[str, Any],
    post: Post,
    headers: Headers,
    until: Until,
) -> None:
    assert post("excuse", {"reason": "Khắc phục bão lũ"}, "leader", root).status_code == 200

    def row() -> dict[str, Any]:
        asked = {"unit_id": str(unit), "period": owed["period"]}
        told = client.get("/v1/reports", params=asked, headers=headers("leader", root))
        return told.json()["items"][0]

    assert until(lambda: row()["stage"] == "excused")
    assert row()["excuse_reason"] == "Khắc phục bão lũ"
    assert row()["excused_by"]
    below = headers("leader", unit)
    rates = client.get("/v1/reports/rates", params={"first": owed["period"]}, headers=below).json()
    assert rates["levels"]["communal"] == rates["total"]
    assert (rates["total"]["excused"], rates["total"]["expected"]) == (1, 0)
    assert rates["total"]["on_time_rate"] is None
    units = client.get("/v1/reports/rates/units", params={"first": owed["period"]}, headers=below)
    (one,) = units.json()["items"]
    assert (one["unit_id"], one["rates"]) == (str(unit), rates["total"])


def test_nobody_excuses_their_own_unit_nor_without_the_role(
    root: UUID, unit: UUID, post: Post
) -> None:
    own = post("excuse", {"reason": "Bận"}, "leader", unit)
    assert (own.status_code, own.json()["code"]) == (403, "own_report")
    typist = post("excuse", {"reason": "Bận"}, "secretariat", root)
    assert (typist.status_code, typist.json()["code"]) == (403, "forbidden")
    elsewhere = post("excuse", {"reason": "Bận"}, "leader", uuid5(unit, "elsewhere"))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "out_of_scope")


def test_leave_to_be_late_is_given_for_an_instant_ahead(
    client: httpx.Client, root: UUID, owed: dict[str, Any], post: Post, headers: Headers
) -> None:
    past = {"until": "2020-01-01T00:00:00Z", "reason": "Chuyển trụ sở"}
    refused = post("allow-late", past, "leader", root)
    assert (refused.status_code, refused.json()["code"]) == (422, "until_past")
    ahead = past | {"until": "2099-01-01T07:00:00+07:00"}
    assert post("allow-late", ahead, "leader", root).status_code == 200
    told = client.get(f"/v1/reports/{owed['report_id']}", headers=headers("leader", root)).json()
    assert told["late_until"] == "2099-01-01T00:00:00Z"


def test_those_above_comment_and_the_unit_answers(
    client: httpx.Client,
    root: UUID,
    unit: UUID,
    owed: dict[str, Any],
    post: Post,
    headers: Headers,
) -> None:
    assert post("comments", {"text": "Nêu rõ số liệu"}, "secretariat", root).status_code == 200
    assert post("comments", {"text": "Đã bổ sung"}, "reporter", unit, 2).status_code == 200
    stranger = post("comments", {"text": "Xin chào"}, "reporter", uuid5(unit, "elsewhere"), 3)
    assert stranger.json()["code"] == "out_of_scope"
    told = client.get(f"/v1/reports/{owed['report_id']}", headers=headers("leader", root)).json()
    said = [(one["author_unit_id"], one["text"]) for one in told["comments"]]
    assert said == [(str(root), "Nêu rõ số liệu"), (str(unit), "Đã bổ sung")]
    assert told["stage"] == "opened"


def test_periods_in_the_wrong_order_are_refused(
    client: httpx.Client, root: UUID, headers: Headers
) -> None:
    asked = {"first": "2026-W10", "last": "2026-W09"}
    told = client.get("/v1/reports/rates", params=asked, headers=headers("leader", root))
    assert (told.status_code, told.json()["code"]) == (422, "periods_reversed")


def test_weeks_and_months_are_not_added_up(
    client: httpx.Client, root: UUID, headers: Headers
) -> None:
    asked = {"first": "2026-W50", "last": "2026-12"}
    told = client.get("/v1/reports/rates", params=asked, headers=headers("leader", root))
    assert (told.status_code, told.json()["code"]) == (422, "periods_differ")


def test_a_unit_is_excused_for_a_month_to_come(
    client: httpx.Client,
    root: UUID,
    unit: UUID,
    owed: dict[str, Any],
    headers: Headers,
    until: Until,
) -> None:
    month = str(Period.at(SystemClock().now(), Rhythm.MONTHLY).shift(3))
    wanted = {"unit_id": str(unit), "period": month, "reason": "Nghỉ Tết", "office": "Bí thư"}

    def excuse(role: str, by: UUID) -> httpx.Response:
        return client.post("/v1/reports/excuse", json=wanted, headers=headers(role, by))

    assert owed["period"] != month
    assert excuse("leader", unit).json()["code"] == "own_report"
    assert excuse("leader", uuid5(unit, "elsewhere")).json()["code"] == "out_of_scope"
    assert excuse("secretariat", root).status_code == httpx.codes.FORBIDDEN
    answer = excuse("leader", root)
    assert answer.json() == {"id": str(uuid5(unit, month)), "version": 2}
    assert excuse("leader", root).json()["code"] == "not_owed"

    def row() -> list[dict[str, Any]]:
        asked = {"unit_id": str(unit), "period": month}
        found = client.get("/v1/reports", params=asked, headers=headers("leader", root)).json()
        return [r for r in found["items"] if r["version"] == 2]

    (shown,) = until(row)
    assert (shown["stage"], shown["excuse_reason"]) == ("excused", "Nghỉ Tết")
    below = headers("leader", unit)
    rates = client.get("/v1/reports/rates", params={"first": month}, headers=below).json()
    assert (rates["total"]["excused"], rates["total"]["expected"]) == (1, 0)
