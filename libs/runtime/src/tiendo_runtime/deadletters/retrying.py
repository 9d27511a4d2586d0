"""Handles dead letters after all: a key's letters in order, each together with its effects.

It runs beside the consumers and says nothing to them. They park every new event of the key behind
these letters as long as there is one; whoever takes the last one away holds it until the effects
are there, and only then does a consumer find that nothing waits (`parking`). It may be killed at
any instant, and two may be at it: a letter whose effects are saved is gone.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from tiendo_runtime.applying import NOT_OF_THE_RECORD, Handler, InThread
from tiendo_runtime.database import Database
from tiendo_runtime.deadletters import letters
from tiendo_runtime.deadletters.letters import Letter
from tiendo_runtime.deadletters.parking import LetterGoneError, Parked
from tiendo_runtime.records import Key, read


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a retry came to; without a failure the letter is gone and its effects are saved."""

    letter: Letter
    failure: Exception | None = None


class Shelf(Protocol):
    """The letters of one consumer, as a retry needs them; each call is a transaction of its own."""

    def head(self, key: Key) -> Letter | None:
        """The first letter of a key."""
        ...

    def renew(self, letter: Letter, error: Exception) -> None:
        """Note that it failed again."""
        ...


@dataclass(frozen=True, slots=True)
class StoredShelf:
    """A consumer's letters in its service's database."""

    database: Database
    consumer: str

    def head(self, key: Key) -> Letter | None:
        """The first letter of a key."""
        with self.database.transaction() as conn:
            return letters.head(conn, self.consumer, key)

    def renew(self, letter: Letter, error: Exception) -> None:
        """Note that it failed again."""
        with self.database.transaction() as conn:
            letters.renew(conn, letter, error)


async def drain(
    shelf: Shelf, handler: Handler, key: Key, in_thread: InThread = asyncio.to_thread
) -> AsyncIterator[Outcome]:
    """Retry a key's letters in order, until none is left or one fails again.

    Raises:
        MAY_PASS, NotOursError: Nothing is known against the letter: try again later.
    """
    while (letter := await in_thread(shelf.head, key)) is not None:
        try:
            await in_thread(_handle, handler, letter)
        except LetterGoneError:
            continue  # somebody else was at it
        except NOT_OF_THE_RECORD:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is why the letter stays
            await in_thread(shelf.renew, letter, error)
            yield Outcome(letter, error)
            return
        yield Outcome(letter)


def _handle(handler: Handler, letter: Letter) -> None:
    handler.handle([read(letter.raw)], (), [Parked.retried(letter.consumer, letter.raw)])
