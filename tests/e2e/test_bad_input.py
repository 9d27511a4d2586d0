"""Bad input over real HTTP: a clear refusal each time, never a 5xx.

A table of what people get wrong, with the answer that each must have; then everything that is
hostile, sent to every endpoint that the services' own OpenAPI documents name.
"""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import httpx
import pytest
from tests.e2e.played import Played

from tiendo_local.demo.ids import fresh
from tiendo_notices.samples import sample

pytestmark = pytest.mark.timeout(420)

NOBODY = "00000000-0000-7000-8000-000000000000"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Place:
    """The story's things that a bad request can point at."""

    committee: str
    meeting: str
    draft: str
    item: str
    scratch_unit: str
    assignment: str
    others_assignment: str
    report: str
    period: str


Body = Callable[[Place], Any]

REPORTER, SECRETARY = "reporter", "secretariat"
REPORTS = (REPORTER, "POST reporting /v1/reports")
MEETINGS = (SECRETARY, "POST meetings /v1/meetings")
NOTICES = (SECRETARY, "POST meetings /v1/notices")
REVIEWS = (SECRETARY, "POST meetings /v1/notices/{draft}/reviews")
EXTENSIONS = (REPORTER, "POST assignments /v1/assignments/{assignment}/extension-requests")
CURRENT = {"If-Match": "current"}


@dataclass(frozen=True)
class Wrong:
    """A request that somebody gets wrong, and the status and code that it must be answered with."""

    name: str
    endpoint: tuple[str, str]
    body: Body
    answer: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def report(percent: Any = 10, **line: Any) -> Body:
    """A report with one line."""
    more = {"percent": percent, "done": False, **line}
    return lambda at: {
        "period": at.period,
        "lines": [{"assignment_id": at.assignment, **more}],
    }


def report_for(period: str) -> Body:
    """A report for another period."""
    return lambda at: {**report()(at), "period": period}


def report_on(assignment: str) -> Body:
    """A report on something else; the name of a place, or an id."""
    return lambda at: report(assignment_id=getattr(at, assignment, assignment))(at)


def meeting(**more: Any) -> Body:
    """A meeting for the calendar."""
    new = {"title": "Phiên họp", "starts_at": "2026-11-02T01:00:00Z"}
    return lambda at: {"committee_id": at.committee, **new, **more}


def notice(text: str) -> Body:
    """A text that is said to be a notice."""
    return lambda at: {"committee_id": at.committee, "text": text}


def review(**decision: Any) -> Body:
    """A decision on the first item that obliges somebody."""
    item = {"kind": "assignment", **decision}
    return lambda at: {"items": [{"path": at.item, "lead_unit_id": at.committee, **item}]}


def extension(day: str = "2031-01-01") -> Body:
    """A request for more time."""
    return lambda _: {"deadline": {"due_on": day}, "reason": "Chờ vốn"}


def just(body: Any) -> Body:
    """Always this."""
    return lambda _: body


TWO_DEADLINES = {"due_on": "2027-01-01", "due_at": "2027-01-01T00:00:00Z"}
ORPHAN = {
    "id": NOBODY,
    "name": "Xã không có tỉnh",
    "level": "communal",
    "kind": "xa",
    "parent": NOBODY[:-1] + "1",
    "effective_on": "2026-01-01",
}
NOWHERE = (REPORTER, f"POST assignments /v1/assignments/{NOBODY}/extension-requests")
NO_ID = (REPORTER, "POST assignments /v1/assignments/7/extension-requests")
UNITS = ("operator", "POST assignments /v1/units")
CONTACT = ("operator", "PUT notifications /v1/contacts/{committee}")
WRONG = [
    Wrong("percent 140", REPORTS, report(140), "422 invalid"),
    Wrong("percent -1", REPORTS, report(-1), "422 invalid"),
    Wrong("percent 10.5", REPORTS, report(10.5), "422 invalid"),
    Wrong("percent as text", REPORTS, report("50"), "422 invalid"),
    Wrong("done at 10 percent", REPORTS, report(done=True), "422 done_below_100"),
    Wrong("no such form of week", REPORTS, report_for("2026-W60"), "422 invalid"),
    Wrong("no such week", REPORTS, report_for("2025-W53"), "422 no_such_period"),
    Wrong("a week far ahead", REPORTS, report_for("2031-W01"), "422 period_too_early"),
    Wrong("no lines", REPORTS, just({"period": "2026-W47", "lines": []}), "422 invalid"),
    Wrong("a field too many", REPORTS, report(unit=NOBODY), "422 invalid"),
    Wrong("another unit's work", REPORTS, report_on("others_assignment"), "403 out_of_scope"),
    Wrong("unknown work", REPORTS, report_on(NOBODY), "409 assignment_not_yet_known"),
    Wrong("a script for a link", REPORTS, report(product_url="javascript:x()"), "422 invalid"),
    Wrong("a secret", REPORTS, report(difficulties="TUYỆT MẬT\nKế hoạch"), "422 classified"),
    Wrong("another role", ("member", REPORTS[1]), report(), "403 forbidden"),
    Wrong("no key", REPORTS, report(), "400 key_missing", {"Idempotency-Key": ""}),
    Wrong("XML", REPORTS, just(b"<r/>"), "415 wrong_type", {"Content-Type": "application/xml"}),
    Wrong("no type", REPORTS, just(b"{}"), "415 wrong_type", {"Content-Type": ""}),
    Wrong("malformed JSON", REPORTS, just(b'{"period": '), "400 malformed"),
    Wrong("no such committee", MEETINGS, meeting(committee_id=NOBODY), "409 unit_not_known"),
    Wrong("no time zone", MEETINGS, meeting(starts_at="2026-11-02T01:00:00"), "422 invalid"),
    Wrong("the year 99999", MEETINGS, meeting(starts_at="99999-11-02T01:00:00Z"), "422 invalid"),
    Wrong("a letter", NOTICES, notice("Kính gửi anh, hôm nay trời đẹp."), "422 not_a_notice"),
    Wrong("5 MB of text", NOTICES, notice("Giao Bộ Công an. " * 320_000), "413 too_large"),
    Wrong("a secret notice", NOTICES, notice("MẬT\n" + sample("party")), "422 classified"),
    Wrong("no such lead", REVIEWS, review(lead_unit_id=NOBODY), "409 unit_not_known", CURRENT),
    Wrong("no lead", REVIEWS, review(lead_unit_id=None), "422 lead_missing", CURRENT),
    Wrong(
        "a deadline before the meeting",
        REVIEWS,
        review(deadline={"due_on": "2001-01-01"}),
        "422 deadline_too_early",
        CURRENT,
    ),
    Wrong("two deadlines", REVIEWS, review(deadline=TWO_DEADLINES), "422 invalid", CURRENT),
    Wrong("no such item", REVIEWS, just({"confirm": ["IX.99"]}), "422 unknown_item", CURRENT),
    Wrong("a stale ETag", EXTENSIONS, extension(), "412 stale", {"If-Match": '"77"'}),
    Wrong("an ETag that is none", EXTENSIONS, extension(), "412 stale", {"If-Match": "W/x"}),
    Wrong("no ETag", EXTENSIONS, extension(), "428 precondition_required"),
    Wrong("less time", EXTENSIONS, extension("2001-01-01"), "422 extension_not_later", CURRENT),
    Wrong("time for nothing", NOWHERE, extension(), "404 not_found", {"If-Match": '"1"'}),
    Wrong("an id that is none", NO_ID, extension(), "422 invalid", {"If-Match": '"1"'}),
    Wrong("no such parent", UNITS, just({"units": [ORPHAN]}), "422 unknown_parent"),
    Wrong("a blank name", UNITS, just({"units": [{**ORPHAN, "name": " \t"}]}), "422 invalid"),
    Wrong("no address", CONTACT, just({"email": "nobody"}), "422 invalid"),
]

HOSTILE_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"a": ',
    "null": b"null",
    "a number": b"7",
    "a list": b"[]",
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "NaN": b'{"a": NaN, "percent": NaN}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep and whole": b'{"lines":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "a huge number": b'{"a": 1' + b"0" * 100_000 + b"}",
    "a NUL byte": b'{"a": "\x00"}',
    "twice the key": b'{"a": 1, "a": 2}',
}
TEXTS = ["", " ", "\0", "a\0b", "\ud800", "x\udfff", "\U0010ffff", "x" * 200_000, NOBODY]
DAYS = ["2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01"]
INSTANTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-22T25:00:00Z"]
ATTACKS = ["%00", "../../etc/passwd", "'; DROP TABLE stored_events; --", "{{ 7 * 7 }}"]
NUMBERS = [-1, 2**31, 2**63, 10**400, 1e300]
SHAPES: list[Any] = [None, True, [], {}, [[[[]]]], {"a": {"b": {}}}, ["\0"] * 3]
HOSTILE_VALUES: list[Any] = [*TEXTS, *DAYS, *INSTANTS, *ATTACKS, *NUMBERS, *SHAPES]
HOSTILE_QUERIES = ["\0", "7", "-1", "9" * 400, "x" * 3000, "\U0010ffff", "W10=", "bnVsbA==", "%"]
HOSTILE_SEGMENTS = ["7", "%00", "%ff", "..%2f..", "a" * 3000, "%F0%9F%98%80"]


@pytest.fixture(scope="module")
def place(played: Played) -> Place:
    """A draft notice to spoil, and things of the story to point at."""
    secretary = played.told.signed.secretary
    committee = played.told.signed.committee
    new = {"committee_id": committee.id, "title": "Họp", "starts_at": "2026-11-02T01:00:00Z"}
    meeting = secretary.do("meetings", "/v1/meetings", new)["id"]
    held = {"occurred_at": "2026-11-02T01:00:00Z", "chair": {"name": "Trần Văn Chủ Trì"}}
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


def commands(document: dict[str, Any], place: Place) -> Iterator[tuple[str, str, Any]]:
    """Every endpoint that takes a JSON body: method, path and an example of its body."""
    things = {"meeting_id": place.meeting, "notice_id": place.draft, "report": place.report}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                known = {**things, "assignment_id": place.assignment, "unit_id": place.scratch_unit}
                address = path
                for name, value in known.items():
                    address = address.replace("{" + name + "}", value)
                yield method.upper(), address, example_of(document, schema)


def example_of(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A body of a schema: its own example, or one made from its fields."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if schema.get("examples"):
        return schema["examples"][0]
    if "anyOf" in schema:
        return example_of(document, schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: example_of(document, field) for name, field in fields.items()}
        case "array":
            return [example_of(document, schema["items"])] if "items" in schema else []
        case "integer":
            return 1
        case "boolean":
            return False
        case _:
            return schema.get("enum", [_text_of(schema.get("format", ""))])[0]


def _text_of(kind: str) -> str:
    texts = {"uuid": NOBODY, "date": "2027-01-01", "date-time": "2027-01-01T00:00:00Z"}
    return texts.get(kind, "văn bản")


def spoiled(example: Any) -> Iterator[tuple[str, bytes]]:
    """The example again and again, each time with another field spoiled in another way."""
    for path in leaves(example):
        for value in HOSTILE_VALUES:
            body = copy.deepcopy(example)
            where = body
            for step in path[:-1]:
                where = where[step]
            where[path[-1]] = value
            yield f"{path} = {str(value)[:30]!a}", json.dumps(body).encode()


def leaves(
    value: dict[str, Any] | list[Any], path: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, ...]]:
    """The way to every field, also to those that hold others."""
    inner: Iterable[tuple[Any, Any]]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in inner:
        yield (*path, key)
        if isinstance(below, dict | list):
            yield from leaves(cast("dict[str, Any] | list[Any]", below), (*path, key))


def queries(parameters: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Each parameter of a query with each hostile value."""
    for parameter in parameters:
        if parameter["in"] == "query":
            for value in (
                "\0",
                "7",
                "-1",
                "9" * 400,
                "x" * 3000,
                "\U0010ffff",
                "W10=",
                "bnVsbA==",
                "%",
            ):
                yield {parameter["name"]: value}


def filled(path: str, value: str) -> str:
    """A path whose parameters are all the same value."""
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, value)
    return path
