"""The ingest dies, is away, comes back: nothing that was accepted is lost, nothing is doubled."""

import json
import signal
import threading
from collections import Counter
from random import Random

import httpx
import pytest
from tests.connected.ingest.running import STRUCTURED, Event, Served, Who, by, named, until

pytestmark = pytest.mark.timeout(900)  # several starts of a process, on a busy machine too

_BATCHES, _SIZE, _KILLS = 40, 50, 3


def test_what_was_written_while_the_ingest_was_away_is_taken_later(prepared: Served) -> None:
    with prepared.process():
        who = prepared.source()
        topic = f"tiendo.inbound.{who.name}.v1"
        until(lambda: topic in prepared.topics())
    events = who.events(20)
    headers = [("content-type", STRUCTURED.encode())]
    prepared.write(topic, [(json.dumps(one).encode(), headers) for one in events])
    with prepared.process():
        until(lambda: len(prepared.receipts(who)) == 20)
        until(lambda: sorted(prepared.published(who)) == sorted(one["id"] for one in events))


def test_batches_that_are_retried_while_the_ingest_is_killed_count_once(prepared: Served) -> None:
    dice = Random(20261125)  # noqa: S311 - to kill by
    process = prepared.spawn()
    try:
        who = prepared.source()
        batches = [who.events(_SIZE) for _ in range(_BATCHES)]
        answered: list[httpx.Response] = []
        sender = threading.Thread(target=_send_all, args=[prepared, who, batches, answered])
        sender.start()
        for kill in range(1, _KILLS + 1):
            until(lambda: len(answered) >= kill * _BATCHES // (_KILLS + 2))  # noqa: B023 - at once
            sender.join(dice.random() * 0.1)  # somewhere between two lines
            process.send_signal(signal.SIGKILL)
            process.wait()
            process = prepared.spawn()
        sender.join()
        wanted = [event["id"] for batch in batches for event in batch]
        until(lambda: len(set(prepared.published(who))) == len(wanted))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
    told = [one for answer in answered for one in answer.json()["receipts"]]
    assert [one["event_id"] for one in told] == wanted
    numbers = _numbers(prepared, who)
    assert numbers == {one["event_id"]: {one["sequence"]} for one in told}


def _send_all(
    served: Served, who: Who, batches: list[list[Event]], answered: list[httpx.Response]
) -> None:
    """Send each batch until it is answered."""
    for batch in batches:
        answer = None
        while answer is None:
            answer = _send(served, who, batch)
        answered.append(answer)


def _send(served: Served, who: Who, batch: list[Event]) -> httpx.Response | None:
    try:
        answer = served.post(who, batch)
    except httpx.TransportError:
        return None  # whether it was accepted is not known; the same again tells
    return answer if answer.status_code == 200 else None


def _numbers(served: Served, who: Who) -> dict[str, set[int]]:
    """The numbers under which each event stands on the topic: a repeat of a relay has the same."""
    found: dict[str, set[int]] = {}
    versions: Counter[str] = Counter()
    for record in served.on_topic():
        if by(record, who):
            headers = named(record)
            numbers = found.setdefault(headers["ce_causationid"], set())
            if int(headers["ce_sequence"]) not in numbers:
                versions[headers["ce_subjectversion"]] += 1
            numbers.add(int(headers["ce_sequence"]))
    assert set(versions.values()) == {1}
    return found
