"""A small domain, and tools to look at the real parts from outside."""
# ruff: noqa: ARG002 - parameters of event methods are the event's fields

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg

from tiendo_contracts.base import Contract
from tiendo_contracts.units import UnitRenamed
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Cause, CommandKey
from tiendo_runtime.domain import Aggregate, ConflictError, event
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.store import Answer, Store, Work

T = TypeVar("T")
CLOCK, IDS = SystemClock(), Uuid7()
CAUSE = Cause(actor="user:tester", correlation_id="a-test")
TOPIC = UnitRenamed.TOPIC


class Counter(Aggregate, topic="test.Counter"):
    """Counts; what it counts is published as the names of a unit."""

    class Started(Aggregate.Created):
        label: str

    class Counted(Aggregate.Event):
        label: str

    class Kept(Aggregate.Event):
        """Private: has no contract."""

        text: str

    @event(Started)
    def __init__(self, *, id: UUID, timestamp: datetime, label: str) -> None:  # noqa: A002
        self.labels = [label]
        self.kept: list[str] = []

    @event(Counted)
    def count(self, label: str, *, timestamp: datetime) -> None:
        self.labels.append(label)

    @event(Kept)
    def keep(self, text: str, *, timestamp: datetime) -> None:
        self.kept.append(text)

    def close_once(self, *, timestamp: datetime) -> None:
        if "closed" in self.labels:
            raise ConflictError("already_taken")
        self.count("closed", timestamp=timestamp)


def publish(happened: DomainEvent) -> Contract | None:
    label = getattr(happened, "label", None)
    if label is None:
        return None
    return UnitRenamed(
        unit_id=happened.originator_id, effective_on=date(2026, 1, 1), name=label, aliases=()
    )


def publisher(prefix: str = "") -> Publisher:
    return Publisher("test", publish, prefix)


@contextmanager
def opened(url: str) -> Generator[Store]:
    store = Store(url, publisher(), CLOCK, IDS)
    try:
        yield store
    finally:
        store.close()


def start(work: Work, label: str = "first", identity: UUID | None = None) -> Counter:
    return work.add(Counter(id=identity or IDS.new(), timestamp=CLOCK.now(), label=label))


def count(work: Work, identity: UUID, label: str) -> Counter:
    found = work.get(Counter, identity)
    found.count(label, timestamp=CLOCK.now())
    return found


def key(name: str, body: bytes = b"body", path: str = "/v1/test") -> CommandKey:
    return CommandKey("user:tester", "POST", path, name, body.ljust(32, b"."))


def done(result: Aggregate) -> Answer:
    return Answer(200, b'{"version":%d}' % result.version)


def rows(url: str, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query finds, asked from outside."""
    with psycopg.connect(url, autocommit=True) as conn:
        return conn.execute(sql.encode(), values).fetchall()


def one(url: str, sql: str, *values: Any) -> Any:
    return rows(url, sql, *values)[0][0]


def blocked(url: str) -> int:
    """How many sessions of a database wait for a lock; those of other databases do not count."""
    return one(
        url,
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()",
    )


def until(ask: Callable[[], T], seconds: float = 20.0) -> T:
    """Ask again until the answer is true; fails when time is over."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s it is still {answer!r}")
        time.sleep(0.02)  # between looks


@dataclass
class Wire:
    """A TCP proxy that can be cut and joined again.

    `deadly` are bytes that still reach the other side, but whose answer does not come back: the
    connection breaks. After `muting` ones it stays, and nothing comes back any more on any.
    `swallowed` is how often something did not come back.
    """

    host: str
    port: int
    deadly: bytes = b""
    muting: bytes = b""
    is_mute: bool = False
    swallowed: int = 0
    _server: socket.socket = field(init=False)
    _open: list[socket.socket] = field(default_factory=list[socket.socket])
    _is_cut: bool = False

    def __post_init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def here(self) -> int:
        return self._server.getsockname()[1]

    def cut(self) -> None:
        """Break all connections and refuse new ones."""
        self._is_cut = True
        broken, self._open = self._open, []
        for side in broken:
            _end(side)

    def join(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        _end(self._server)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if self._is_cut:
                    _end(near)
                    continue
                far = socket.create_connection((self.host, self.port))
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if source.getpeername()[1] == self.port and self.is_mute:
                    self.swallowed += 1
                    continue
                if self.muting and self.muting in data:
                    self.is_mute = True
                if self.deadly and self.deadly in data:
                    _end(source)
                    sink.sendall(data)
                    time.sleep(0.3)  # the other side does it meanwhile
                    break
                sink.sendall(data)
        _end(source)
        _end(sink)


def _end(side: socket.socket) -> None:
    with suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()


@contextmanager
def wire(host: str, port: int) -> Generator[Wire]:
    through = Wire(host, port)
    try:
        yield through
    finally:
        through.close()


def through(url: str, port: int) -> str:
    """A database's address by way of a local port."""
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}"))


@contextmanager
def cuttable(url: str) -> Generator[tuple[str, Wire]]:
    """A database's address whose connections can be cut."""
    parts = urlsplit(url)
    with wire(parts.hostname or "127.0.0.1", parts.port or 5432) as proxy:
        yield through(url, proxy.here), proxy
