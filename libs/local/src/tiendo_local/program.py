"""What a supervisor runs, and how to tell that it is ready."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Program:
    """What to run and how to tell that it is ready.

    Attributes:
        environment: Added to this process's own environment.
        ready: Asked again and again until it says yes.
        ready_within: Seconds until a start counts as failed.
        restart: Start it again whenever it ends by itself.
        stop_within: Seconds between the stop signal and a kill.
        user: User and group id to run as (only root can), or None for our own.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    ready: Callable[[], bool] = _always
    ready_within: float = 60.0
    restart: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0
    user: tuple[int, int] | None = None
    folder: Path | None = None


def http_ready(url: str) -> Callable[[], bool]:
    """Return a question that is answered yes while the address answers with success."""

    def ask() -> bool:
        try:
            return httpx.get(url, timeout=2, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    return ask
