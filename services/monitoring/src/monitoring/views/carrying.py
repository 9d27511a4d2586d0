"""What a meeting goes back to: what earlier notices of its series ordered, and what became of it.

It is told as of the hour of the meeting, or as of now where that is still to come: from the entries
of timelines that were recorded until then, so that a meeting of last year shows what it saw.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views.assignments import State
from monitoring.views.stages import DONE, OFF

_MOST = 500


@dataclass(slots=True)
class Standing:
    """Where an assignment stood at an instant; instants are UTC."""

    stage: str = "open"
    late_from: datetime | None = None
    original_late_from: datetime | None = None
    deadline_words: str = ""
    claimed_at: datetime | None = None
    percent: int | None = None
    moved_at: datetime | None = None
    """When its stage last changed."""

    def state(self, at: datetime) -> State:
        """The state of then, as the board tells it."""
        if self.stage in OFF:
            return "called_off"
        if self.stage in DONE:
            late = self.late_from and self.claimed_at and self.claimed_at >= self.late_from
            return "done_late" if late else "done_on_time"
        if self.late_from is None:
            return "regular"
        return "overdue" if self.late_from <= at else "within_time"

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to act any more."""
        return self.stage in OFF or self.stage in ("verified", "closed")


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of a timeline; `at` is UTC."""

    kind: str
    at: datetime
    facts: Mapping[str, Any]


def standing(entries: Iterable[Happened]) -> Standing:
    """Where an assignment stands after entries, in their order."""
    found = Standing()
    for entry in entries:
        stage = found.stage
        _apply(found, entry)
        if found.stage != stage or entry.kind == "issued":
            found.moved_at = entry.at
    return found


def _apply(found: Standing, entry: Happened) -> None:
    facts = entry.facts
    match entry.kind:
        case "issued" | "deadline_resolved":
            original = facts.get("original", facts["deadline"])
            found.late_from = _instant(facts["deadline"]["late_from"])
            found.original_late_from = _instant(original["late_from"])
            found.deadline_words = facts["deadline"].get("words", "")
        case "extension_granted":
            found.late_from = _instant(facts["deadline"]["late_from"])
        case "accepted" | "contested" | "verified":
            found.stage = entry.kind
        case "contest_answered" if not facts["upheld"]:
            found.stage = "open"
        case "claimed":
            found.stage, found.claimed_at = "claimed", _instant(facts["claimed_at"])
        case "refused":
            found.stage, found.claimed_at = "accepted", None
        case "transferred" if facts["cause"] == "decision":
            found.stage, found.claimed_at = "open", None
        case "ended":
            outcome = facts["outcome"]
            found.stage = "closed" if outcome == "completed" else outcome
        case "reported":
            found.percent = facts["percent"]
        case _:
            pass


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Carried:
    """An assignment that a meeting goes back to, as it stood at its hour."""

    assignment_id: UUID
    notice_id: UUID
    notice_number: str
    item_path: str
    text: str
    lead_unit_id: UUID
    lead_unit_name: str | None
    state: State
    stage: str
    late_from: datetime | None
    original_late_from: datetime | None
    deadline_words: str
    claimed_at: datetime | None
    percent: int | None
    is_new: bool
    """Whether its stage changed since the meeting before."""


@dataclass(frozen=True, slots=True)
class CarryOver:
    """A meeting, the instant of what is told, the meeting before, and what it goes back to.

    `form` is that of the series' latest notice, `committee_name` the committee's name today;
    `more` says that there is more than `items` hold.
    """

    meeting_id: UUID
    committee_id: UUID
    committee_name: str | None
    title: str
    series: str
    place: str
    form: Literal["party", "state"]
    starts_at: datetime
    as_of: datetime
    since: datetime | None
    items: list[Carried]
    more: bool


_MEETING = """
SELECT m.meeting_id, m.committee_id, u.name AS committee_name, m.title, m.series, m.place,
       m.starts_at,
       (SELECT max(b.starts_at) FROM meetings b
        WHERE b.committee_id = m.committee_id AND b.series = m.series AND b.stage = 'held'
          AND b.starts_at < m.starts_at) AS since,
       coalesce((SELECT n.form FROM meetings b JOIN notices n USING (meeting_id)
                 WHERE b.committee_id = m.committee_id AND b.series = m.series
                   AND b.starts_at <= m.starts_at
                 ORDER BY b.starts_at DESC, n.issued_on DESC, n.number LIMIT 1), 'party') AS form
FROM meetings m LEFT JOIN units u ON u.unit_id = m.committee_id
WHERE m.meeting_id = %(meeting)s AND starts_with(m.committee_path, %(scope)s)
  AND m.starts_at IS NOT NULL
"""
_ORDERED = """
WITH RECURSIVE ordered AS (
    SELECT a.assignment_id, a.joined_into, a.split_into, m.starts_at, n.number
    FROM meetings m JOIN notices n USING (meeting_id) JOIN assignments a USING (notice_id)
    WHERE m.committee_id = %(committee)s AND m.series = %(series)s AND m.starts_at < %(before)s
  UNION
    SELECT a.assignment_id, a.joined_into, a.split_into, o.starts_at, o.number
    FROM ordered o
    JOIN assignments a ON a.assignment_id = ANY (o.split_into || o.joined_into)
), first AS (
    SELECT DISTINCT ON (assignment_id) assignment_id, starts_at, number
    FROM ordered ORDER BY assignment_id, starts_at, number
)
SELECT a.assignment_id, a.notice_id, a.notice_number, a.item_path, a.text, a.lead_unit_id
FROM first f JOIN assignments a USING (assignment_id)
WHERE a.lead_unit_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM timeline t WHERE t.assignment_id = a.assignment_id
    AND t.kind IN ('verified', 'ended')
    HAVING max(t.recorded_at) FILTER (WHERE t.recorded_at <= %(at)s) <= %(since)s)
ORDER BY f.starts_at, f.number, a.item_path, a.assignment_id LIMIT %(limit)s
"""
"""What is joined goes on under another notice's number, and is followed there.

What was settled before the meeting before is left out here, so that the years of a series do not
crowd out what it ordered last.
"""
_ENTRIES = """
SELECT assignment_id, kind, recorded_at AS at, facts FROM timeline
WHERE assignment_id = ANY(%s) ORDER BY recorded_at, version, event_id
"""


def carry_over(
    conn: Connection[DictRow], scope: str, now: datetime, meeting_id: UUID, most: int = _MOST
) -> CarryOver | None:
    """What a meeting of the scope goes back to: what is not settled, and what was settled since.

    A meeting of no series goes back to nothing. Of more than `most` assignments the oldest are
    told.
    """
    meeting = conn.execute(_MEETING, {"meeting": meeting_id, "scope": scope}).fetchone()
    if meeting is None:
        return None
    at = min(now, meeting["starts_at"])
    ordered = _ordered(conn, meeting, at, most + 1) if meeting["series"] else []
    items = _items(conn, ordered[:most], meeting["since"], at)
    return CarryOver(**meeting, as_of=at, items=items, more=len(ordered) > most)


def _ordered(
    conn: Connection[DictRow], meeting: DictRow, at: datetime, limit: int
) -> list[DictRow]:
    """What was ordered and may still be spoken of, oldest first."""
    facts = {
        "committee": meeting["committee_id"],
        "series": meeting["series"],
        "before": meeting["starts_at"],
        "since": meeting["since"],
        "at": at,
        "limit": limit,
    }
    return conn.execute(_ORDERED, facts).fetchall()


def _items(
    conn: Connection[DictRow], ordered: Sequence[DictRow], since: datetime | None, at: datetime
) -> list[Carried]:
    entries: dict[UUID, list[Happened]] = {row["assignment_id"]: [] for row in ordered}
    for row in conn.execute(_ENTRIES, (list(entries),)):
        entries[row["assignment_id"]].append(Happened(row["kind"], row["at"], row["facts"]))
    leads = {key: _lead(row, entries[key], at) for row in ordered for key in [row["assignment_id"]]}
    named = {
        row["unit_id"]: row["name"]
        for row in conn.execute(
            "SELECT unit_id, name FROM units WHERE unit_id = ANY(%s)", (list(leads.values()),)
        )
    }
    found: list[Carried] = []
    for row in ordered:
        key = row["assignment_id"]
        until = [entry for entry in entries[key] if entry.at <= at]
        if not any(entry.kind == "issued" for entry in until):
            continue
        then = standing(until)
        is_new = since is None or bool(then.moved_at and then.moved_at > since)
        if then.is_settled and not is_new:
            continue
        found.append(
            Carried(
                key,
                row["notice_id"],
                row["notice_number"],
                row["item_path"],
                row["text"],
                leads[key],
                named.get(leads[key]),
                then.state(at),
                then.stage,
                then.late_from,
                then.original_late_from,
                then.deadline_words,
                then.claimed_at,
                then.percent,
                is_new,
            )
        )
    return found


def _lead(row: DictRow, entries: Sequence[Happened], at: datetime) -> UUID:
    """Who led at an instant: who had it before the first transfer behind that."""
    for entry in entries:
        if entry.kind == "transferred" and entry.at > at:
            return UUID(entry.facts["from_unit_id"])
    return row["lead_unit_id"]
