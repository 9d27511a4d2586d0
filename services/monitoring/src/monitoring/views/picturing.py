"""Pictures of the board, read from counters alone and kept while they are true."""

from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from monitoring.views import stages
from monitoring.views.figures import Cell, Picture, Unit, roll_up
from monitoring.views.sums import Figures

_KEPT = 64
_AT_ONCE = 300
"""Beyond so many units that changed, everything is read again."""

_CELLS = f"""
    SELECT committee_id, unit_id, unit_path,
           -- the figures, in their order
           sum(n) FILTER (WHERE {stages.COUNTED})::bigint,
           sum(n) FILTER (WHERE {stages.IS_DONE} AND in_time IS NOT FALSE)::bigint,
           sum(n) FILTER (WHERE in_time IS FALSE)::bigint,
           sum(n) FILTER (WHERE {stages.IS_UNDONE} AND late_from > %(now)s)::bigint,
           sum(n) FILTER (WHERE {stages.IS_UNDONE} AND late_from <= %(now)s)::bigint,
           sum(n) FILTER (WHERE {stages.IS_UNDONE} AND late_from IS NULL)::bigint,
           sum(n) FILTER (WHERE stage = 'accepted')::bigint,
           sum(n) FILTER (WHERE stage = 'contested')::bigint,
           sum(n) FILTER (WHERE stage = 'claimed')::bigint,
           sum(n) FILTER (WHERE stage IN ('verified', 'closed'))::bigint,
           sum(n) FILTER (WHERE stage = 'closed')::bigint,
           sum(n) FILTER (WHERE {stages.COUNTED} AND extended)::bigint,
           sum(n) FILTER (WHERE NOT {stages.COUNTED})::bigint,
           sum(n) FILTER (WHERE {stages.IS_UNDONE} AND original_late_from <= %(now)s)::bigint,
           sum(n) FILTER (WHERE in_time)::bigint,
           sum(n) FILTER (WHERE in_time IS NOT NULL)::bigint,
           sum(n) FILTER (WHERE in_time_originally)::bigint,
           sum(n) FILTER (WHERE in_time_originally IS NOT NULL)::bigint,
           min(late_from) FILTER (WHERE late_from <= %(now)s),
           -- until when they hold
           least(min(late_from) FILTER (WHERE late_from > %(now)s),
                 min(original_late_from) FILTER (WHERE original_late_from > %(now)s))
    FROM counters
    WHERE (starts_with(unit_path, %(scope)s) OR starts_with(committee_path, %(scope)s))
"""


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
            made = made or whole(conn, scope, now)
            self._pictures[scope] = made
            while len(self._pictures) > _KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            return made


def whole(conn: Connection[DictRow], scope: str, now: datetime) -> Picture:
    """The picture that a scope sees at `now` (UTC), made from the start."""
    sequence, register = _mark(conn)
    conn.execute("SET LOCAL work_mem = '64MB'")  # group in memory
    cells = _cells(conn, "", {"scope": scope, "now": now})
    below = roll_up(cell for found in cells.values() for cell in found)
    return Picture(sequence, register, _units(conn), cells, below)


def _after(conn: Connection[DictRow], scope: str, now: datetime, kept: Picture) -> Picture | None:
    """The picture that follows a kept one; None where it must be made from the start."""
    sequence, register = _mark(conn)
    if register != kept.register:
        return None
    moved: set[UUID] = set()
    if kept.until is not None and kept.until <= now:
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
    none: dict[UUID, tuple[Cell, ...]] = dict.fromkeys(moved, ())
    asked = {"scope": scope, "now": now, "units": list(moved)}
    return kept.changed(sequence, none | _cells(conn, "AND unit_id = ANY(%(units)s)", asked))


Mark = tuple[int, tuple[int, int]]
"""The last change, and how many events of how many units arrived."""


def _mark(conn: Connection[DictRow]) -> Mark:
    """Where the board is; to have looked at `counters` keeps its build until the transaction ends.

    Otherwise a kept picture could be shown beside rows of a build that readers got right after.
    """
    row = conn.execute(
        "SELECT coalesce((SELECT max(sequence) FROM changes), 0) AS sequence, count(*) AS units,"
        " coalesce(sum(version), 0)::bigint AS versions, EXISTS (SELECT FROM counters) FROM units"
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


def _cells(
    conn: Connection[DictRow], more: LiteralString, parameters: Mapping[str, Any]
) -> dict[UUID, tuple[Cell, ...]]:
    """The cells by unit."""
    cursor = conn.cursor(row_factory=tuple_row)
    found: dict[UUID, tuple[Cell, ...]] = {}
    for committee_id, unit_id, unit_path, *counts, since, until in cursor.execute(
        f"{_CELLS} {more} GROUP BY committee_id, unit_id, unit_path", parameters
    ):
        figures = Figures._make([*(count or 0 for count in counts), since])
        cell = Cell(committee_id, unit_id, unit_path, figures, until)
        found[unit_id] = (*found.get(unit_id, ()), cell)
    return found


_UNITS = """
    SELECT unit_id, name, name_en, level, kind, path, effective_on, ended_on, successor_ids
    FROM units WHERE path IS NOT NULL
"""


def _units(conn: Connection[DictRow]) -> dict[UUID, Unit]:
    rows = conn.cursor(row_factory=tuple_row).execute(_UNITS)
    return {key: Unit._make((key, *values, tuple(ids))) for key, *values, ids in rows}
