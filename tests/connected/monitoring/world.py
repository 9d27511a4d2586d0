"""The board as a running process, and a world of events that belongs to one test alone."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx

from tiendo_contracts import assignments, meetings, reporting, units
from tiendo_contracts.base import Contract, Deadline, Level
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.examples import meetings as met
from tiendo_contracts.examples import story
from tiendo_local import ports
from tiendo_local.platform import Platform
from tiendo_runtime.clock import SystemClock, Uuid7, local_day
from tiendo_runtime.kafka import Producer
from tiendo_runtime.records import Outgoing

T = TypeVar("T")
Said = tuple[Contract, str]
"""An event, and who caused it."""
CLOCK, IDS = SystemClock(), Uuid7()
_sequence = count(1)


def until(look: Callable[[], T | None], seconds: float = 30.0) -> T:
    """What `look` sees once it sees something."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError("it did not come about in time")
        time.sleep(0.05)


@dataclass(frozen=True)
class Running:
    """A process of the service."""

    process: subprocess.Popen[bytes]
    url: str
    environment: Mapping[str, str]
    platform: Platform
    _held: list[list[Said]] = field(default_factory=list[list[Said]])

    def publish(self, *events: Contract, actor: str = "user:7f3c") -> None:
        """Send events as their publishers do."""
        said = [(event, actor) for event in events]
        if self._held:
            self._held[-1].extend(said)
        else:
            self._send(said)

    @contextmanager
    def at_once(self) -> Generator[None]:
        """Send all that is published meanwhile at the end."""
        self._held.append([])
        yield
        self._send(self._held.pop())

    def _send(self, said: Sequence[Said]) -> None:
        prefix = self.environment["TIENDO_TOPIC_PREFIX"]
        sending = _send(self.platform.kafka_bootstrap, prefix, said)
        with ThreadPoolExecutor(1) as apart:  # Playwright holds the loop of the test's thread
            apart.submit(asyncio.run, sending).result()

    def client(self, role: str, unit: UUID | None, path: str, **more: Any) -> httpx.Client:
        """Somebody who asks, with a token of the local issuer."""
        token = self.platform.token(
            role, unit=str(unit) if unit else None, unit_path=path, name="Nguyễn Văn An"
        )
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, **more)


_versions: dict[bytes, int] = {}


def _outgoing(event: Contract, prefix: str, actor: str) -> Outgoing:
    _versions[event.key()] = _versions.get(event.key(), 0) + 1
    envelope = Envelope(
        id=str(IDS.new()),
        source=f"/tiendo/{event.OWNER}",
        type=event.TYPE,
        subject=event.key().decode(),
        time=CLOCK.now(),
        sequence=next(_sequence),
        subjectversion=_versions[event.key()],
        actor=actor,
        correlationid="test",
    )
    headers = envelope.headers()
    return Outgoing(prefix + event.TOPIC, event.key(), encode(event), headers, envelope.sequence)


async def _send(bootstrap: str, prefix: str, said: Sequence[Said]) -> None:
    producer = Producer(bootstrap)
    await producer.start()
    try:
        await producer.send([_outgoing(event, prefix, actor) for event, actor in said])
    finally:
        await producer.stop()


@contextmanager
def running(
    environment: Mapping[str, str],
    platform: Platform,
    role: str = "all",
    service: str = "monitoring",
) -> Generator[Running]:
    """A service as a process of its own, ready."""
    port = ports.any_free()
    own = {**os.environ, **environment, "TIENDO_HTTP_PORT": str(port)}
    command = [sys.executable, "-m", "tiendo_runtime", "run", service, "--role", role]
    log = Path(environment["TEST_LOG"])
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=own, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        try:
            return httpx.get(f"{url}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(ready, 60)
        yield Running(process, url, environment, platform)
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class World:
    """Units, notices and assignments that belong to one test alone."""

    board: Running
    paths: dict[UUID, str] = field(default_factory=dict[UUID, str])
    _leads: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict[UUID, tuple[UUID, UUID]])

    def unit(self, name: str, level: Level, parent: UUID | None = None) -> UUID:
        """Register a unit."""
        key = IDS.new()
        self.paths[key] = f"{self.paths[parent] if parent else '/'}{key}/"
        self.board.publish(
            units.UnitRegistered(
                unit_id=key,
                effective_on=date(2025, 7, 1),
                code=None,
                name=name,
                name_en="",
                aliases=(),
                level=level,
                kind="agency",
                parent_id=parent,
                path=self.paths[key],
            )
        )
        return key

    def asking(self, unit: UUID, role: str = "member", **more: Any) -> httpx.Client:
        """Somebody of a unit."""
        return self.board.client(role, unit, self.paths[unit], **more)

    def _place(self, key: UUID, lead: UUID, committee: UUID) -> dict[str, Any]:
        return {
            "assignment_id": key,
            "committee_id": committee,
            "committee_path": self.paths[committee],
            "lead_unit_id": lead,
            "lead_unit_path": self.paths[lead],
        }

    def issue(
        self,
        lead: UUID,
        committee: UUID,
        *,
        late_in: timedelta | None = timedelta(days=5),
        text: str = "Hoàn thành kết nối dữ liệu.",
        notice: UUID | None = None,
        item: str = "II.1",
        recurring: Any = None,
    ) -> UUID:
        """Give a unit an assignment; `late_in` counts from now, None is no deadline."""
        key = IDS.new()
        self.board.publish(
            assignments.AssignmentIssued(
                **self._place(key, lead, committee),
                notice_id=notice or IDS.new(),
                notice_number="47-TB/BCĐ",
                item_path=item,
                issued_on=local_day(CLOCK.now()),
                text=text,
                coordinator_ids=(),
                deadline=deadline(late_in),
                recurring=recurring,
            )
        )
        self._leads[key] = (lead, committee)
        return key

    def happens(self, key: UUID, kind: type[Contract], **fields: Any) -> None:
        """Let something happen to an assignment."""
        lead, committee = self._leads[key]
        self.board.publish(kind(**self._place(key, lead, committee), **fields))

    def happens_to(self, key: UUID, lead: UUID, kind: type[Contract], **fields: Any) -> None:
        """Let something happen by which another unit leads an assignment."""
        _, committee = self._leads[key]
        self._leads[key] = (lead, committee)
        self.happens(key, kind, **fields)

    def claim(self, key: UUID, at: datetime | None = None) -> None:
        """Let the unit say that it is done."""
        self.happens(
            key,
            assignments.CompletionReported,
            report_id=IDS.new(),
            claimed_at=at or CLOCK.now(),
            product_url="",
        )

    def verify(self, key: UUID) -> None:
        """Let an inspector see that it is done."""
        self.happens(
            key,
            assignments.CompletionVerified,
            claimed_at=CLOCK.now(),
            inspector=story.INSPECTOR,
            finding="Đúng như báo cáo.",
        )

    def extend(self, key: UUID, late_in: timedelta) -> None:
        """Let another deadline hold."""
        self.happens(
            key, assignments.ExtensionGranted, deadline=deadline(late_in), reason="Khách quan."
        )

    def report(
        self,
        unit: UUID,
        *keys: UUID,
        percent: int = 40,
        period: str = "2026-W47",
        late: bool = False,
        difficulties: str = "",
        owed: UUID | None = None,
    ) -> UUID:
        """Let a unit report on assignments; `owed` is the report's id where it was opened ahead."""
        now, report = CLOCK.now(), owed or IDS.new()
        lines = tuple(
            reporting.ReportLine(
                assignment_id=key,
                percent=percent,
                done=False,
                difficulties=difficulties,
                product_url="",
            )
            for key in keys
        )
        self.board.publish(
            reporting.ReportSubmitted(
                report_id=report,
                unit_id=unit,
                unit_path=self.paths[unit],
                period=period,
                submitted_at=now,
                due_at=now + timedelta(hours=-1 if late else 1),
                lines=lines,
            )
        )
        return report

    def owe(self, unit: UUID, period: str = "2026-W47", *, due_in: timedelta) -> UUID:
        """Open ahead what a unit owes for a period; answers the report's id."""
        now, report = CLOCK.now(), IDS.new()
        self.of_report(
            report,
            unit,
            period,
            reporting.ObligationOpened,
            opens_at=now + due_in - timedelta(days=4),
            due_at=now + due_in,
        )
        return report

    def of_report(
        self, report: UUID, unit: UUID, period: str, kind: type[Contract], **fields: Any
    ) -> None:
        """Let something happen to a report."""
        place: dict[str, Any] = {
            "report_id": report,
            "unit_id": unit,
            "unit_path": self.paths[unit],
            "period": period,
        }
        self.board.publish(kind(**place, **fields))

    def sign(self, committee: UUID, items: tuple[meetings.ConclusionItem, ...]) -> UUID:
        """Let a committee sign a notice."""
        key = IDS.new()
        self.board.publish(
            met.CONCLUSION_ISSUED.model_copy(
                update={
                    "notice_id": key,
                    "committee_id": committee,
                    "committee_path": self.paths[committee],
                    "items": items,
                    "meeting_id": None,
                }
            )
        )
        return key

    def conclude(self, committee: UUID, meeting: UUID) -> UUID:
        """Let a committee sign the notice of a meeting."""
        key = IDS.new()
        place = {"committee_id": committee, "committee_path": self.paths[committee]}
        changes = place | {"notice_id": key, "meeting_id": meeting}
        self.board.publish(met.CONCLUSION_ISSUED.model_copy(update=changes))
        return key

    def seen(self, client: httpx.Client, key: UUID) -> dict[str, Any]:
        """An assignment, once the board shows it."""

        def look() -> dict[str, Any] | None:
            answer = client.get(f"/v1/assignments/{key}")
            return answer.json() if answer.status_code == 200 else None

        return until(look)

    def version(self, key: UUID) -> int:
        """How many events of an assignment were published."""
        return _versions[str(key).encode()]

    def settled(self, client: httpx.Client, *keys: UUID) -> None:
        """Wait until the board shows all that was published of assignments."""
        for key in keys:
            until(
                lambda key=key: (
                    client.get(
                        f"/v1/assignments/{key}", params={"at_least": self.version(key)}
                    ).status_code
                    == 200
                )
            )


def deadline(late_in: timedelta | None) -> Deadline:
    if late_in is None:
        return Deadline.none("thường xuyên")
    late_from = CLOCK.now() + late_in
    due_on = local_day(late_from - timedelta(microseconds=1))
    return Deadline(due_on=due_on, late_from=late_from, words="trước thời điểm đã định")


@dataclass(frozen=True)
class Country:
    """A committee with a province of two communes, and an agency beside them."""

    centre: UUID
    agency: UUID
    province: UUID
    first: UUID
    second: UUID
