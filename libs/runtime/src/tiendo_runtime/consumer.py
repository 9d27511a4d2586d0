"""The one consumer loop for reactions and projections.

Positions live in our own database and move in one transaction with the effects; on assignment the
loop seeks to them. What Kafka holds for the group is only for displays of lag.

    a batch fails        → its records one by one; the one that fails again is parked
    another owner moved  → positions are read anew, nothing counted
    database or Kafka away → the same batch again, with backoff; nothing is parked
    another log, or too many dead letters → the loop stops with the reason; the probe turns unready
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from tiendo_runtime import deadletters, positions
from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.deadletters import Limit, Parked, TooManyDeadLettersError
from tiendo_runtime.health import Health
from tiendo_runtime.kafka import Consumer, KafkaError, cluster_id
from tiendo_runtime.positions import ForeignLogError, StalePositionError
from tiendo_runtime.records import Move, Partition, Position, Raw, Received
from tiendo_runtime.sorting import Key, Sorted, sort_out
from tiendo_runtime.store import VersionConflictError

log = logging.getLogger(__name__)

_BATCH = 500
_FOR_GOOD = (ForeignLogError, TooManyDeadLettersError)
_AGAIN = (DatabaseAwayError, VersionConflictError, KafkaError, OSError)


class Handler(Protocol):
    """Does what a batch asks for."""

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """Apply effects, park, and move the positions: all in one transaction, or nothing."""
        ...


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
    ) -> None:
        self.health = Health(f"consumer {consumer}")
        self._consumer = consumer
        self._group = group
        self._topics = topics
        self._bootstrap = bootstrap
        self._database = database
        self._handler = handler
        self._positions: dict[Partition, Position] = {}
        self._waiting: set[Key] = set()
        self._limit = Limit()

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`; comes back by itself from whatever may pass."""
        pause = 0.2
        while not stop.is_set():
            try:
                await self._session(stop)
                pause = 0.2
            except _FOR_GOOD as error:
                log.critical("%s stopped: %s", self._consumer, error)
                self.health.fail(str(error))
                await stop.wait()
            except _AGAIN as error:
                log.warning("%s waits: %s", self._consumer, error)
                self.health.fail(str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
                pause = min(pause * 2, 5.0)

    async def _session(self, stop: asyncio.Event) -> None:
        cluster = await cluster_id(self._bootstrap)

        async def assigned(bounds: Mapping[Partition, tuple[int, int]]) -> Mapping[Partition, int]:
            self._positions = await asyncio.to_thread(self._load, cluster, bounds)
            return {partition: at.next_offset for partition, at in self._positions.items()}

        kafka = Consumer(self._bootstrap, self._group, self._topics, assigned, self._forget)
        await kafka.start()
        try:
            while not stop.is_set():
                await self._step(kafka)
        finally:
            await kafka.stop()

    async def _step(self, kafka: Consumer) -> None:
        fetched = await kafka.fetch(_BATCH)
        records = [raw for raw in fetched if raw.partition in self._positions]
        if kafka.is_assigned:
            self.health.pass_()
        if not records:
            return
        try:
            await self._handle(records)
        except StalePositionError as stale:
            log.warning("%s: another owner moved on: %s", self._consumer, stale)
            await kafka.seek()
            return
        await kafka.show(
            {
                raw.partition: self._positions[raw.partition].next_offset
                for raw in records
                if raw.partition in self._positions
            }
        )

    def _load(
        self, cluster: str, bounds: Mapping[Partition, tuple[int, int]]
    ) -> dict[Partition, Position]:
        with self._database.transaction() as conn:
            self._waiting = deadletters.waiting_keys(conn, self._consumer)
            return positions.load(conn, self._consumer, cluster, bounds)

    def _forget(self) -> None:
        """Let go of all positions: what was fetched before the next assignment does not count."""
        self._positions = {}

    async def _handle(self, records: Sequence[Raw]) -> None:
        waiting = set(self._waiting)
        batch = sort_out(self._consumer, records, self._positions, waiting)
        try:
            await self._apply(batch)
            self._waiting = waiting
        except (*_AGAIN, StalePositionError, TooManyDeadLettersError):
            raise
        except Exception as error:  # noqa: BLE001 - the culprit is looked for below
            log.warning("%s: a batch failed (%s), one by one now", self._consumer, error)
            for raw in records:
                await self._handle_one(raw)

    async def _handle_one(self, raw: Raw) -> None:
        batch = sort_out(self._consumer, [raw], self._positions, self._waiting)
        try:
            await self._apply(batch)
        except (*_AGAIN, StalePositionError, TooManyDeadLettersError):
            raise
        except Exception as error:
            log.exception("%s parks %s[%s]", self._consumer, raw.partition, raw.offset)
            batch.events.clear()
            batch.parked.append(Parked.because(self._consumer, raw, "failed", error))
            self._waiting.add((raw.partition.topic, raw.key))
            await self._apply(batch)

    async def _apply(self, batch: Sorted) -> None:
        await asyncio.to_thread(self._handler.handle, batch.events, batch.moves, batch.parked)
        self._positions.update(batch.after)
        self._limit.count(len(batch.events), len(batch.parked))
