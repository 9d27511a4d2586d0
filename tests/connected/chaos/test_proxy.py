"""The proxy of the attack: what it cuts, and what it lets through."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from tests.chaos.cutting import Scissors
from tests.chaos.proxy import HOST

from tiendo_local import ports


def _echo(server: socket.socket) -> None:
    """Send back what comes in, and say goodbye to whoever ends."""
    while True:
        try:
            accepted, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(accepted,), daemon=True).start()


def _answer(line: socket.socket) -> None:
    with line, suppress(OSError):
        while data := line.recv(1000):
            line.sendall(data)
        line.sendall(b"bye")


@pytest.fixture
def scissors() -> Iterator[Scissors]:
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=_echo, args=(server,), daemon=True).start()
        gate, control = ports.any_free(), ports.any_free()
        command = [sys.executable, "-m", "tests.chaos.proxy", str(control)]
        proxy = subprocess.Popen([*command, f"{gate}:{server.getsockname()[1]}"])
        deadline = time.monotonic() + 60
        while not ports.answers(control):
            assert time.monotonic() < deadline
            time.sleep(0.05)  # until it listens
        yield Scissors(control, {"echo": gate})
        proxy.kill()
        proxy.wait()


def connect(scissors: Scissors) -> socket.socket:
    line = socket.create_connection((HOST, scissors.ports["echo"]), timeout=20)
    line.sendall(b"hello")
    assert line.recv(1000) == b"hello"
    return line


def is_silent(line: socket.socket) -> bool:
    line.settimeout(0.3)
    try:
        line.recv(1000)
    except TimeoutError:
        return True
    else:
        return False
    finally:
        line.settimeout(20)


def test_after_silence_everything_arrives_as_if_nothing_had_been(scissors: Scissors):
    with connect(scissors) as line:
        assert scissors.silence("echo", None) == 1
        line.sendall(b"late")
        line.shutdown(socket.SHUT_WR)
        assert is_silent(line)
        assert scissors.heal(reset=False) == 1
        heard = b""
        while data := line.recv(1000):
            heard += data
        assert heard == b"latebye"


def test_a_connection_that_is_made_in_silence_is_silent(scissors: Scissors):
    scissors.silence("echo", None)
    with socket.create_connection((HOST, scissors.ports["echo"]), timeout=20) as line:
        line.sendall(b"early")
        assert is_silent(line)
        scissors.heal(reset=False)
        assert line.recv(1000) == b"early"


@pytest.mark.parametrize("silent", [True, False])
def test_a_cut_connection_ends_at_once(scissors: Scissors, silent: bool):
    with connect(scissors) as line:
        if silent:
            scissors.silence("echo", None)
            assert scissors.heal(reset=True) == 1
        else:
            assert scissors.reset("echo", None) == 1
        with pytest.raises(ConnectionResetError):
            line.recv(1000)


def test_only_the_processes_that_are_meant_are_cut(scissors: Scissors):
    with connect(scissors) as line:
        assert scissors.reset("echo", [1]) == 0
        line.sendall(b"still here")
        assert line.recv(1000) == b"still here"


def test_connections_that_both_sides_have_ended_are_forgotten(scissors: Scissors):
    for _ in range(5):
        with connect(scissors) as line:
            line.shutdown(socket.SHUT_WR)
            heard = b""
            while data := line.recv(1000):
                heard += data
            assert heard == b"bye"
    deadline = time.monotonic() + 20
    while met := scissors.silence("echo", None):
        assert time.monotonic() < deadline, f"{met} are still there"
        scissors.heal(reset=False)
