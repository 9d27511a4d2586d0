"""One meetings process for all tests here; every test has a committee of its own."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from meetings.main import service
from tiendo_contracts.base import Contract, Level, identity
from tiendo_contracts.catalogue import topics
from tiendo_contracts.cloudevents import Envelope, decode, encode
from tiendo_contracts.meetings import MeetingScheduled
from tiendo_contracts.units import UnitRegistered
from tiendo_local import ports
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime import schema
from tiendo_runtime.clock import Uuid7
from tiendo_runtime.kafka import Producer, ensure_topics
from tiendo_runtime.records import Outgoing

IDS = Uuid7()
ROOT = IDS.new()
AGENCIES = (
    "Bộ Khoa học và Công nghệ", "Bộ Tài chính", "Bộ Nội vụ", "Bộ Công an", "Ban Cơ yếu Chính phủ",
    "Văn phòng Trung ương Đảng", "Học viện Chính trị quốc gia Hồ Chí Minh", "Tỉnh Lào Cai",
    "Phường Ba Đình", "Phường Hoàn Kiếm", "Xã Tân Hòa", "Xã Tân Hoà",
)  # fmt: skip
KINDS = {
    "Tỉnh": "province", "Phường": "commune", "Xã": "commune", "Ban Chỉ đạo": "committee",
    "Học viện": "academy",
}  # fmt: skip
SEQUENCE = count(1)

Headers = Callable[..., dict[str, str]]
Until = Callable[[Callable[[], Any]], Any]


@pytest.fixture(scope="session")
def broker(platform: Platform) -> Broker:
    found = Broker.of(platform.kafka_bootstrap)
    names = [f"{found.prefix}.{topic}" for topic in topics()]
    asyncio.run(ensure_topics(found.bootstrap, names, partitions=3))
    return found


@pytest.fixture(scope="session")
def client(
    platform: Platform, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of the running service."""
    log = tmp_path_factory.mktemp("meetings") / "log"
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "meetings", service.projections)
        port = ports.any_free()
        process = _start(platform, broker, url, port, log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as found:
                _wait_ready(found, process, log)
                yield found
        finally:
            process.terminate()
            process.wait(20)


def _start(
    platform: Platform, broker: Broker, url: str, port: int, log: Path
) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "TIENDO_DATABASE_URL": url,
        "TIENDO_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap,
        "TIENDO_TOPIC_PREFIX": f"{broker.prefix}.",
        "TIENDO_HTTP_PORT": str(port),
        "TIENDO_TOKEN_ISSUER": platform.issuer_url,
        "TIENDO_JWKS_URL": platform.jwks_url,
    }
    command = [sys.executable, "-m", "tiendo_runtime", "run", "meetings"]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)


def _wait_ready(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            if client.get("/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)  # between looks at a process that starts
    pytest.fail(f"meetings is not ready:\n{log.read_text('utf-8')[-4000:]}")


@pytest.fixture(scope="session")
def log_of_service(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """What the service wrote so far."""
    return lambda: "".join(
        log.read_text("utf-8") for log in tmp_path_factory.getbasetemp().glob("meetings*/log")
    )


@pytest.fixture(scope="session")
def publish(broker: Broker) -> Callable[[Sequence[Contract]], None]:
    """Publish another service's events."""

    async def send(records: list[Outgoing]) -> None:
        producer = Producer(broker.bootstrap)
        await producer.start()
        try:
            await producer.send(records)
        finally:
            await producer.stop()

    def record(event: Contract) -> Outgoing:
        sequence = next(SEQUENCE)
        subject = UUID(event.key().decode())
        envelope = Envelope(
            id=str(IDS.new()),
            source=f"/tiendo/{event.OWNER}",
            type=event.TYPE,
            subject=str(subject),
            time=datetime(2026, 11, 1, tzinfo=UTC),
            sequence=sequence,
            subjectversion=1,
            actor="user:test",
            correlationid="test",
        )
        topic = f"{broker.prefix}.{event.TOPIC}"
        return Outgoing(topic, identity(subject), encode(event), envelope.headers(), sequence)

    def publish(events: Sequence[Contract]) -> None:
        # in a thread of its own: a browser's driver may hold this one's event loop
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, send([record(event) for event in events])).result()

    return publish


def registered(name: str, *aliases: str, parent: bool = True) -> UnitRegistered:
    identity = IDS.new() if parent else ROOT
    return UnitRegistered(
        unit_id=identity,
        effective_on=date(2025, 7, 1),
        code=None,
        name=name,
        name_en="",
        aliases=aliases,
        level=Level.CENTRAL,
        kind=next((kind for head, kind in KINDS.items() if name.startswith(head)), "agency"),
        parent_id=ROOT if parent else None,
        path=f"/{ROOT}/{identity}/" if parent else f"/{ROOT}/",
    )


@pytest.fixture
def until() -> Until:
    """Ask again until the answer is true or 20 seconds went by; gives the last answer."""

    def until(ask: Callable[[], Any]) -> Any:
        end = time.monotonic() + 20
        while not (answer := ask()) and time.monotonic() < end:
            time.sleep(0.02)  # between looks
        return answer

    return until


@pytest.fixture
def headers(platform: Platform) -> Headers:
    """The headers of a request by somebody who sees what is below a path, with a fresh key."""

    def headers(path: str, role: str = "secretariat", **more: str) -> dict[str, str]:
        unit = path.strip("/").split("/")[-1] or str(ROOT)
        token = platform.token(role, unit=unit, unit_path=path, subject=f"{role}-{unit}")
        named = {name.replace("_", "-"): value for name, value in more.items()}
        key = {"Idempotency-Key": str(IDS.new()), "Accept-Language": "en"}
        return {"Authorization": f"Bearer {token}"} | key | named

    return headers


@dataclass(frozen=True)
class Office:
    """The secretariat of one committee, and how it works with the service."""

    client: httpx.Client
    headers: Headers
    id: UUID

    @property
    def path(self) -> str:
        return f"/{ROOT}/{self.id}/"

    def post(self, address: str, body: Any, **more: str) -> httpx.Response:
        return self.client.post(address, json=body, headers=self.headers(self.path, **more))

    def get(self, address: str, **parameters: Any) -> httpx.Response:
        return self.client.get(address, params=parameters, headers=self.headers(self.path))

    def change(self, address: str, body: Any, thing: str) -> httpx.Response:
        """Post with the thing's present version."""
        return self.post(address, body, If_Match=self.get(thing).headers["ETag"])

    def take_in(self, text: str, **more: Any) -> str:
        """Take a notice in; gives its address."""
        body = {"committee_id": str(self.id), "text": text, **more}
        answer = self.post("/v1/notices", body)
        assert answer.status_code == 201, answer.text
        return f"/v1/notices/{answer.json()['id']}"

    def schedule(self, **more: Any) -> str:
        """Schedule a meeting; gives its address."""
        body = {
            "committee_id": str(self.id),
            "title": "Phiên họp tháng 11",
            "starts_at": "2026-11-06T08:00:00+07:00",
            **more,
        }
        answer = self.post("/v1/meetings", body)
        assert answer.status_code == 201, answer.text
        return f"/v1/meetings/{answer.json()['id']}"


@pytest.fixture(scope="session")
def known(client: httpx.Client, platform: Platform) -> Callable[[UUID], None]:
    """Wait until the service knows a unit."""
    token = platform.token("secretariat", unit=str(ROOT), unit_path="/")

    def ask(unit: UUID) -> int:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(IDS.new())}
        body = {"title": "Thử", "text": "Thử danh bạ.", "committee_id": str(unit)}
        return client.post("/v1/documents", json=body, headers=headers).status_code

    def known(unit: UUID) -> None:
        end = time.monotonic() + 20
        while (status := ask(unit)) == 409 and time.monotonic() < end:
            time.sleep(0.02)  # between looks
        assert status == 201

    return known


@pytest.fixture(scope="session")
def units(
    publish: Callable[[Sequence[Contract]], None], known: Callable[[UUID], None]
) -> dict[str, UUID]:
    """The agencies of the register, by name; the service knows them."""
    events = [registered("Ban Chỉ đạo Trung ương", parent=False), *map(registered, AGENCIES)]
    publish(events)
    for event in events:
        known(event.unit_id)
    return {event.name: event.unit_id for event in events}


@pytest.fixture
def new_office(
    client: httpx.Client,
    headers: Headers,
    units: dict[str, UUID],
    publish: Callable[[Sequence[Contract]], None],
    known: Callable[[UUID], None],
) -> Callable[[], Office]:
    """Register a committee, and wait until the service knows it."""
    assert units

    def new() -> Office:
        event = registered(f"Ban Chỉ đạo {IDS.new()}")
        publish([event])
        known(event.unit_id)
        return Office(client, headers, event.unit_id)

    return new


@pytest.fixture
def office(new_office: Callable[[], Office]) -> Office:
    return new_office()


@pytest.fixture
def told(broker: Broker) -> Callable[[str, int], list[Contract]]:
    """The first events of a thing on Kafka, as many as asked for; waits for them."""

    async def read(subject: str, wanted: int) -> list[Contract]:
        consumer: Any = AIOKafkaConsumer(
            f"{broker.prefix}.{MeetingScheduled.TOPIC}",
            bootstrap_servers=broker.bootstrap,
            auto_offset_reset="earliest",
        )
        found: list[Contract] = []
        await consumer.start()
        try:
            async with asyncio.timeout(20):
                while len(found) < wanted:
                    record = await consumer.getone()
                    if record.key.decode() == subject:
                        found.append(decode(dict(record.headers)["ce_type"].decode(), record.value))
        finally:
            await consumer.stop()
        return found

    return lambda subject, wanted: asyncio.run(read(subject, wanted))
