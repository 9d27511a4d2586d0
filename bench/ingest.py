"""Events of other systems accepted over HTTP: batches of a thousand, stored before the answer.

The service's routes run in this process, inside of the whole HTTP application (tokens, limits,
digest, problems); who sends is a process of its own, over two connections.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import uvicorn
from bench.harness import Bench, Block, Peer, Row, Run, at_least, run_async
from bench.peers.ingest import copied, rows_of

from ingest.application import put_source
from ingest.domain import Grant
from ingest.main import service
from ingest.settings import IngestSettings
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_local import ports
from tiendo_runtime import schema
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.database import Database
from tiendo_runtime.http.app import build
from tiendo_runtime.http.principals import Tokens
from tiendo_runtime.http.problems import Problems
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Store

ROOT = Path(__file__).resolve().parents[1]
BATCH = 1000
SOURCE, URI = "bench", "https://bench.example"
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
def runtime_of(block: Block, url: str) -> Generator[Runtime]:
    """The service on an empty database, with one source that may publish about all units."""
    schema.migrate(url, service.package, service.projections)
    given: dict[str, Any] = {
        "database_url": url,
        "kafka_bootstrap_servers": block.kafka,
        "token_issuer": block.platform.issuer_url,
        "jwks_url": block.platform.jwks_url,
        "ingest_rate": 1_000_000,
        "ingest_burst": 10_000_000,
    }
    settings = IngestSettings(**given)
    database = Database(url, "bench")
    database.open()
    ids = Uuid7()
    assert service.publish is not None
    store = Store(url, Publisher(service.name, service.publish), CLOCK, ids)
    chance = Random(2026)
    units = tuple(UUID(int=chance.getrandbits(128), version=4) for _ in range(UNITS))
    grant = Grant(URI, SOURCE, (INDICATOR_MEASURED.TYPE,), units, None)
    with acting(Cause(actor="bench", correlation_id="bench")):
        store.transact(lambda work: put_source(work, SOURCE, grant))
    try:
        yield Runtime(settings, database, store, CLOCK, ids)
    finally:
        store.close()
        database.close()


@asynccontextmanager
async def served(runtime: Runtime, jwks: str, issuer: str) -> AsyncGenerator[int]:
    """The HTTP application on a port."""
    problems, routers = Problems(service.messages), service.routes(runtime)
    app = build(service.title, service.title, problems, routers, service.bodies)
    app.state.store = runtime.store
    app.state.tokens = Tokens(jwks, issuer, "tiendo")
    port = ports.any_free()
    config = uvicorn.Config(
        app, port=port, log_config=None, access_log=False, lifespan="off", loop="none"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await serving


def over_http(block: Block) -> float:
    """Events a second that are accepted, each batch answered when it is durable."""
    with block.database() as url, runtime_of(block, url) as runtime:
        run_async(_over_http(block, runtime))
        with psycopg.connect(url) as conn:
            row = conn.execute("SELECT count(*) FROM receipts WHERE sequence > 0").fetchone()
        assert row == (block.size,), f"{row} of {block.size} were accepted"
    return block.size / block.seconds


async def _over_http(block: Block, runtime: Runtime) -> None:
    platform = block.platform
    token = platform.token("publisher", subject=SOURCE)
    with tempfile.TemporaryDirectory() as folder:
        for number, body in enumerate(bodies(block.size)):
            (Path(folder) / f"{number:06}").write_bytes(body)
        async with served(runtime, platform.jwks_url, platform.issuer_url) as port:
            arguments = [folder, str(port), token, str(CONNECTIONS)]
            sender = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench.sender", *arguments),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            assert sender.stdin is not None
            assert sender.stdout is not None
            await sender.stdout.readline()  # it has read everything, and its token was checked
            with block.timed():
                sender.stdin.write(b"go\n")
                await sender.stdin.drain()
                told = await sender.stdout.readline()
            assert told == b"done\n", "the sender failed"
            await sender.wait()


def plain_copy(block: Block) -> float:
    """Events a second: the rows that the same events make, copied into the same tables."""
    with block.database() as url, runtime_of(block, url):
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
        note="accepted by one process, durable before the answer",
    )


BENCHES = (Bench("ingest", "events of other systems accepted per second", run, 20_000, warm=2000),)
