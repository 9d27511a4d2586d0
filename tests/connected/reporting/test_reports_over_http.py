"""Reports over HTTP, with assignments that arrive over Kafka."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest

from reporting.period import Period, Rhythm
from tiendo_contracts.assignments import AssignmentIssued, CompletionReported
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope, decode
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_contracts.reporting import ReportSubmitted, ReportSubmittedV1
from tiendo_runtime.clock import SystemClock
from tiendo_runtime.http.paging import cursor_of

Headers = Callable[..., dict[str, str]]
Issue = Callable[..., AssignmentIssued]
Until = Callable[[Callable[[], Any]], Any]

NOW = SystemClock().now()
PERIOD = str(Period.at(NOW))
OF_ASSIGNMENT = {
    "assignment_id", "committee_id", "committee_path", "lead_unit_id", "lead_unit_path"
}  # fmt: skip


def body(*assignments: UUID, period: str = PERIOD, **line: Any) -> dict[str, Any]:
    said = {"percent": 40, "done": False, "difficulties": "", "product_url": ""} | line
    return {"period": period, "lines": [{"assignment_id": str(a)} | said for a in assignments]}


@pytest.fixture
def known(
    client: httpx.Client, headers: Headers, issue: Issue, until: Until
) -> Callable[..., UUID]:
    """Issue an assignment and wait until the unit's form has it."""

    def known(unit: UUID, **changes: Any) -> UUID:
        identity = issue(unit, **changes).assignment_id

        def arrived() -> bool:
            form = client.get("/v1/reports/form", headers=headers("reporter", unit)).json()
            return str(identity) in [line["assignment_id"] for line in form["lines"]]

        assert until(arrived)
        return identity

    return known


@pytest.fixture
def submit(client: httpx.Client, headers: Headers) -> Callable[..., httpx.Response]:
    def submit(unit: UUID, content: Any, **more: str) -> httpx.Response:
        said = headers("reporter", unit, Content_Type="application/json", **more)
        # json= would refuse half a surrogate pair before the service can
        return client.post("/v1/reports", content=json.dumps(content), headers=said)

    return submit


Submit = Callable[..., httpx.Response]
Known = Callable[..., UUID]


def test_report_on_own_assignments_is_answered_with_derived_id_and_version(
    unit: UUID, known: Known, submit: Submit
) -> None:
    answer = submit(unit, body(known(unit), known(unit)))
    assert answer.status_code == httpx.codes.CREATED
    assert answer.json() == {"id": str(uuid5(unit, PERIOD)), "version": 1}
    assert answer.headers["etag"] == '"1"'


def test_report_on_an_assignment_still_on_its_way_passes_when_it_has_arrived(
    unit: UUID, new_issue: Issue, publish: Callable[..., None], submit: Submit, until: Until
) -> None:
    coming = new_issue(unit)
    refused = submit(unit, body(coming.assignment_id))
    assert refused.status_code == httpx.codes.CONFLICT
    assert refused.json()["code"] == "assignment_not_yet_known"
    assert refused.headers["retry-after"] == "1"
    publish(coming, NOW)
    assert until(lambda: submit(unit, body(coming.assignment_id)).status_code == 201)


def test_assignment_of_another_unit_is_refused_with_the_path_of_its_line(
    unit: UUID, known: Known, submit: Submit
) -> None:
    neighbour = uuid5(unit, "neighbour")
    refused = submit(unit, body(known(unit), known(neighbour)))
    assert refused.status_code == httpx.codes.FORBIDDEN
    assert refused.json()["code"] == "out_of_scope"
    assert "/lines/1/assignment_id" in refused.json()["detail"]


def test_repeated_key_gets_the_first_answer_and_another_body_is_refused(
    unit: UUID, known: Known, submit: Submit
) -> None:
    content = body(known(unit))
    first = submit(unit, content, Idempotency_Key="the-same-key")
    again = submit(unit, content, Idempotency_Key="the-same-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = submit(unit, content | {"period": "2026-W01"}, Idempotency_Key="the-same-key")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_second_report_waits_until_the_first_was_returned(
    client: httpx.Client, unit: UUID, root: UUID, known: Known, submit: Submit, headers: Headers
) -> None:
    content = body(known(unit))
    report = submit(unit, content).json()["id"]
    refused = submit(unit, content)
    assert (refused.status_code, refused.json()["code"]) == (409, "report_exists")

    returned = client.post(
        f"/v1/reports/{report}/return",
        json={"reason": "Thiếu biên bản"},
        headers=headers("secretariat", root, If_Match='"1"'),
    )
    assert (returned.status_code, returned.json()["version"]) == (200, 2)
    form = client.get("/v1/reports/form", headers=headers("reporter", unit)).json()
    assert (form["stage"], form["return_reason"]) == ("returned", "Thiếu biên bản")
    assert form["lines"][0]["percent"] == 40

    again = submit(unit, content)
    assert again.json() == {"id": report, "version": 3}


def test_return_needs_the_version_a_role_and_the_scope(
    client: httpx.Client, unit: UUID, root: UUID, known: Known, submit: Submit, headers: Headers
) -> None:
    address = f"/v1/reports/{submit(unit, body(known(unit))).json()['id']}/return"
    elsewhere = uuid5(unit, "elsewhere")

    def told(role: str, by: UUID, **more: str) -> tuple[int, str]:
        answer = client.post(address, json={"reason": "x" * 3}, headers=headers(role, by, **more))
        return answer.status_code, answer.json()["code"]

    assert told("secretariat", root) == (428, "precondition_required")
    assert told("secretariat", root, If_Match='"7"') == (412, "stale")
    assert told("secretariat", elsewhere, If_Match='"1"') == (403, "out_of_scope")
    assert told("reporter", unit, If_Match='"1"') == (403, "forbidden")


def test_returning_a_report_that_is_not_there_is_404(
    client: httpx.Client, unit: UUID, root: UUID, headers: Headers
) -> None:
    answer = client.post(
        f"/v1/reports/{unit}/return",
        json={"reason": "Thiếu số liệu"},
        headers=headers("secretariat", root, If_Match='"1"'),
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_of_reports_that_come_at_once_one_is_taken(
    unit: UUID, known: Known, submit: Submit
) -> None:
    content = body(known(unit))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(submit, [unit] * 6, [content] * 6))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    refused = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert refused == {"report_exists"}


def test_only_a_reporter_of_a_unit_may_report(
    client: httpx.Client, unit: UUID, headers: Headers
) -> None:
    content = body(unit)
    nobody = client.post("/v1/reports", json=content, headers={"Idempotency-Key": "12345678"})
    assert nobody.status_code == httpx.codes.UNAUTHORIZED
    wrong_role = client.post("/v1/reports", json=content, headers=headers("secretariat", unit))
    assert wrong_role.json()["code"] == "forbidden"
    for path in ("/", f"/{uuid5(unit, 'x')}/", f"/x/{unit}/"):
        no_unit = client.post("/v1/reports", json=content, headers=headers("reporter", unit, path))
        assert (no_unit.status_code, no_unit.json()["code"]) == (403, "no_unit")


ID = "019a8c40-0000-7000-8000-000000000002"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"percent": 140}, "invalid"),
        ({"percent": -1}, "invalid"),
        ({"percent": "50"}, "invalid"),
        ({"percent": 50.5}, "invalid"),
        ({"percent": True}, "invalid"),
        ({"percent": 10**400}, "invalid"),
        ({"done": "yes"}, "invalid"),
        ({"done": True, "percent": 99}, "done_below_100"),
        ({"product_url": "javascript:alert(1)"}, "invalid"),
        ({"product_url": "ftp://x.example"}, "invalid"),
        ({"product_url": "https://x.example/ a"}, "invalid"),
        ({"product_url": "https://x.example/\n"}, "invalid"),
        ({"product_url": "https://" + "x" * 2000}, "invalid"),
        ({"product_url": "https://x.example/\ud800"}, "invalid"),
        ({"difficulties": "a\0b"}, "invalid"),
        ({"difficulties": "\ud800"}, "invalid"),
        ({"difficulties": "x" * 4001}, "invalid"),
        ({"difficulties": "\u0958" * 4000}, "invalid"),
        ({"difficulties": "TUYỆT MẬT\nnội dung"}, "classified"),
        ({"difficulties": None}, "invalid"),
        ({"assignment_id": "x"}, "invalid"),
        ({"mood": "good"}, "invalid"),
    ],
)
def test_line_that_is_not_right_is_refused(
    unit: UUID, submit: Submit, change: dict[str, Any], code: str
) -> None:
    line = {"assignment_id": ID, "percent": 40, "done": False} | change
    refused = submit(unit, {"period": PERIOD, "lines": [line]})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "invalid"),
        ([], "invalid"),
        (None, "invalid"),
        ({"period": PERIOD, "lines": []}, "invalid"),
        ({"period": PERIOD, "lines": {}}, "invalid"),
        (body(*[UUID(ID)] * 501), "invalid"),
        (body(UUID(ID), UUID(ID)), "assignment_twice"),
        (body(UUID(ID), period="2026-47"), "invalid"),
        (body(UUID(ID), period="2025-W53"), "no_such_period"),
        (body(UUID(ID), period="2020-W01"), "period_too_old"),
        (body(UUID(ID), period=str(Period.at(NOW).shift(3))), "period_too_early"),
        (body(UUID(ID)) | {"unit_id": ID}, "invalid"),
    ],
)
def test_report_that_is_not_right_is_refused(
    unit: UUID, submit: Submit, content: Any, code: str
) -> None:
    refused = submit(unit, content)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"period": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"period": NaN}', "application/json", 422),
        (b"period=2026-W47", "application/x-www-form-urlencoded", 422),
        (b"{}", "text/plain", 415),
        (b'"' + b"x" * 5_000_000 + b'"', "application/json", 413),
    ],
)
def test_what_is_no_json_is_refused(
    client: httpx.Client, unit: UUID, headers: Headers, content: bytes, media: str, status: int
) -> None:
    said = headers("reporter", unit, Content_Type=media)
    answer = client.post("/v1/reports", content=content, headers=said)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_secret_reason_is_refused(
    client: httpx.Client, unit: UUID, root: UUID, headers: Headers
) -> None:
    answer = client.post(
        f"/v1/reports/{unit}/return",
        json={"reason": "MẬT"},
        headers=headers("secretariat", root, If_Match='"1"'),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "classified")


def test_sentence_is_vietnamese_unless_english_is_asked_for(unit: UUID, submit: Submit) -> None:
    content = body(UUID(ID), period="2025-W53")
    assert "There is no period" in submit(unit, content).json()["detail"]
    vietnamese = submit(unit, content, Accept_Language="vi").json()["detail"]
    assert "Không có kỳ báo cáo «2025-W53»" in vietnamese


def test_report_is_read_as_it_stands_by_those_above_and_by_nobody_else(
    client: httpx.Client, unit: UUID, root: UUID, known: Known, submit: Submit, headers: Headers
) -> None:
    assignment = known(unit)
    url = "https://dulieu.example/kho"
    report = submit(unit, body(assignment, percent=100, done=True, product_url=url)).json()["id"]
    address = f"/v1/reports/{report}"
    answer = client.get(address, headers=headers("secretariat", root))
    assert answer.headers["etag"] == '"1"'
    found = answer.json()
    assert (found["stage"], found["period"], found["unit_id"]) == ("submitted", PERIOD, str(unit))
    assert found["lines"] == [
        {
            "assignment_id": str(assignment),
            "percent": 100,
            "done": True,
            "difficulties": "",
            "product_url": url,
        }
    ]
    own = client.get(address, headers=headers("reporter", unit))
    assert own.status_code == httpx.codes.OK
    other = client.get(address, headers=headers("reporter", uuid5(unit, "other")))
    assert (other.status_code, other.json()["code"]) == (403, "out_of_scope")
    missing = client.get(f"/v1/reports/{unit}", headers=headers("secretariat", root))
    assert missing.status_code == httpx.codes.NOT_FOUND


def test_list_shows_a_report_to_those_whose_scope_holds_its_unit(
    client: httpx.Client,
    unit: UUID,
    root: UUID,
    known: Known,
    submit: Submit,
    headers: Headers,
    until: Until,
) -> None:
    submit(unit, body(known(unit), percent=100, done=True))

    def seen(role: str, by: UUID, **query: str) -> list[Any]:
        asked = {"unit_id": str(unit)} | query
        return client.get("/v1/reports", params=asked, headers=headers(role, by)).json()["items"]

    row = until(lambda: seen("secretariat", root))[0]
    assert (row["stage"], row["version"], row["lines"], row["done"]) == ("submitted", 1, 1, 1)
    assert row["late"] == (row["first_submitted_at"] > row["due_at"])
    assert seen("reporter", unit, period=PERIOD) == [row]
    assert seen("reporter", unit, period="2026-W01") == []
    assert seen("reporter", uuid5(unit, "other")) == []


def test_list_is_paged_from_the_newest_period_on_without_loss(
    client: httpx.Client, unit: UUID, known: Known, submit: Submit, headers: Headers, until: Until
) -> None:
    assignment = known(unit)
    periods = [str(Period.at(NOW).shift(-back)) for back in range(3)]
    for period in periods:
        assert submit(unit, body(assignment, period=period)).status_code == 201

    def page(cursor: str) -> dict[str, Any]:
        query = {"limit": 1, "cursor": cursor}
        return client.get("/v1/reports", params=query, headers=headers("reporter", unit)).json()

    def walk() -> list[str]:
        found, cursor = list[str](), ""
        while cursor is not None:
            now = page(cursor)
            found += [row["period"] for row in now["items"]]
            cursor = now["next"]
        return found

    assert until(lambda: walk() == periods), walk()


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "cursor=zz",
        f"cursor={cursor_of('2026', '/')}",
        f"cursor={cursor_of(chr(0), '/', UUID(int=0))}",
        "unit_id=x",
        "period=2026",
        "period=2026-W47%00",
    ],
)
def test_list_refuses_what_it_cannot_read(
    client: httpx.Client, unit: UUID, headers: Headers, query: str
) -> None:
    answer = client.get(f"/v1/reports?{query}", headers=headers("reporter", unit))
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


def test_form_offers_open_assignments_with_what_was_said_last(
    client: httpx.Client,
    unit: UUID,
    known: Known,
    new_issue: Issue,
    publish: Callable[[Contract, Any], None],
    submit: Submit,
    headers: Headers,
    until: Until,
) -> None:
    first, second = known(unit), known(unit, text="Tập huấn kỹ năng số")
    before = str(Period.at(NOW).previous)
    assert submit(unit, body(first, period=before, difficulties="thiếu vốn")).status_code == 201

    def form() -> dict[str, Any]:
        return client.get("/v1/reports/form", headers=headers("reporter", unit)).json()

    offered = form()
    assert (offered["period"], offered["stage"], offered["version"]) == (PERIOD, "none", None)
    said = {line["assignment_id"]: line for line in offered["lines"]}
    assert said[str(first)]["difficulties"] == "thiếu vốn"
    assert (said[str(second)]["percent"], said[str(second)]["text"]) == (0, "Tập huấn kỹ năng số")

    claimed = new_issue(unit, assignment_id=first)
    of = claimed.model_dump(include=OF_ASSIGNMENT)
    claim = CompletionReported(**of, report_id=unit, claimed_at=NOW, product_url="")
    publish(claim, NOW)
    assert until(lambda: [x["assignment_id"] for x in form()["lines"]] == [str(second)])


def test_form_is_for_reporters_of_a_unit(
    client: httpx.Client, unit: UUID, headers: Headers
) -> None:
    other_role = client.get("/v1/reports/form", headers=headers("member", unit))
    assert other_role.json()["code"] == "forbidden"
    no_week = client.get("/v1/reports/form?period=2025-W53", headers=headers("reporter", unit))
    assert (no_week.status_code, no_week.json()["code"]) == (422, "no_such_period")


def test_weeks_of_silence_are_listed_as_missed_and_a_late_report_still_comes_in(
    client: httpx.Client,
    unit: UUID,
    root: UUID,
    issue: Issue,
    publish: Callable[..., None],
    submit: Submit,
    headers: Headers,
    until: Until,
) -> None:
    facts = {"unit_id": unit, "parent_id": root, "path": f"/{root}/{unit}/", "name": "Xã Đồng Lúa"}
    publish(UNIT_REGISTERED.model_copy(update=facts), NOW)
    assignment = issue(unit, ago=timedelta(weeks=4)).assignment_id

    def rows() -> dict[str, Any]:
        query = {"unit_id": str(unit)}
        page = client.get("/v1/reports", params=query, headers=headers("auditor", root)).json()
        return {row["period"]: row for row in page["items"] if row["stage"] != "opened"}

    missed = until(lambda: rows() if len(rows()) >= 3 else None)
    assert {(row["stage"], row["unit_name"]) for row in missed.values()} == {
        ("missed", "Xã Đồng Lúa")
    }
    period = min(missed)
    assert submit(unit, body(assignment, period=period)).json()["version"] == 2
    late = until(lambda: rows()[period] if rows()[period]["version"] == 2 else None)
    assert (late["stage"], late["late"]) == ("submitted", True)
    assert late["missed_at"] is not None


def test_report_is_told_on_kafka_as_a_cloud_event_of_its_reporter(
    unit: UUID, known: Known, submit: Submit, told: Callable[[UUID], list[Any]], until: Until
) -> None:
    assignment = known(unit)
    report = UUID(submit(unit, body(assignment), X_Correlation_Id="chain-1").json()["id"])
    record, first = until(lambda: found if len(found := told(report)) == 2 else None)
    assert Envelope.parse(first.headers).type == ReportSubmittedV1.TYPE
    assert first.value == record.value
    envelope = Envelope.parse(record.headers)
    assert (envelope.type, envelope.subject) == (ReportSubmitted.TYPE, str(report))
    assert (envelope.actor, envelope.correlationid) == (f"reporter-{unit}", "chain-1")
    assert envelope.subjectversion == 1
    event = decode(envelope.type, record.value)
    assert isinstance(event, ReportSubmitted)
    assert (event.unit_id, event.period) == (unit, PERIOD)
    assert timedelta(0) <= envelope.time - event.submitted_at < timedelta(seconds=10)
    assert [line.assignment_id for line in event.lines] == [assignment]


def test_report_of_a_month_comes_in_and_is_told_in_the_second_form_alone(
    client: httpx.Client,
    unit: UUID,
    known: Known,
    submit: Submit,
    told: Callable[[UUID], list[Any]],
    headers: Headers,
    until: Until,
) -> None:
    month, reading = str(Period.at(NOW, Rhythm.MONTHLY)), headers("reporter", unit)
    assignment = known(unit)
    answer = submit(unit, body(assignment, period=month))
    assert answer.json() == {"id": str(uuid5(unit, month)), "version": 1}
    (record,) = until(lambda: told(UUID(answer.json()["id"])))
    envelope = Envelope.parse(record.headers)
    event = decode(envelope.type, record.value)
    assert isinstance(event, ReportSubmitted)
    assert (envelope.type, event.period) == (ReportSubmitted.TYPE, month)

    def listed(period: str) -> list[str]:
        found = client.get("/v1/reports", params={"period": period}, headers=reading).json()
        return [row["period"] for row in found["items"]]

    assert until(lambda: listed(month)) == [month]
    assert listed(PERIOD) == []
    following = str(Period.parse(month).next)
    form = client.get("/v1/reports/form", params={"period": following}, headers=reading).json()
    assert form["lines"][0]["percent"] == 40
    rates = client.get("/v1/reports/rates", params={"first": month}, headers=reading).json()
    assert rates["total"]["received"] == 1


def test_document_describes_the_api(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/reports", "/v1/reports/form", "/v1/reports/{report}/return"} <= set(paths)
