"""From the event store to Kafka: one leader per service, in order, nothing skipped.

A lease row (owner, epoch, expiry by the database's clock) names the leader; saving the position
checks the epoch, so a leader that was frozen cannot move it back. A page's events of one partition
travel as one batch at a time, each acknowledged before the next: a failure leaves nothing behind
it that was sent already. After any failure the producer is closed, the position read again.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from eventsourcing.persistence import Notification

from tiendo_runtime import codec
from tiendo_runtime.database import SESSION, Database, DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.kafka import KafkaError, Producer
from tiendo_runtime.publishing import Publisher, UnpublishableError
from tiendo_runtime.records import Outgoing
from tiendo_runtime.store import Store

log = logging.getLogger(__name__)

_PAGE = 500
_LEASE = "3 seconds"
_PAUSE = 0.2
_LONGEST_PAUSE = 5.0


class LeaseLostError(Exception):
    """Another relay leads now."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A leader's claim, good until the database's clock passes its expiry."""

    epoch: int
    position: int


class Relay:
    """Sends a service's events, as long as it holds the lease."""

    def __init__(
        self, store: Store, publisher: Publisher, database: Database, bootstrap: str
    ) -> None:
        self.health = Health("relay")
        self._store = store
        self._publisher = publisher
        self._database = database
        self._bootstrap = bootstrap
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"

    async def run(self, stop: asyncio.Event) -> None:
        """Lead whenever the lease can be had, until `stop`."""
        pause = _PAUSE
        while not stop.is_set():
            try:
                lease = await asyncio.to_thread(self._acquire)
                if lease is None:
                    self.health.pass_()  # another relay leads
                else:
                    await self._lead(lease, stop)
                pause = _PAUSE
            except LeaseLostError:
                log.warning("another relay leads now")
            except (codec.StoredEventError, UnpublishableError) as error:
                log.critical("the relay stands before an event that it cannot send: %s", error)
                self.health.fail(str(error))
                pause = _LONGEST_PAUSE
            except (DatabaseAwayError, KafkaError, OSError) as error:
                log.warning("the relay waits: %s", error)
                self.health.fail(str(error) or type(error).__name__)
                pause = min(pause * 2, _LONGEST_PAUSE)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        producer = Producer(self._bootstrap)
        try:
            await producer.start()
            await self._send_all(producer, lease, stop)
        except psycopg.Error as away:
            raise DatabaseAwayError(str(away)) from away
        finally:
            await producer.stop()
            with suppress(DatabaseAwayError):
                await asyncio.to_thread(self._release, lease)

    async def _send_all(self, producer: Producer, lease: Lease, stop: asyncio.Event) -> None:
        connect = psycopg.AsyncConnection.connect(
            self._database.url, autocommit=True, **cast("dict[str, Any]", dict(SESSION))
        )
        async with await connect as bell:
            await bell.execute("LISTEN stored_events")
            while not stop.is_set():
                lease = await self._page(producer, lease, bell)
                self.health.pass_()

    async def _page(self, producer: Producer, lease: Lease, bell: psycopg.AsyncConnection) -> Lease:
        page = await asyncio.to_thread(self._store.notifications, lease.position, _PAGE)
        if not page:
            async for _ in bell.notifies(timeout=1.0, stop_after=1):
                pass
            return await asyncio.to_thread(self._advance, lease, lease.position)
        records = await asyncio.to_thread(self._map, page)
        await producer.send(records)
        return await asyncio.to_thread(self._advance, lease, page[-1].id)

    def _map(self, page: Sequence[Notification]) -> list[Outgoing]:
        records: list[Outgoing] = []
        for stored in page:
            event, meta = codec.decode(stored)
            record = self._publisher.record(event, meta, stored.id)
            if record is not None:
                records.append(record)
        return records

    def _acquire(self) -> Lease | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "UPDATE relay SET owner = %s, epoch = epoch + 1,"
                " expires_at = clock_timestamp() + %s::interval"
                " WHERE expires_at < clock_timestamp() OR owner = %s RETURNING epoch, position",
                (self._owner, _LEASE, self._owner),
            ).fetchone()
        return Lease(row["epoch"], row["position"]) if row else None

    def _advance(self, lease: Lease, position: int) -> Lease:
        with self._database.transaction() as conn:
            moved = conn.execute(
                "UPDATE relay SET position = %s, expires_at = clock_timestamp() + %s::interval"
                " WHERE epoch = %s",
                (position, _LEASE, lease.epoch),
            )
            if moved.rowcount != 1:
                raise LeaseLostError
        return Lease(lease.epoch, position)

    def _release(self, lease: Lease) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "UPDATE relay SET owner = '', expires_at = '-infinity' WHERE epoch = %s",
                (lease.epoch,),
            )
