"""What a service is made of.

A service starts as `all` in one process, or as one of `api`, `relay`, `react`, `project`, so that
each scales and dies on its own.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter

from tiendo_runtime.clock import Clock, Ids
from tiendo_runtime.database import Database
from tiendo_runtime.health import Health
from tiendo_runtime.http.app import Bodies
from tiendo_runtime.http.messages import Messages
from tiendo_runtime.projection import Projection
from tiendo_runtime.publishing import Publish
from tiendo_runtime.reactions import Reactions
from tiendo_runtime.settings import Settings
from tiendo_runtime.store import Store


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a service's own code is given to work with."""

    settings: Settings
    database: Database
    store: Store
    clock: Clock
    ids: Ids


Job = Callable[[Runtime, asyncio.Event, Health], Coroutine[Any, Any, None]]
"""Recurring work of a service, until the event is set."""


Operation = Literal["Create", "Describe", "DescribeConfigs", "Read", "Write"]


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """Operations that a user at the brokers may do with a topic or a consumer group."""

    resource: Literal["topic", "group"]
    name: str
    operations: tuple[Operation, ...]
    is_prefix: bool = False
    """It holds for all whose names begin like this."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that makes up a service; its `main.py` holds one as `service`."""

    name: str
    title: str
    settings: type[Settings]
    publish: Publish | None
    routes: Callable[[Runtime], Sequence[APIRouter]]
    messages: Messages
    reactions: Reactions | None = None
    projections: tuple[Projection, ...] = ()
    jobs: tuple[Job, ...] = ()
    """Run in the `react` role."""
    api_jobs: tuple[Job, ...] = ()
    """Run in the `api` role, beside its routes."""
    grants: tuple[Grant, ...] = ()
    """What its jobs need at the brokers by themselves; all else is known, see `kafka_grants`."""
    session_cookie: str = ""
    bodies: Bodies = Bodies()  # noqa: RUF009 - frozen

    @property
    def package(self) -> str:
        """The Python package that holds its code and migrations."""
        return self.name
