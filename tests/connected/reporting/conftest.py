"""One reporting process for all tests here; every test uses units of its own."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from reporting.main import service
from tiendo_contracts import assignments
from tiendo_contracts.base import Contract, Deadline, identity
from tiendo_contracts.catalogue import topics
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_local import ports
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.kafka import Producer, ensure_topics
from tiendo_runtime.records import Outgoing

IDS = Uuid7()
ROOT = IDS.new()
SEQUENCE = count(1)
VERSIONS: dict[UUID, Iterator[int]] = {}


@pytest.fixture(scope="session")
def root() -> UUID:
    """The unit above all others."""
    return ROOT


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
    log = tmp_path_factory.mktemp("reporting") / "log"
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "reporting", service.projections)
        port = ports.any_free()
        process = _start(platform, broker, url, port, log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as found:
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
        "TIENDO_REPORT_AHEAD_SECONDS": str(14 * 86_400),  # so that something is open on any day
    }
    command = [sys.executable, "-m", "tiendo_runtime", "run", "reporting"]
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
    pytest.fail(f"reporting is not ready:\n{log.read_text('utf-8')[-4000:]}")


@pytest.fixture(scope="session")
def publish(broker: Broker) -> Callable[[Contract, datetime], None]:
    """Publish another service's event as recorded at an instant."""

    async def send(record: Outgoing) -> None:
        producer = Producer(broker.bootstrap)
        await producer.start()
        try:
            await producer.send([record])
        finally:
            await producer.stop()

    def publish(event: Contract, recorded_at: datetime) -> None:
        topic = f"{broker.prefix}.{event.TOPIC}"
        sequence = next(SEQUENCE)
        subject = UUID(event.key().decode())
        version = next(VERSIONS.setdefault(subject, count(1)))
        envelope = Envelope(
            id=str(uuid5(subject, str(version))),
            source=f"/tiendo/{event.OWNER}",
            type=event.TYPE,
            subject=str(subject),
            time=recorded_at,
            sequence=sequence,
            subjectversion=version,
            actor="user:test",
            correlationid="test",
        )
        record = Outgoing(topic, identity(subject), encode(event), envelope.headers(), sequence)
        asyncio.run(send(record))

    return publish


@pytest.fixture
def told(broker: Broker) -> Callable[[UUID], list[Any]]:
    """The records in which reporting has told of an aggregate so far."""
    topic = f"{broker.prefix}.{ReportSubmitted.TOPIC}"

    async def read() -> list[Any]:
        consumer: Any = AIOKafkaConsumer(
            topic, bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest"
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

    return lambda subject: [r for r in asyncio.run(read()) if r.key == identity(subject)]


def issued(unit: UUID, **changes: Any) -> assignments.AssignmentIssued:
    facts: dict[str, Any] = {
        "assignment_id": IDS.new(),
        "committee_id": ROOT,
        "committee_path": f"/{ROOT}/",
        "lead_unit_id": unit,
        "lead_unit_path": f"/{ROOT}/{unit}/",
        "notice_id": IDS.new(),
        "notice_number": "12-TB/BCĐ",
        "item_path": "1.a",
        "issued_on": datetime(2026, 1, 5, tzinfo=UTC).date(),
        "text": "Hoàn thành kho dữ liệu dùng chung",
        "coordinator_ids": (),
        "deadline": Deadline.none(),
        "recurring": None,
    }
    return assignments.AssignmentIssued(**{**facts, **changes})


@pytest.fixture(scope="session")
def new_issue() -> Callable[..., assignments.AssignmentIssued]:
    """Make an AssignmentIssued of a unit below the root."""
    return issued


@pytest.fixture
def issue(
    publish: Callable[[Contract, datetime], None],
) -> Callable[..., assignments.AssignmentIssued]:
    """Publish an assignment of a unit, recorded so long ago."""

    def issue(unit: UUID, ago: timedelta = timedelta(0), **changes: Any) -> Any:
        event = issued(unit, **changes)
        publish(event, SystemClock().now() - ago)
        return event

    return issue


@pytest.fixture
def unit() -> UUID:
    """A unit that no other test uses."""
    return IDS.new()


@pytest.fixture
def headers(platform: Platform) -> Callable[..., dict[str, str]]:
    """The headers of a request by somebody of a unit below the root, with a fresh key."""

    def headers(role: str, unit: UUID, path: str | None = None, **more: str) -> dict[str, str]:
        path = path or (f"/{ROOT}/" if unit == ROOT else f"/{ROOT}/{unit}/")
        token = platform.token(role, unit=str(unit), unit_path=path, subject=f"{role}-{unit}")
        named = {name.replace("_", "-"): value for name, value in more.items()}
        key = {"Idempotency-Key": str(IDS.new()), "Accept-Language": "en"}
        return {"Authorization": f"Bearer {token}"} | key | named

    return headers


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Any]:
    """Ask again until the answer is true or 20 seconds went by; gives the last answer."""

    def until(ask: Callable[[], Any]) -> Any:
        end = time.monotonic() + 20
        while not (answer := ask()) and time.monotonic() < end:
            time.sleep(0.02)  # between looks
        return answer

    return until
