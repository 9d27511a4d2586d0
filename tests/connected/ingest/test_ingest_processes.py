"""The ingest dies, is away, comes back: nothing that was accepted is lost, nothing is doubled."""

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import httpx
import pytest
from tests.connected.ingest.running import STRUCTURED, Event, Served, Who, by, named, until

from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_contracts.publisher import Message, Outbox, Source

pytestmark = pytest.mark.timeout(900)  # several starts of a process, on a busy machine too

_BATCHES, _SIZE, _KILLS = 40, 50, 3
_WAITING = 6000  # six requests of an outbox


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


def test_an_outbox_whose_sender_is_killed_again_and_again_arrives_once(
    prepared: Served, tmp_path: Path
) -> None:
    dice = Random(20261127)  # noqa: S311 - to kill by
    with prepared.process():
        who = prepared.source()
        ids = [f"{who.name}-{number}" for number in range(_WAITING)]
        outbox = Outbox(tmp_path / "outbox.db")
        outbox.put(*(_measured(who, identity) for identity in ids))
        command = _drain(prepared, who, outbox, tmp_path / "token")
        for _ in range(_KILLS):
            before = outbox.load().waiting
            sender = subprocess.Popen(command)
            until(lambda: outbox.load().waiting < before)  # noqa: B023 - at once
            with suppress(subprocess.TimeoutExpired):
                sender.wait(dice.random() * 0.3)  # somewhere between two lines
            sender.kill()
            sender.wait()
        assert outbox.load().waiting > 0
        subprocess.run(command, check=True)
        assert (outbox.load().waiting, outbox.load().refused) == (0, 0)
        until(lambda: len(set(prepared.published(who))) == len(ids))
    numbers = _numbers(prepared, who)
    assert numbers.keys() == set(ids)
    assert {len(one) for one in numbers.values()} == {1}


def _measured(who: Who, identity: str) -> Message:
    changes = {"unit_id": who.unit, "system": who.uri}
    return Source(who.uri).message(INDICATOR_MEASURED.model_copy(update=changes), id=identity)


def _drain(served: Served, who: Who, outbox: Outbox, token: Path) -> list[str]:
    """The command that sends what waits, and ends."""
    token.write_text(served.platform.token("publisher", subject=who.name), "utf-8")
    url = f"http://127.0.0.1:{served.port}"
    command = [sys.executable, "-m", "tiendo_contracts.publisher", "drain", str(outbox.file)]
    return [*command, "--once", "--http", url, "--token-file", str(token)]


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
