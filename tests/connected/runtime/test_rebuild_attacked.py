"""A rebuild that is killed goes on where it was; readers who look all the time notice nothing."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from tests.connected.runtime.log import until_so
from tests.connected.runtime.sampled import NEXT, SAMPLE, Sampled, builds, contents
from tests.connected.runtime.workshop import one, rows

from tiendo_local.testing import Broker

pytestmark = pytest.mark.timeout(300)
_PROCESS = """
import sys
from tests.connected.runtime.sampled import SAMPLE
from tiendo_runtime.rebuilding import buckets
from tiendo_runtime.rebuilding.rebuild import rebuild
from tiendo_runtime.rebuilding.request import View, Wish

class Told:
    def phase(self, name, total, unit):
        self.tell(name, total)
    def advance(self, more):
        self.tell("advance", more)
    def tell(self, *what):
        print(*what, flush=True)
        sys.stdin.readline()

buckets.EVENTS = 20
url, bootstrap, prefix = sys.argv[1:]
rebuild(View(SAMPLE, "tiendo_runtime", url, bootstrap, prefix), Wish(workers=1), Told())
"""


@pytest.fixture
def sampled(database_url: str, kafka: Broker) -> Sampled:
    made = Sampled(database_url, kafka)
    asyncio.run(made.prepare())
    return made


def killed_in(sampled: Sampled, phase: str, advances: int) -> int:
    """Run a rebuild and kill it (-9) in a phase; answers how much was to be done in it.

    It tells each step and waits for leave to go on, so that it dies where it shall.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _PROCESS, sampled.url, sampled.kafka.bootstrap, sampled.prefix],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        total, now, seen = 0, "", 0
        for line in process.stdout:
            name, _, number = line.rpartition(" ")
            if name == "advance":
                seen += now == phase
            else:
                now, total = name, int(number)
            if now == phase and seen >= advances:
                break
            process.stdin.write("\n")
            process.stdin.flush()
        os.kill(process.pid, signal.SIGKILL)
    assert (now, process.returncode) == (phase, -signal.SIGKILL)
    return total


def test_killed_in_any_phase_it_goes_on_and_the_rows_are_the_same(sampled: Sampled) -> None:
    history = [*sampled.history(150), sampled.renamed(sampled.units[0], value=b"{}")]
    asyncio.run(sampled.lived(*history))
    killed_in(sampled, "map", 1)
    parts = killed_in(sampled, "reduce", 2)
    left = killed_in(sampled, "reduce", 1)
    assert 0 < left < parts  # what was written is not written again
    killed_in(sampled, "index", 1)
    asyncio.run(sampled.lived(*sampled.history(40)))
    killed_in(sampled, "catch up", 0)
    killed_in(sampled, "compare", 0)
    killed_in(sampled, "switch", 0)
    assert builds(sampled.url) == {"sample_v1": "live", "sample_v1_2": "building"}

    directory = Path(one(sampled.url, _DIRECTORY))
    directory.mkdir(parents=True)  # as if it had been killed before they were removed

    report = sampled.rebuild()
    assert (report.schema, report.is_switched) == ("sample_v1_2", True)
    assert not directory.exists()
    assert report.comparison is not None
    assert report.comparison.differences == 0
    assert contents(sampled.url, "sample_v1_2") == contents(sampled.url, "sample_v1")
    codes = 'SELECT code FROM dead_letters WHERE consumer = %s ORDER BY topic, "offset"'
    assert rows(sampled.url, codes, "sample_v1_2") == rows(sampled.url, codes, "sample_v1")


_DIRECTORY = "SELECT facts ->> 'directory' FROM view_versions WHERE schema = 'sample_v1_2'"


class Reader:
    """Looks at the view again and again, as a page does."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.seen: list[str] = []
        """Which versions, in order."""
        self.wrong: list[str] = []
        self.longest = 0.0

    def read(self, stop: threading.Event) -> None:
        try:
            with psycopg.connect(self._url, autocommit=True) as conn:
                said = 0
                while not stop.is_set():
                    began = time.monotonic()
                    said = self._look(conn, said)
                    self.longest = max(self.longest, time.monotonic() - began)
                    stop.wait(0.002)  # a page is not asked for more often
        except psycopg.Error as error:
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _look(self, conn: psycopg.Connection, before: int) -> int:
        with conn.transaction():
            place = conn.execute("SELECT to_jsonb(p) ? 'least' FROM places p LIMIT 1").fetchone()
            sums = conn.execute(
                "SELECT (SELECT sum(lines) FROM work), (SELECT count(*) FROM said),"
                " (SELECT sum(lines * n) FROM by_best)"
            ).fetchone()
            work = conn.execute("SELECT to_jsonb(w) ? 'worst' FROM work w LIMIT 1").fetchone()
        assert sums is not None
        if place != work:
            self.wrong.append(f"two versions in one transaction: {place} {work}")
        if len(set(sums)) != 1 or sums[0] < before:
            self.wrong.append(f"rows are missing: {sums} after {before}")
        version = "new" if place and place[0] else "old"
        if self.seen[-1:] != [version]:
            self.seen.append(version)
        return sums[0]


@contextmanager
def reading(url: str, number: int) -> Generator[list[Reader]]:
    """Readers while the block runs."""
    readers, stop = [Reader(url) for _ in range(number)], threading.Event()
    threads = [threading.Thread(target=reader.read, args=(stop,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_readers_see_no_row_missing_no_error_and_never_two_versions(sampled: Sampled) -> None:
    async def attack() -> list[Reader]:
        await sampled.lived(*sampled.history(60))
        ending = asyncio.Event()

        async def feed() -> None:
            while not ending.is_set():
                await sampled.happen(*sampled.history(3))
                await asyncio.sleep(0.05)  # a load, not a flood

        async with sampled.projecting(SAMPLE), sampled.projecting(NEXT):
            feeding = asyncio.ensure_future(feed())
            with reading(sampled.url, 3) as readers:
                report = await asyncio.to_thread(sampled.rebuild, projection=NEXT)
                assert report.is_switched
                before = one(sampled.url, _TAKEN)
                await until_so(lambda: one(sampled.url, _TAKEN) > before)  # it goes on, live
                again = await asyncio.to_thread(sampled.rebuild, projection=NEXT)
                assert (again.schema, again.is_switched) == ("sample_v2_2", True)
                await until_so(lambda: all(reader.seen[-1:] == ["new"] for reader in readers))
            ending.set()
            await feeding
        return readers

    readers = asyncio.run(attack())
    assert [reader.wrong for reader in readers] == [[], [], []]
    assert [reader.seen for reader in readers] == [["old", "new"]] * 3
    assert max(reader.longest for reader in readers) < 5.0


_TAKEN = "SELECT sum(next_offset) FROM positions WHERE consumer = 'sample_v2'"
