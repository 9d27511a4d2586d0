"""The raised stage with its played story, and how tests act on it and wait for what must come."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from tiendo_local import services
from tiendo_local.demo.cast import Actor, Unit
from tiendo_local.demo.fate import Fate
from tiendo_local.demo.stage import Stage
from tiendo_local.demo.story import Told
from tiendo_local.tokens import ROLES, Claims, SigningKey

T = TypeVar("T")
MEMBER = "Đỗ Văn Thành Viên"
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


def eventually(look: Callable[[], T], within: float = _PATIENCE_SECONDS) -> T:
    """Look again and again until there is something to see; answers it."""
    patience = threading.Event()
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, f"still nothing after {within:g} s: {seen!r}"
        patience.wait(_PAUSE_SECONDS)
    return seen


@dataclass(frozen=True)
class Played:
    """A running product with a story behind it; tests take silent units for acts of their own."""

    stage: Stage
    told: Told
    kills: Mapping[str, int]
    """How often each service was killed while the story was played."""
    wrong: Sequence[str]
    """What the board, the stores and the topics had wrong right after it."""
    _silent: list[list[Fate]] = field(default_factory=list[list[Fate]])

    @property
    def board(self) -> str:
        """Where people open the board."""
        return self.stage.urls[services.BOARD]

    @property
    def member(self) -> Actor:
        """A member of the central committee, who sees everything."""
        return self.stage.cast.of("member", self.stage.unit("BCDTW"), MEMBER)

    def url(self, service: str, path: str) -> str:
        """The address of a page or an endpoint."""
        return f"{self.stage.urls[service]}{path}"

    def silent_unit(self) -> list[Fate]:
        """The assignments of a unit that did not report; each is given away once."""
        if not self._silent:
            self._silent.extend(_silent(self.told))
        return self._silent.pop()

    def reporter(self, unit: Unit) -> Actor:
        """Who reports for a unit."""
        return self.stage.cast.of("reporter", unit, f"Đầu mối {unit.code}")

    def submit(
        self,
        fates: Sequence[Fate],
        percent: int,
        *,
        done: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Report on a unit's assignments, once, as it comes: no repeat, no check."""
        lines = [{"assignment_id": f.id, "percent": percent, "done": done} for f in fates]
        client = self.reporter(fates[0].unit).client("reporting")
        body = {"period": self.told.period, "lines": lines}
        key = f"{fates[0].unit.id}/{self.told.period}"
        return client.post(
            "/v1/reports", json=body, headers={"Idempotency-Key": key, **(headers or {})}
        )

    def on_board(self, fate: Fate) -> dict[str, Any]:
        """An assignment as the board shows it now."""
        return self.member.read("monitoring", f"/v1/assignments/{fate.id}")

    def timeline(self, fate: Fate) -> list[dict[str, Any]]:
        """An assignment's timeline as the board tells it now."""
        return self.member.read("monitoring", f"/v1/assignments/{fate.id}/timeline")

    def anybody(self) -> str:
        """A token with every role at the top, to get past every check of who asks."""
        top = self.stage.unit("BCDTW")
        claims = Claims("everybody", "Mọi vai", ROLES, top.id, top.path)
        platform = self.stage.platform
        return SigningKey.of(platform.room).sign(claims, issuer=platform.issuer_url)

    def ready(self) -> dict[str, str]:
        """What each service's probe says: ready, degraded, unready; nothing where none answers."""
        return {name: _status(f"{url}/readyz") for name, url in self.stage.urls.items()}

    def restarts(self) -> dict[str, int]:
        """How often each service was started again."""
        supervisor = self.stage.platform.supervisor
        return {name: supervisor.restarts(name) for name in self.stage.urls}


def _silent(told: Told) -> Iterator[list[Fate]]:
    for unit, stands in told.reports.items():
        if stands == "silent":
            yield [fate for fate in told.fates.values() if fate.unit.id == unit]


def _status(url: str) -> str:
    try:
        return httpx.get(url, timeout=5).json()["status"]
    except httpx.HTTPError:
        return ""
