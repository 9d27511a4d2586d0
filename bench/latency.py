"""How long until a report is on the board, with the whole country loaded.

Measured from the moment at which the reporter has the HTTP answer to the moment at which the
stream of server-sent events (`/v1/stream`) tells that reporter's own page of the change: the row is
committed by then. The stream is the way with the least delay of its own: nobody asks again and
again, and each unit's page is told at once, since it heard of nothing in the 300 ms before.

REPORTS= how many (500), RATE= how many a second (5). Prints tables, writes bench/out/latency.json.
"""

import asyncio
import json
import math
import os
import platform as machine
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from bench import memory
from rich.console import Console
from rich.table import Table

from reporting.domain import OLDEST_WEEKS
from reporting.period import Period
from tiendo_local.console import fail, plain, say
from tiendo_local.demo.flow import until
from tiendo_local.demo.ids import fresh
from tiendo_local.demo.notice import Signed, conclude
from tiendo_local.demo.stage import Stage, raised
from tiendo_local.errors import LocalError
from tiendo_local.room import Room, side_checkout
from tiendo_local.signals import as_interrupt
from tiendo_notices.samples import sample
from tiendo_runtime.clock import SystemClock

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out" / "latency.json"
_LONGEST = 30.0
_SHARES = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "max": 1.0}


@dataclass
class Page:
    """A reporter's open page: what it has been told, and when."""

    unit: str
    assignments: frozenset[str]
    token: str
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    _told: asyncio.Event = field(default_factory=asyncio.Event)
    _at: float = 0.0

    async def listen(self, client: httpx.AsyncClient) -> None:
        """Read the stream until cancelled."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with client.stream("GET", "/v1/stream", headers=headers, timeout=None) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    self._hear(json.loads(line.removeprefix("data:")))

    def _hear(self, news: Mapping[str, Any]) -> None:
        self.listening.set()
        if self.assignments & set(news.get("assignments", ())):
            self._at = time.perf_counter()
            self._told.set()

    def forget(self) -> None:
        """Wait for the next news."""
        self._told.clear()

    async def told(self) -> float:
        """When the page heard of one of its assignments."""
        await asyncio.wait_for(self._told.wait(), _LONGEST)
        return self._at


@dataclass(frozen=True)
class Sample:
    """One report; seconds. `seen` counts from the answer, `answered` from the request."""

    answered: float
    seen: float


async def measure(stage: Stage, pages: Sequence[Page], count: int, rate: float) -> list[Sample]:
    """Send reports at an even rate, each on a page's next free period, and time them."""
    async with (
        httpx.AsyncClient(base_url=stage.urls["monitoring"], limits=_plenty()) as board,
        httpx.AsyncClient(base_url=stage.urls["reporting"], timeout=_LONGEST) as reporting,
        asyncio.TaskGroup() as group,
    ):
        listeners = [group.create_task(page.listen(board)) for page in pages]
        await asyncio.wait_for(asyncio.gather(*(p.listening.wait() for p in pages)), _LONGEST)
        begun = time.perf_counter()
        tasks: list[asyncio.Task[Sample]] = []
        for number, (page, period) in enumerate(islice(_turns(pages), count)):
            await asyncio.sleep(begun + number / rate - time.perf_counter())
            tasks.append(group.create_task(_report(reporting, page, period)))
            if number % 50 == 49:
                plain(f"  {number + 1} / {count}")
        samples = list(await asyncio.gather(*tasks))
        for listener in listeners:
            listener.cancel()
    return samples


def _plenty() -> httpx.Limits:
    return httpx.Limits(max_connections=1000)


def _turns(pages: Sequence[Page]) -> Iterator[tuple[Page, Period]]:
    """Each unit in turn, from the newest period on that a report may be for."""
    newest = Period.at(SystemClock().now()).next
    for back in range(OLDEST_WEEKS + 2):
        yield from ((page, newest.shift(-back)) for page in pages)


async def _report(client: httpx.AsyncClient, page: Page, period: Period) -> Sample:
    line = {"percent": 30, "done": False, "difficulties": "Thiếu nhân lực"}
    body = {
        "period": str(period),
        "lines": [{"assignment_id": one, **line} for one in sorted(page.assignments)],
    }
    headers = {"Authorization": f"Bearer {page.token}", "Idempotency-Key": str(fresh())}
    page.forget()
    begun = time.perf_counter()
    answer = await client.post("/v1/reports", json=body, headers=headers)
    answered = time.perf_counter()
    answer.raise_for_status()
    return Sample(answered - begun, max(0.0, await page.told() - answered))


def open_pages(stage: Stage, signed: Signed) -> list[Page]:
    """A page for each unit that the notice obliges, once all its assignments are on the board."""
    expected = sum(len(item["decision"]["leads"]) for item in signed.assigned)
    rows: list[dict[str, Any]] = []

    def arrived() -> bool:
        rows[:] = _rows(stage, signed)
        return len(rows) == expected

    until(arrived, "assignments")
    by_unit: dict[str, set[str]] = {}
    for row in rows:
        by_unit.setdefault(row["lead_unit_id"], set()).add(row["assignment_id"])
    tokens = {
        unit: stage.platform.token("reporter", unit=unit, unit_path=stage.by_id[unit].path)
        for unit in by_unit
    }
    return [Page(unit, frozenset(ids), tokens[unit]) for unit, ids in by_unit.items()]


def _rows(stage: Stage, signed: Signed) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        query = {"notice_id": signed.id, "limit": 200, "cursor": cursor}
        page = stage.cast.operator().read("monitoring", "/v1/assignments", **query)
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = page["next"]


def distribution(seconds: Sequence[float]) -> dict[str, float]:
    """Milliseconds below which shares of the values lie (nearest rank)."""
    ordered = sorted(seconds)
    return {
        name: round(ordered[math.ceil(share * len(ordered)) - 1] * 1000, 1)
        for name, share in _SHARES.items()
    }


def perform(count: int, rate: float) -> dict[str, Any]:
    """Load the country, measure, and tell what was found."""
    root = side_checkout(ROOT, "bench")
    with raised(root) as stage:
        empty = memory.of_room(Room.of(root), "demo")
        pages = open_pages(stage, conclude(stage, sample("party")))
        most = len(pages) * (OLDEST_WEEKS + 2)
        if count > most:
            raise LocalError(f"Nhiều nhất {most} báo cáo.", f"{most} reports at most.")
        say(f"{count} báo cáo, {rate:g} mỗi giây", f"reports of {len(pages)} units, each looking")
        samples = asyncio.run(measure(stage, pages, count, rate))
        held = memory.of_room(Room.of(root), "demo")
        return {
            "reports": count,
            "rate_per_second": rate,
            "open_pages": len(pages),
            "units_registered": len(stage.units),
            "watched_by": "server-sent events of monitoring, a stream for each unit",
            "answer_to_board_ms": distribution([s.seen for s in samples]),
            "request_to_answer_ms": distribution([s.answered for s in samples]),
            "pss_bytes": {
                "country_loaded": memory.total(empty),
                "after_reports": memory.total(held),
            },
            "processes": [asdict(one) for one in held],
            "machine": {
                "cpus": os.cpu_count(),
                "architecture": machine.machine(),
                "python": machine.python_version(),
                "load_average": os.getloadavg(),
            },
        }


def show(found: Mapping[str, Any]) -> None:
    """Print the figures as tables."""
    console = Console()
    times = Table(title=f"{found['reports']} reports, {found['rate_per_second']:g} a second; ms")
    times.add_column("")
    for name in _SHARES:
        times.add_column(name, justify="right")
    for title, key in (
        ("request to HTTP answer", "request_to_answer_ms"),
        ("HTTP answer to the board's row", "answer_to_board_ms"),
    ):
        times.add_row(title, *(f"{found[key][name]:.1f}" for name in _SHARES))
    console.print(times)
    held = Table(title="Memory (PSS), the whole country loaded")
    for title in ("process", "number", "MB"):
        held.add_column(title, justify="left" if title == "process" else "right")
    for one in found["processes"]:
        held.add_row(one["name"], str(one["processes"]), f"{one['pss'] / 1e6:.0f}")
    held.add_row("all", "", f"{found['pss_bytes']['after_reports'] / 1e6:.0f}", style="bold")
    console.print(held)


def main() -> int:
    """Measure, print, write; answers the exit status."""
    count = int(os.environ.get("REPORTS") or 500)
    rate = float(os.environ.get("RATE") or 5)
    try:
        found = perform(count, rate)
    except LocalError as error:
        fail(error)
        return 1
    show(found)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1))
    say(f"Đã ghi {OUT.relative_to(ROOT)}", "written")
    return 0


if __name__ == "__main__":
    try:
        with as_interrupt():
            sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
