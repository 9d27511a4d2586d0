"""Live pages: what changed, to whoever looks, as server-sent events.

One listener a process reads changes in the order of their commits and hands each to the viewers
whose scope sees it. A viewer who is slow to read, or who sees much at once, gets one event for all
of it. Deadlines that pass change the board with no event at all: the listener sleeps until the
next one, or until it is woken by a change.
"""

import asyncio
import json
import logging
import weakref
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from monitoring.views import changes
from monitoring.views.changes import CHANNEL, EVERYTHING, Change
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.health import Health
from tiendo_runtime.service import Runtime

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
_AT_MOST_EVERY = 0.3
_POLL_SECONDS = 1.0
_READY_SECONDS = 3.0
_PAGE = 500
_NAMED = 50
"""So many ids are named in one event; beyond, it says that there are more."""


class News:
    """What a viewer has not been told yet, in one event."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        self._kinds: set[str] = set()
        self._ids: dict[str, set[UUID]] = {"assignments": set(), "units": set()}
        self._more = False

    def __bool__(self) -> bool:
        return bool(self._kinds) or self._more

    def take(self, change: Change) -> None:
        """Add a change."""
        self.sequence = max(self.sequence, change.sequence)
        self._kinds.add(change.kind)
        self._more = self._more or change.kind == EVERYTHING
        if change.kind == "assignment":
            self._name("assignments", change.id)
        if change.unit_id is not None:
            self._name("units", change.unit_id)

    def _name(self, kind: str, key: UUID) -> None:
        if len(self._ids[kind]) < _NAMED:
            self._ids[kind].add(key)
        else:
            self._more = self._more or key not in self._ids[kind]

    def lost(self) -> None:
        """Note that there was more than can be told."""
        self._more = True

    def event(self) -> str:
        """The event as it goes over the wire; its id is the number of the last change in it."""
        name = "time" if self._kinds == {"time"} else "change"
        data = {
            "sequence": self.sequence,
            "kinds": sorted(self._kinds),
            **{kind: sorted(map(str, ids)) for kind, ids in self._ids.items()},
            "more": self._more,
        }
        return f"event: {name}\nid: {self.sequence}\ndata: {json.dumps(data)}\n\n"


class Viewer:
    """Somebody who looks, with what they may see and have not been told."""

    def __init__(self, scope: str, sequence: int) -> None:
        self.scope = scope
        self.wake = asyncio.Event()
        self._news = News(sequence)

    @property
    def told_to(self) -> int:
        """The number of the last change that they know of."""
        return self._news.sequence

    def knows(self, sequence: int) -> None:
        """Note that they have seen everything up to a change."""
        self._news.sequence = max(self._news.sequence, sequence)

    def take(self, change: Change) -> None:
        """Let them know of a change, if they may see it."""
        if change.seen_by(self.scope):
            self._news.take(change)
            self.wake.set()

    def catch_up(self, missed: list[Change], *, whole: bool) -> None:
        """Let them know of what they missed."""
        for change in missed:
            self.take(change)
        if not whole:
            self._news.lost()
            self.wake.set()

    def told(self) -> News:
        """What there is to tell; nothing of it is told again."""
        news, self._news = self._news, News(self._news.sequence)
        self.wake.clear()
        return news


class Live:
    """The viewers of one process, and the listener that serves them while there are any."""

    def __init__(self) -> None:
        self._given: Runtime | None = None
        self._viewers: weakref.WeakSet[Viewer] = weakref.WeakSet()
        self._listener: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._ending = False
        self._sequence = 0
        self._until: datetime | None = None
        self._looked_at: datetime | None = None

    def begin(self, runtime: Runtime) -> None:
        """Take what there is to work with; nothing runs until somebody looks."""
        self._given = runtime

    @property
    def _runtime(self) -> Runtime:
        assert self._given is not None  # noqa: S101 - routes begin it
        return self._given

    @property
    def viewers(self) -> int:
        """How many look now."""
        return len(self._viewers)

    async def join(self, scope: str, since: int | None) -> Viewer:
        """A viewer of a scope who has seen changes up to `since`, or all of them.

        Raises:
            DatabaseAwayError: Changes cannot be read now.
        """
        viewer = Viewer(scope, 0 if since is None else since)
        self._viewers.add(viewer)  # before anything is awaited: the listener stays while one looks
        if self._listener is None or self._listener.done():
            self._ready.clear()
            self._listener = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._ready.wait(), _READY_SECONDS)
            if since is None:
                viewer.knows(self._sequence)
            else:
                found, whole = await asyncio.to_thread(self._missed, scope, since)
                viewer.catch_up(found, whole=whole)
        except TimeoutError:
            self._leave(viewer)
            raise DatabaseAwayError("changes cannot be read") from None
        except BaseException:
            self._leave(viewer)
            raise
        return viewer

    def _leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        if not self._viewers:
            self._stop_listening()

    def _missed(self, scope: str, since: int) -> tuple[list[Change], bool]:
        with self._runtime.database.transaction() as conn:
            return changes.missed(conn, scope, since, _PAGE)

    async def stream(self, viewer: Viewer) -> AsyncGenerator[str]:
        """The events of a viewer until they leave or the process does."""
        try:
            hello = json.dumps({"sequence": viewer.told_to})
            yield f"retry: 2000\nevent: hello\nid: {viewer.told_to}\ndata: {hello}\n\n"
            while not self._ending:
                with suppress(TimeoutError):
                    await asyncio.wait_for(viewer.wake.wait(), HEARTBEAT_SECONDS)
                news = viewer.told()
                yield news.event() if news else ": still here\n\n"
                if not self._ending:
                    await asyncio.sleep(_AT_MOST_EVERY)
        finally:
            self._leave(viewer)

    def end(self) -> None:
        """Let every stream come to its end."""
        self._ending = True
        self._stop_listening()
        for viewer in self._viewers:
            viewer.wake.set()

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            self._listener = None

    async def _listen(self) -> None:
        while not self._ending:
            try:
                async with await self._connected() as conn:
                    await conn.execute(f"LISTEN {CHANNEL}")
                    if not self._ready.is_set():
                        self._sequence = await changes.newest(conn)
                        self._looked_at = self._runtime.clock.now()
                        self._ready.set()
                    while not self._ending:
                        await self._read(conn)
                        await self._look_at_the_clock(conn)
                        await self._rest(conn)
            except psycopg.Error as error:
                log.warning("live pages wait: %s", error)
                await asyncio.sleep(1.0)

    async def _connected(self) -> AsyncConnection[DictRow]:
        return await AsyncConnection[DictRow].connect(
            self._runtime.database.url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=2,
            application_name="monitoring-live",
        )

    async def _read(self, conn: AsyncConnection[DictRow]) -> None:
        while True:
            page = await changes.read(conn, self._sequence, _PAGE)
            for change in page:
                self._hand_out(change)
            if page:
                self._sequence = page[-1].sequence
            if len(page) < _PAGE:
                return

    async def _look_at_the_clock(self, conn: AsyncConnection[DictRow]) -> None:
        now = self._runtime.clock.now()
        if self._until is not None and self._looked_at is not None and now >= self._until:
            for unit_id, paths in await changes.passed(conn, self._looked_at, now):
                self._hand_out(Change(self._sequence, "time", unit_id, unit_id, paths))
        self._looked_at = now
        self._until = await changes.next_deadline(conn, now)

    async def _rest(self, conn: AsyncConnection[DictRow]) -> None:
        rest = _POLL_SECONDS  # a connection that listens can die in silence
        if self._until is not None:
            left = (self._until - self._runtime.clock.now()).total_seconds()
            rest = min(rest, max(left, 0.001))
        async for _ in conn.notifies(timeout=rest, stop_after=1):
            pass

    def _hand_out(self, change: Change) -> None:
        for viewer in self._viewers:
            viewer.take(change)

    async def end_with_process(self, _: Runtime, stop: asyncio.Event, health: Health) -> None:
        """A job: let streams end when the process is told to leave."""
        health.pass_()
        await stop.wait()
        self.end()
