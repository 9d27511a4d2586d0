"""What a scene plays on: databases and topics of its own, and service processes on them."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, TypeVar
from uuid import UUID, uuid5

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from tests.chaos import logs
from tests.chaos.progress import probe

from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import encode, source_of
from tiendo_contracts.examples import envelope
from tiendo_local import ports
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.cli.environment import services
from tiendo_runtime.kafka import ensure_topics

T = TypeVar("T")
_PATIENCE_SECONDS = 120.0
SESSION_SECONDS = 2.0
BLOCKED: LiteralString = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
"""How many wait for a lock in the scene's database."""


class NoticedError(AssertionError):
    """What must hold did not: somebody broke the product on purpose."""


def must(holds: object, what: str) -> None:
    """See that something holds.

    Raises:
        NoticedError: It does not.
    """
    if not holds:
        raise NoticedError(what)


@dataclass(frozen=True)
class Where:
    """The servers, as the environment tells: they outlive the scene."""

    bootstrap: str
    postgres: str
    issuer: str
    token: str

    @classmethod
    def told(cls) -> "Where":
        """What the runner said."""
        return cls(**{name: os.environ[f"SCENE_{name.upper()}"] for name in cls.__annotations__})


@dataclass
class Ground:
    """A service with its database, topics under a prefix of their own, and its processes."""

    where: Where
    service: str
    url: str
    prefix: str = field(default_factory=lambda: f"scene-{secrets.token_hex(4)}.")
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    @classmethod
    @contextmanager
    def of(cls, service: str) -> Generator["Ground"]:
        """The ground for one service, migrated, without topics."""
        where = Where.told()
        with fresh_database(where.postgres) as url, ExitStack() as stack:
            known = services()[service]
            schema.migrate(url, known.package, known.projections)
            ground = cls(where, service, url)
            stack.callback(ground.strike)
            yield ground

    def topics(self) -> None:
        """Make all topics."""
        names = [self.prefix + topic for topic in logs.TOPICS]
        asyncio.run(ensure_topics(self.where.bootstrap, names))

    def refuse(self, topic: str, over: int) -> None:
        """Let the broker refuse batches on a topic that are larger than so many bytes."""

        async def change() -> None:
            admin: Any = AIOKafkaAdminClient(bootstrap_servers=self.where.bootstrap)
            await admin.start()
            try:
                wanted = {"max.message.bytes": str(over)}
                resource = ConfigResource(ConfigResourceType.TOPIC, self.prefix + topic, wanted)
                await admin.alter_configs([resource])
            finally:
                await admin.close()

        asyncio.run(change())
        time.sleep(1.0)  # brokers hear of it a moment after the controller

    def start(self, role: str) -> "Process":
        """Start a process of the service."""
        port = ports.any_free()
        environment = {
            **os.environ,
            "TIENDO_DATABASE_URL": self.url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": self.where.bootstrap,
            "TIENDO_KAFKA_SESSION_SECONDS": str(SESSION_SECONDS),
            "TIENDO_TOPIC_PREFIX": self.prefix,
            "TIENDO_HTTP_PORT": str(port),
            "TIENDO_TOKEN_ISSUER": self.where.issuer,
            "TIENDO_JWKS_URL": f"{self.where.issuer}/jwks.json",
            "TIENDO_PUBLIC_URL": "http://127.0.0.1:1",
            "TIENDO_SMTP_HOST": "127.0.0.1",
            "TIENDO_LOG_LEVEL": "warning",
        }
        command = [sys.executable, "-m", "tiendo_runtime", "run", self.service, "--role", role]
        process = subprocess.Popen(command, env=environment)
        self._running.append(process)
        return Process(process, f"http://127.0.0.1:{port}")

    def strike(self) -> None:
        """End all processes, also those that are frozen."""
        for process in self._running:
            process.kill()
            process.wait()

    def send(self, *events: tuple[Contract, int], raw: bytes | None = None) -> None:
        """Put events and their sequences on their topics, as a relay would; `raw` as their data."""

        async def send() -> None:
            kafka: Any = AIOKafkaProducer(bootstrap_servers=self.where.bootstrap)
            await kafka.start()
            try:
                for event, sequence in events:
                    await kafka.send_and_wait(
                        self.prefix + event.TOPIC,
                        encode(event) if raw is None else raw,
                        key=event.key(),
                        headers=_headers(event, sequence),
                    )
            finally:
                await kafka.stop()

        asyncio.run(send())

    def rows(self, sql: LiteralString) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: LiteralString) -> Any:
        """The first column of the only row; None if there is no row."""
        found = self.rows(sql)
        return found[0][0] if found else None

    def consumed(self, records: int, consumer: str) -> None:
        """Wait until a consumer stands behind so many records in all."""
        sql: LiteralString = (
            "SELECT consumer, sum(next_offset)::int FROM positions GROUP BY consumer"
        )

        def stands() -> bool:
            found: dict[str, int] = dict(self.rows(sql))
            return any(at >= records for name, at in found.items() if name.startswith(consumer))

        until(stands, f"{consumer} behind {records} records")

    def log(self, topic: str) -> list[logs.Record]:
        """What is on a topic."""
        return logs.read(self.where.bootstrap, [self.prefix + topic])


@dataclass
class Process:
    """A process of a service."""

    process: subprocess.Popen[bytes]
    url: str

    def ready(self) -> "Process":
        """Wait until it is ready."""
        until(lambda: not probe(self.url), "a process that is ready")
        return self

    def kill(self) -> None:
        """Kill it with -9."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Let it sleep."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)


def until(holds: Callable[[], object], what: str, seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It does not in time: that is a fault of the scene, not noticed by a check.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.05)  # between two looks


def seen_within(seconds: float, look: Callable[[], T], is_wrong: Callable[[T], bool]) -> T | None:
    """Look for a while; answers the first thing that is wrong, if any."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_wrong(seen := look()):
            return seen
        time.sleep(0.01)  # between two looks
    return None


def _headers(event: Contract, sequence: int) -> Sequence[tuple[str, bytes]]:
    """The headers of an event whose version is its sequence."""
    changed = {
        "ce_id": str(uuid5(UUID(event.key().decode()), str(sequence))).encode(),
        "ce_source": source_of(event.OWNER).encode(),
        "ce_sequence": str(sequence).encode(),
        "ce_subjectversion": str(sequence).encode(),
    }
    known: Iterable[tuple[str, bytes]] = envelope(event).headers()
    return [(name, changed.get(name, value)) for name, value in known]
