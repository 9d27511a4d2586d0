"""Events over HTTP: accepted, known already, refused; and the receipts of all of them."""

import gzip
import json
from dataclasses import replace

import httpx
import pytest
from tests.connected.ingest.running import (
    BATCH,
    IDS,
    TYPE,
    Event,
    Served,
    by,
    measured,
    named,
    until,
)

from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples.assignments import DEADLINE_PASSED
from tiendo_contracts.examples.indicators import INDICATOR_DEFINED
from tiendo_contracts.examples.quality import FINDING_RAISED, FINDING_RESOLVED
from tiendo_local import ports


def outcomes(answer: httpx.Response) -> list[str]:
    return [one["outcome"] for one in answer.json()["receipts"]]


def codes(answer: httpx.Response) -> list[str | None]:
    return [one.get("code") for one in answer.json()["receipts"]]


def test_a_batch_is_accepted_and_each_event_has_its_receipt(served: Served) -> None:
    who = served.source()
    events = who.events(3)
    answer = served.post(who, events)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["accepted"], told["already_seen"], told["refused"]) == (3, 0, 0)
    assert [one["event_id"] for one in told["receipts"]] == [event["id"] for event in events]
    sequences = [one["sequence"] for one in told["receipts"]]
    assert sequences == list(range(sequences[0], sequences[0] + 3))
    with served.client("publisher", who.name) as client:
        for one in told["receipts"]:
            kept = client.get(f"/v1/receipts/{one['id']}").json()
            assert one.items() <= kept.items()


def test_accepted_events_stand_on_the_topic_once_in_the_order_of_their_coming(
    served: Served,
) -> None:
    who = served.source()
    first, second = who.events(5), who.events(5)
    served.post(who, first)
    served.post(who, second)
    wanted = [event["id"] for event in first + second]
    assert until(lambda: len(served.published(who)) >= 10 and served.published(who)) == wanted
    records = [record for record in served.on_topic() if by(record, who)]
    versions = [named(record)["ce_subjectversion"] for record in records]
    assert versions == [str(number) for number in range(1, 11)]
    assert {record.key for record in records} == {str(who.unit).encode()}
    assert json.loads(records[0].value) == first[0]["data"]
    until(lambda: all(one["published"] for one in served.receipts(who)))


def test_the_same_batch_again_has_the_same_receipts(served: Served) -> None:
    who = served.source()
    events = [who.event(), who.event(source="https://else.example"), who.event()]
    first, again = served.post(who, events), served.post(who, events)
    assert (first.status_code, again.status_code) == (207, 207)
    assert outcomes(first) == ["accepted", "refused", "accepted"]
    assert outcomes(again) == ["already_seen", "refused", "already_seen"]

    def facts(answer: httpx.Response) -> list[tuple[str, ...]]:
        return [
            (one["id"], one["received_at"], str(one.get("sequence")))
            for one in answer.json()["receipts"]
        ]

    assert facts(first) == facts(again)
    assert len(served.receipts(who)) == 3


def test_a_repeat_within_a_batch_is_known_already(served: Served) -> None:
    who = served.source()
    event = who.event()
    answer = served.post(who, [event, event, who.event()])
    assert outcomes(answer) == ["accepted", "already_seen", "accepted"]
    receipts = answer.json()["receipts"]
    assert receipts[0]["id"] == receipts[1]["id"]


def test_a_repeat_with_another_trace_and_another_way_of_writing_is_known(served: Served) -> None:
    who = served.source()
    event = who.event(time="2026-11-22T08:30:00+07:00")
    served.post(who, event)
    trace = f"00-{IDS.new().hex}-00f067aa0ba902b7-01"
    again = served.post(who, event | {"time": "2026-11-22T01:30:00Z", "traceparent": trace})
    assert outcomes(again) == ["already_seen"]


@pytest.mark.parametrize("together", [True, False])
def test_an_id_that_comes_again_with_another_body_is_refused(
    served: Served, *, together: bool
) -> None:
    who = served.source()
    event = who.event()
    other = event | {"data": measured(who, 999)}
    if together:
        answer = served.post(who, [event, other])
        assert (answer.status_code, outcomes(answer)) == (207, ["accepted", "refused"])
    else:
        served.post(who, event)
        answer = served.post(who, other)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "refused"
    told = answer.json()["receipts"][-1]
    assert (told["code"], told["path"]) == ("id_reused", "/id")
    assert told["vi"] != told["en"]


def test_an_event_in_binary_mode_is_accepted(served: Served) -> None:
    who = served.source()
    event = who.event()
    headers = {f"ce_{name}": value for name, value in event.items() if name != "data"}
    content = json.dumps(event["data"]).encode()
    answer = served.post(who, content, Content_Type="application/json", **headers)
    assert (answer.status_code, outcomes(answer)) == (200, ["accepted"])
    again = served.post(who, event)
    assert outcomes(again) == ["already_seen"]


def test_gzip_is_read_in_every_mode(served: Served) -> None:
    who = served.source()
    content = gzip.compress(json.dumps(who.events(10)).encode())
    answer = served.post(who, content, Content_Type=BATCH, Content_Encoding="gzip")
    assert outcomes(answer) == ["accepted"] * 10


def test_a_gzip_bomb_is_refused_without_being_inflated(served: Served) -> None:
    who = served.source()
    bomb = gzip.compress(b" " * (200 * 1024 * 1024))
    answer = served.post(who, bomb, Content_Type=BATCH, Content_Encoding="gzip")
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:tiendo:problem:too_large"


def test_a_batch_of_more_than_a_thousand_is_refused_as_a_whole(served: Served) -> None:
    who = served.source()
    answer = served.post(who, who.events(1001))
    assert answer.status_code == 413
    assert served.receipts(who) == []


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"[", {"Content_Type": BATCH}, 400),
        (b"{}", {"Content_Type": BATCH}, 400),
        (b"\xff", {"Content_Type": BATCH}, 400),
        (b"[]", {"Content_Type": BATCH, "Content_Encoding": "gzip"}, 400),
        (b"[]", {"Content_Type": BATCH, "Content_Encoding": "br"}, 415),
        (b"[]", {"Content_Type": "text/plain"}, 415),
    ],
)
def test_what_is_no_batch_is_a_problem(
    served: Served, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = served.post(served.source(), content, **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_no_event_is_refused_and_kept_with_the_reason(served: Served) -> None:
    who = served.source()
    answer = served.post(who, [{"id": "x", "type": TYPE}, 7, who.event(data={})])
    assert answer.status_code == 422
    [first, second, third] = served.receipts(who, outcome="refused")
    assert (first["event_id"], first["code"]) == ("x", "missing_attribute")
    assert json.loads(first["body"]) == {"id": "x", "type": TYPE}
    assert second["code"] == "not_an_object"
    assert (third["code"], third["path"]) == ("missing_field", "/data/indicator_id")
    assert third["more"]


def test_a_source_publishes_only_what_it_is_registered_for(served: Served) -> None:
    who = served.source()
    foreign: Event = who.event(data=measured(who, 1, unit_id=IDS.new()))
    private = who.event(type=DEADLINE_PASSED.TYPE, data=json.loads(encode(DEADLINE_PASSED)))
    unknown = who.event(type="vn.tiendo.nothing.Like.v1")
    other = who.event(data=measured(who, 1, system="https://x.example"))
    answer = served.post(
        who, [who.event(source="https://x.example"), foreign, private, unknown, other]
    )
    assert answer.status_code == 422
    assert codes(answer) == [
        "not_your_source",
        "unit_not_registered",
        "not_yours_to_publish",
        "unknown_type",
        "not_your_system",
    ]


def test_findings_about_data_stand_on_their_own_topic(served: Served) -> None:
    who = served.source(types=[FINDING_RAISED.TYPE, FINDING_RESOLVED.TYPE])
    mine = {"unit_id": who.unit, "finding_id": IDS.new()}
    raised = FINDING_RAISED.model_copy(update={**mine, "system": who.uri})
    resolved = FINDING_RESOLVED.model_copy(update=mine)
    events = [who.event(type=one.TYPE, data=json.loads(encode(one))) for one in (raised, resolved)]
    assert outcomes(served.post(who, events)) == ["accepted", "accepted"]
    until(lambda: all(one["published"] for one in served.receipts(who)))
    records = [record for record in served.on_topic(raised.TOPIC) if by(record, who)]
    assert [named(record)["ce_type"] for record in records] == [raised.TYPE, resolved.TYPE]
    assert {record.key for record in records} == {raised.key()}


def test_a_source_for_all_below_a_unit_waits_for_the_register(served: Served) -> None:
    who = served.source(units=[], below=str(served.root))
    event = who.event()
    answer = served.post(who, event)
    assert codes(answer) == ["unit_not_known"]
    served.register(who.unit)
    until(lambda: served.post(who, event).status_code == 200)
    elsewhere = served.source(units=[], below=str(IDS.new()))
    answer = served.post(elsewhere, elsewhere.event(data=measured(elsewhere, 1, unit_id=who.unit)))
    assert codes(answer) == ["unit_not_registered"]


def test_a_text_that_is_marked_secret_is_neither_accepted_nor_kept(served: Served) -> None:
    who = served.source(types=[INDICATOR_DEFINED.TYPE])
    words = {"owner_unit_id": who.unit, "counting": "Đếm mỗi phiên\nTUYỆT MẬT"}
    defined = json.loads(encode(INDICATOR_DEFINED.model_copy(update=words)))
    secret = who.event(type=INDICATOR_DEFINED.TYPE, data=defined)
    unread = who.event(data={"note": "MẬT"})
    answer = served.post(who, [secret, unread])
    [first, _] = answer.json()["receipts"]
    assert (first["code"], first["path"]) == ("classified", "/data/counting")
    assert [one["body"] for one in served.receipts(who)] == ["", ""]


def test_receipts_are_paged_and_belong_to_their_source(served: Served) -> None:
    who, other = served.source(), served.source()
    served.post(who, who.events(7))
    pages = served.receipts(who, limit=3)
    assert [one["event_id"] for one in pages] == [f"{who.name}-{n}" for n in range(7)]
    with served.client("publisher", other.name) as client:
        assert client.get(f"/v1/receipts/{pages[0]['id']}").status_code == 404
        assert client.get("/v1/receipts", params={"source": who.name}).status_code == 403
    everything = served.ask("GET", f"/v1/receipts?source={who.name}").json()["items"]
    assert len(everything) == 7
    assert served.ask("GET", "/v1/receipts").status_code == 422


def test_who_is_no_source_sends_nothing(served: Served) -> None:
    who = served.source()
    with httpx.Client(base_url=f"http://127.0.0.1:{served.port}") as client:
        assert client.post("/v1/events", json={}).status_code == 401
    with served.client("publisher", "nobody") as client:
        answer = client.post("/v1/events", json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "no_source")
    with served.client("reporter", who.name) as client:
        assert client.post("/v1/events", json={}).status_code == 403


def test_who_sends_too_fast_is_told_when_to_come_again(prepared: Served) -> None:
    limits = {"TIENDO_INGEST_RATE": "1", "TIENDO_INGEST_BURST": "1000"}
    prepared = replace(prepared, port=ports.any_free())
    with prepared.process("api", **limits):
        who = prepared.source()
        assert prepared.post(who, who.events(1000)).status_code == 200
        assert prepared.post(who, who.events(100)).status_code == 200
        answer = prepared.post(who, who.event())
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 101
        other = prepared.source()
        assert prepared.post(other, other.event()).status_code == 200
