"""Measures what no single request or batch shows: how far the relay and the consumers are behind.

Each process looks every five seconds at the database and at Kafka for the roles that it plays, so
that a relay or a consumer that hangs is seen by its own process's numbers as well as by others'.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tiendo_runtime import metrics, standing
from tiendo_runtime.clock import Clock
from tiendo_runtime.database import Database, DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.kafka import KafkaError
from tiendo_runtime.kafka_lookout import Lookout
from tiendo_runtime.paces import PACES
from tiendo_runtime.records import Partition
from tiendo_runtime.service import Service
from tiendo_runtime.standing import Build, ConsumerStanding, Lag, Letters, RelayStanding

log = logging.getLogger(__name__)

_EVERY_SECONDS = 5.0
_CODES = ("failed", "malformed", "behind", "no_event")


def instance() -> str:
    """This process among all: its host and its id there."""
    return f"{socket.gethostname()}/{os.getpid()}"


@dataclass(slots=True)
class Observer:
    """Tells a process's gauges; `relays` and `consumers` say what the process works on."""

    service: Service
    database: Database
    clock: Clock
    bootstrap: str
    parts: Sequence[Health]
    relays: bool
    consumers: frozenset[str]
    _lookout: Lookout | None = field(default=None)

    async def run(self, stop: asyncio.Event) -> None:
        """Look every five seconds until `stop`; what cannot be seen is not told."""
        metrics.READY.follow(self._ready)
        try:
            while not stop.is_set():
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _EVERY_SECONDS)
        finally:
            await self._leave()

    async def _look(self) -> None:
        try:
            await asyncio.to_thread(self._tell_paces)
            if self.relays:
                _tell_relay(await asyncio.to_thread(self._relay))
            if self.consumers:
                standings = await asyncio.to_thread(self._consumers)
                _tell_lags(await self._lags(standings))
        except (DatabaseAwayError, KafkaError, OSError) as away:
            log.debug("nothing to be seen: %s", away)
            await self._leave()

    def _ready(self) -> metrics.Values:
        return {(part.name,): float(part.reason is None) for part in self.parts}

    def _tell_paces(self) -> None:
        with self.database.transaction() as conn:
            standing.tell_paces(conn, PACES.told())

    def _relay(self) -> RelayStanding:
        with self.database.transaction() as conn:
            return standing.relay(conn)

    def _consumers(self) -> list[ConsumerStanding]:
        with self.database.transaction() as conn:
            named = standing.consumers_of(conn, self.service)
            mine = {at: name for at, name in named.items() if name in self.consumers}
            _tell_letters(self.consumers, standing.letters(conn, mine))
            _tell_builds(self.consumers, standing.builds(conn, self.service))
            return standing.consumers(conn, mine)

    async def _lags(self, standings: Sequence[ConsumerStanding]) -> Sequence[Lag]:
        if self._lookout is None:
            self._lookout = Lookout(self.bootstrap)
            await self._lookout.start()
        ends = await self._lookout.ends({p for one in standings for p in one.offsets})
        written: dict[str, Mapping[Partition, float]] = {}
        for one in standings:
            if unread := standing.unread(one, ends):
                written[one.name] = await self._lookout.written_at(unread)
        return standing.lags(standings, ends, written, self.clock.now().timestamp())

    async def _leave(self) -> None:
        lookout, self._lookout = self._lookout, None
        if lookout is not None:
            await lookout.stop()


def _tell_relay(found: RelayStanding) -> None:
    metrics.RELAY_BACKLOG.tell({(): found.backlog})
    metrics.RELAY_AGE.tell({(): found.age})
    leads = found.leads and found.owner.startswith(f"{instance()}/")
    metrics.RELAY_LEADS.tell({(): float(leads)})


def _tell_lags(found: Sequence[Lag]) -> None:
    metrics.LAG.tell({(one.consumer, one.topic): one.events for one in found})
    metrics.AGE.tell({(one.consumer, one.topic): one.age for one in found})


def _tell_builds(consumers: frozenset[str], found: Sequence[Build]) -> None:
    under_way = [b for b in found if b.state == "building" and b.projection in consumers]
    metrics.REBUILT.tell({(one.projection, one.phase): one.done for one in under_way})


def _tell_letters(consumers: frozenset[str], found: Sequence[Letters]) -> None:
    none = {(consumer, code): 0 for consumer in consumers for code in _CODES}
    metrics.DEAD_LETTERS.tell(none | {(one.consumer, one.code): one.count for one in found})
