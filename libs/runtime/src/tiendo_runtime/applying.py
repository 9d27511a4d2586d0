"""From records to effects: what becomes of a batch once it has been fetched.

    a batch fails        → its records one by one; the one that fails again is parked
    a fact not yet known → the record is tried again for some seconds, then parked
    a key was released   → events that were to wait behind its letters are handled after all
    whatever may pass    → raised as it came, nothing parked: the same batch comes again

It knows no Kafka: the consumer loop and whoever else reads a log apply batches by this alone.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiokafka.errors import KafkaError

from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.deadletters import Limit, Parked, ReleasedError, TooManyDeadLettersError
from tiendo_runtime.domain import NotYetKnownError
from tiendo_runtime.positions import StalePositionError
from tiendo_runtime.records import Key, Move, Partition, Position, Raw, Received
from tiendo_runtime.sorting import Sorted, sort_out
from tiendo_runtime.store import VersionConflictError

log = logging.getLogger(__name__)

_PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0)


class NotOursError(Exception):
    """There is nothing to read for this code now; it may come later, and no fault is in that."""


MAY_PASS = (DatabaseAwayError, VersionConflictError, KafkaError, OSError)
"""Faults of the moment: the same batch may pass later, and nothing is parked for them."""

NOT_OF_THE_RECORD = (*MAY_PASS, StalePositionError, TooManyDeadLettersError, NotOursError)
"""Faults that say nothing about the record at hand."""

InThread = Callable[..., Coroutine[Any, Any, Any]]
"""Calls a function that blocks, with its arguments."""


class Handler(Protocol):
    """Does what a batch asks for."""

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """Apply effects, move the positions, and park: all in one transaction, or nothing.

        Raises:
            StalePositionError: Another owner of a partition was faster.
            ReleasedError: Events were to be parked behind letters that are gone.
            NotOursError: See there.
        """
        ...


@dataclass(slots=True)
class Owned:
    """What a member owns between two rebalances; a batch that outlives it changes nothing.

    `waiting` may hold keys that were released meanwhile, and never lacks one. `discarded` are
    records that people set aside for good. All of it is the `consumer`'s for whom it was loaded.
    """

    positions: dict[Partition, Position] = field(default_factory=dict[Partition, Position])
    waiting: set[Key] = field(default_factory=set[Key])
    discarded: AbstractSet[tuple[Partition, int]] = frozenset()
    consumer: str = ""


class Applier:
    """Hands batches to `handler` as `consumer`, each event exactly once in effect."""

    def __init__(
        self, consumer: str, handler: Handler, limit: Limit, in_thread: InThread = asyncio.to_thread
    ) -> None:
        self._consumer = consumer
        self._handler = handler
        self._limit = limit
        self._in_thread = in_thread

    async def apply(self, owned: Owned, records: Sequence[Raw]) -> None:
        """Take records that follow each other along each partition, and step on behind them.

        Raises:
            TooManyDeadLettersError: So many fail that the fault is not in the events.
            StalePositionError, NotOursError: See `Handler`; positions are to be read anew.
            MAY_PASS: The same records may pass later.
        """
        try:
            await self._as_one(owned, records)
        except NOT_OF_THE_RECORD:
            raise
        except Exception as error:  # noqa: BLE001 - the culprit is looked for below
            log.warning("%s: a batch failed (%s), one by one now", self._consumer, error)
            for raw in records:
                await self._single(owned, raw)

    async def _single(self, owned: Owned, raw: Raw) -> None:
        try:
            await self._patiently(owned, raw)
        except NOT_OF_THE_RECORD:
            raise
        except Exception as error:
            log.exception("%s parks %s[%s]", self._consumer, raw.partition, raw.offset)
            letter = Parked.because(self._consumer, raw, "failed", error)
            await self._as_one(owned, [raw], letter)

    async def _patiently(self, owned: Owned, raw: Raw) -> None:
        for pause in _PATIENCE:
            try:
                return await self._as_one(owned, [raw])
            except NotYetKnownError:
                await asyncio.sleep(pause)
        return await self._as_one(owned, [raw])

    async def _as_one(
        self, owned: Owned, records: Sequence[Raw], instead: Parked | None = None
    ) -> None:
        """Apply records in one transaction; the only one is parked as `instead` says, if given."""
        while True:
            waiting = set(owned.waiting)
            batch = sort_out(self._consumer, records, owned.positions, waiting, owned.discarded)
            if instead is not None:
                batch.events.clear()
                batch.parked[:] = [instead]
                waiting.add(instead.key)
            try:
                await self._write(batch)
            except ReleasedError as released:
                owned.waiting -= released.keys
                continue
            owned.waiting = waiting
            owned.positions.update(batch.after)
            return

    async def _write(self, batch: Sorted) -> None:
        failed = sum(letter.code != "behind" for letter in batch.parked)
        self._limit.check(len(batch.events), failed)
        await self._in_thread(self._handler.handle, batch.events, batch.moves, batch.parked)
        self._limit.count(len(batch.events), failed)
