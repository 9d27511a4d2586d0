"""project-live: events per second from Kafka into the board's view.

The view stands in the middle of a year already; a block takes the next events of all four kinds to
their end. Ours is the product's consumer loop with the board's projection as it runs live: repeats
sorted out, dead letters looked for, change rows and NOTIFY written. Both peers write change rows
and NOTIFY as well, and must end with the same rows.
"""

import asyncio
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from bench import grounds
from bench.grounds import Cost, Likeness, Marks
from bench.harness import Bench, Block, Peer, Row, Run, at_least
from bench.nation import Nation
from bench.peers import project_each, project_loop

from monitoring.views.board import BOARD
from tiendo_local.console import plain
from tiendo_local.platform import Platform

_SIZE = 40_000
_EACH = 2_000
_BEFORE = 0.54
"""This part of the year has passed: events of all kinds come in."""


@dataclass
class _Ground:
    """A log, and databases of both kinds that have taken all but its last `size` events."""

    platform: Platform
    prefix: str
    size: int
    ours: str
    peer: str
    expected: Likeness | None = None

    @property
    def topics(self) -> list[str]:
        return [self.prefix + topic for topic in BOARD.topics]

    def check(self, url: str) -> None:
        """See that a database holds what the first one held at the end."""
        found = grounds.likeness(url)
        self.expected = self.expected or found
        grounds.same(self.expected, found)


@contextmanager
def _ground(platform: Platform, nation: Nation, size: int, prefix: str) -> Generator[_Ground]:
    records = nation.records()
    passed = int(nation.events * _BEFORE)
    plain(f"  writing {passed:,} events that have passed, and {size:,} to come")
    with ExitStack() as stack:
        ours, peer = (stack.enter_context(grounds.database(platform)) for _ in range(2))
        ground = _Ground(platform, prefix, size, ours, peer)
        ours_at, peer_at = (grounds.address(platform, name) for name in (ours, peer))
        grounds.prepare_ours(ours_at)
        grounds.prepare_peer(peer_at)
        bootstrap = platform.kafka_bootstrap
        asyncio.run(grounds.write(bootstrap, prefix, islice(records, passed)))
        asyncio.run(grounds.project(ours_at, bootstrap, prefix, passed, Marks()))
        asyncio.run(
            project_loop.consume(peer_at, bootstrap, ground.topics, passed, Marks(), live=False)
        )
        grounds.same(grounds.likeness(ours_at), grounds.likeness(peer_at))
        for url in (ours_at, peer_at):
            grounds.vacuum(url)
        asyncio.run(grounds.write(bootstrap, prefix, islice(records, size)))
        yield ground


def run(run: Run) -> list[Row]:
    """Compare with both peers."""
    nation = Nation(run.size * 10)
    cost = Cost(run.platform.room)
    small = max(50, min(_EACH, run.size // 10))
    with ExitStack() as stack:
        by_size = {
            size: stack.enter_context(_ground(run.platform, nation, size, grounds.prefix("live")))
            for size in {run.size, small}
        }

        def ours(block: Block) -> float:
            ground, told = by_size[block.size], Marks()
            with grounds.database(block.platform, ground.ours) as name:
                url = grounds.address(block.platform, name)
                with block.timed(), cost.of(ground.size):
                    asyncio.run(grounds.project(url, block.kafka, ground.prefix, ground.size, told))
                ground.check(url)
            return told.rate

        def loop(block: Block) -> float:
            ground, told = by_size[block.size], Marks()
            with grounds.database(block.platform, ground.peer) as name:
                url = grounds.address(block.platform, name)
                asyncio.run(
                    project_loop.consume(url, block.kafka, ground.topics, ground.size, told)
                )
                ground.check(url)
            return told.rate

        def each(block: Block) -> float:
            ground, told = by_size[block.size], Marks()
            with grounds.database(block.platform, ground.peer) as name:
                url = grounds.address(block.platform, name)
                asyncio.run(
                    project_each.consume(url, block.kafka, ground.topics, ground.size, told)
                )
                ground.check(url)
            return told.rate

        rows = run.compare(
            "project-live",
            "events/s",
            ours,
            Peer("one transaction per message", each, at_least(10), size=small),
            Peer("hand-written batch loop", loop, at_least(0.8)),
        )
        return [replace(row, facts={"cpu_us_per_event": cost.micros}) for row in rows]


BENCHES = (Bench("project-live", "events per second into the board's view", run, size=_SIZE),)
