"""Who acts in the demo: an HTTP client with a token, that behaves as a good client does.

Every write carries an `Idempotency-Key`, which is why it may be sent again after a lost reply, a
503 or a 409 with `Retry-After`; a change carries the ETag that was read before.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid5

import httpx

from tiendo_local.demo.ids import DEMO, fresh
from tiendo_local.errors import LocalError
from tiendo_local.platform import Platform

_ACCEPTED = 202
_PRECONDITION_FAILED = 412
_PATIENCE_SECONDS = 90.0
T = TypeVar("T")


class RefusedError(LocalError):
    """A service said no; the demo cannot go on."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the register's API tells it."""

    id: str
    code: str
    name: str
    level: str
    path: str


class Actor:
    """Somebody with one role in one unit; calls any service by its name."""

    def __init__(self, urls: Mapping[str, str], token: str, name: str) -> None:
        self.name = name
        self._clients = {
            service: httpx.Client(
                base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30
            )
            for service, url in urls.items()
        }

    def client(self, service: str) -> httpx.Client:
        """The client of one service, for whoever needs it raw."""
        return self._clients[service]

    def read(self, service: str, path: str, **query: Any) -> Any:
        """Read something; waits while the service is away or does not know it yet."""
        return self._patiently(lambda: self._clients[service].get(path, params=query)).json()

    def do(self, service: str, path: str, body: Mapping[str, Any], *, changing: str = "") -> Any:
        """Give a command; `changing` is where the ETag of what it changes is read."""
        key = str(fresh())

        def send() -> httpx.Response:
            headers = {"Idempotency-Key": key}
            if changing:
                found = self._patiently(lambda: self._clients[service].get(changing))
                headers["If-Match"] = found.headers["ETag"]
            return self._clients[service].post(path, json=body, headers=headers)

        return self._patiently(send).json()

    def _patiently(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                response = call()
            except httpx.TransportError as error:
                said, pause = str(error), 0.3
            else:
                if response.is_success and response.status_code != _ACCEPTED:
                    return response
                said, pause = _sentence(response), _pause(response)
                if pause is None:
                    raise RefusedError(f"{self.name}: {said}", f"{response.request.url}")
            if time.monotonic() > deadline:
                raise RefusedError(f"{self.name}: {said}", "it did not come round in time")
            time.sleep(pause)  # as the answer's Retry-After asks

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()


def _sentence(response: httpx.Response) -> str:
    try:
        problem = response.json()
        return f"{response.status_code} {problem['detail']} {problem.get('errors', '')}"
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.text[:200]}"


def _pause(response: httpx.Response) -> float | None:
    """How long the answer asks to wait, in seconds; None where waiting does not help."""
    if response.status_code == _PRECONDITION_FAILED:
        return 0.05
    after = response.headers.get("Retry-After", "")
    return min(float(after), 0.5) if after.isdigit() else None


class Cast:
    """Makes actors; the same one for the same role and unit."""

    def __init__(
        self,
        platform: Platform,
        urls: Mapping[str, str],
        make: Callable[[Mapping[str, str], str, str], Actor] = Actor,
    ) -> None:
        self._platform = platform
        self._urls = urls
        self._make = make
        self._known: dict[tuple[str, str], Actor] = {}

    def operator(self) -> Actor:
        """Who may register units; sees everything."""
        return self._actor("operator", None, "Nguyễn Văn Hành")

    def of(self, role: str, unit: Unit, name: str) -> Actor:
        """Somebody with a role in a unit."""
        return self._actor(role, unit, name)

    def _actor(self, role: str, unit: Unit | None, name: str) -> Actor:
        place = (role, unit.id if unit else "")
        if place not in self._known:
            token = self._platform.token(
                role,
                unit=unit.id if unit else None,
                unit_path=unit.path if unit else "/",
                name=name,
                subject=str(uuid5(DEMO, f"{role}/{place[1]}")),
            )
            self._known[place] = self._make(self._urls, token, name)
        return self._known[place]

    def close(self) -> None:
        """Close all connections."""
        for actor in self._known.values():
            actor.close()
