"""Bad input over real HTTP: a clear refusal each time, never a 5xx."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.e2e.hostile import HOSTILE_BODIES, HOSTILE_SEGMENTS, commands, filled, queries, spoiled
from tests.e2e.played import Played
from tests.e2e.wrong import NOBODY, ORPHAN, WRONG, Place, Wrong, meeting

from tiendo_local.demo.ids import fresh
from tiendo_notices.samples import sample
from tiendo_runtime.clock import SystemClock

pytestmark = pytest.mark.timeout(420)

_JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def place(played: Played) -> Place:
    """A draft notice to spoil, and things of the story to point at."""
    secretary = played.told.signed.secretary
    committee = played.told.signed.committee
    day = (SystemClock().now() - timedelta(days=1)).isoformat()
    new = {"committee_id": committee.id, "title": "Họp", "starts_at": day}
    meeting = secretary.do("meetings", "/v1/meetings", new)["id"]
    held = {"occurred_at": day, "chair": {"name": "Trần Văn Chủ Trì"}}
    held_at = f"/v1/meetings/{meeting}"
    secretary.do("meetings", f"{held_at}/record", held, changing=held_at)
    text = {"committee_id": committee.id, "meeting_id": meeting, "text": sample("party")}
    draft = secretary.do("meetings", "/v1/notices", text)["id"]
    items = secretary.read("meetings", f"/v1/notices/{draft}")["items"]
    scratch: dict[str, Any] = {**ORPHAN, "id": str(fresh()), "parent": None}
    played.stage.cast.operator().do("assignments", "/v1/units", {"units": [scratch]})
    open_ones = [f for f in played.told.fates.values() if f.current and not f.claimed_at]
    other = next(f for f in open_ones if f.unit.id != open_ones[0].unit.id)
    reports = played.member.read("reporting", "/v1/reports", period=played.told.period)
    return Place(
        committee.id,
        meeting,
        draft,
        next(item["path"] for item in items if item["kind"] == "assignment"),
        scratch["id"],
        open_ones[0].id,
        other.id,
        reports["items"][0]["report_id"],
        played.told.period,
    )


def client_of(played: Played, place: Place, role: str, service: str) -> httpx.Client:
    if role == "operator":
        return played.stage.cast.operator().client(service)
    if role == "secretariat":
        return played.told.signed.secretary.client(service)
    if role == "member":
        return played.member.client(service)
    return played.reporter(played.told.fates[place.assignment].unit).client(service)


def send(played: Played, wrong: Wrong, place: Place) -> httpx.Response:
    role, endpoint = wrong.endpoint
    method, service, path = endpoint.format(**asdict(place)).split()
    client = client_of(played, place, role, service)
    content = wrong.body(place)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {**_JSON, "Idempotency-Key": str(fresh()), **wrong.headers}
    if headers.get("If-Match") == "current":
        headers["If-Match"] = client.get(path.rpartition("/")[0]).headers["ETag"]
    return client.request(method, path, content=body, headers=headers)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_what_people_get_wrong_is_told_to_them(played: Played, place: Place, wrong: Wrong):
    answer = send(played, wrong, place)
    check(answer)
    assert f"{answer.status_code} {answer.json()['code']}" == wrong.answer, answer.text


def test_a_key_that_comes_back_with_another_body_is_refused(played: Played, place: Place):
    client = client_of(played, place, "secretariat", "meetings")
    headers = {"Idempotency-Key": str(fresh())}
    first = client.post("/v1/meetings", json=meeting()(place), headers=headers)
    assert first.status_code == 201
    again = client.post("/v1/meetings", json=meeting()(place), headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    other = client.post("/v1/meetings", json=meeting(title="Khác")(place), headers=headers)
    check(other)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_who_is_not_signed_in_is_told_so(played: Played):
    for service, url in played.stage.urls.items():
        for token in ("", "Bearer x", "Bearer " + "a." * 50_000, "Basic eDp4"):
            answer = httpx.get(f"{url}/v1/{_LISTS[service]}", headers={"Authorization": token})
            assert answer.status_code in (401, 431, 400), (service, token[:20], answer.text[:200])


_LISTS = {
    "meetings": "meetings",
    "assignments": "units",
    "reporting": "reports",
    "notifications": "notifications",
    "monitoring": "board",
    "ingest": "receipts",
}


@pytest.mark.parametrize("service", sorted(_LISTS))
def test_no_endpoint_breaks_on_a_hostile_body(played: Played, place: Place, service: str):
    with anybody(played, service) as client:
        document = client.get("/openapi.json").json()
        for method, path, example in commands(document, place):
            for name, body in (*HOSTILE_BODIES.items(), *spoiled(example)):
                answer = client.request(
                    method,
                    path,
                    content=body,
                    headers={**_JSON, "Idempotency-Key": str(fresh()), "If-Match": '"1"'},
                )
                check(answer, f"{method} {path}: {name}")


@pytest.mark.parametrize("service", sorted(_LISTS))
def test_no_endpoint_breaks_on_a_hostile_address(played: Played, service: str):
    with anybody(played, service) as client:
        document = client.get("/openapi.json").json()
        for path, operations in document["paths"].items():
            if "get" not in operations or path.endswith("/stream"):
                continue
            for query in queries(operations["get"].get("parameters", [])):
                check(client.get(filled(path, NOBODY), params=query), f"{path} {query}")
            if "{" in path:
                for value in HOSTILE_SEGMENTS:
                    check(client.get(filled(path, value)), f"{path} {value[:20]}")


def anybody(played: Played, service: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {played.anybody()}"}
    return httpx.Client(base_url=played.stage.urls[service], headers=headers, timeout=30)


def check(answer: httpx.Response, what: str = "") -> None:
    """No 5xx; and what is refused is refused as a problem with a sentence."""
    assert answer.status_code < 500, f"{what}: {answer.status_code} {answer.text[:500]}"
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json", (what, answer.text)
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["detail"]
