"""Kafka or PostgreSQL goes away under the running product, and comes back."""

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import pytest
from tests.e2e.played import Played, eventually

from tiendo_local import kafka, postgres
from tiendo_local.demo.fate import Fate

pytestmark = [
    pytest.mark.timeout(420),
    pytest.mark.skipif(
        bool(os.environ.get("POSTGRES_URL") or os.environ.get("KAFKA_BOOTSTRAP_SERVERS")),
        reason="servers of others are not stopped",
    ),
]

_ALL_READY = {"ready"}


@contextmanager
def without(played: Played, server: str) -> Generator[None]:
    """Stop a server of the platform, and start it again on its data at its address."""
    platform = played.stage.platform
    platform.supervisor.stop(server)
    try:
        yield
    finally:
        {"kafka": kafka.start, "postgres": postgres.start}[server](
            platform.room, platform.supervisor
        )


def all_ready(played: Played) -> bool:
    return set(played.ready().values()) == _ALL_READY


def reported(played: Played, fates: Sequence[Fate]) -> int | None:
    """The percentage that the board shows."""
    latest = played.on_board(fates[0])["latest"]
    return latest["percent"] if latest else None


def test_commands_are_accepted_without_kafka_and_flow_when_it_returns(played: Played):
    fates = played.silent_unit()
    before = played.restarts()
    with without(played, "kafka"):
        answer = played.submit(fates, 37)
        assert answer.status_code == 201
        assert reported(played, fates) is None
        eventually(lambda: set(played.ready().values()) == {"degraded"})  # each lacks Kafka
    eventually(lambda: reported(played, fates) == 37, 60)
    eventually(lambda: all_ready(played), 60)
    assert played.restarts() == before


def test_without_postgresql_the_answer_is_a_clear_503_until_it_returns(played: Played):
    fates = played.silent_unit()
    before = played.restarts()
    with without(played, "postgres"):
        refused = played.submit(fates, 41)
        assert refused.status_code == 503
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.json()["type"] == "urn:tiendo:problem:database_away"
        assert refused.json()["detail"]
        board = played.member.client("monitoring")
        assert board.get("/v1/board").status_code == 503
        page = board.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "<!doctype html>" in page.text
        eventually(lambda: set(played.ready().values()) == {"unready"})
    again = eventually(lambda: _accepted(played, fates, 41), 60)
    assert again == 201
    eventually(lambda: reported(played, fates) == 41, 60)
    eventually(lambda: all_ready(played), 60)
    assert played.restarts() == before


def _accepted(played: Played, fates: Sequence[Fate], percent: int) -> int:
    """The status once it is no longer 503; the same key is sent each time."""
    status = played.submit(fates, percent).status_code
    return 0 if status == 503 else status
