"""The board's figures: counts of assignments, read from counters alone.

A picture holds a figure for each (committee, unit) that has assignments; everything shown is a sum
of some of them. It stays true until something changes or a deadline passes, so it is kept until
then, however many people look.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

LEVELS = ("central", "academy", "provincial", "communal")


class Figures(NamedTuple):
    """Exact counts. `done_on_time` to `regular` add up to `total`.

    Done is what was claimed, verified or not, told against the deadline that holds; what never had
    a deadline counts as on time when it is done, and stands in no rate. The two rates are fractions
    `…_kept` of `…_told`: told are done assignments with a deadline, kept those claimed before it.
    `late_originally` are open ones whose original deadline has passed. `overdue_since` (UTC) is the
    earliest deadline among the overdue.
    """

    total: int = 0
    done_on_time: int = 0
    done_late: int = 0
    within_time: int = 0
    overdue: int = 0
    regular: int = 0
    claimed_unverified: int = 0
    verified: int = 0
    late_originally: int = 0
    current_kept: int = 0
    current_told: int = 0
    original_kept: int = 0
    original_told: int = 0
    overdue_since: datetime | None = None

    @property
    def done(self) -> int:
        """Claimed, verified or not."""
        return self.done_on_time + self.done_late


NOTHING = Figures()


def add(figures: Iterable[Figures]) -> Figures:
    """The sum of figures."""
    figures = list(figures)
    if len(figures) < 2:
        return figures[0] if figures else NOTHING
    *counts, since = zip(*figures, strict=True)
    known = [instant for instant in since if instant is not None]
    return Figures(*map(sum, counts), overdue_since=min(known, default=None))


class Cell(NamedTuple):
    """The figures of one unit in one committee's assignments."""

    committee_id: UUID
    unit_id: UUID
    unit_path: str
    figures: Figures


class Unit(NamedTuple):
    """A unit as the board names it."""

    unit_id: UUID
    name: str
    name_en: str
    level: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit's own figures, and those of itself and everything below it."""

    unit: Unit
    own: Figures
    below: Figures

    @property
    def parent_id(self) -> UUID | None:
        """The unit above, None for the root."""
        *_, parent, _ = ["", *self.unit.path.strip("/").split("/")]
        return _id(parent) if parent else None

    @property
    def rank(self) -> tuple[int, int, float, str, str]:
        """Sorts the worst first: most overdue, then longest, then least done on time."""
        figures = self.below
        since = figures.overdue_since
        return (
            -figures.overdue,
            -figures.done_late,
            since.timestamp() if since else 0.0,
            self.unit.name,
            str(self.unit.unit_id),
        )


@dataclass(frozen=True)
class Picture:
    """All figures that a scope sees, as they are at change `sequence`, until `until` (UTC).

    `until` is the next instant at which time alone moves a figure, None if there is none.
    """

    sequence: int
    until: datetime | None
    cells: tuple[Cell, ...]
    units: dict[UUID, Unit] = field(repr=False)
    register: tuple[int, int] = (0, 0)

    def chosen(self, *, committee_id: UUID | None, below: str) -> list[Cell]:
        """The cells of a committee, if one is given, and of units under a path."""
        return [
            cell
            for cell in self.cells
            if (committee_id is None or cell.committee_id == committee_id)
            and cell.unit_path.startswith(below)
        ]

    def total(self, cells: Iterable[Cell]) -> Figures:
        """The sum of cells."""
        return add(cell.figures for cell in cells)

    def unit(self, unit: Unit) -> UnitFigures:
        """One unit's own figures, and with everything below it."""
        cells = self.chosen(committee_id=None, below=unit.path)
        own = add(cell.figures for cell in cells if cell.unit_id == unit.unit_id)
        return UnitFigures(unit, own, self.total(cells))

    def level_of(self, cell: Cell) -> str:
        """The level of a cell's unit; `unknown` until the register tells."""
        unit = self.units.get(cell.unit_id)
        return unit.level if unit else "unknown"

    def by_level(self, cells: Iterable[Cell]) -> dict[str, Figures]:
        """Figures by the level of the lead unit: they add up to the total of the cells."""
        found: dict[str, list[Figures]] = {level: [] for level in LEVELS}
        for cell in cells:
            found.setdefault(self.level_of(cell), []).append(cell.figures)
        return {level: add(figures) for level, figures in found.items()}

    def by_unit(self, cells: Iterable[Cell]) -> list[UnitFigures]:
        """Units with anything of their own or below them, in no order."""
        own: dict[UUID, list[Figures]] = {}
        below: dict[UUID, list[Figures]] = {}
        for cell in cells:
            own.setdefault(cell.unit_id, []).append(cell.figures)
            for unit_id in _ids(cell.unit_path):
                below.setdefault(unit_id, []).append(cell.figures)
        return [
            UnitFigures(unit, add(own.get(unit_id, ())), add(figures))
            for unit_id, figures in below.items()
            if (unit := self.units.get(unit_id))
        ]


def _ids(path: str) -> Iterator[UUID]:
    return (_id(part) for part in path.strip("/").split("/"))


_known_ids: dict[str, UUID] = {}


def _id(text: str) -> UUID:
    """The UUID of a text; kept, because the same few thousand are read again and again."""
    known = _known_ids.get(text)
    if known is None:
        known = _known_ids[text] = UUID(text)
    return known


_CELLS = """
    SELECT committee_id, unit_id, unit_path,
           sum(n) AS total,
           sum(n) FILTER (WHERE stage <> 'open' AND in_time IS NOT FALSE) AS done_on_time,
           sum(n) FILTER (WHERE in_time IS FALSE) AS done_late,
           sum(n) FILTER (WHERE stage = 'open' AND late_from > %(now)s) AS within_time,
           sum(n) FILTER (WHERE stage = 'open' AND late_from <= %(now)s) AS overdue,
           sum(n) FILTER (WHERE stage = 'open' AND late_from IS NULL) AS regular,
           sum(n) FILTER (WHERE stage = 'claimed') AS claimed_unverified,
           sum(n) FILTER (WHERE stage = 'verified') AS verified,
           sum(n) FILTER (WHERE stage = 'open' AND original_late_from <= %(now)s)
               AS late_originally,
           sum(n) FILTER (WHERE in_time) AS current_kept,
           sum(n) FILTER (WHERE in_time IS NOT NULL) AS current_told,
           sum(n) FILTER (WHERE in_time_originally) AS original_kept,
           sum(n) FILTER (WHERE in_time_originally IS NOT NULL) AS original_told,
           min(late_from) FILTER (WHERE late_from <= %(now)s) AS overdue_since,
           least(min(late_from) FILTER (WHERE late_from > %(now)s),
                 min(original_late_from) FILTER (WHERE original_late_from > %(now)s)) AS until
    FROM counters
    WHERE n > 0 AND (starts_with(unit_path, %(scope)s) OR starts_with(committee_path, %(scope)s))
    GROUP BY committee_id, unit_id, unit_path
"""


class Figuring:
    """Makes pictures, and keeps the latest of each scope while it is true."""

    _KEPT = 64

    def __init__(self) -> None:
        self._pictures: dict[str, Picture] = {}
        self._lock = Lock()

    def picture(self, conn: Connection[DictRow], scope: str, now: datetime) -> Picture:
        """The picture that a scope sees at `now` (UTC)."""
        with self._lock:  # many who ask at once wait for one answer
            mark = _mark(conn)
            kept = self._pictures.get(scope)
            if kept and _holds(kept, mark, now):
                return kept
            made = _make(conn, scope, now, mark, kept)
            self._pictures.pop(scope, None)
            self._pictures[scope] = made
            while len(self._pictures) > self._KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            return made


Mark = tuple[int, tuple[int, int]]
"""The last change, and how many events of how many units arrived."""


def _mark(conn: Connection[DictRow]) -> Mark:
    row = conn.execute(
        "SELECT coalesce((SELECT max(sequence) FROM changes), 0) AS sequence,"
        " count(*) AS units, coalesce(sum(version), 0)::bigint AS versions FROM units"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has a row
    return row["sequence"], (row["units"], row["versions"])


def _holds(kept: Picture, mark: Mark, now: datetime) -> bool:
    same = (kept.sequence, kept.register) == mark
    return same and (kept.until is None or now < kept.until)


def _make(
    conn: Connection[DictRow], scope: str, now: datetime, mark: Mark, kept: Picture | None
) -> Picture:
    rows = conn.execute(_CELLS, {"scope": scope, "now": now}).fetchall()
    cells: list[Cell] = []
    ends: list[datetime] = []
    for row in rows:
        place = (row.pop("committee_id"), row.pop("unit_id"), row.pop("unit_path"))
        until, since = row.pop("until"), row.pop("overdue_since")
        counts = {name: int(count or 0) for name, count in row.items()}
        cells.append(Cell(*place, Figures(**counts, overdue_since=since)))
        if until:
            ends.append(until)
    sequence, register = mark
    units = kept.units if kept and kept.register == register else _units(conn)
    return Picture(sequence, min(ends, default=None), tuple(cells), units, register)


def _units(conn: Connection[DictRow]) -> dict[UUID, Unit]:
    rows = conn.execute("SELECT unit_id, name, name_en, level, kind, path FROM units")
    return {row["unit_id"]: Unit(**row) for row in rows}
