"""How the workload calls services: two replicas of each, either may be away at any instant."""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_ANSWER_SECONDS = 5.0
_AVOIDED_SECONDS = 3.0


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is what its JSON says."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def version(self) -> int:
        """The version that the ETag tells."""
        return int(self.headers["etag"].strip('"'))


class NoAnswerError(Exception):
    """The connection broke, or nothing came in time: nobody knows what became of the request."""


class Replicas:
    """The addresses of each service in turn; one that did not answer is left alone for a while."""

    def __init__(self, addresses: Mapping[str, Sequence[str]]) -> None:
        self._addresses = addresses
        self._turn = itertools.count()
        self._avoided: dict[str, float] = {}

    def pick(self, service: str) -> str:
        """The replica to call next."""
        addresses = self._addresses[service]
        now = time.monotonic()
        well = [one for one in addresses if self._avoided.get(one, 0.0) < now]
        known = well or addresses
        return known[next(self._turn) % len(known)]

    def avoid(self, address: str) -> None:
        """Leave one alone."""
        self._avoided[address] = time.monotonic() + _AVOIDED_SECONDS


class Line:
    """A thread's connections."""

    def __init__(self, replicas: Replicas) -> None:
        self._replicas = replicas
        self._kept = threading.local()

    def call(
        self, service: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """Call one replica once.

        Raises:
            NoAnswerError: No answer came.
        """
        address = self._replicas.pick(service)
        connection = self._connection(address)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._replicas.avoid(address)
            raise NoAnswerError(f"{service}: {error!r}") from error
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, _content(raw))

    def _connection(self, address: str) -> http.client.HTTPConnection:
        kept: dict[str, http.client.HTTPConnection] = self._kept.__dict__.setdefault("lines", {})
        if address not in kept:
            place = urlsplit(address).netloc
            kept[address] = http.client.HTTPConnection(place, timeout=_ANSWER_SECONDS)
        return kept[address]


def _content(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None
