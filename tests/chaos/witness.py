"""What the services promised: every command that was acknowledged, as it went over the wire."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from tiendo_local.demo.cast import Actor

_ACCEPTED = 202


@dataclass(frozen=True)
class Promise:
    """One acknowledged command."""

    service: str
    path: str
    key: str
    answer: Mapping[str, Any]


@dataclass
class Ledger:
    """All promises, by idempotency key; and the words of those who were told different things."""

    promises: dict[str, Promise] = field(default_factory=dict[str, Promise])
    broken: list[str] = field(default_factory=list[str])
    _news: threading.Condition = field(default_factory=threading.Condition)

    def note(self, promise: Promise) -> None:
        """Take a promise down; one that was given before must be the same."""
        with self._news:
            known = self.promises.setdefault(promise.key, promise)
            if known != promise:
                self.broken.append(f"{promise.path}: told {known.answer}, then {promise.answer}")
            self._news.notify_all()

    def wait_for(self, count: int, seconds: float) -> None:
        """Wait until there are so many promises, but not longer than that."""
        with self._news:
            self._news.wait_for(lambda: len(self.promises) >= count, seconds)


class Witness(Actor):
    """An actor whose commands are taken down when they are acknowledged."""

    def __init__(self, ledger: Ledger, urls: Mapping[str, str], token: str, name: str) -> None:
        super().__init__(urls, token, name)
        for service in urls:
            hook: Callable[[httpx.Response], None] = partial(_note, ledger, service)
            self.client(service).event_hooks = {"response": [hook]}


def _note(ledger: Ledger, service: str, response: httpx.Response) -> None:
    key = response.request.headers.get("Idempotency-Key")
    if key and response.is_success and response.status_code != _ACCEPTED:
        response.read()
        ledger.note(Promise(service, response.request.url.path, key, response.json()))
