"""Events of other systems accepted over HTTP: batches of a thousand, stored before the answer.

Ours is the service as it is deployed: two replicas of its API, each a process, which whoever sends
(another process, two connections to each) takes in turn.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

import psycopg
from bench.harness import Bench, Block, Peer, Row, Run, at_least
from bench.peers.ingest import copied, rows_of

from ingest.application import put_source
from ingest.domain import Grant
from ingest.main import service
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_local import ports
from tiendo_local.program import Program, http_ready
from tiendo_local.services import environment
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.store import Store

ROOT = Path(__file__).resolve().parents[1]
BATCH = 1000
SOURCE, URI = "bench", "https://bench.example"
REPLICAS = 2
CONNECTIONS = 2
UNITS = 500
CLOCK = SystemClock()


def bodies(size: int) -> list[bytes]:
    """Batches of measurements of five hundred units, as a source sends them."""
    chance = Random(2026)
    units = [UUID(int=chance.getrandbits(128), version=4) for _ in range(UNITS)]
    made = INDICATOR_MEASURED.model_copy(update={"system": URI})
    now = CLOCK.now().isoformat()
    found: list[bytes] = []
    for first in range(0, size, BATCH):
        batch = [
            {
                "specversion": "1.0",
                "id": f"{made.period}/{number}",
                "source": URI,
                "type": made.TYPE,
                "time": now,
                "data": json.loads(
                    encode(
                        made.model_copy(
                            update={"unit_id": chance.choice(units), "value": str(number)}
                        )
                    )
                ),
            }
            for number in range(first, min(first + BATCH, size))
        ]
        found.append(json.dumps(batch).encode())
    return found


@contextmanager
def ground_of(block: Block) -> Generator[str]:
    """The service's tables, with one source that may publish about all units."""
    with block.database() as url:
        schema.migrate(url, service.package, service.projections)
        assert service.publish is not None
        store = Store(url, Publisher(service.name, service.publish), CLOCK, Uuid7())
        chance = Random(2026)
        units = tuple(UUID(int=chance.getrandbits(128), version=4) for _ in range(UNITS))
        grant = Grant(URI, SOURCE, (INDICATOR_MEASURED.TYPE,), units, None)
        try:
            with acting(Cause(actor="bench", correlation_id="bench")):
                store.transact(lambda work: put_source(work, SOURCE, grant))
        finally:
            store.close()
        yield url


@contextmanager
def served(block: Block, url: str) -> Generator[list[int]]:
    """The replicas of the API, each on a port."""
    listening = [ports.any_free() for _ in range(REPLICAS)]
    replicas = [_replica(block, url, port) for port in listening]
    supervisor = block.platform.supervisor
    try:
        supervisor.start_together(replicas)
        yield listening
    finally:
        for replica in replicas:
            supervisor.stop(replica.name)


def _replica(block: Block, url: str, port: int) -> Program:
    at = f"http://{ports.HOST}:{port}"
    own = {
        "TIENDO_DATABASE_URL": url,
        "TIENDO_INGEST_RATE": "1000000",
        "TIENDO_INGEST_BURST": "10000000",
        "TIENDO_LOG_LEVEL": "warning",
    }
    return Program(
        f"ingest-api-{port}",
        [sys.executable, "-m", "tiendo_runtime", "run", service.name, "--role", "api"],
        environment(block.platform, service.name, {service.name: at}) | own,
        ready=http_ready(f"{at}/readyz"),
    )


def over_http(block: Block) -> float:
    """Events a second that are accepted, each batch answered when it is durable."""
    with ground_of(block) as url:
        with served(block, url) as listening, tempfile.TemporaryDirectory() as folder:
            for number, body in enumerate(bodies(block.size)):
                (Path(folder) / f"{number:06}").write_bytes(body)
            _send(block, folder, listening)
        with psycopg.connect(url) as conn:
            row = conn.execute("SELECT count(*) FROM receipts WHERE sequence > 0").fetchone()
        assert row == (block.size,), f"{row} of {block.size} were accepted"
    return block.size / block.seconds


def _send(block: Block, folder: str, listening: list[int]) -> None:
    token = block.platform.token("publisher", subject=SOURCE)
    addresses = [str(port) for port in listening * CONNECTIONS]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.sender", folder, token, *addresses],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as sender:
        assert sender.stdin is not None
        assert sender.stdout is not None
        sender.stdout.readline()  # it has read everything, and its token was checked
        with block.timed():
            sender.stdin.write(b"go\n")
            sender.stdin.flush()
            told = sender.stdout.readline()
    assert told == b"done\n", "the sender failed"


def plain_copy(block: Block) -> float:
    """Events a second: the rows that the same events make, copied into the same tables."""
    with ground_of(block) as url:
        rows = rows_of(bodies(block.size), SOURCE, CLOCK.now())
        with block.timed():
            copied(url, rows)
    return block.size / block.seconds


def run(run: Run) -> list[Row]:
    """The ratio against plain COPY, and the rate by itself."""
    rows = run.compare(
        "ingest",
        "events/s",
        over_http,
        Peer("COPY of the same rows", plain_copy, at_least(0.5)),
        note="batches of 1,000 over HTTP; the peer has its rows ready and checks nothing",
    )
    return [*rows, *map(_rate, rows)]


def _rate(row: Row) -> Row:
    return replace(
        row,
        name="ingest-rate",
        peer_name="",
        peer=None,
        ratio=None,
        ratio_q1=None,
        ratio_q3=None,
        ratios=(),
        goal=at_least(5000),
        note="accepted by two processes, durable before the answer",
    )


BENCHES = (Bench("ingest", "events of other systems accepted per second", run, 20_000, warm=2000),)
