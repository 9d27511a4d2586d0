"""The board gets another build while people look at it: by the operator's own commands."""

import os
import re
import subprocess
import sys
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg.errors import LockNotAvailable
from tests.connected.monitoring.test_board_stream import watching
from tests.connected.monitoring.world import Country, World, until

from monitoring.api.board import Figured
from monitoring.main import service
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock
from tiendo_runtime.database import Database


def tiendo(world: World, *command: str) -> subprocess.CompletedProcess[str]:
    """An operator's command on the test's database."""
    given = world.board.environment
    here = {
        **os.environ,
        **given,
        "TIENDO_MONITORING_DATABASE_URL": given["TIENDO_DATABASE_URL"],
    }
    return subprocess.run(
        [sys.executable, "-m", "tiendo_runtime", "ops", *command],
        env=here, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def figures(board: dict[str, Any]) -> dict[str, Any]:
    return {name: found for name, found in board.items() if name not in ("as_of", "sequence")}


@pytest.mark.timeout(400)  # five commands, each a process with workers of its own
def test_a_rebuild_shows_the_same_board_and_tells_open_pages(
    world: World, country: Country
) -> None:
    with world.asking(country.centre) as client:
        key = world.issue(country.first, country.centre)
        world.report(country.first, key, percent=30)
        world.settled(client, key)
        before = client.get("/v1/board").json()
        with watching(client) as stream:
            done = tiendo(world, "rebuild", "board", "--workers", "1")
            assert done.returncode == 0, done.stderr
            told = stream.next()
            while "all" not in told.data["kinds"]:
                told = stream.next()
            assert told.data["more"]
        live = re.search(r"(board_v\d+(_\d+)?) is live", done.stdout)
        assert live, done.stdout
        assert re.search(r"compared [\d,]+ rows: 0 differ", done.stdout)
        after = client.get("/v1/board").json()
        assert figures(after) == figures(before)
        assert after["sequence"] > before["sequence"]

        world.report(country.first, key, percent=40)  # it goes on in the new one
        until(lambda: world.seen(client, key)["latest"]["percent"] == 40)

        url = world.board.environment["TIENDO_DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(f"UPDATE {live[1]}.assignments SET percent = 99".encode())
        differs = tiendo(world, "rebuild", "board", "--workers", "1")
        assert differs.returncode == 3, differs.stderr
        assert "percent is '99' live" in differs.stdout
        assert "NOT switched" in differs.stdout

        listed = tiendo(world, "views", "--service", "monitoring")
        assert re.search(rf"board +{live[1]} +live", listed.stdout), listed.stdout + listed.stderr
        assert "building" in listed.stdout
        assert tiendo(world, "views", "drop", live[1], "--service", "monitoring").returncode == 1

        back = tiendo(world, "rollback", "board")
        assert back.returncode == 0, back.stderr
        assert "is live" in back.stdout
        assert world.seen(client, key)["latest"]["percent"] == 40


def test_a_page_keeps_its_builds_while_it_is_read(database_url: str) -> None:
    schema.migrate(database_url, "monitoring", service.projections)
    database = Database(database_url, "page")
    database.open()
    with closing(database), psycopg.connect(database_url, autocommit=True) as operator:
        figured = Figured(database, SystemClock())
        figured.now("/")  # the picture is kept from here on, so that little is read anew
        operator.execute("SET lock_timeout = '100ms'")
        for view in ("counters", "units"):
            switch = f"ALTER VIEW {view} SET (security_barrier = false)".encode()
            with figured.sight("/"), pytest.raises(LockNotAvailable):
                operator.execute(switch)
            operator.execute(switch)


def test_what_cannot_be_done_is_said_in_a_sentence(world: World) -> None:
    unknown = tiendo(world, "rebuild", "nothing")
    assert unknown.returncode == 1
    assert "there is no view 'nothing'" in unknown.stderr
    several = tiendo(world, "rebuild", "register")
    assert "say --service" in several.stderr
    zoneless = tiendo(world, "rebuild", "board", "--as-of", "2026-10-01")
    assert zoneless.returncode == 2
    assert "with its zone" in zoneless.stderr
