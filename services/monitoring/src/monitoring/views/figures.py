"""The board's figures: counts of assignments, and how they add up. Pure.

A picture holds a figure for each (committee, unit) that has assignments; everything shown is a sum
of some of them. It stays true until something changes or a deadline passes, and then only the
cells of those units are read again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from monitoring.views.sums import NOTHING, Figures, add, exchanged, least

LEVELS = ("central", "academy", "provincial", "communal")


class Cell(NamedTuple):
    """The figures of one unit in one committee's assignments.

    `until` (UTC) is the next instant at which time alone moves them, None if there is none.
    """

    committee_id: UUID
    unit_id: UUID
    unit_path: str
    figures: Figures
    until: datetime | None


class Unit(NamedTuple):
    """A unit as the board names it.

    `began_on` and `ended_on` are days in Vietnam; it ended by merger into one, or else several or
    nobody follow it. The day may be to come.
    """

    unit_id: UUID
    name: str
    name_en: str
    level: str
    kind: str
    path: str
    began_on: date | None = None
    ended_on: date | None = None
    successor_ids: tuple[UUID, ...] = ()

    def has_ended(self, today: date) -> bool:
        """Whether its last day was before today."""
        return self.ended_on is not None and self.ended_on <= today


@dataclass(frozen=True)
class UnitFigures:
    """A unit's own figures, and those of itself and everything below it."""

    unit: Unit
    own: Figures
    below: Figures

    @property
    def parent_id(self) -> UUID | None:
        """The unit above, None for the root."""
        parent = parent_of(self.unit.path)
        return last_of(parent) if parent else None

    @cached_property
    def rank(self) -> tuple[int, int, float, str, str]:
        """Sorts the worst first: most overdue, most done late, longest overdue, then by name."""
        figures = self.below
        since = figures.overdue_since
        return (
            -figures.overdue,
            -figures.done_late,
            since.timestamp() if since else 0.0,
            self.unit.name,
            str(self.unit.unit_id),
        )


def parent_of(path: str) -> str:
    """The path of the unit above, empty for a root."""
    above = path[: path[:-1].rfind("/") + 1]
    return above if above != "/" else ""


def last_of(path: str) -> UUID:
    """The unit that a path leads to."""
    return UUID(path[path[:-1].rfind("/") + 1 : -1])


def prefixes(path: str) -> list[str]:
    """A path, and the paths of all units above it."""
    found: list[str] = []
    while path:
        found.append(path)
        path = parent_of(path)
    return found


def roll_up(cells: Iterable[Cell]) -> dict[str, Figures]:
    """Figures by unit path, each with everything below it."""
    waiting: dict[int, dict[str, list[Figures]]] = {}
    for cell in cells:
        depth = cell.unit_path.count("/")
        waiting.setdefault(depth, {}).setdefault(cell.unit_path, []).append(cell.figures)
    found: dict[str, Figures] = {}
    for depth in range(max(waiting, default=0), 1, -1):
        for path, figures in waiting.get(depth, {}).items():
            found[path] = add(figures)
            parent = parent_of(path)
            if parent:
                above = waiting.setdefault(depth - 1, {})
                above.setdefault(parent, []).append(found[path])
    return found


class _Parts(NamedTuple):
    """Cells that are gone and that have come, and the names of the sums that each counts in."""

    names: Callable[[Cell], Iterable[str]]
    gone: Iterable[Cell]
    come: Iterable[Cell]

    def by_name(self) -> dict[str, tuple[list[Figures], list[Figures]]]:
        """What is gone from each sum, and what has come."""
        found: dict[str, tuple[list[Figures], list[Figures]]] = {}
        for side, cells in enumerate((self.gone, self.come)):
            for cell in cells:
                for name in self.names(cell):
                    found.setdefault(name, ([], []))[side].append(cell.figures)
        return found


def _exchange(
    sums: Mapping[str, Figures], parts: _Parts, left: Callable[[str], Iterable[Cell]]
) -> dict[str, Figures]:
    """Sums after parts were exchanged; `left` are all cells that count in a sum then."""
    found = dict(sums)
    for name, (gone, come) in parts.by_name().items():
        before = found.get(name, NOTHING)
        found[name] = exchanged(before, gone, come, lambda at=name: (c.figures for c in left(at)))
        if not found[name].total:
            del found[name]
    return found


def _paths_of(cell: Cell) -> list[str]:
    return prefixes(cell.unit_path)


def _under(cells: Mapping[UUID, tuple[Cell, ...]], path: str) -> Iterable[Cell]:
    return (cell for cell in chain.from_iterable(cells.values()) if cell.unit_path.startswith(path))


@dataclass(frozen=True)
class Picture:
    """All figures that a scope sees, as they are at change `sequence`.

    `cells` are by unit; `below` by unit path, with everything below it. `register` tells which
    state of the register the `units` are of.
    """

    sequence: int
    register: tuple[int, int]
    units: Mapping[UUID, Unit] = field(repr=False)
    cells: Mapping[UUID, tuple[Cell, ...]] = field(repr=False)
    below: Mapping[str, Figures] = field(repr=False)

    @cached_property
    def until(self) -> datetime | None:
        """The next instant (UTC) at which time alone moves a figure, None if there is none."""
        return min((cell.until for cell in self.all_cells if cell.until), default=None)

    @property
    def all_cells(self) -> Iterable[Cell]:
        """All cells, in no order."""
        return chain.from_iterable(self.cells.values())

    @property
    def total(self) -> Figures:
        """The sum of everything."""
        return add(self.levels.values())

    @cached_property
    def levels(self) -> dict[str, Figures]:
        """Figures by the level of the lead unit: they add up to the total."""
        return self.by_level(self.all_cells)

    @cached_property
    def ranked(self) -> list[UnitFigures]:
        """Units with anything of their own or below them, the worst first."""
        return self.rank(self.below, None)

    def chosen(self, *, committee_id: UUID | None, below: str) -> list[Cell]:
        """The cells of a committee, if one is given, and of units under a path."""
        return [
            cell
            for cell in self.all_cells
            if (committee_id is None or cell.committee_id == committee_id)
            and cell.unit_path.startswith(below)
        ]

    def worst(
        self, *, below: str = "", level: str | None = None, committee_id: UUID | None = None
    ) -> list[UnitFigures]:
        """Units with work under a path, the worst first."""
        rows = self.ranked if committee_id is None else self._of_committee(committee_id)
        return [
            row
            for row in rows
            if (level is None or row.unit.level == level) and row.unit.path.startswith(below)
        ]

    def unit(self, unit: Unit) -> UnitFigures:
        """One unit's own figures, and with everything below it."""
        return UnitFigures(unit, self._own(unit.unit_id, None), self.below.get(unit.path, NOTHING))

    def by_level(self, cells: Iterable[Cell]) -> dict[str, Figures]:
        """The figures of cells by the level of their unit."""
        found: dict[str, list[Figures]] = {level: [] for level in LEVELS}
        for cell in cells:
            found.setdefault(self.level_of(cell), []).append(cell.figures)
        return {level: add(figures) for level, figures in found.items()}

    def level_of(self, cell: Cell) -> str:
        """The level of a cell's unit; `unknown` until the register tells."""
        unit = self.units.get(cell.unit_id)
        return unit.level if unit else "unknown"

    def _levels_of(self, cell: Cell) -> list[str]:
        return [self.level_of(cell)]

    def changed(self, sequence: int, cells: Mapping[UUID, tuple[Cell, ...]]) -> "Picture":
        """The picture after `sequence`, with other cells for some units."""
        gone = [cell for key in cells for cell in self.cells.get(key, ())]
        come = [cell for found in cells.values() for cell in found]
        merged = {**self.cells, **cells}
        for key in [key for key, found in cells.items() if not found]:
            del merged[key]
        below = _exchange(
            self.below,
            _Parts(_paths_of, gone, come),
            lambda path: _under(merged, path),
        )
        after = Picture(sequence, self.register, self.units, merged, below)
        known = vars(after)
        if "levels" in vars(self):
            levels = _exchange(
                self.levels,
                _Parts(self._levels_of, gone, come),
                lambda level: (c for c in after.all_cells if self.level_of(c) == level),
            )
            known["levels"] = dict.fromkeys(LEVELS, NOTHING) | levels
        if "until" in vars(self):
            known["until"] = least(
                self.until,
                [cell.until for cell in gone],
                [cell.until for cell in come],
                lambda: (cell.until for cell in after.all_cells),
            )
        if "ranked" in vars(self):  # what was not touched keeps its place
            touched = {prefix for cell in (*gone, *come) for prefix in prefixes(cell.unit_path)}
            rows = [row for row in self.ranked if row.unit.path not in touched]
            rows += after.rank({path: below[path] for path in touched & below.keys()}, None)
            known["ranked"] = sorted(rows, key=lambda row: row.rank)
        return after

    def _of_committee(self, committee_id: UUID) -> list[UnitFigures]:
        cells = self.chosen(committee_id=committee_id, below="")
        return self.rank(roll_up(cells), committee_id)

    def rank(self, below: Mapping[str, Figures], committee_id: UUID | None) -> list[UnitFigures]:
        """The units of some paths with what is below them, the worst first."""
        rows = [
            UnitFigures(unit, self._own(unit.unit_id, committee_id), figures)
            for path, figures in below.items()
            if (unit := self.units.get(last_of(path))) and unit.path == path
        ]
        return sorted(rows, key=lambda row: row.rank)

    def _own(self, unit_id: UUID, committee_id: UUID | None) -> Figures:
        return add(
            cell.figures
            for cell in self.cells.get(unit_id, ())
            if committee_id in (None, cell.committee_id)
        )
