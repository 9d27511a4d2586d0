"""Thousands of events gone wrong: each is answered, none breaks anything, no valid one is lost.

TIENDO_ATTACKS= how many over HTTP; a third as many over Kafka. TIENDO_SEED= plays others.
"""

import json
import os
from collections.abc import Sequence
from random import Random
from typing import Any

import httpx
import pytest
from tests.connected.ingest import mutations
from tests.connected.ingest.mutations import BATCH, STRUCTURED, Event, Sent
from tests.connected.ingest.running import Served, Who, until

from tiendo_contracts.checking import RefusedError, check_binary, check_structured, content_mode
from tiendo_runtime.clock import SystemClock

ATTACKS = int(os.environ.get("TIENDO_ATTACKS", "400"))
SEED = int(os.environ.get("TIENDO_SEED", "20261125"))
_OUTCOMES = {"accepted", "already_seen", "refused"}

pytestmark = pytest.mark.timeout(120 + ATTACKS)


class Attacker:
    """Sends what is wrong, and between it what is right."""

    def __init__(self, who: Who, client: httpx.Client) -> None:
        self.dice = Random(SEED)  # noqa: S311 - to be played again
        self.valid: list[str] = []
        self.told = 0
        self._who = who
        self._client = client

    def right(self) -> Event:
        """A valid event; it must arrive."""
        event = self._who.event()
        self.valid.append(event["id"])
        return event

    def attack(self) -> None:
        """One request with something wrong in it."""
        match self.dice.randrange(3):
            case 0:
                content = mutations.structured(self.dice, self._who.event())
                self._check(self._send(mutations.packed(self.dice, content, STRUCTURED)), None)
            case 1:
                content, headers = mutations.binary(self.dice, self._who.event(), "ce-")
                self._check(self._send(Sent(content, "application/json"), headers), 1)
            case _:
                self._batch()

    def _batch(self) -> None:
        """Events right and wrong in one batch: those that are right are accepted."""
        parts: list[bytes] = []
        expected: list[str | None] = []
        for _ in range(self.dice.randrange(1, 12)):
            if self.dice.random() < 0.4:
                event = self.right()
                parts.append(json.dumps(event).encode())
                expected.append(event["id"])
            else:
                wrong = mutations.spoiled(self.dice, self._who.event())
                parts.append(json.dumps(wrong).encode())
                expected.append(None)
        answer = self._send(Sent(b"[" + b",".join(parts) + b"]", BATCH))
        self._check(answer, len(parts))
        for one, wanted in zip(answer.json()["receipts"], expected, strict=True):
            assert wanted is None or (one["outcome"], one["event_id"]) == ("accepted", wanted)

    def send_right(self) -> None:
        """A request with nothing wrong in it."""
        answer = self._send(Sent(json.dumps(self.right()).encode()))
        assert answer.status_code == 200, answer.text

    def bomb(self) -> None:
        """A gzip bomb."""
        assert self._send(mutations.bomb()).status_code == 413

    def _send(self, sent: Sent, headers: mutations.Headers = ()) -> httpx.Response:
        own = [("Content-Type", sent.media.encode()), *_sendable(headers)]
        if sent.encoding:
            own.append(("Content-Encoding", sent.encoding.encode()))
        raw = [(name.encode("latin-1"), value) for name, value in own]
        return self._client.post("/v1/events", content=sent.content, headers=raw)

    def _check(self, answer: httpx.Response, events: int | None) -> None:
        """A receipt for each event, or one refusal for a body that holds none."""
        assert answer.status_code < 500, answer.text
        body: dict[str, Any] = answer.json()
        if "receipts" not in body:
            assert events is None or answer.status_code in (400, 431), answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            self.told += 1
            return
        receipts = body["receipts"]
        assert len(receipts) == (events or 1)
        assert {one["outcome"] for one in receipts} <= _OUTCOMES
        assert all(one["vi"] and one["en"] for one in receipts if one["outcome"] == "refused")
        self.told += len(receipts)


def _sendable(headers: mutations.Headers) -> Sequence[tuple[str, bytes]]:
    """Those headers that HTTP can carry at all: the client must not be what refuses them."""
    return [
        (name, value)
        for name, value in headers
        if name.isascii()
        and name.replace("-", "").isalnum()
        and not any(byte < 32 or byte == 127 for byte in value)  # RFC 9110, 5.5
        and value == value.strip()
        and len(value) < 30_000
    ]


def test_whatever_comes_over_http_is_answered_and_no_valid_event_is_lost(served: Served) -> None:
    who = served.source()
    with served.client("publisher", who.name) as client:
        attacker = Attacker(who, client)
        while attacker.told < ATTACKS:
            attacker.attack()
            if attacker.dice.random() < 0.2:
                attacker.send_right()
        attacker.bomb()
        attacker.send_right()
    accepted = {one["event_id"] for one in served.receipts(who) if one["outcome"] == "accepted"}
    assert set(attacker.valid) <= accepted
    published = until(lambda: _all(served.published(who), len(accepted)), 180)
    assert sorted(set(published)) == sorted(accepted)
    print(f"{attacker.told} answered, {len(attacker.valid)} valid, {len(accepted)} accepted")  # noqa: T201 - told once


def test_whatever_comes_over_kafka_has_a_receipt_and_no_valid_event_is_lost(
    served: Served,
) -> None:
    who, dice = served.source(), Random(SEED)  # noqa: S311 - to be played again
    topic = f"tiendo.inbound.{who.name}.v1"
    until(lambda: topic in served.topics())
    records: list[tuple[bytes, mutations.Headers]] = []
    valid: list[str] = []
    for _ in range(ATTACKS // 3):
        records.append(_wrong(dice, who))
        if dice.random() < 0.2:
            records.append(_right(who, valid))
    records.append(_right(who, valid))
    served.write(topic, records, key=b"one partition")
    receipts = until(lambda: _with(served.receipts(who), valid[-1]), 300)
    accepted = {one["event_id"] for one in receipts if one["outcome"] == "accepted"}
    assert set(valid) <= accepted
    refused = {int(one["way"].rpartition("/")[2]) for one in receipts if one["code"]}
    for offset, record in enumerate(records):
        if offset not in refused:
            assert _id_of(record) in accepted, f"{offset} has no receipt: {record!r:.500}"
    published = until(lambda: _all(served.published(who), len(accepted)), 180)
    assert sorted(set(published)) == sorted(accepted)
    print(f"{len(records)} written, {len(refused)} refused, {len(accepted)} accepted")  # noqa: T201 - told once


def _wrong(dice: Random, who: Who) -> tuple[bytes, mutations.Headers]:
    if dice.random() < 0.5:
        content = mutations.structured(dice, who.event())
        return content[:900_000], [("content-type", STRUCTURED.encode())]
    content, headers = mutations.binary(dice, who.event(), "ce_")
    return content[:900_000], headers


def _right(who: Who, valid: list[str]) -> tuple[bytes, mutations.Headers]:
    event = who.event()
    valid.append(event["id"])
    return json.dumps(event).encode(), [("content-type", STRUCTURED.encode())]


def _id_of(record: tuple[bytes, mutations.Headers]) -> str | None:
    """The id of a record that the contracts find nothing wrong with."""
    content, headers = record
    media = next((v.decode("latin-1") for n, v in headers if n.lower() == "content-type"), "")
    try:
        if content_mode(media) == "binary":
            return check_binary(headers, content, "ce_", now=SystemClock().now()).id
        return check_structured(content, now=SystemClock().now()).id
    except RefusedError:
        return None


def _all(published: list[str], count: int) -> list[str] | None:
    return published if len(set(published)) >= count else None


def _with(receipts: list[Event], last: str) -> list[Event] | None:
    return receipts if any(one["event_id"] == last for one in receipts) else None
