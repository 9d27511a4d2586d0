"""The service on real parts: as a process with Kafka, or its parts without one."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, LiteralString, TypeVar
from uuid import UUID, uuid5

import httpx
import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.application import request
from notifications.contacts import Contact, put_contacts
from notifications.domain import About, Facts, Notification, Occasion
from notifications.main import service as definition
from notifications.publishing import publish
from notifications.settings import Settings
from notifications.views import OBLIGATIONS
from tiendo_contracts.assignments import AssignmentIssued
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.catalogue import topics
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import assignments, envelope, reporting
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_contracts.reporting import ObligationOpened
from tiendo_local import ports
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker
from tiendo_runtime import codec, schema
from tiendo_runtime.clock import Clock, SystemClock, Uuid7
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import Database
from tiendo_runtime.kafka import Producer, ensure_topics
from tiendo_runtime.projecting import ProjectionHandler
from tiendo_runtime.projection import Projection
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.records import Outgoing, Partition, Raw, Received, read
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Store

T = TypeVar("T")
NAMES = UUID("019a8c40-0000-7000-8000-0000000000aa")
COMMITTEE = uuid5(NAMES, "committee")
RUN = secrets.token_hex(3)  # the mail server is shared by all runs of this checkout
PUBLISHER = Publisher("notifications", publish)
SERVICE = Cause(actor="service:notifications", correlation_id="test")


def until(probe: Callable[[], T | None], within: float = 60) -> T:
    """Ask again until there is an answer that is not empty."""
    deadline, patience = time.monotonic() + within, threading.Event()
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"still {answer!r} after {within} s"
        patience.wait(0.05)
    return answer


def migrate(url: str) -> None:
    schema.migrate(url, definition.package, definition.projections)


@dataclass(frozen=True)
class Unit:
    """A unit that no other test uses."""

    name: str

    @property
    def id(self) -> UUID:
        return uuid5(NAMES, self.name)

    @property
    def path(self) -> str:
        return f"/{COMMITTEE}/{self.id}/"

    @property
    def email(self) -> str:
        return f"{self.name}.{RUN}@binhson.example"

    def registered(self) -> Contract:
        return UNIT_REGISTERED.model_copy(
            update={"unit_id": self.id, "path": self.path, "name": f"Sở {self.name}"}
        )

    def assigned(self, item: int, deadline: Deadline | None = None) -> AssignmentIssued:
        return assignments.ASSIGNMENT_ISSUED.model_copy(
            update={
                "assignment_id": uuid5(self.id, str(item)),
                "lead_unit_id": self.id,
                "lead_unit_path": self.path,
                "item_path": f"II.{item}",
                "text": f"Việc số {item} của {self.name}",
                "deadline": deadline or Deadline.none(),
            }
        )

    def owes(self, period: str, due_at: datetime) -> ObligationOpened:
        """That the unit owes a report for a period."""
        return reporting.OBLIGATION_OPENED.model_copy(
            update=self._report(period) | {"due_at": due_at}
        )

    def about_its_report(self, event: Contract, period: str) -> Contract:
        """The same of this unit's report for a period."""
        return event.model_copy(update=self._report(period))

    def _report(self, period: str) -> dict[str, Any]:
        return {
            "report_id": uuid5(self.id, period),
            "unit_id": self.id,
            "unit_path": self.path,
            "period": period,
        }


@dataclass(frozen=True)
class Letter:
    """A mail as a server took it."""

    recipient: str
    content: bytes


class MailServer:
    """An SMTP server of a test's own, which may hesitate or refuse."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or ports.any_free()
        self.taken: list[Letter] = []
        self.asked = threading.Event()
        self.answers: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._controller = Controller(self, hostname=ports.HOST, port=self.port)

    async def handle_DATA(  # noqa: N802 - named by the library
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content or b""
        self.taken.append(
            Letter(envelope.rcpt_tos[0], content if isinstance(content, bytes) else b"")
        )
        self.asked.set()
        await asyncio.to_thread(self.may_answer.wait)
        return self.answers.pop(0) if self.answers else "250 OK"

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.may_answer.set()
        self._controller.stop()


@dataclass
class Parts:
    """The service's parts on a database of their own, without Kafka and without a process."""

    url: str
    runtime: Runtime
    _seen: int = 0

    def with_settings(self, **more: Any) -> "Parts":
        """The same parts with other settings."""
        settings = self.runtime.settings.model_copy(update=more)
        return Parts(self.url, replace(self.runtime, settings=settings), self._seen)

    def with_clock(self, clock: Clock) -> "Parts":
        return Parts(self.url, replace(self.runtime, clock=clock), self._seen)

    def know(self, *units: Unit, email: bool = True) -> None:
        """Let the units be registered, with their addresses."""
        register = definition.projections[0]
        self.fold(register, [received(unit.registered()) for unit in units])
        if email:
            new = [Contact(unit.id, unit.email, f"Văn thư {unit.name}") for unit in units]
            with self.runtime.database.transaction() as conn:
                put_contacts(conn, new, scope="/", actor="test")

    def fold(self, projection: Projection, events: Sequence[Received]) -> None:
        ProjectionHandler(projection, self.runtime.database).handle(events, (), ())

    def fold_assignments(self, *happened: Contract) -> None:
        """Let the local copy of assignments know what happened."""
        self.fold(definition.projections[1], [received(one) for one in happened])

    def fold_reports(self, *happened: Contract) -> None:
        """Let the view of what units owe know what happened, one by one."""
        for one in happened:
            self.fold(OBLIGATIONS, [received(one)])

    def issue(self, *issued: AssignmentIssued) -> None:
        """Let the local copy know these assignments."""
        self.fold_assignments(*issued)

    def ask(self, issued: AssignmentIssued, occasion: Occasion = Occasion.ASSIGNED) -> UUID:
        """Request that a unit is told of an assignment; answers the notification's id."""
        about = About(occasion, issued.lead_unit_id, issued.lead_unit_path, issued.assignment_id)
        facts = Facts(issued.deadline.due_on, issued.deadline.late_from)
        with acting(SERVICE):
            return self.runtime.store.transact(lambda work: request(work, about, facts)).id

    def project(self) -> None:
        """Bring the notifications' view up to the store, as relay and projector would."""
        page = self.runtime.store.notifications(self._seen, 500)
        public = [
            read(_raw(record))
            for stored in page
            for record in PUBLISHER.records(*codec.decode(stored), stored.id)
        ]
        self.fold(definition.projections[2], public)
        self.fold(OBLIGATIONS, [one for one in public if type(one.event) in OBLIGATIONS.on])
        self._seen = page[-1].id if page else self._seen

    def load(self, notification: UUID) -> Notification:
        found = self.runtime.store.load(notification)
        assert isinstance(found, Notification)
        return found

    def count(self, query: LiteralString, *values: object) -> int:
        return query_one(self.url, query, *values)


@contextmanager
def parts(url: str, platform: Platform, **more: Any) -> Generator[Parts]:
    migrate(url)
    settings = Settings(**(environment_settings(url, platform) | more))
    clock, ids = SystemClock(), Uuid7()
    database = Database(url, "test")
    database.open()
    store = Store(url, PUBLISHER, clock, ids)
    try:
        yield Parts(url, Runtime(settings, database, store, clock, ids))
    finally:
        store.close()
        database.close()


def environment_settings(url: str, platform: Platform) -> dict[str, Any]:
    return {
        "database_url": url,
        "kafka_bootstrap_servers": platform.kafka_bootstrap,
        "token_issuer": platform.issuer_url,
        "jwks_url": platform.jwks_url,
        "public_url": "https://board.example",
        "smtp_host": platform.smtp_host,
        "smtp_port": platform.smtp_port,
        "mail_gather_seconds": 0,
    }


def query_one(url: str, query: LiteralString, *values: object) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])


def execute(url: str, statement: LiteralString, *values: object) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(statement, values)


def received(event: Contract, version: int = 1) -> Received:
    """An event as a consumer would read it."""
    raw = Raw(Partition(event.TOPIC, 0), 0, event.key(), b"", ())
    return Received(replace(envelope(event), subjectversion=version), event, raw)


def _raw(record: Outgoing) -> Raw:
    return Raw(Partition(record.topic, 0), 0, record.key, record.value, record.headers)


@dataclass
class Served:
    """The service as a process of its own on a real Kafka."""

    platform: Platform
    url: str
    prefix: str
    settings: dict[str, str] = field(default_factory=dict[str, str])
    _process: subprocess.Popen[bytes] | None = None
    _http: httpx.Client = field(default_factory=httpx.Client)
    _sequence: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def of(cls, platform: Platform, url: str, kafka: Broker, **settings: str) -> "Served":
        """Prepare database and topics; nothing runs yet."""
        migrate(url)
        served = cls(platform, url, f"{kafka.prefix}.", settings)
        asyncio.run(
            ensure_topics(
                platform.kafka_bootstrap, [served.prefix + t for t in topics()], partitions=2
            )
        )
        return served

    def start(self) -> None:
        port = ports.any_free()
        self._http.close()
        self._http = httpx.Client(base_url=f"http://{ports.HOST}:{port}", timeout=10)
        command = [sys.executable, "-m", "tiendo_runtime", "run", "notifications"]
        given = environment_settings(self.url, self.platform) | {
            "topic_prefix": self.prefix,
            "http_port": port,
            "mail_gather_seconds": 0.4,
            **self.settings,
        }
        environment = {f"TIENDO_{name.upper()}": str(value) for name, value in given.items()}
        log = Path(os.environ.get("TIENDO_TEST_LOG", os.devnull)).open("ab")  # noqa: SIM115 - the child's
        self._process = subprocess.Popen(command, env=os.environ | environment, stderr=log)
        log.close()
        until(self._is_ready)

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the service died; set TIENDO_TEST_LOG to see why"
        try:
            return self._http.get("/readyz").is_success
        except httpx.TransportError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None
            self._http.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def publish(self, *events: Contract, event_id: str = "") -> None:
        """Send events as their services' relays would; each time with a new sequence."""
        records = [self._record(event, event_id) for event in events]
        asyncio.run(self._send(records))

    def publish_in_all_forms(self, event: Contract) -> None:
        """Send an event in its newest form and in the earlier ones, as its relay would."""
        sequence, form = next(self._sequence), event
        records = [self._record(form, "", sequence)]
        while (form := form.earlier()) is not None:
            records.append(self._record(form, f"{sequence} {form.TYPE}", sequence))
        asyncio.run(self._send(records))

    def _record(self, event: Contract, event_id: str, sequence: int = 0) -> Outgoing:
        sequence = sequence or next(self._sequence)
        plain = envelope(event)
        attributes = replace(plain, sequence=sequence, id=event_id or plain.id)
        return Outgoing(
            self.prefix + event.TOPIC, event.key(), encode(event), attributes.headers(), sequence
        )

    async def _send(self, records: Sequence[Outgoing]) -> None:
        producer = Producer(self.platform.kafka_bootstrap)
        await producer.start()
        try:
            await producer.send(records)
        finally:
            await producer.stop()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: str = "operator",
        unit_path: str = "/",
        **headers: str,
    ) -> httpx.Response:
        token = self.platform.token(role, unit=str(COMMITTEE), unit_path=unit_path)
        given = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(Uuid7().new())}
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.request(
            method, path, json=body if body is not None else None, headers=given | names
        )

    def know(self, *units: Unit) -> None:
        """Register units and keep their contacts."""
        self.publish(*(unit.registered() for unit in units))
        for unit in units:
            body = {"email": unit.email, "name": f"Văn thư {unit.name}"}
            until(lambda u=unit, b=body: self.call("PUT", f"/v1/contacts/{u.id}", b).is_success)

    def told(self, unit: Unit, **more: str) -> list[dict[str, Any]]:
        """What the service says that a unit was told."""
        query = "&".join([f"unit_id={unit.id}", *(f"{n}={v}" for n, v in more.items())])
        answer = self.call("GET", f"/v1/notifications?{query}")
        assert answer.is_success, answer.text
        return answer.json()["items"]

    def mails(self, unit: Unit) -> list[dict[str, Any]]:
        """What the platform's mail server took for a unit."""
        return mails(self.platform, unit)

    def handled(self) -> int:
        """How many records all consumers have behind them."""
        return query_one(self.url, "SELECT coalesce(sum(next_offset), 0) FROM positions")


def mails(platform: Platform, unit: Unit) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = httpx.get(f"{platform.mail_url}/messages").json()["items"]
    return [mail for mail in items if unit.email in mail["recipients"]]
