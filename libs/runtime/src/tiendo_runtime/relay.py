"""From the event store to Kafka: one leader per service, in order, nothing skipped.

A lease row (owner, epoch, expiry by the database's clock) names the leader; saving the position
checks the epoch, so a leader that was frozen cannot move it back. Each step of the lease is one
statement: a leader frozen between two would hold the row against whoever takes over. A page's
events of one partition travel as one batch at a time, each acknowledged before the next: a failure
leaves nothing behind it that was sent already. After any failure the producer is closed, the
position read again.

What no waiting mends stops it, with the reason and unready: an event that cannot be mapped, or a
topic that is not the continuation of what was sent (`continuity`). It tries again now and then, so
that it goes on when a person has mended it.
"""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg

from tiendo_runtime import codec, metrics
from tiendo_runtime.continuity import Continuity
from tiendo_runtime.database import ANSWER_SECONDS, SESSION, Database, DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.kafka import KafkaError, Producer
from tiendo_runtime.positions import ForeignLogError
from tiendo_runtime.publishing import Publisher, UnpublishableError
from tiendo_runtime.records import Outgoing
from tiendo_runtime.store import Store

log = logging.getLogger(__name__)

_PAGE = 1000
_PAGE_BYTES = 4_000_000
_LEASE = "3 seconds"
_RENEW_SECONDS = 1.2
_PATIENCE_SECONDS = 10.0
"""How long a leader keeps its lease over a page that is not acknowledged."""

_POLL_SECONDS = 1.0
_PAUSE = 0.2
_LONGEST_PAUSE = 5.0


class LeaseLostError(Exception):
    """Another relay leads now."""


class UnmappableError(Exception):
    """A stored event cannot be read, or does not fit its contract; those before it are sent."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A leader's claim, good until the database's clock passes its expiry."""

    epoch: int
    position: int


@dataclass(slots=True)
class Page:
    """Events on their way: the records, the last stored event among them, what stopped it."""

    last: int
    records: list[Outgoing] = field(default_factory=list[Outgoing])
    broken: UnmappableError | None = None
    is_empty: bool = True


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
        self._renewed_at = 0.0
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
            except (UnmappableError, ForeignLogError) as error:
                log.critical("the relay stands until a person has looked: %s", error)
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
            async with self._bell() as bell:
                await self._send_all(producer, lease, bell, stop)
        except psycopg.Error as away:
            raise DatabaseAwayError(str(away)) from away
        finally:
            await producer.stop()
            with suppress(DatabaseAwayError):
                await asyncio.to_thread(self._release, lease)

    @asynccontextmanager
    async def _bell(self) -> AsyncGenerator[psycopg.AsyncConnection]:
        """A connection that hears of each save."""
        facts = cast("dict[str, Any]", dict(SESSION))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                bell = await psycopg.AsyncConnection.connect(
                    self._database.url, autocommit=True, **facts
                )
                await bell.execute("LISTEN stored_events")
        except TimeoutError:
            raise DatabaseAwayError("PostgreSQL does not answer") from None
        try:
            yield bell
        finally:
            await bell.close()

    async def _send_all(
        self,
        producer: Producer,
        lease: Lease,
        bell: psycopg.AsyncConnection,
        stop: asyncio.Event,
    ) -> None:
        """Send page after page.

        While one is on its way, the next is read and mapped and the position of the former is
        saved. A page is sent when all of the former is acknowledged.
        """
        continuity = Continuity(self._store, self._publisher, lease.position)
        await continuity.begin(producer)
        ahead = self._reading(lease.position)
        saving = self._saving(lease, lease.position)
        try:
            while not stop.is_set():
                page = await ahead
                if page.is_empty:
                    await _ring(bell)
                if page.broken is None:
                    ahead = self._reading(page.last)
                if time.monotonic() > self._renewed_at + _RENEW_SECONDS:
                    lease = await saving
                    saving = self._saving(lease, lease.position)
                    lease = await saving
                await continuity.check(producer, {record.topic for record in page.records})
                lease = await self._send(producer, page, saving)
                metrics.sent(record.topic for record in page.records)
                saving = self._saving(lease, page.last)
                if page.broken is not None:
                    await saving
                    raise page.broken
                self.health.pass_()
        finally:
            await asyncio.gather(ahead, saving, return_exceptions=True)

    async def _send(self, producer: Producer, page: Page, saving: asyncio.Task[Lease]) -> Lease:
        """Send a page, and keep the lease meanwhile.

        A broker that is slow is so for any leader: if a page lasted longer than a lease, two would
        take turns in sending the same one. Whoever cannot send at all gives way.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        sending = asyncio.create_task(producer.send(page.records))
        try:
            await asyncio.wait([sending], timeout=_RENEW_SECONDS)
            lease = await saving
            while not sending.done() and time.monotonic() < end:
                lease = await asyncio.to_thread(self._advance, lease, lease.position)
                await asyncio.wait([sending], timeout=_RENEW_SECONDS)
            await sending
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        return lease

    def _reading(self, after: int) -> asyncio.Task[Page]:
        return asyncio.create_task(asyncio.to_thread(self._read, after))

    def _saving(self, lease: Lease, position: int) -> asyncio.Task[Lease]:
        return asyncio.create_task(asyncio.to_thread(self._advance, lease, position))

    def _read(self, after: int) -> Page:
        """What stands behind a position, mapped; up to an event that cannot be."""
        page = Page(after)
        for stored in self._store.notifications(after, _PAGE, _PAGE_BYTES):
            try:
                event, meta = codec.decode(stored)
                page.records += self._publisher.records(event, meta, stored.id)
            except (codec.StoredEventError, UnpublishableError) as error:
                where = f"event {stored.id}, {stored.topic} {stored.originator_id}"
                page.broken = UnmappableError(f"{where}: {error}")
                break
            page.last = stored.id
        page.is_empty = page.last == after and page.broken is None
        return page

    def _acquire(self) -> Lease | None:
        with self._database.statements() as conn:
            row = conn.execute(
                "UPDATE relay SET owner = %s, epoch = epoch + 1,"
                " expires_at = clock_timestamp() + %s::interval"
                " WHERE expires_at < clock_timestamp() OR owner = %s RETURNING epoch, position",
                (self._owner, _LEASE, self._owner),
            ).fetchone()
        return Lease(row["epoch"], row["position"]) if row else None

    def _advance(self, lease: Lease, position: int) -> Lease:
        """Save the position and renew the lease.

        It need not outlive a crash of the database: what is sent again is known to receivers.
        """
        begun = time.monotonic()
        with self._database.statements() as conn:
            moved = conn.execute(
                "UPDATE relay SET position = %s, expires_at = clock_timestamp() + %s::interval"
                " WHERE epoch = %s AND set_config('synchronous_commit', 'off', true) = 'off'",
                (position, _LEASE, lease.epoch),
            )
            if moved.rowcount != 1:
                raise LeaseLostError
        self._renewed_at = begun
        return Lease(lease.epoch, position)

    def _release(self, lease: Lease) -> None:
        with self._database.statements() as conn:
            conn.execute(
                "UPDATE relay SET owner = '', expires_at = '-infinity' WHERE epoch = %s",
                (lease.epoch,),
            )


async def _ring(bell: psycopg.AsyncConnection) -> None:
    """Wait until something was saved; not for long, as a connection can die in silence."""
    async for _ in bell.notifies(timeout=_POLL_SECONDS, stop_after=1):
        pass
