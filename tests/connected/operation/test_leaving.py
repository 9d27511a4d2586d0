"""SIGTERM under load: each role finishes what it does, leaves within ten seconds, loses nothing."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import conclusion
from tests.connected.runtime.workshop import Wire, blocked, through, wire

from tiendo_local import ports

pytestmark = pytest.mark.timeout(420)

ROLES = ("all", "api", "relay", "react", "project")
NOTICES = 60
LEAVES_WITHIN = 10.0

Trouble = Callable[[Served, Wire], AbstractContextManager[object]]


@dataclass
class Load:
    """Units that are registered without end; each is asked for until it is accepted."""

    served: Served
    ports: list[int]
    units: list[UUID] = field(default_factory=list[UUID])
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self) -> Generator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self.end()
            thread.join(60)
            assert not thread.is_alive()

    def end(self) -> None:
        """Let the last unit be accepted, and ask no more."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.is_set():
            self.units.append(IDS.new())
            while not any(self._is_accepted(self.units[-1], port) for port in self.ports):
                self._over.wait(0.05)  # nobody is there, or can answer now

    def _is_accepted(self, unit: UUID, port: int) -> bool:
        return enters(replace(self.served, port=port), unit, self.served.root)


def enters(served: Served, unit: UUID, parent: UUID | None) -> bool:
    """Whether a unit was entered; asked again with its key, it is for the key to say."""
    row = {
        "id": str(unit), "name": f"Đơn vị {unit}", "level": "provincial",
        "kind": "agency" if parent else "committee",
        "parent": str(parent) if parent else None, "effective_on": "2025-07-01",
    }  # fmt: skip
    try:
        answer = served.ask("POST", "/v1/units", key=str(unit), json={"units": [row]})
    except httpx.TransportError:
        return False
    assert answer.status_code in (201, 503), answer.text
    return answer.status_code == 201


@contextmanager
def locked(served: Served, _: Wire) -> Generator[None]:
    """What handlers and commands write to cannot be written to: they hang in the database."""
    with ExitStack() as stack:
        for table in ("stored_events", "positions", "relay"):  # each by itself: no deadlock
            conn = stack.enter_context(psycopg.connect(served.url))
            conn.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE".encode())
            stack.callback(conn.rollback)
        until(lambda: blocked(served.url) >= 2, 60)
        yield


@contextmanager
def frozen(_: Served, server: Wire) -> Generator[None]:
    """PostgreSQL takes everything and answers nothing."""
    server.is_mute = True
    until(lambda: server.swallowed >= 2, 60)
    yield


def nothing(*_: object) -> AbstractContextManager[object]:
    return nullcontext()


@pytest.fixture
def server(stopped: Served) -> Iterator[Wire]:
    parts = conninfo_to_dict(stopped.url)
    with wire(str(parts["host"]), int(parts["port"] or 5432)) as proxy:
        yield proxy


def leave(process: subprocess.Popen[bytes]) -> float:
    """How long it takes."""
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) in (0, 1)
    return time.monotonic() - begun


@pytest.mark.parametrize("trouble", [nothing, locked, frozen])
def test_every_role_leaves_within_ten_seconds_and_nothing_is_lost(
    stopped: Served, server: Wire, trouble: Trouble
) -> None:
    slow = through(stopped.url, server.here)
    places = [replace(stopped, port=ports.any_free()) for _ in ROLES]
    load = Load(stopped, [places[0].port, places[1].port, stopped.port])
    unit = IDS.new()
    notices = [conclusion(stopped, unit) for _ in range(NOTICES)]
    with ExitStack() as stack:
        up = [
            stack.enter_context(place.process(role, ready=False, TIENDO_DATABASE_URL=slow))
            for place, role in zip(places, ROLES, strict=True)
        ]
        until(lambda: enters(places[1], stopped.root, None), 60)
        until(lambda: enters(places[1], unit, stopped.root), 60)
        stack.enter_context(load.going_on())
        until(lambda: len(load.units) > 3, 60)
        stopped.publish(*notices)
        until(lambda: _issued(stopped) > 0, 60)
        with trouble(stopped, server), ThreadPoolExecutor(len(up)) as together:
            spans = dict(zip(ROLES, together.map(leave, up), strict=True))
        assert {role: span for role, span in spans.items() if span > LEAVES_WITHIN} == {}
        with stopped.process():
            load.end()
            until(lambda: _issued(stopped) == NOTICES, 60)
            until(lambda: _listed(stopped) == {*load.units, unit, stopped.root}, 60)
    assert _doubles(stopped) == []


def _issued(served: Served) -> int:
    return served.query("SELECT count(*) FROM stored_events WHERE topic LIKE '%.Issued'")[0][0]


def _listed(served: Served) -> set[UUID]:
    return {row[0] for row in served.query("SELECT unit_id FROM units")}


def _doubles(served: Served) -> list[tuple[UUID]]:
    return served.query(  # pyright: ignore[reportReturnType] - one column
        "SELECT originator_id FROM stored_events WHERE topic LIKE '%.Issued'"
        " OR topic LIKE '%.Registered' GROUP BY 1 HAVING count(*) > 1"
    )
