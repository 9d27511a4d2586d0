"""The ingest as a process, its callers, and what stands on its topics."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from ingest.main import service
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import topics
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import envelope
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_local import ports
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.kafka import Producer, ensure_topics
from tiendo_runtime.records import Outgoing

T = TypeVar("T")
IDS = Uuid7()
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
TYPE = INDICATOR_MEASURED.TYPE
TOPIC = INDICATOR_MEASURED.TOPIC
Event = dict[str, Any]


def until(ask: Callable[[], T | None], seconds: float = 60.0) -> T:
    """Ask again until the answer is true; fails when time is over."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"after {seconds} s it is still {answer!r}"
        time.sleep(0.03)  # between looks
    return answer


@dataclass(frozen=True)
class Who:
    """A source of a test: its name, which is its tokens' subject too, and what it measures."""

    name: str
    unit: UUID = field(default_factory=IDS.new)
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def uri(self) -> str:
        return f"https://{self.name}.binhson.example"

    def event(self, **changes: Any) -> Event:
        """An event that this source may publish, each time another."""
        number = next(self._numbers)
        given: Event = {
            "specversion": "1.0",
            "id": f"{self.name}-{number}",
            "source": self.uri,
            "type": TYPE,
            "time": SystemClock().now().isoformat(),
            "data": measured(self, number),
        }
        given |= changes
        return {name: value for name, value in given.items() if value is not None}

    def events(self, size: int) -> list[Event]:
        return [self.event() for _ in range(size)]


def measured(who: Who, number: int, **changes: Any) -> dict[str, Any]:
    """The data of a measurement, as JSON has them."""
    made = INDICATOR_MEASURED.model_copy(
        update={"unit_id": who.unit, "value": str(number), "system": who.uri, **changes}
    )
    return json.loads(encode(made))


@dataclass
class Served:
    """The service on a database and topics of its own."""

    platform: Platform
    url: str
    broker: Broker
    log: Path
    port: int = field(default_factory=ports.any_free)
    root: UUID = field(default_factory=IDS.new)
    _sequence: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def prefix(self) -> str:
        return f"{self.broker.prefix}."

    def prepare(self) -> None:
        schema.migrate(self.url, "ingest", service.projections)
        names = [self.prefix + topic for topic in topics()]
        asyncio.run(ensure_topics(self.broker.bootstrap, names, partitions=2))

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "TIENDO_DATABASE_URL": self.url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap,
            "TIENDO_TOPIC_PREFIX": self.prefix,
            "TIENDO_HTTP_PORT": str(self.port),
            "TIENDO_TOKEN_ISSUER": self.platform.issuer_url,
            "TIENDO_JWKS_URL": self.platform.jwks_url,
            **more,
        }

    def spawn(self, role: str = "all", **environment: str) -> subprocess.Popen[bytes]:
        """Start the service and wait until it answers."""
        command = [sys.executable, "-m", "tiendo_runtime", "run", "ingest", "--role", role]
        with self.log.open("ab") as out:
            found = subprocess.Popen(
                command, env=self.environment(**environment), stdout=out, stderr=out
            )
        until(lambda: self._answers() or found.poll() is not None, 180)
        assert found.poll() is None, self.log.read_text("utf-8")[-4000:]
        return found

    @contextmanager
    def process(self, role: str = "all", **environment: str) -> Generator[subprocess.Popen[bytes]]:
        """The service until the block ends, which stops it within ten seconds."""
        found = self.spawn(role, **environment)
        try:
            yield found
        finally:
            if found.poll() is None:
                found.send_signal(signal.SIGTERM)
                assert found.wait(15) in (0, 1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def client(self, role: str, subject: str) -> httpx.Client:
        """A client of somebody."""
        token = self.platform.token(role, subject=subject)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30)

    def ask(self, method: str, path: str, body: object = None, role: str = "operator") -> Any:
        """A request of somebody who is no source; with a fresh key."""
        with self.client(role, f"{role}-1") as client:
            key = {"Idempotency-Key": str(IDS.new())}
            return client.request(method, path, json=body, headers=key)

    def source(self, name: str = "", **changes: Any) -> Who:
        """A source that is registered for a unit of its own."""
        who = Who(name or f"s{IDS.new().hex[-12:]}")
        body = {"uri": who.uri, "types": [TYPE], "units": [str(who.unit)], **changes}
        answer = self.ask("PUT", f"/v1/sources/{who.name}", body)
        assert answer.status_code == 200, answer.text
        return who

    def post(self, who: Who, events: object, **headers: str) -> httpx.Response:
        """Send a batch, one event in structured mode, or bytes under given headers."""
        media = BATCH if isinstance(events, list) else STRUCTURED
        content = events if isinstance(events, bytes) else json.dumps(events).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with self.client("publisher", who.name) as client:
            return client.post(
                "/v1/events", content=content, headers={"Content-Type": media} | named
            )

    def receipts(self, who: Who, **query: Any) -> list[dict[str, Any]]:
        """All receipts of a source, page by page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        with self.client("publisher", who.name) as client:
            while cursor is not None:
                page = client.get("/v1/receipts", params={"cursor": cursor, **query}).json()
                found += page["items"]
                cursor = page["next"]
        return found

    def publish(self, *events: Contract) -> None:
        """Send events of other services as their relays would."""
        records: list[Outgoing] = []
        for event in events:
            sequence = next(self._sequence)
            attributes = replace(envelope(event), sequence=sequence)
            topic = self.prefix + event.TOPIC
            record = Outgoing(topic, event.key(), encode(event), attributes.headers(), sequence)
            records.append(record)

        async def send() -> None:
            producer = Producer(self.broker.bootstrap)
            await producer.start()
            try:
                await producer.send(records)
            finally:
                await producer.stop()

        asyncio.run(send())

    def register(self, unit: UUID) -> None:
        """Let the register know a unit below the root."""
        changes = {"unit_id": unit, "path": f"/{self.root}/{unit}/", "parent_id": self.root}
        self.publish(UNIT_REGISTERED.model_copy(update=changes))

    def on_topic(self, topic: str = TOPIC) -> list[Any]:
        """Everything that stands on a topic."""
        return asyncio.run(self._read(self.prefix + topic))

    async def _read(self, topic: str) -> list[Any]:
        consumer: Any = AIOKafkaConsumer(
            topic, bootstrap_servers=self.broker.bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            ends = await consumer.end_offsets(consumer.assignment())
            found: list[Any] = []
            while any([await consumer.position(tp) < end for tp, end in ends.items()]):
                fetched = await consumer.getmany(timeout_ms=500)
                found += [record for records in fetched.values() for record in records]
            return found
        finally:
            await consumer.stop()

    def published(self, who: Who) -> list[str]:
        """The ids of a source's events on the topic, in the order of each partition."""
        return [named(r)["ce_causationid"] for r in self.on_topic() if by(r, who)]

    def write(
        self,
        topic: str,
        records: Iterable[tuple[bytes, Sequence[tuple[str, bytes]]]],
        key: bytes | None = None,
    ) -> None:
        """Write values with their headers to a topic, as a source would."""

        async def send() -> None:
            producer: Any = AIOKafkaProducer(bootstrap_servers=self.broker.bootstrap)
            await producer.start()
            try:
                sent = [
                    await producer.send(self.prefix + topic, value, key=key, headers=list(headers))
                    for value, headers in records
                ]
                await asyncio.gather(*sent)
            finally:
                await producer.stop()

        asyncio.run(send())

    def topics(self) -> set[str]:
        """The topics that there are, without the prefix."""

        async def ask() -> set[str]:
            admin: Any = AIOKafkaAdminClient(bootstrap_servers=self.broker.bootstrap)
            await admin.start()
            try:
                return set(await admin.list_topics())
            finally:
                await admin.close()

        return {name.removeprefix(self.prefix) for name in asyncio.run(ask())}


def named(record: Any) -> Mapping[str, str]:
    """The headers of a record."""
    return {name: value.decode() for name, value in record.headers}


def by(record: Any, who: Who) -> bool:
    return named(record)["ce_actor"] == who.uri
