"""Assignments as a process, and what a test does to it from outside."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import psycopg

from assignments.main import service
from tiendo_contracts.base import Contract, identity
from tiendo_contracts.catalogue import topics
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_local import ports
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.kafka import Producer, ensure_topics
from tiendo_runtime.records import Outgoing

T = TypeVar("T")
IDS = Uuid7()


def until(ask: Callable[[], T], seconds: float = 20.0) -> T:
    """Ask again until the answer is true; fails when time is over."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"after {seconds} s it is still {answer!r}"
        time.sleep(0.03)  # between looks
    return answer


@dataclass
class Served:
    """A running service; `root` is the committee above all units of its register."""

    platform: Platform
    url: str
    broker: Broker
    log: Path
    root: UUID = field(default_factory=IDS.new)
    port: int = field(default_factory=ports.any_free)
    _sequence: Iterator[int] = field(default_factory=count)

    @property
    def root_path(self) -> str:
        return f"/{self.root}/"

    def prepare(self) -> None:
        schema.migrate(self.url, "assignments", service.projections)
        names = [f"{self.broker.prefix}.{topic}" for topic in topics()]
        asyncio.run(ensure_topics(self.broker.bootstrap, names, partitions=2))

    @contextmanager
    def process(
        self, role: str = "all", ready: bool = True, **environment: str
    ) -> Generator[subprocess.Popen[bytes]]:
        """The service until the block ends, which stops it within ten seconds."""
        given = {
            "TIENDO_DATABASE_URL": self.url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap,
            "TIENDO_TOPIC_PREFIX": f"{self.broker.prefix}.",
            "TIENDO_HTTP_PORT": str(self.port),
            "TIENDO_TOKEN_ISSUER": self.platform.issuer_url,
            "TIENDO_JWKS_URL": self.platform.jwks_url,
        }
        command = [sys.executable, "-m", "tiendo_runtime", "run", "assignments", "--role", role]
        with self.log.open("ab") as out:
            found = subprocess.Popen(
                command, env=os.environ | given | environment, stdout=out, stderr=out
            )
        try:
            until(lambda: self._answers("/readyz" if ready else "/livez") or found.poll(), 60)
            assert found.poll() is None, self.log.read_text("utf-8")[-4000:]
            yield found
        finally:
            if found.poll() is None:
                found.send_signal(signal.SIGTERM)
                assert found.wait(15) in (0, 1)

    def _answers(self, path: str) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5).is_success
        except httpx.TransportError:
            return False

    def ask(
        self, method: str, path: str, role: str = "operator", unit: UUID | None = None, **more: Any
    ) -> httpx.Response:
        """A request by somebody of a unit (of the committee, unless it is given)."""
        unit_path = f"{self.root_path}{unit}/" if unit else self.root_path
        token = self.platform.token(role, unit=str(unit or self.root), unit_path=unit_path)
        match = more.pop("match", None)
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": more.pop("key", str(IDS.new())),
            "Accept-Language": "en",
        } | ({"If-Match": f'"{match}"'} if match else {})
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.request(method, url, headers=headers, timeout=20, **more)

    def register(self, *units: UUID) -> None:
        """Enter the committee, where it is new, and units below it."""
        root = self._unit(self.root, None, "committee")
        self.ask("POST", "/v1/units", key=f"root-{self.root}", json={"units": [root]})
        rows = [self._unit(unit, self.root, "agency") for unit in units]
        answer = self.ask("POST", "/v1/units", json={"units": rows})
        assert answer.status_code == 201, answer.text

    def _unit(self, unit: UUID, parent: UUID | None, kind: str) -> dict[str, Any]:
        return {
            "id": str(unit), "name": f"Đơn vị {unit}", "level": "provincial", "kind": kind,
            "parent": str(parent) if parent else None, "effective_on": "2025-07-01",
        }  # fmt: skip

    def publish(self, *events: Contract, sequence: int | None = None) -> int:
        """Tell events of another service; answers the last sequence."""
        number = 0
        for event in events:
            number = next(self._sequence) if sequence is None else sequence
            asyncio.run(self._send(event, number))
        return number

    async def _send(self, event: Contract, sequence: int) -> None:
        subject = UUID(event.key().decode())
        envelope = Envelope(
            id=str(IDS.new()),
            source=f"/tiendo/{event.OWNER}",
            type=event.TYPE,
            subject=str(subject),
            time=SystemClock().now(),
            sequence=sequence,
            subjectversion=1,
            actor="user:secretary",
            correlationid="a-chain",
        )
        topic = f"{self.broker.prefix}.{event.TOPIC}"
        record = Outgoing(topic, identity(subject), encode(event), envelope.headers(), sequence)
        producer = Producer(self.broker.bootstrap)
        await producer.start()
        try:
            await producer.send([record])
        finally:
            await producer.stop()

    def stored(self, assignment: UUID) -> list[str]:
        """The kinds of its events, in order."""
        with psycopg.connect(self.url) as conn:
            rows = conn.execute(
                "SELECT topic FROM stored_events WHERE originator_id = %s"
                " ORDER BY originator_version",
                (assignment,),
            )
            return [topic.rpartition(".")[2] for (topic,) in rows]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as conn:
            return conn.execute(sql.encode()).fetchall()
