"""Who acts, and why: set once at the edge, stored with every event.

An HTTP request or a consumed event opens a `Cause`; whatever is saved inside it carries it. Saving
outside of any cause is an error, so no event can lack an author.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody whose signed token was checked.

    `unit_path` is the path of their unit on the day the token was made; `/` sees everything.
    """

    subject: str
    name: str
    roles: frozenset[str]
    unit_id: UUID | None = None
    unit_path: str = ""

    @property
    def scope(self) -> str:
        """The path prefix of what this principal may see; `-` sees nothing."""
        path = self.unit_path
        return path if path.endswith("/") else f"{path}/" if path else "-"

    def sees(self, *paths: str) -> bool:
        """Whether any of the unit paths lies inside of the scope."""
        return any(path.startswith(self.scope) for path in paths)


class Meta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is stored beside an event's data. `recorded_at` is UTC by our clock."""

    actor: str
    recorded_at: datetime
    correlation_id: str
    on_behalf_of: str = ""
    causation_id: str = ""
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something happens now: by whom, in which chain, under which trace."""

    actor: str
    correlation_id: str
    on_behalf_of: str = ""
    causation_id: str = ""
    traceparent: str = ""

    def meta(self, recorded_at: datetime) -> Meta:
        """The cause as it is stored with an event."""
        return Meta(
            actor=self.actor,
            recorded_at=recorded_at,
            correlation_id=self.correlation_id,
            on_behalf_of=self.on_behalf_of,
            causation_id=self.causation_id,
            traceparent=self.traceparent,
        )


@dataclass(frozen=True, slots=True)
class CommandKey:
    """An `Idempotency-Key` in its scope; two requests with one key must have one body."""

    principal: str
    method: str
    path: str
    key: str
    body_sha256: bytes = field(repr=False)


class NoActorError(RuntimeError):
    """Something was to be saved with nobody to answer for it."""


_cause: ContextVar[Cause | None] = ContextVar("tiendo_cause", default=None)


def current_cause() -> Cause:
    """The cause that is open here.

    Raises:
        NoActorError: None is open.
    """
    cause = _cause.get()
    if cause is None:
        raise NoActorError("nothing may be saved outside of a request or a consumed event")
    return cause


@contextmanager
def acting(cause: Cause) -> Generator[None]:
    """Everything inside happens because of `cause`."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)
