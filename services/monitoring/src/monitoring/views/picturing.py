"""Pictures of the board, read from counters alone and kept while they are true."""

from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views.figures import Cell, Figures, Picture, Unit, roll_up

_KEPT = 64
_AT_ONCE = 300
"""Beyond so many units that changed, everything is read again."""

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
    WHERE (starts_with(unit_path, %(scope)s) OR starts_with(committee_path, %(scope)s))
"""
_GROUPED = " GROUP BY committee_id, unit_id, unit_path"


class Figuring:
    """Makes pictures, and keeps the latest of each scope."""

    def __init__(self) -> None:
        self._pictures: dict[str, Picture] = {}
        self._lock = Lock()

    def picture(self, conn: Connection[DictRow], scope: str, now: datetime) -> Picture:
        """The picture that a scope sees at `now` (UTC)."""
        with self._lock:  # many who ask at once wait for one answer
            kept = self._pictures.pop(scope, None)
            made = _after(conn, scope, now, kept) if kept else None
            made = made or _whole(conn, scope, now)
            self._pictures[scope] = made
            while len(self._pictures) > _KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            return made


def _whole(conn: Connection[DictRow], scope: str, now: datetime) -> Picture:
    sequence, register = _mark(conn)
    conn.execute("SET LOCAL work_mem = '64MB'")  # group in memory
    rows = conn.execute(_CELLS + _GROUPED, {"scope": scope, "now": now})
    cells = _cells(rows, ())
    below = roll_up(cell for found in cells.values() for cell in found)
    return Picture(sequence, register, _units(conn), cells, below)


def _after(conn: Connection[DictRow], scope: str, now: datetime, kept: Picture) -> Picture | None:
    """The picture that follows a kept one; None where it must be made from the start."""
    sequence, register = _mark(conn)
    if register != kept.register:
        return None
    moved = {cell.unit_id for cell in kept.all_cells if cell.until and cell.until <= now}
    if sequence != kept.sequence:
        changed = _changed(conn, kept.sequence)
        if changed is None:
            return None
        moved |= changed
    if len(moved) > _AT_ONCE:
        return None
    if not moved:
        return kept
    rows = conn.execute(
        f"{_CELLS} AND unit_id = ANY(%(units)s) {_GROUPED}",
        {"scope": scope, "now": now, "units": list(moved)},
    )
    return kept.changed(sequence, _cells(rows, moved))


Mark = tuple[int, tuple[int, int]]
"""The last change, and how many events of how many units arrived."""


def _mark(conn: Connection[DictRow]) -> Mark:
    row = conn.execute(
        "SELECT coalesce((SELECT max(sequence) FROM changes), 0) AS sequence,"
        " count(*) AS units, coalesce(sum(version), 0)::bigint AS versions FROM units"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has a row
    return row["sequence"], (row["units"], row["versions"])


def _changed(conn: Connection[DictRow], after: int) -> set[UUID] | None:
    """The units with changes behind a number; None where it may be any: some were forgotten."""
    row = conn.execute(
        "SELECT (SELECT min(sequence) FROM changes) > %(after)s + 1 OR EXISTS (SELECT FROM changes"
        "  WHERE sequence > %(after)s AND kind = 'all') AS gone,"
        " (SELECT array_agg(DISTINCT unit_id) FROM changes"
        "  WHERE sequence > %(after)s AND kind IN ('assignment', 'unit')) AS units",
        {"after": after},
    ).fetchone()
    if row is None or row["gone"]:
        return None
    return {unit for unit in row["units"] or () if unit is not None}


def _cells(rows: Iterable[DictRow], asked: Iterable[UUID]) -> dict[UUID, tuple[Cell, ...]]:
    """The cells by unit; a unit that was asked for and has none is there without any."""
    found: dict[UUID, tuple[Cell, ...]] = dict.fromkeys(asked, ())
    for row in rows:
        unit_id: UUID = row["unit_id"]
        counts = {name: row[name] for name in Figures._fields if name != "overdue_since"}
        figures = Figures(
            **{name: int(count or 0) for name, count in counts.items()},
            overdue_since=row["overdue_since"],
        )
        cell = Cell(row["committee_id"], unit_id, row["unit_path"], figures, row["until"])
        found[unit_id] = (*found.get(unit_id, ()), cell)
    return found


def _units(conn: Connection[DictRow]) -> dict[UUID, Unit]:
    rows = conn.execute(
        "SELECT unit_id, name, name_en, level, kind, path FROM units WHERE path IS NOT NULL"
    )
    return {row["unit_id"]: Unit(**row) for row in rows}
