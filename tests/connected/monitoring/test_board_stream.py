"""The live stream: what changed, to whoever may see it, until the process leaves."""

import json
import signal
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.monitoring.world import Country, World, running, until

from tiendo_local.platform import Platform


@dataclass(frozen=True)
class Told:
    name: str
    id: str
    data: dict[str, Any]


class Stream:
    """What a viewer reads, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        self._lines = answer.iter_lines()

    def next(self) -> Told:
        """The next event; comments are passed over."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line and "data" in fields:
                return Told(fields["event"], fields.get("id", ""), json.loads(fields["data"]))
            name, _, value = line.partition(": ")
            fields[name] = value
        raise EOFError

    def about(self, key: UUID) -> Told:
        """The next event that names an assignment."""
        while True:
            told = self.next()
            if str(key) in told.data.get("assignments", ()):
                return told

    def rest(self) -> None:
        """Read on until the stream ends."""
        for _ in self._lines:
            pass


@contextmanager
def watching(client: httpx.Client, **headers: str) -> Generator[Stream]:
    with client.stream("GET", "/v1/stream", headers=headers, timeout=30) as answer:
        stream = Stream(answer)
        assert stream.next().name == "hello"
        yield stream


def test_a_report_reaches_an_open_page(world: World, country: Country) -> None:
    key = world.issue(country.first, country.centre)
    with world.asking(country.centre) as client:
        world.settled(client, key)
        with watching(client) as stream:
            world.report(country.first, key, percent=55)
            told = stream.about(key)
        assert told.name == "change"
        # What waits is of another view, which may come with it or by itself.
        assert set(told.data["kinds"]) - {"waiting"} == {"assignment", "report"}
        assert told.data["sequence"] == int(told.id)
        assert world.seen(client, key)["latest"]["percent"] == 55


def test_nobody_hears_of_what_is_outside_of_their_scope(world: World, country: Country) -> None:
    with world.asking(country.second) as outside, watching(outside) as stream:
        hidden = world.issue(country.first, country.centre)
        with world.asking(country.centre) as client:
            world.settled(client, hidden)
        mine = world.issue(country.second, country.centre)
        told = [stream.next()]  # what waits is told by itself
        while str(mine) not in told[-1].data["assignments"]:
            told.append(stream.next())
        for one in told:
            assert str(hidden) not in json.dumps(one.data)
            assert str(country.first) not in json.dumps(one.data)
        assert told[-1].data["assignments"] == [str(mine)]


def test_who_comes_back_hears_what_they_missed(world: World, country: Country) -> None:
    with world.asking(country.centre) as client:
        first = world.issue(country.first, country.centre)
        with watching(client) as stream:
            world.report(country.first, first)
            seen = stream.about(first)
        missed = world.issue(country.first, country.centre)
        world.settled(client, missed)
        with watching(client, **{"Last-Event-ID": seen.id}) as stream:
            told = stream.about(missed)
    assert int(told.id) > int(seen.id)


def test_a_burst_is_told_in_few_events(world: World, country: Country) -> None:
    with world.asking(country.centre) as client, watching(client) as stream:
        keys = {str(world.issue(country.first, country.centre)) for _ in range(12)}
        named, told = set[str](), 0
        while named != keys:
            named |= set(stream.next().data["assignments"])
            told += 1
    assert told <= len(keys)


def test_a_deadline_that_passes_is_told_with_no_event_coming(
    world: World, country: Country
) -> None:
    with world.asking(country.centre) as client, watching(client) as stream:
        key = world.issue(country.first, country.centre, late_in=timedelta(seconds=12))
        stream.about(key)
        told = stream.next()
        while "time" not in told.data["kinds"]:
            told = stream.next()
        assert told.data["units"] == [str(country.first)]
        assert world.seen(client, key)["state"] == "overdue"


@pytest.mark.parametrize("role", ["all", "api"])
def test_the_process_leaves_within_ten_seconds_with_viewers_connected(
    environment: dict[str, str], platform: Platform, role: str
) -> None:
    with running(environment, platform, role) as process, ExitStack() as stack:
        clients = [stack.enter_context(process.client("member", None, "/")) for _ in range(3)]
        streams = [stack.enter_context(watching(client)) for client in clients]
        begun = time.monotonic()
        process.process.send_signal(signal.SIGTERM)
        for stream in streams:
            try:
                stream.rest()
            except httpx.RemoteProtocolError:
                assert role == "api"  # nobody tells its streams; the server cuts them off
        assert process.process.wait(15) == 0
        assert time.monotonic() - begun < 10


def test_a_viewer_who_leaves_is_forgotten(world: World, country: Country) -> None:
    with world.asking(country.centre) as client:
        for _ in range(3):
            with watching(client):
                pass
        key = world.issue(country.first, country.centre)
        with watching(client) as stream:
            world.report(country.first, key)
            assert stream.about(key).name == "change"
        until(lambda: client.get("/readyz").status_code == 200)
