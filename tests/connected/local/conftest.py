import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tiendo_local import ports
from tiendo_local.program import Program
from tiendo_local.room import Room

SERVER = """
import http.server, os, signal, sys
if "stubborn" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("listening as", os.getpid(), flush=True)
http.server.ThreadingHTTPServer(
    ("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room.of(tmp_path)


@pytest.fixture
def server() -> Callable[..., Program]:
    """A small program that listens: what a service is to the supervisor."""

    def make(name: str, *flags: str, restart: bool = False, stop_within: float = 10) -> Program:
        port = ports.any_free()
        return Program(
            name,
            [sys.executable, "-c", SERVER, str(port), *flags],
            ready=lambda: ports.answers(port),
            restart=restart,
            stop_within=stop_within,
        )

    return make
