"""What became of units that ended: who follows them, and where their work is now.

Work that was open when a unit was merged passed to the one that follows, or went along with a unit
below; what had ended stays with the unit of its time. It is counted from the entries of timelines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, class_row

from monitoring.views.figures import Picture, Unit
from monitoring.views.sums import Figures


@dataclass(frozen=True, slots=True)
class Passed:
    """An assignment that another unit leads, or its unit below another one, from a day on.

    `path` is where it stands now; `from_path` where it stood before that day.
    """

    assignment_id: UUID
    path: str
    from_id: UUID
    from_path: str
    to_id: UUID
    effective_on: date


class Share(NamedTuple):
    """What a unit that ended gave to one that follows it, as it is now, and what stayed.

    `own` are assignments that it led, `below` those of units that were below it; the one that
    follows, or units below that, lead them now. `kept` is of the ended unit itself and what is
    below it still, None where the scope does not see it.
    """

    former: Unit
    follower: Unit
    own: int
    below: int
    kept: Figures | None

    @property
    def stayed(self) -> int:
        """How much stayed."""
        return self.kept.total if self.kept else 0

    @property
    def total(self) -> int:
        """Everything that went there or stayed."""
        return self.own + self.below + self.stayed


def formers(units: Mapping[UUID, Unit], unit_id: UUID) -> list[Unit]:
    """The units that a unit follows, the latest first, then by name."""
    found = [unit for unit in units.values() if unit_id in unit.successor_ids]
    found.sort(key=lambda unit: unit.name)
    return sorted(found, key=lambda unit: unit.ended_on or date.max, reverse=True)


def followers(units: Mapping[UUID, Unit], unit: Unit) -> list[Unit]:
    """The units that follow one, and those that follow them where they have ended, too."""
    found: dict[UUID, Unit] = {}
    waiting = list(unit.successor_ids)
    while waiting:
        key = waiting.pop(0)
        follows = units.get(key)
        if follows is not None and key not in found:
            found[key] = follows
            waiting += follows.successor_ids
    return list(found.values())


def shared(
    picture: Picture, scope: str, pair: tuple[Unit, Unit], passed: Sequence[Passed]
) -> Share:
    """What the first of two units gave to the second, which follows it."""
    former, follower = pair
    gone = {
        one.assignment_id: one
        for one in reversed(passed)  # the first that left it
        if former.ended_on is not None
        and one.effective_on >= former.ended_on
        and one.from_path.startswith(former.path)
        and one.path.startswith(follower.path)
    }
    own = sum(one.from_id == former.unit_id for one in gone.values())
    kept = picture.unit(former).below if former.path.startswith(scope) else None
    return Share(former, follower, own, len(gone) - own, kept)


_PASSED = """
    SELECT t.assignment_id, a.lead_unit_path AS path,
           (t.facts ->> 'from_unit_id')::uuid AS from_id, t.facts ->> 'from_unit_path' AS from_path,
           (t.facts ->> 'to_unit_id')::uuid AS to_id,
           (t.facts ->> 'effective_on')::date AS effective_on
    FROM assignments a JOIN timeline t USING (assignment_id)
    WHERE starts_with(a.lead_unit_path, %(path)s) AND t.kind = 'transferred'
      AND (starts_with(a.lead_unit_path, %(scope)s) OR starts_with(a.committee_path, %(scope)s))
    ORDER BY t.recorded_at, t.version
"""


def passed_to(conn: Connection[DictRow], scope: str, units: Iterable[Unit]) -> list[Passed]:
    """What units, and those below them, lead and others led before; in order."""
    cursor = conn.cursor(row_factory=class_row(Passed))
    return [
        one
        for path in sorted({unit.path for unit in units})
        for one in cursor.execute(_PASSED, {"path": path, "scope": scope})
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """How an entry `transferred` moved an assignment: from which unit to which, of those above."""

    former: UUID
    latter: UUID


def steps(entries: Iterable[tuple[str, Mapping[str, Any]]], path: str) -> dict[str, Step]:
    """What changed above lead units that stayed the same, by the event's id.

    `entries` are ids and facts of transfers in their order, `path` is where the assignment stands.
    """
    found: dict[str, Step] = {}
    for event_id, facts in reversed(list(entries)):
        former = str(facts["from_unit_path"])
        step = _first_other(former, path)
        if step is not None and facts["from_unit_id"] == facts["to_unit_id"]:
            found[event_id] = step
        path = former
    return found


def _first_other(former: str, latter: str) -> Step | None:
    """Where two paths part, from the top down."""
    pairs = zip(former.strip("/").split("/"), latter.strip("/").split("/"), strict=False)
    return next((Step(UUID(a), UUID(b)) for a, b in pairs if a != b), None)
