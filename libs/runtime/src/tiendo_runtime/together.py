"""Group commit: what arrives while a write is under way is written together by the next.

There is no timer and no thread of its own. Whoever comes first writes at once, alone; those who
come meanwhile wait, and the first of them writes for all of them. So a lone command waits for
nobody, and the more arrive at once, the less each of them costs.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class _Entry(Generic[T]):
    __slots__ = ("error", "is_written", "item", "turn")

    def __init__(self, item: T) -> None:
        self.item = item
        self.turn = threading.Lock()  # taken until there is something to wake up for
        self.turn.acquire()
        self.is_written = False
        self.error: Exception | None = RuntimeError("the write was broken off")


class Together(Generic[T]):
    """Writes items of many threads in groups; each thread gets the outcome of its own item.

    `write` writes some items wholly or not at all. `harmless` says whether an error may come from
    one of the items: the others are then written without it.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], None],
        harmless: Callable[[Exception], bool],
        most: int = 64,
    ) -> None:
        self._write = write
        self._harmless = harmless
        self._most = most
        self._guard = threading.Lock()
        self._queue: deque[_Entry[T]] = deque()
        self._is_writing = False

    def __call__(self, item: T) -> None:
        """Write an item; raises what `write` raises for it."""
        entry = _Entry(item)
        with self._guard:
            self._queue.append(entry)
            leads, self._is_writing = not self._is_writing, True
        if not leads:
            entry.turn.acquire()
        if not entry.is_written:
            self._lead()
        if entry.error is not None:
            raise entry.error

    def _lead(self) -> None:
        with self._guard:
            group = [self._queue.popleft() for _ in range(min(len(self._queue), self._most))]
        try:
            self._try(group)
        finally:
            self._pass_on()
            for entry in group:
                entry.is_written = True
                entry.turn.release()

    def _pass_on(self) -> None:
        with self._guard:
            follower = self._queue[0] if self._queue else None
            self._is_writing = follower is not None
        if follower is not None:
            follower.turn.release()

    def _try(self, group: Sequence[_Entry[T]]) -> None:
        """Write a group; when an item breaks it, halve it until that item stands alone."""
        try:
            self._write([entry.item for entry in group])
            for entry in group:
                entry.error = None
        except Exception as error:  # noqa: BLE001 - raised again by the thread that it belongs to
            if len(group) > 1 and self._harmless(error):
                half = len(group) // 2
                self._try(group[:half])
                self._try(group[half:])
            else:
                for entry in group:
                    entry.error = error
