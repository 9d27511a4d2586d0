"""Records that are no events of ours on the topics: set aside with the reason; the rest goes on."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from aiokafka import AIOKafkaProducer
from tests.e2e.played import Played, eventually

from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.cloudevents import Envelope
from tiendo_local.demo.flow import consumers
from tiendo_runtime.clock import SystemClock, Uuid7

pytestmark = pytest.mark.timeout(420)

_OWNERS = {model.TOPIC: model.OWNER for model in catalogue().values()}
_TYPES = {model.TOPIC: model.TYPE for model in catalogue().values()}


def test_malformed_records_are_set_aside_and_the_rest_goes_on(played: Played):
    fates = played.silent_unit()
    before = _listing(played)
    asyncio.run(_send(played))
    expected = {
        (service, consumer, topic, code)
        for service, consumer, topic in _readers()
        for code in ("no_event", "malformed")
    }
    eventually(lambda: expected <= {letter[:4] for letter in _letters(_listing(played), before)})
    reasons = {letter[4] for letter in _letters(_listing(played), before)}
    assert any("the header ce_specversion is missing" in reason for reason in reasons)
    assert all(reason for reason in reasons)
    assert played.submit(fates, 100, done=True).status_code == 201
    eventually(lambda: played.on_board(fates[0])["stage"] == "claimed")
    assert set(played.ready().values()) == {"ready"}


def _readers() -> Iterator[tuple[str, str, str]]:
    """Service, consumer and topic of everyone who reads."""
    for group, names in consumers():
        _, service, consumer = group.split(".")
        yield from ((service, consumer.partition("_v")[0], topic) for topic in names)


async def _send(played: Played) -> None:
    """A record without header, and an event whose data are cut short, on each topic read."""
    kafka: Any = AIOKafkaProducer(bootstrap_servers=played.stage.platform.kafka_bootstrap)
    await kafka.start()
    try:
        for topic in sorted({topic for *_, topic in _readers()}):
            key = str(Uuid7().new()).encode()
            await kafka.send_and_wait(topic, b"{", key=key, partition=0)
            headers = list(_envelope(played, topic).headers())
            for partition in (0, 1):  # the number is a repeat in one partition at most
                await kafka.send_and_wait(
                    topic, b'{"cut', key=key, headers=headers, partition=partition
                )
    finally:
        await kafka.stop()


def _envelope(played: Played, topic: str) -> Envelope:
    """As the topic's relay would write it, with a number that it has given out already."""
    ids = Uuid7()
    blank = Envelope(
        id=str(ids.new()),
        source=f"/tiendo/{_OWNERS[topic]}",
        type=_TYPES[topic],
        subject=str(ids.new()),
        time=SystemClock().now(),
        sequence=0,
        subjectversion=1,
        actor="somebody",
        correlationid="e2e",
    )
    return replace(blank, sequence=_last_sent(played, _OWNERS[topic]))


def _last_sent(played: Played, service: str) -> int:
    with psycopg.connect(played.stage.platform.postgres_url(service)) as connection:
        row = connection.execute("SELECT position FROM relay").fetchone()
    assert row is not None
    return int(row[0])


def _listing(played: Played) -> list[dict[str, Any]]:
    """What `tiendo ops deadletters list` tells programs."""
    platform = played.stage.platform
    urls = {
        f"TIENDO_{name.upper()}_DATABASE_URL": platform.postgres_url(name)
        for name in played.stage.urls
    }
    command = ["-m", "tiendo_runtime", "ops", "deadletters", "list", "--json", "--limit", "10000"]
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **urls},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _letters(
    now: list[dict[str, Any]], before: list[dict[str, Any]]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Service, reader, topic, code and reason of what is new; a view's build reads for the view."""
    for letter in now:
        if letter not in before:
            reader = letter["consumer"].partition("_v")[0]
            yield letter["service"], reader, letter["topic"], letter["code"], letter["reason"]
