"""How far the events have come: what an operator sees as lag."""

import asyncio
import time
from collections.abc import Callable, Iterator

from tiendo_local.errors import LocalError
from tiendo_runtime.cli.environment import services
from tiendo_runtime.kafka import lag

_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.2


def consumers() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The consumer groups of all services, with the topics that each reads."""
    for name, service in services().items():
        for projection in service.projections:
            yield f"tiendo.{name}.{projection.name}", projection.topics
        if service.reactions:
            yield f"tiendo.{name}.{service.reactions.name}", service.reactions.topics


def behind(bootstrap: str, topic: str = "") -> dict[str, int]:
    """The groups that are behind, and by how many records; of one topic's readers, if given."""

    async def ask() -> dict[str, int]:
        wanted = [(group, t) for group, t in consumers() if not topic or topic in t]
        found = [(group, await lag(bootstrap, group, topics)) for group, topics in wanted]
        return {group: count for group, count in found if count}

    return asyncio.run(ask())


def until(ready: Callable[[], bool], what: str) -> None:
    """Ask again and again until something is so.

    Raises:
        LocalError: It is not so after two minutes.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise LocalError(f"Chờ quá lâu: {what}", f"Waited too long for: {what}")
        time.sleep(_PAUSE_SECONDS)
