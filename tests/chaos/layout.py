"""Which processes there are: two replicas of every role, one set of roles sampled per seed."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

REPLICAS = 2
_ROLES: Mapping[str, Sequence[str]] = {
    "meetings": ("api", "relay", "project"),
    "assignments": ("api", "relay", "react", "project"),
    "reporting": ("api", "relay", "react", "project"),
    "notifications": ("api", "relay", "react", "project"),
    "monitoring": ("api", "react", "project"),
}
"""The roles that have work in a service; the ingest is left out, since nobody sends it anything."""

SERVICES = tuple(_ROLES)


@dataclass(frozen=True, order=True)
class Place:
    """One process: a replica of a role of a service."""

    service: str
    role: str
    replica: int

    @property
    def name(self) -> str:
        """The name under which it is supervised."""
        return f"{self.service}-{self.role}-{self.replica}"

    def plays(self, role: str) -> bool:
        """Whether it does the work of a role."""
        return self.role in ("all", role)


@dataclass(frozen=True)
class Layout:
    """All processes of a run."""

    split: str
    """The service that runs as a process for each role; the others do everything in one."""

    @property
    def places(self) -> Sequence[Place]:
        """Every process, in a fixed order."""
        return list(self._places())

    def _places(self) -> Iterator[Place]:
        for service in SERVICES:
            for role in _ROLES[service] if service == self.split else ("all",):
                for replica in range(1, REPLICAS + 1):
                    yield Place(service, role, replica)


def sample(dice: random.Random) -> Layout:
    """The layout that a seed decides.

    Only one service is split: each Python process costs some 90 MB and more than a CPU second to
    start, and kills start many.
    """
    return Layout(dice.choice(SERVICES))
