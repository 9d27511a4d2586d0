"""Runs many small stories side by side: each gives a command, waits for its answer, goes on.

A story is a generator of steps. A command without an answer is given again, with the same key, to
whichever replica answers, until it is acknowledged or refused; a stale version is read anew.
"""

import heapq
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.calling import Answer, Line, NoAnswerError
from tests.chaos.ledger import Ledger, Promise, Refusal

_THREADS = 24
_ASK_AGAIN_SECONDS = 0.3
_REPEATED_SHARE = 0.02
_STALE = 412
_AGAIN = (409, 425, 429, 502, 503, 504)


@dataclass(frozen=True)
class Do:
    """Give a command; the step's result is the answer's body.

    `mark` stands in the body, and in no other command. `place` is where the version is read that
    the command changes, `version` what it is believed to be. `told` hears that it was acknowledged,
    also where the story does not go on.
    """

    kind: str
    service: str
    path: str
    body: Mapping[str, Any]
    token: str
    mark: str = ""
    place: str = ""
    version: int | None = None
    told: Callable[[], None] | None = None


@dataclass(frozen=True)
class Look:
    """Read something; the step's result is the `Answer`, or None if there was none."""

    service: str
    path: str
    token: str


@dataclass(frozen=True)
class Rest:
    """Let the others go on."""

    seconds: float


Story = Generator[Do | Look | Rest, Any, None]


class RefusedError(Exception):
    """A command was refused for good; the story that gave it ends."""


class Stage:
    """Threads that act out stories, not faster than `rate` commands a second in all."""

    def __init__(self, line: Line, ledger: Ledger, rate: float, dice: random.Random) -> None:
        self._line = line
        self._ledger = ledger
        self._dice = dice
        self.rate = rate
        self._next_at = time.monotonic()
        self._queue: list[tuple[float, int, Story, Any]] = []
        self._numbers = itertools.count(1)
        self._news = threading.Condition()
        self._closing = False
        self._busy = 0
        self.failures: list[str] = []
        self._threads = [
            threading.Thread(target=self._act, name=f"actor-{number}", daemon=True)
            for number in range(_THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def play(self, story: Story, after: float = 0.0) -> None:
        """Begin a story."""
        self._put(story, None, after)

    def number(self) -> int:
        """A number that is given once."""
        return next(self._numbers)

    def close(self, seconds: float) -> bool:
        """Begin no further step; answers whether all that were begun came to their end."""
        with self._news:
            self._closing = True
            self._news.notify_all()
            return self._news.wait_for(lambda: self._busy == 0, seconds)

    def _put(self, story: Story, result: Any, after: float) -> None:
        with self._news:
            entry = (time.monotonic() + after, next(self._numbers), story, result)
            heapq.heappush(self._queue, entry)
            self._news.notify()

    def _act(self) -> None:
        while (taken := self._take()) is not None:
            story, result = taken
            try:
                self._step(story, result)
            except Exception as error:  # noqa: BLE001 - told at the end
                self.failures.append(f"a story broke off: {error!r}")
            with self._news:
                self._busy -= 1
                self._news.notify_all()

    def _take(self) -> tuple[Story, Any] | None:
        with self._news:
            while not self._closing:
                wait = self._queue[0][0] - time.monotonic() if self._queue else 1.0
                if self._queue and wait <= 0:
                    _, _, story, result = heapq.heappop(self._queue)
                    self._busy += 1
                    return story, result
                self._news.wait(wait)
        return None

    def _step(self, story: Story, result: Any) -> None:
        try:
            step = story.throw(result) if isinstance(result, Exception) else story.send(result)
        except (StopIteration, RefusedError):
            return
        match step:
            case Rest():
                self._put(story, None, step.seconds)
            case Look():
                self._put(story, self._look(step), 0)
            case Do():
                self._put(story, self._do(step), 0)

    def _look(self, look: Look) -> Answer | None:
        try:
            headers = {"Authorization": f"Bearer {look.token}"}
            answer = self._line.call(look.service, "GET", look.path, None, headers)
        except NoAnswerError:
            return None
        return answer if answer.status == 200 else None

    def _do(self, do: Do) -> Any:
        self._keep_pace()
        key = f"chaos-{next(self._numbers):08}"
        body = json.dumps(do.body, ensure_ascii=False).encode()
        version = do.version
        while True:
            if do.place and version is None:
                version = self._version(do)
            known = version is not None or not do.place
            answer = self._try(do, key, body, version) if known else None
            if answer is None:
                time.sleep(_ASK_AGAIN_SECONDS)
            elif answer.status < 300:
                return self._note(do, key, body, version, answer)
            elif answer.status == _STALE:
                self._ledger.count("stale versions read anew")
                version = None
            else:
                return self._refused(do, answer)

    def _keep_pace(self) -> None:
        with self._news:
            now = time.monotonic()
            self._next_at = max(self._next_at + 1 / self.rate, now - 1.0)
            wait = self._next_at - now
        if wait > 0:
            time.sleep(wait)  # the pace of the whole stage

    def _try(self, do: Do, key: str, body: bytes, version: int | None) -> Answer | None:
        """One try; None where it must be tried again."""
        headers = {
            "Authorization": f"Bearer {do.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        try:
            answer = self._line.call(do.service, "POST", do.path, body, headers)
        except NoAnswerError:
            self._ledger.count("tries without an answer")
            return None
        if answer.status in _AGAIN and "retry-after" in answer.headers:
            self._ledger.count(f"tries answered with {answer.status} and Retry-After")
            return None
        if "idempotent-replayed" in answer.headers:
            self._ledger.count("answers given again for their key")
        return answer

    def _version(self, do: Do) -> int | None:
        look = self._look(Look(do.service, do.place, do.token))
        return look.version if look else None

    def _note(self, do: Do, key: str, body: bytes, version: int | None, answer: Answer) -> Any:
        promise = Promise(do.kind, do.service, do.path, key, do.mark, answer.body)
        if do.told:
            do.told()
        self._ledger.note(promise)
        if self._dice.random() < _REPEATED_SHARE:
            again = self._try(do, key, body, version)
            if again is not None:
                self._ledger.count("acknowledged commands given again")
                self._ledger.note(Promise(do.kind, do.service, do.path, key, do.mark, again.body))
        return answer.body

    def _refused(self, do: Do, answer: Answer) -> Exception:
        problem = str(answer.body)[:300]
        self._ledger.refuse(Refusal(do.kind, do.path, answer.status, problem))
        return RefusedError(problem)
