"""Who owes a report, what became of it, and what was said about it: the projection `obligations`.

The board's `reports` tell what came in. This view counts what had to come in, too: from the moment
that an obligation is opened, for every period. Figures mean what they mean in reporting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString, NamedTuple, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow, tuple_row

from monitoring.views import changes
from monitoring.views.figures import Unit, last_of, parent_of, prefixes
from tiendo_contracts import reporting
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import forms
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Changed, Effect, Emit, Projection, Table


@dataclass(slots=True)
class ObligationRow:
    """A unit's report for a period, owed or there; instants are UTC."""

    report_id: UUID
    unit_id: UUID | None = None
    unit_path: str | None = None
    period: str | None = None
    stage: str = "missed"
    due_at: datetime | None = None
    submitted_at: datetime | None = None
    comments: int = 0


@dataclass(slots=True)
class CommentRow:
    """What somebody said about a report; they stand by (`said_at`, `event_id`)."""

    report_id: UUID
    event_id: str
    said_at: datetime
    author: str
    office: str
    author_unit_id: UUID
    text: str


_OBLIGATIONS = Table("obligations", ObligationRow)
_COMMENTS = Table("report_comments", CommentRow, key=2, appended=True)

_Event = (
    reporting.ObligationOpened
    | reporting.ReportSubmitted
    | reporting.ReportReturned
    | reporting.ReportMissed
    | reporting.ReportExcused
    | reporting.ReportCommented
)
_STAGES: dict[type[Contract], str] = {
    form: stage
    for model, stage in (
        (reporting.ObligationOpened, "opened"),
        (reporting.ReportSubmitted, "submitted"),
        (reporting.ReportReturned, "returned"),
        (reporting.ReportMissed, "missed"),
        (reporting.ReportExcused, "excused"),
    )
    for form in forms(model)
}


def _apply(row: ObligationRow, event: _Event, envelope: Envelope, emit: Emit) -> None:
    row.unit_id, row.unit_path, row.period = event.unit_id, event.unit_path, event.period
    row.stage = _STAGES.get(type(event), row.stage)
    match event:
        case reporting.ReportSubmitted():
            row.submitted_at = event.submitted_at
            row.due_at = row.due_at or event.due_at
        case reporting.ObligationOpened() | reporting.ReportMissed():
            row.due_at = event.due_at
        case reporting.ReportCommented():
            row.comments += 1
            emit(_comment(event, envelope))
        case _:
            pass


def _comment(event: reporting.ReportCommented, envelope: Envelope) -> CommentRow:
    author = event.author
    return CommentRow(
        event.report_id,
        envelope.id,
        envelope.time,
        author.name,
        author.office,
        event.author_unit_id,
        event.text,
    )


def _told(conn: Connection[DictRow], changed: Changed) -> None:
    """Let open pages hear of it."""
    rows = changed.of(_OBLIGATIONS)
    changes.write(conn, [("report", row.report_id, row.unit_id, row.unit_path) for row in rows])


OBLIGATIONS = Projection(
    name="obligations",
    version=1,
    topics=(reporting.ReportSubmitted.TOPIC,),
    tables=(_OBLIGATIONS, _COMMENTS),
    on=dict.fromkeys(forms(*get_args(_Event)), (Effect(_OBLIGATIONS, _apply),)),
    told=_told,
    switched=changes.write_everything,
)


class Rates(NamedTuple):
    """What became of obligations, each in one number at most.

    On time or late is by the submission that stands; at the due instant it is late. `returned` lie
    with their unit for correction, `waiting` are not yet missed. An obligation with nothing open
    any more when it was due is in none: nothing was owed.
    """

    on_time: int = 0
    late: int = 0
    returned: int = 0
    missed: int = 0
    excused: int = 0
    waiting: int = 0

    @property
    def received(self) -> int:
        """How many came in."""
        return self.on_time + self.late + self.returned

    @property
    def expected(self) -> int:
        """How many had to come in so far: the excused and those still waited for do not count."""
        return self.received + self.missed


def total(rates: Iterable[Rates]) -> Rates:
    """Their sum."""
    return Rates(*map(sum, zip(Rates(), *rates, strict=True)))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which obligations are counted: of units under a path that the scope sees, of a level.

    They are counted as of `now` (UTC); `grace` after it was due a report is missed.
    """

    scope: str
    now: datetime
    grace: timedelta
    below: str = ""
    level: str | None = None


_KIND: LiteralString = """
    CASE stage WHEN 'submitted' THEN CASE WHEN submitted_at < due_at THEN 'on_time' ELSE 'late' END
               WHEN 'opened' THEN CASE WHEN due_at + %(grace)s > %(now)s THEN 'waiting' END
               ELSE stage END
"""
_SEEN: LiteralString = "starts_with(o.unit_path, %(scope)s) AND starts_with(o.unit_path, %(below)s)"
# Period by period from the index: how many obligations there are does not matter.
_PERIODS: LiteralString = """
WITH RECURSIVE found(period, n) AS (
    (SELECT period, 1 FROM obligations WHERE period <= %(last)s
        AND (period LIKE '%%W%%') = %(weeks)s ORDER BY period DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT o.period FROM obligations o WHERE o.period < found.period
            AND (o.period LIKE '%%W%%') = %(weeks)s ORDER BY o.period DESC LIMIT 1), n + 1
    FROM found WHERE found.period IS NOT NULL AND n < %(limit)s
)
SELECT period FROM found WHERE period IS NOT NULL
"""
_BY_PERIOD: LiteralString = f"""
SELECT o.period, {_KIND} AS kind, count(*) FROM obligations o LEFT JOIN units u USING (unit_id)
WHERE o.period = ANY(%(periods)s) AND {_SEEN}
    AND (%(level)s::text IS NULL OR u.level = %(level)s) GROUP BY 1, 2
"""
_BY_UNIT: LiteralString = f"""
SELECT o.unit_path, {_KIND} AS kind FROM obligations o WHERE o.period = %(period)s AND {_SEEN}
"""


def periods(
    conn: Connection[DictRow], *, weeks: bool, last: str = "9999-W99", limit: int = 12
) -> list[str]:
    """The periods that anybody owes a report for, the newest first, beginning with `last`.

    Weeks and months are not told in one row: `weeks` chooses.
    """
    values = {"weeks": weeks, "last": last, "limit": limit}
    return [row["period"] for row in conn.execute(_PERIODS, values)]


def by_period(conn: Connection[DictRow], asked: Asked, periods: Sequence[str]) -> dict[str, Rates]:
    """The rates of each of these periods, in their order."""
    counted: dict[str, dict[str, int]] = {period: {} for period in periods}
    rows = conn.cursor(row_factory=tuple_row).execute(
        _BY_PERIOD, {**_values(asked), "periods": list(periods)}
    )
    for period, kind, n in rows:
        if kind:
            counted[period][kind] = n
    return {period: Rates(**counts) for period, counts in counted.items()}


@dataclass(frozen=True, slots=True)
class UnitRates:
    """The rates of a unit with everything below it, and of itself."""

    unit: Unit
    below: Rates
    own: Rates

    @property
    def parent_id(self) -> UUID | None:
        """The unit above, None for the root."""
        parent = parent_of(self.unit.path)
        return last_of(parent) if parent else None

    @property
    def rank(self) -> tuple[int, int, int, str, str]:
        """Sorts the worst first: most missed, most returned and late, then by name."""
        rates = self.below
        name = (self.unit.name, str(self.unit.unit_id))
        return (-rates.missed, -rates.returned - rates.late, rates.on_time, *name)


@dataclass(frozen=True, slots=True)
class PeriodRates:
    """The rates of one period: by the unit's level, and of units with all below them."""

    levels: dict[str, Rates]
    units: list[UnitRates]

    @property
    def total(self) -> Rates:
        """The sum of everything."""
        return total(self.levels.values())


def of_period(
    conn: Connection[DictRow], asked: Asked, period: str, units: Mapping[UUID, Unit]
) -> PeriodRates:
    """The rates of a period: by level, and unit by unit, the worst first.

    A unit has one obligation a period, so that many rows are read; each counts for all above it.
    `asked.level` chooses which units are listed; the levels are told all.
    """
    rows = conn.cursor(row_factory=tuple_row).execute(
        _BY_UNIT, {**_values(asked), "period": period}
    )
    levels: dict[str, dict[str, int]] = {}
    own: dict[str, dict[str, int]] = {}
    below: dict[str, dict[str, int]] = {}
    for path, kind in rows:
        if kind is None:
            continue
        unit = units.get(last_of(path))
        _count(levels.setdefault(unit.level if unit else "unknown", {}), kind)
        own[path] = {kind: 1}
        for prefix in prefixes(path):
            _count(below.setdefault(prefix, {}), kind)
    found = [
        UnitRates(unit, Rates(**counts), Rates(**own.get(path, {})))
        for path, counts in below.items()
        if (unit := units.get(last_of(path)))
        and path.startswith(asked.scope)
        and path.startswith(asked.below)
        and asked.level in (None, unit.level)
    ]
    return PeriodRates(
        {level: Rates(**counts) for level, counts in levels.items()},
        sorted(found, key=lambda row: row.rank),
    )


def _count(counts: dict[str, int], kind: str) -> None:
    counts[kind] = counts.get(kind, 0) + 1


def _values(asked: Asked) -> dict[str, object]:
    return {
        "scope": asked.scope,
        "below": asked.below,
        "level": asked.level,
        "now": asked.now,
        "grace": asked.grace,
    }
