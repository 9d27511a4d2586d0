"""Events on topics of their sources: checked as over HTTP, de-duplicated, published again."""

import json
from collections.abc import Sequence

from tests.connected.ingest.running import STRUCTURED, Event, Served, Who, measured, until

Record = tuple[bytes, Sequence[tuple[str, bytes]]]


def inbound(who: Who) -> str:
    return f"tiendo.inbound.{who.name}.v1"


def structured(event: Event) -> Record:
    return json.dumps(event).encode(), [("content-type", STRUCTURED.encode())]


def binary(event: Event) -> Record:
    headers = [(f"ce_{name}", value.encode()) for name, value in event.items() if name != "data"]
    return json.dumps(event["data"]).encode(), [*headers, ("content-type", b"application/json")]


def open_topic(served: Served, who: Who) -> None:
    """Wait until the ingest has made the topic of a source."""
    until(lambda: inbound(who) in served.topics())


def test_events_in_both_modes_are_published_again_once_and_in_order(served: Served) -> None:
    who = served.source()
    open_topic(served, who)
    events = who.events(6)
    records = [structured(one) if n % 2 else binary(one) for n, one in enumerate(events)]
    served.write(inbound(who), [*records, *records], key=b"one partition")
    wanted = [event["id"] for event in events]
    until(lambda: len(served.receipts(who)) == 6)
    assert until(lambda: len(served.published(who)) >= 6 and served.published(who)) == wanted
    assert {one["way"] for one in served.receipts(who)} == {"kafka"}


def test_an_event_that_came_over_http_is_known_on_kafka(served: Served) -> None:
    who = served.source()
    open_topic(served, who)
    first, last = who.event(), who.event()
    told = served.post(who, first).json()["receipts"][0]
    served.write(inbound(who), [structured(first), structured(last)], key=b"one partition")
    until(lambda: len(served.receipts(who)) == 2)
    assert served.receipts(who)[0]["id"] == told["id"]
    until(lambda: len(served.published(who)) >= 2)
    assert served.published(who) == [first["id"], last["id"]]


def test_what_is_refused_is_kept_with_the_reason_and_its_place(served: Served) -> None:
    who = served.source()
    open_topic(served, who)
    good = who.event()
    bad: list[Record] = [
        (b"{", [("content-type", STRUCTURED.encode())]),
        (b"\xff\xfe", [("ce_id", b"\xff"), ("\xff", b"\xff")]),
        (b"", []),
        structured(who.event(source="https://else.example")),
        structured(good | {"data": measured(who, 4711)}),
        binary(who.event(data=measured(who, 1, unit_id=who.unit) | {"value": 7})),
    ]
    served.write(inbound(who), [structured(good), *bad], key=b"one partition")
    until(lambda: len(served.receipts(who, outcome="refused")) == 6)
    refused = served.receipts(who, outcome="refused")
    assert refused[0]["code"] == "not_json"
    assert {"not_your_source", "id_reused", "wrong_type"} <= {one["code"] for one in refused}
    assert [one["way"].rpartition("/")[2] for one in refused] == ["1", "2", "3", "4", "6", "5"]
    until(lambda: served.published(who) == [good["id"]])


def test_a_topic_without_a_source_counts_for_nothing(served: Served) -> None:
    who = served.source()
    open_topic(served, who)
    served.ask("DELETE", f"/v1/sources/{who.name}")
    served.write(inbound(who), [structured(who.event())])
    path = f"/v1/receipts?source={who.name}&outcome=refused"
    [kept] = until(lambda: served.ask("GET", path).json()["items"])
    assert kept["code"] == "no_such_source"
