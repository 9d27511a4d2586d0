"""The one consumer loop for reactions and projections.

Positions live in our own database and move in one transaction with the effects; on assignment the
loop seeks to them. What Kafka holds for the group is only for displays of lag.

    a batch, or one of its records fails → see `applying`
    another owner moved  → positions are read anew, nothing counted
    database or Kafka away → the same batch again, with backoff; nothing is parked
    another log, or too many dead letters → the loop stops with the reason; the probe turns unready
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import deadletters, positions
from tiendo_runtime.applying import MAY_PASS, Applier, Handler, NotOursError, Owned
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import Limit, TooManyDeadLettersError
from tiendo_runtime.health import Health
from tiendo_runtime.kafka import Bounds, Consumer
from tiendo_runtime.positions import ForeignLogError, Kept, Log, StalePositionError
from tiendo_runtime.records import Partition, Raw

log = logging.getLogger(__name__)

Whose = Callable[[Connection[DictRow]], str]
"""Names the consumer whose positions hold now; raises NotOursError."""

_BATCH = 500
_LARGEST_BATCH = 5000
_PIECE_BYTES = 8_000_000
_SHORT_SECONDS = 1.0
_LONG_SECONDS = 3.0
_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_LOOK_SECONDS = 5.0
_LOOK_BUSY_SECONDS = 30.0
_SHOW_SECONDS = 1.0
_WAIT_SECONDS = 1.0
_FOR_GOOD = (ForeignLogError, TooManyDeadLettersError)


class ConsumerLoop:
    """Reads topics as `consumer` and hands batches to `handler`, exactly once in effect."""

    def __init__(
        self,
        consumer: str,
        group: str,
        topics: tuple[str, ...],
        bootstrap: str,
        database: Database,
        handler: Handler,
        whose: Whose | None = None,
    ) -> None:
        self.health = Health(f"consumer {consumer}")
        self._consumer = consumer
        self._group = group
        self._topics = topics
        self._bootstrap = bootstrap
        self._database = database
        self._handler = handler
        self._whose = whose
        self._owned = Owned()
        self._limit: Limit | None = None
        self._waits_for = ""
        self._pause = _PAUSE
        self._looked = self._shown = 0.0
        self._offsets: dict[Partition, int] = {}
        self._strayed: dict[Partition, int] = {}
        self._log = Log("", {})
        self._batch = _BATCH

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`; comes back by itself from whatever may pass."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except NotOursError as reason:
                await self._wait(stop, str(reason))
            except _FOR_GOOD as error:
                log.critical("%s stopped: %s", self._consumer, error)
                self.health.fail(str(error))
                await stop.wait()
            except MAY_PASS as error:
                log.warning("%s waits: %s", self._consumer, error)
                self.health.fail(str(error) or type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _wait(self, stop: asyncio.Event, reason: str) -> None:
        if self._waits_for != reason:
            log.warning("%s waits: %s", self._consumer, reason)
        self._waits_for = reason
        self.health.pass_()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _WAIT_SECONDS)

    async def _session(self, stop: asyncio.Event) -> None:
        self._forget()
        await asyncio.to_thread(self._ask_whose)
        self._waits_for = ""

        async def assigned(bounds: Bounds) -> Mapping[Partition, int]:
            return await self._place(kafka, bounds)

        kafka = Consumer(self._bootstrap, self._group, self._topics, assigned, self._forget)
        try:
            await kafka.start()
            while not stop.is_set():
                await self._step(kafka)
        finally:
            await kafka.stop()

    async def _step(self, kafka: Consumer) -> None:
        fetched = await kafka.fetch(self._batch)
        owned = self._owned
        records = [raw for raw in fetched if raw.partition in owned.positions]
        if kafka.has_joined:
            self.health.pass_()
        if records:
            await self._take(kafka, owned, records)
        patience = _LOOK_BUSY_SECONDS if records else _LOOK_SECONDS
        if time.monotonic() - self._looked > patience:
            await self._look(kafka, self._owned)
        if time.monotonic() - self._shown > _SHOW_SECONDS:
            await self._show(kafka)

    async def _show(self, kafka: Consumer) -> None:
        self._shown = time.monotonic()
        offsets = {p: at.next_offset for p, at in self._owned.positions.items()}
        if offsets != self._offsets:
            self._offsets = offsets
            await kafka.show(offsets)

    async def _take(self, kafka: Consumer, owned: Owned, records: Sequence[Raw]) -> None:
        if self._stray(owned, records):
            await kafka.seek()
            return
        begun = time.monotonic()
        try:
            applier = Applier(owned.consumer, self._handler, self._limit or Limit())
            for piece in _pieces(records):
                await applier.apply(owned, piece)
        except StalePositionError as stale:
            log.warning("%s: another owner moved on: %s", self._consumer, stale)
            await kafka.seek()
        else:
            self._pause = _PAUSE
            self._batch = _next_batch(self._batch, len(records), time.monotonic() - begun)

    def _stray(self, owned: Owned, records: Sequence[Raw]) -> bool:
        """Whether a partition goes on elsewhere than where it stands.

        It is sought once more, which checks the log's bounds; a gap that stays is the log's own.
        """
        strayed = False
        first = {raw.partition: raw.offset for raw in reversed(records)}
        for partition, offset in first.items():
            known = self._strayed.get(partition) == offset
            if offset != owned.positions[partition].next_offset and not known:
                self._strayed[partition] = offset
                strayed = True
        return strayed

    async def _look(self, kafka: Consumer, owned: Owned) -> None:
        """See that Kafka answers, and that the log still is the one we read."""
        self._looked = time.monotonic()
        before = dict(owned.positions)
        if before:
            now = Log(await kafka.cluster(), await kafka.bounds())
            positions.check_again(before, self._log, now)

    async def _place(
        self, kafka: Consumer, assigned: Iterable[Partition]
    ) -> Mapping[Partition, int]:
        """Take over partitions; answers where each goes on."""
        while True:
            # In this order: what another owner moves meanwhile must not lie behind the log's end.
            kept, loaded = await asyncio.to_thread(self._load)
            found = Log(await kafka.cluster(), await kafka.bounds())
            new = {p.topic for p in found.bounds} - {p.topic for p in kept}
            if not new:
                break
            await asyncio.to_thread(self._begin, loaded.consumer, new, found)
        positions.check(kept, found)
        self._log = found
        loaded.positions = {p: kept[p].position for p in assigned}
        self._owned = loaded
        return {partition: at.next_offset for partition, at in loaded.positions.items()}

    def _ask_whose(self) -> str:
        """Who reads now; another build of a view may have become the live one."""
        if self._whose is not None:
            with self._database.transaction() as conn:
                self._consumer = self._whose(conn)
        return self._consumer

    def _load(self) -> tuple[dict[Partition, Kept], Owned]:
        consumer = self._ask_whose()
        with self._database.transaction() as conn:
            if self._limit is None:
                self._limit = Limit(deadletters.lately(conn, consumer))
            kept = positions.load(conn, consumer, self._topics)
            waiting = deadletters.waiting_keys(conn, consumer)
            return kept, Owned({}, waiting, deadletters.discarded(conn, consumer), consumer)

    def _begin(self, consumer: str, topics: set[str], found: Log) -> None:
        with self._database.transaction() as conn:
            positions.begin(conn, consumer, topics, found)

    def _forget(self) -> None:
        """Let go of all positions: what was fetched before the next assignment does not count."""
        self._owned = Owned()


def _next_batch(limit: int, taken: int, seconds: float) -> int:
    """How many records to ask for next: more while catching up, as long as each batch is quick.

    Live, a batch is what has come meanwhile, so the limit costs no latency.
    """
    if seconds > _LONG_SECONDS:
        return max(_BATCH, limit // 2)
    if taken == limit and seconds < _SHORT_SECONDS:
        return min(limit * 2, _LARGEST_BATCH)
    return limit


def _pieces(records: Sequence[Raw]) -> Iterator[Sequence[Raw]]:
    """The records in transactions of some megabytes at most."""
    begin = size = 0
    for place, raw in enumerate(records):
        size += len(raw.value or b"")
        if size > _PIECE_BYTES:
            yield records[begin : place + 1]
            begin, size = place + 1, 0
    if begin < len(records):
        yield records[begin:]
