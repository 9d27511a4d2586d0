"""From an outbox to a receiver: in order along each subject, removed when the receiver has it.

One process drains a file at a time. It stands in a transaction on a second file beside it, a lock
that the operating system drops however the process ends; no clock decides who it is. Others stand
by and go on where it left.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from tiendo_contracts.publisher import tables
from tiendo_contracts.publisher.errors import AlreadyDrainedError, OutboxBusyError, OutboxError
from tiendo_contracts.publisher.outbox import Outbox
from tiendo_contracts.publisher.outcomes import Accepted, Outcome, Refused, Sender, Unsent
from tiendo_contracts.publisher.tables import SetAside, Waiting

log = logging.getLogger(__name__)

_PAGE = 1000
_PAGE_BYTES = 4_000_000
_PAUSE = 0.2
_LONGEST_PAUSE = 30.0
_LONGEST_WAIT = 300.0  # whatever a receiver asks for
_STAND_BY = 1.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """What one round came to; `unsent` is the first reason why something is still there."""

    sent: int = 0
    refused: int = 0
    unsent: Unsent | None = None


async def drain(outbox: Outbox, sender: Sender) -> Progress:
    """Send what waits, until nothing does or something cannot be sent now.

    Raises:
        AlreadyDrainedError: Another process drains this file.
        OutboxError: The file cannot be used.
    """
    with _alone(outbox), closing(outbox.connection()) as connection:
        return await _rounds(connection, sender, asyncio.Event())


async def keep_draining(outbox: Outbox, sender: Sender, stop: asyncio.Event) -> None:
    """Send what waits and what comes, until `stop`; every trouble is waited out.

    While another process drains the file, this one stands by.
    """
    stands_by = False
    while not stop.is_set():
        try:
            with _alone(outbox), closing(outbox.connection()) as connection:
                stands_by = False
                await _keep(connection, sender, stop)
        except AlreadyDrainedError:
            if not stands_by:
                log.info("another process drains %s: standing by", outbox.file)
            stands_by = True
        except OutboxError as error:
            log.warning("the outbox waits: %s", error)
        await _pause(stop, _STAND_BY)


async def _keep(connection: sqlite3.Connection, sender: Sender, stop: asyncio.Event) -> None:
    pause, trouble = _PAUSE, ""
    while not stop.is_set():
        unsent = (await _rounds(connection, sender, stop)).unsent
        if unsent is None:
            if trouble:
                log.info("the outbox goes on")
            pause, trouble = _PAUSE, ""
            await _pause(stop, _PAUSE)
        else:
            if unsent.reason != trouble:  # an outage is one line, however long it is
                log.warning("the outbox waits: %s", unsent.reason)
            trouble = unsent.reason
            await _pause(stop, max(pause, min(unsent.retry_after, _LONGEST_WAIT)))
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _rounds(connection: sqlite3.Connection, sender: Sender, stop: asyncio.Event) -> Progress:
    """Page after page, until nothing waits, something is unsent, or `stop`."""
    sent = refused = 0
    while not stop.is_set() and (waiting := await _in_thread(connection, _head)):
        outcomes = await sender.send([one.message for one in waiting])
        taken, aside, unsent = _sorted(waiting, outcomes)
        await _in_thread(connection, lambda file: tables.settle(file, taken, aside))  # noqa: B023
        sent += len(taken)
        refused += len(aside)
        for one in aside:
            why = "; ".join(f"{refusal.path or '/'}: {refusal.en}" for refusal in one.refusals)
            log.warning("event %s is refused, set aside as %s: %s", one.message.id, one.number, why)
        if unsent is not None:
            return Progress(sent, refused, unsent)
    return Progress(sent, refused)


def _head(connection: sqlite3.Connection) -> Sequence[Waiting]:
    return tables.head(connection, _PAGE, _PAGE_BYTES)


def _sorted(
    waiting: Sequence[Waiting], outcomes: Sequence[Outcome]
) -> tuple[Sequence[int], Sequence[SetAside], Unsent | None]:
    taken: list[int] = []
    aside: list[SetAside] = []
    unsent: Unsent | None = None
    for one, outcome in zip(waiting, outcomes, strict=True):
        match outcome:
            case Accepted():
                taken.append(one.number)
            case Refused():
                aside.append(SetAside(one.number, one.message, outcome.refusals))
            case Unsent():
                unsent = unsent or outcome
    return taken, aside, unsent


@contextmanager
def _alone(outbox: Outbox) -> Generator[None]:
    """Be the only one who drains the file."""
    beside = f"{outbox.file.resolve()}-drain"
    with tables.told():
        lock = sqlite3.connect(beside, timeout=0, isolation_level=None, check_same_thread=False)
    with closing(lock):
        try:
            with tables.told():
                lock.execute("BEGIN EXCLUSIVE")
        except OutboxBusyError:
            raise AlreadyDrainedError(f"another process drains {outbox.file}") from None
        yield


async def _in_thread(connection: sqlite3.Connection, act: Callable[[sqlite3.Connection], T]) -> T:
    """Wait for the disk beside the event loop, to the end also when cancelled."""
    with tables.told():
        work = asyncio.ensure_future(asyncio.to_thread(act, connection))
        try:
            return await asyncio.shield(work)
        finally:
            await asyncio.wait([work])


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
