"""What waits for a person, who must act, and since when: the projection `waiting`.

An assignment may wait for several people at once: for the secretariat to answer a contest, for a
leader to decide on an extension, for an inspector to look at a claim, for a new lead unit to accept
it, and for a leader to name a lead where its unit has ended and not exactly one follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from monitoring.views import changes
from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Changed, Counters, Effect, Emit, Projection, Table

Kind = Literal["contested", "extension", "claimed", "transferred", "successor"]
KINDS: Mapping[Kind, str] = {
    "contested": "secretariat",
    "extension": "leader",
    "claimed": "inspector",
    "transferred": "reporter",
    "successor": "leader",
}
"""What waits, and the role of whom: of the committee; a reporter is one of the lead unit."""


@dataclass(slots=True)
class WaitRow:
    """What one assignment waits for, each since an instant (UTC), None where it does not."""

    assignment_id: UUID
    committee_id: UUID | None = None
    committee_path: str | None = None
    lead_unit_id: UUID | None = None
    lead_unit_path: str | None = None
    contested_at: datetime | None = None
    extension_at: datetime | None = None
    claimed_at: datetime | None = None
    transferred_at: datetime | None = None
    settled: bool = False
    """Nobody has to act any more, whatever becomes of its unit."""


class Cell(NamedTuple):
    """How many assignments wait alike: the key of a counter."""

    unit_id: UUID
    unit_path: str
    committee_id: UUID
    committee_path: str
    contested: bool
    extension: bool
    claimed: bool
    transferred: bool


def cell_of(row: WaitRow) -> Cell | None:
    """The cell of a row; None where nobody has to act any more."""
    unit, unit_path = row.lead_unit_id, row.lead_unit_path
    committee, committee_path = row.committee_id, row.committee_path
    if row.settled or not (unit and unit_path and committee and committee_path):
        return None
    since = (row.contested_at, row.extension_at, row.claimed_at, row.transferred_at)
    return Cell(unit, unit_path, committee, committee_path, *(at is not None for at in since))


_WAITS = Table("waits", WaitRow)
_COUNTS = Counters("waits_counted", _WAITS, Cell, cell_of)


def apply(row: WaitRow, event: Any, envelope: Envelope, _: Emit) -> None:
    """Let an event of the assignment begin or end waiting."""
    row.committee_id, row.committee_path = event.committee_id, event.committee_path
    row.lead_unit_id, row.lead_unit_path = event.lead_unit_id, event.lead_unit_path
    _CHANGES[type(event)](row, event, envelope.time)


def _nothing(row: WaitRow, _: Any, __: datetime) -> None:
    """Nothing begins to wait, and nothing ends."""


def _contested(row: WaitRow, _: Any, at: datetime) -> None:
    row.contested_at = at


def _answered(row: WaitRow, _: Any, __: datetime) -> None:
    row.contested_at = None


def _accepted(row: WaitRow, _: Any, __: datetime) -> None:
    row.contested_at = row.transferred_at = None


def _asked(row: WaitRow, _: Any, at: datetime) -> None:
    row.extension_at = row.extension_at or at


def _decided(row: WaitRow, _: Any, __: datetime) -> None:
    row.extension_at = None


def _claimed(row: WaitRow, event: events.CompletionReported, _: datetime) -> None:
    row.contested_at = row.transferred_at = None
    row.claimed_at = event.claimed_at


def _refused(row: WaitRow, _: Any, __: datetime) -> None:
    row.claimed_at = None


def _transferred(row: WaitRow, event: events.AssignmentTransferred, at: datetime) -> None:
    if event.cause == "decision":
        row.contested_at = row.extension_at = row.claimed_at = None
        row.transferred_at = at


def _settled(row: WaitRow, _: Any, __: datetime) -> None:
    row.contested_at = row.extension_at = row.claimed_at = row.transferred_at = None
    row.settled = True


_CHANGES: dict[type[Contract], Callable[[WaitRow, Any, datetime], None]] = {
    events.AssignmentIssued: _nothing,
    events.AssignmentAccepted: _accepted,
    events.AssignmentContested: _contested,
    events.ContestAnswered: _answered,
    events.ExtensionRequested: _asked,
    events.ExtensionGranted: _decided,
    events.ExtensionRefused: _decided,
    events.CompletionReported: _claimed,
    events.CompletionRefused: _refused,
    events.CompletionVerified: _settled,
    events.AssignmentTransferred: _transferred,
    events.AssignmentClosed: _settled,
}


def _told(conn: Connection[DictRow], changed: Changed) -> None:
    """Let open pages hear where something began or ceased to wait."""
    changes.write(
        conn,
        [
            ("waiting", cell.unit_id, cell.unit_id, path)
            for cell in changed.cells(_COUNTS)
            for path in (cell.unit_path, cell.committee_path)
        ],
    )


WAITING = Projection(
    name="waiting",
    version=1,
    topics=(events.AssignmentIssued.TOPIC,),
    tables=(_WAITS,),
    on=dict.fromkeys(_CHANGES, (Effect(_WAITS, apply),)),
    counters=(_COUNTS,),
    told=_told,
    switched=changes.write_everything,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What waits where: seen by a scope, in units under a path, of a level; `now` is UTC."""

    scope: str
    now: datetime
    below: str = ""
    level: str | None = None
    kind: Kind | None = None


Counts = dict[str, dict[Kind, int]]
"""How much waits, by level of the lead unit and kind; under `unknown` where it is not known."""

_TODAY = "(%(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
_SEEN = (
    "(starts_with({0}, %(scope)s) OR starts_with({1}.committee_path, %(scope)s))"
    " AND starts_with({0}, %(below)s)"
)
_ENDED = f"u.ended_on <= {_TODAY} AND cardinality(u.successor_ids) <> 1"
_COUNTED: LiteralString = f"""
SELECT coalesce(u.level, 'unknown'),
       sum(c.n) FILTER (WHERE c.contested), sum(c.n) FILTER (WHERE c.extension),
       sum(c.n) FILTER (WHERE c.claimed), sum(c.n) FILTER (WHERE c.transferred), 0
FROM waits_counted c LEFT JOIN units u USING (unit_id)
WHERE (c.contested OR c.extension OR c.claimed OR c.transferred)
  AND {_SEEN.format("c.unit_path", "c")} GROUP BY 1
UNION ALL
SELECT u.level, 0, 0, 0, 0, sum(c.n) FROM units u JOIN waits_counted c USING (unit_id)
WHERE {_ENDED} AND {_SEEN.format("c.unit_path", "c")} GROUP BY 1
"""


def counted(conn: Connection[DictRow], sought: Sought) -> Counts:
    """How much waits for whom, by level; neither level nor kind of `sought` matter."""
    found: Counts = {}
    for level, *numbers in conn.cursor(row_factory=tuple_row).execute(_COUNTED, _values(sought)):
        of_level = found.setdefault(level, dict.fromkeys(KINDS, 0))
        for kind, n in zip(KINDS, numbers, strict=True):
            of_level[kind] += int(n or 0)
    return found


class Wait(NamedTuple):
    """An assignment that waits: since when (UTC), and what it waits for."""

    since: datetime
    kind: Kind
    assignment_id: UUID


def _branch(kind: str, since: str, rows: str) -> str:
    """What waits of one kind, the longest first: read from the index of its instant."""
    return f"""
    (SELECT {since} AS since, '{kind}' AS kind, w.assignment_id FROM {rows}
     AND {_SEEN.format("w.lead_unit_path", "w")}
     AND (%(level)s::text IS NULL OR u.level = %(level)s)
     AND (%(kind)s::text IS NULL OR '{kind}' = %(kind)s)
     AND (%(at)s::timestamptz IS NULL OR {since} >= %(at)s
          AND ({since}, '{kind}', w.assignment_id) > (%(at)s, %(what)s, %(id)s::uuid))
     ORDER BY {since}, w.assignment_id LIMIT %(limit)s)
    """


def _of_column(kind: str) -> str:
    rows = f"waits w LEFT JOIN units u ON u.unit_id = w.lead_unit_id WHERE w.{kind}_at IS NOT NULL"
    return _branch(kind, f"w.{kind}_at", rows)


_LISTED = " UNION ALL ".join(
    (
        *(_of_column(kind) for kind in ("contested", "extension", "claimed", "transferred")),
        _branch(
            "successor",
            "(u.ended_on::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')",
            f"units u JOIN waits w ON w.lead_unit_id = u.unit_id AND NOT w.settled WHERE {_ENDED}",
        ),
    )
)


def listing(
    conn: Connection[DictRow], sought: Sought, after: tuple[Any, ...] | None, limit: int
) -> list[Wait]:
    """What waits, the longest first; `after` is the last of the page before."""
    at, what, key = after or (None, None, None)
    rows = conn.cursor(row_factory=tuple_row).execute(
        f"{_LISTED} ORDER BY since, kind, assignment_id LIMIT %(limit)s".encode(),
        {**_values(sought), "at": at, "what": what, "id": key, "limit": limit},
    )
    return [Wait(*row) for row in rows]


def _values(sought: Sought) -> dict[str, object]:
    names = ("scope", "now", "below", "level", "kind")
    return {name: getattr(sought, name) for name in names}
