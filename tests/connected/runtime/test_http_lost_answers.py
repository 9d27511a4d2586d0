"""Real processes, whose answers get lost: the key gives the first answer, byte for byte."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.connected.runtime.site import events
from tests.connected.runtime.workshop import blocked, cuttable, one, until

from tiendo_local.platform import Platform

ROOT = Path(__file__).resolve().parents[3]
KEYS = "SELECT count(*) FROM idempotency_keys"
Serve = Callable[..., tuple[subprocess.Popen[str], int]]


@pytest.fixture
def serve(url: str, platform: Platform) -> Iterator[Serve]:
    """Start a process that serves; answers it and its port."""
    with ExitStack() as processes:

        def begin(database_url: str = url) -> tuple[subprocess.Popen[str], int]:
            command = [sys.executable, "-m", "tests.connected.runtime.serving", database_url]
            process = processes.enter_context(
                subprocess.Popen(
                    [*command, platform.jwks_url, platform.issuer_url],
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            processes.callback(process.kill)
            assert process.stdout is not None
            return process, int(process.stdout.readline())

        yield begin


def post(port: int, token: str, *, label: str = "a", seconds: float = 20) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{port}/counters",
        headers={"authorization": f"Bearer {token}", "idempotency-key": "key-number-1"},
        json={"label": label},
        timeout=seconds,
    )


def told(answer: httpx.Response) -> tuple[int, bytes, str, str]:
    return (
        answer.status_code,
        answer.content,
        answer.headers["etag"],
        answer.headers["location"],
    )


def test_a_caller_who_hung_up_gets_the_answer_when_he_asks_again(
    url: str, serve: Serve, token: str
) -> None:
    _, port = serve()
    body = b'{"label":"a"}'
    with psycopg.connect(url) as conn:
        conn.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
        with socket.create_connection(("127.0.0.1", port)) as caller:
            head = (
                f"POST /counters HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n"
                "idempotency-key: key-number-1\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\n\r\n"
            )
            caller.sendall(head.encode() + body)
            until(lambda: blocked(url))
    until(lambda: one(url, KEYS))
    first, second = post(port, token), post(port, token)
    assert told(first) == told(second)
    assert first.status_code == 201
    assert first.headers["idempotent-replayed"] == "true"
    assert first.headers["location"] == f"/counters/{first.json()['id']}"
    assert post(port, token, label="b").status_code == 422
    assert events(url) == 1


def test_a_process_that_died_between_save_and_answer_has_saved_once(
    url: str, serve: Serve, token: str
) -> None:
    with cuttable(url) as (address, wire):
        process, port = serve(address)
        wire.muting = b"save_work"  # it is done there, and nobody here learns of it
        with ThreadPoolExecutor(1) as pool:
            lost = pool.submit(post, port, token)
            until(lambda: one(url, KEYS))
            process.send_signal(signal.SIGKILL)
            assert isinstance(lost.exception(), httpx.TransportError)
    _, port = serve()
    again = post(port, token)
    assert again.headers["idempotent-replayed"] == "true"
    (identity,) = {one(url, "SELECT originator_id FROM stored_events")}
    assert told(again) == (
        201,
        f'{{"id":"{identity}","version":1}}'.encode(),
        '"1"',
        f"/counters/{identity}",
    )
    assert events(url) == 1


def test_a_lost_connection_to_the_database_is_told_and_the_key_gives_the_answer(
    url: str, serve: Serve, token: str
) -> None:
    with cuttable(url) as (address, wire):
        _, port = serve(address)
        wire.deadly = b"save_work"
        away = post(port, token)
        assert (away.status_code, away.json()["code"]) == (503, "database_away")
        wire.deadly = b""
        again = post(port, token)
    assert again.headers["idempotent-replayed"] == "true"
    assert events(url) == 1


def test_two_equal_requests_to_two_processes_at_once_have_one_effect_and_one_answer(
    url: str, serve: Serve, token: str
) -> None:
    ports = [serve()[1], serve()[1]]
    with ThreadPoolExecutor(2) as pool:
        with psycopg.connect(url) as conn:
            conn.execute("LOCK TABLE idempotency_keys IN EXCLUSIVE MODE")
            asked = [pool.submit(post, port, token) for port in ports]
            until(lambda: blocked(url) == 2)
        first, second = (answer.result() for answer in asked)
    assert told(first) == told(second)
    assert first.status_code == 201
    replayed = [answer.headers.get("idempotent-replayed", "") for answer in (first, second)]
    assert sorted(replayed) == ["", "true"]
    assert events(url) == 1
