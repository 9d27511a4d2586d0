import socket
from pathlib import Path

from tiendo_local import ports


def test_a_server_keeps_its_port_from_run_to_run(tmp_path: Path):
    assert ports.choose(tmp_path, "kafka") == ports.choose(tmp_path, "kafka")


def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path):
    first = ports.choose(tmp_path, "kafka")
    with socket.create_server((ports.HOST, first)):
        second = ports.choose(tmp_path, "kafka")
    assert second != first
    assert ports.choose(tmp_path, "kafka") == second


def test_something_that_listens_answers():
    with socket.create_server((ports.HOST, 0)) as server:
        port = server.getsockname()[1]
        assert ports.answers(port)
    assert not ports.answers(port)
