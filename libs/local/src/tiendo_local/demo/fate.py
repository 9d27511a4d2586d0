"""What must have become of each assignment: the demo's own, plain fold of what it played.

Nothing here asks the board; the verdict holds the board against it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tiendo_local.demo.cast import Unit

FIGURES = (
    "total",
    "done_on_time",
    "done_late",
    "within_time",
    "overdue",
    "regular",
    "claimed_unverified",
    "verified",
)


@dataclass(slots=True)
class Fate:
    """One assignment: what was ordered, and what was done about it. Instants are UTC."""

    id: str
    unit: Unit
    item_path: str
    original: datetime | None
    current: datetime | None
    claimed_at: datetime | None = None
    verified: bool = False
    events: list[str] = field(default_factory=lambda: ["AssignmentIssued"])

    def is_overdue(self, now: datetime) -> bool:
        """Open, and its deadline has passed."""
        return bool(self.figures(now)["overdue"])

    def claim(self, at: datetime) -> None:
        """The unit's report said that it is done."""
        self.claimed_at = at
        self.events += ["CompletionReported"]

    def figures(self, now: datetime) -> Counter[str]:
        """What it adds to the board's figures at an instant."""
        found = Counter[str](total=1)
        if self.claimed_at is not None:
            in_time = self.current is None or self.claimed_at < self.current
            found["done_on_time" if in_time else "done_late"] += 1
            found["verified" if self.verified else "claimed_unverified"] += 1
        elif self.current is None:
            found["regular"] += 1
        else:
            found["overdue" if self.current <= now else "within_time"] += 1
        return found


def by_level(fates: Iterable[Fate], now: datetime) -> Mapping[str, Counter[str]]:
    """The figures of each level's lead units."""
    levels: dict[str, Counter[str]] = {}
    for fate in fates:
        levels.setdefault(fate.unit.level, Counter()).update(fate.figures(now))
    return levels


def by_unit(fates: Iterable[Fate], now: datetime) -> dict[str, Counter[str]]:
    """The figures of each unit's own assignments, by its id."""
    units: dict[str, Counter[str]] = {}
    for fate in fates:
        units.setdefault(fate.unit.id, Counter()).update(fate.figures(now))
    return units
