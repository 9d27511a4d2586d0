"""The list of reports, and the rates."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import LiteralString, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts import reporting
from tiendo_contracts.catalogue import forms
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Effect, Emit, Projection, Table


@dataclass(slots=True)
class _Report:
    """The columns of the list of reports, in its order; instants are UTC."""

    report_id: UUID
    version: int = 0
    unit_id: UUID | None = None
    unit_path: str | None = None
    period: str | None = None
    stage: str = "missed"
    due_at: datetime | None = None
    first_submitted_at: datetime | None = None
    submitted_at: datetime | None = None
    lines: int = 0
    done: int = 0
    missed_at: datetime | None = None
    returned_at: datetime | None = None
    return_reason: str = ""
    opens_at: datetime | None = None
    excused_at: datetime | None = None
    excused_by: str = ""
    excuse_reason: str = ""
    late_until: datetime | None = None
    comments: int = 0


_REPORTS = Table("reports_list", _Report)
_ReportEvent = (
    reporting.ObligationOpened
    | reporting.ReportSubmitted
    | reporting.ReportMissed
    | reporting.ReportReturned
    | reporting.ReportExcused
    | reporting.LateReportAllowed
    | reporting.ReportCommented
)


def _report(row: _Report, event: _ReportEvent, envelope: Envelope, _: Emit) -> None:
    row.version = envelope.subjectversion
    row.unit_id, row.unit_path, row.period = event.unit_id, event.unit_path, event.period
    match event:
        case reporting.ReportSubmitted():
            row.stage, row.submitted_at = "submitted", event.submitted_at
            row.first_submitted_at = row.first_submitted_at or event.submitted_at
            row.due_at = row.due_at or event.due_at
            row.lines, row.done = len(event.lines), sum(line.done for line in event.lines)
        case reporting.ReportMissed():
            row.stage, row.due_at, row.missed_at = "missed", event.due_at, envelope.time
        case reporting.ReportReturned():
            row.stage, row.returned_at = "returned", envelope.time
            row.return_reason = event.reason
        case reporting.ObligationOpened():
            row.stage, row.opens_at, row.due_at = "opened", event.opens_at, event.due_at
        case reporting.ReportExcused():
            row.stage, row.excused_at = "excused", envelope.time
            row.excused_by, row.excuse_reason = event.decided_by.name, event.reason
        case reporting.LateReportAllowed():
            row.late_until = event.until
        case reporting.ReportCommented():
            row.comments += 1


REPORTS = Projection(
    name="reports_list",
    version=2,
    topics=(reporting.ReportSubmitted.TOPIC,),
    tables=(_REPORTS,),
    on=dict.fromkeys(forms(*get_args(_ReportEvent)), (Effect(_REPORTS, _report),)),
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report in a list; instants are UTC.

    `late` tells whether the first submission came after `due_at`; None before there is one.
    `lines` and `done` count the lines of the last submission, `returned_at` and `return_reason`
    tell of the last return.
    """

    report_id: UUID
    version: int
    unit_id: UUID
    unit_name: str
    unit_path: str
    period: str
    stage: str
    due_at: datetime
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    late: bool | None
    lines: int
    done: int
    missed_at: datetime | None
    returned_at: datetime | None
    return_reason: str
    opens_at: datetime | None
    excused_at: datetime | None
    excused_by: str
    excuse_reason: str
    late_until: datetime | None
    comments: int


_LIST: LiteralString = """
SELECT report_id, r.version, r.unit_id, coalesce(u.name, '') AS unit_name, unit_path, period,
    stage, due_at, first_submitted_at, submitted_at, first_submitted_at > due_at AS late,
    lines, done, missed_at, returned_at, return_reason,
    opens_at, excused_at, excused_by, excuse_reason, late_until, comments
FROM reports_list r LEFT JOIN units u USING (unit_id)
WHERE starts_with(unit_path, %(scope)s) AND due_at IS NOT NULL
    AND (%(unit)s::uuid IS NULL OR r.unit_id = %(unit)s)
    AND (%(period)s::text IS NULL OR period = %(period)s)
    AND (%(first)s OR (period, unit_path, report_id) < (%(week)s, %(path)s, %(id)s))
ORDER BY period DESC, unit_path DESC, report_id DESC LIMIT %(limit)s
"""


def listing(
    conn: Connection[DictRow],
    scope: str,
    after: tuple[str, str, UUID] | None,
    limit: int,
    *,
    unit_id: UUID | None = None,
    period: str | None = None,
) -> list[ReportRow]:
    """Reports of units inside of a scope (a path prefix), the newest period first.

    `after` is the last (period, unit_path, report_id) of the page before.
    """
    week, path, identity = after or ("", "", UUID(int=0))
    values = {"scope": scope, "unit": unit_id, "period": period, "limit": limit}
    behind = {"first": after is None, "week": week, "path": path, "id": identity}
    return [ReportRow(**row) for row in conn.execute(_LIST, values | behind)]


@dataclass(frozen=True, slots=True)
class Rates:
    """What became of obligations, each in one number at most.

    On time or late is by the submission that stands, as on the board; at the due instant it is
    late. `returned` lie with their unit for correction. `waiting` are not yet missed. An obligation
    with nothing open any more when it was due is in none: nothing was owed.
    """

    on_time: int
    late: int
    returned: int
    missed: int
    excused: int
    waiting: int

    @property
    def received(self) -> int:
        """How many came in."""
        return self.on_time + self.late + self.returned

    @property
    def expected(self) -> int:
        """How many had to come in so far: excused ones and those still waited for do not count."""
        return self.received + self.missed

    def __add__(self, other: "Rates") -> "Rates":
        return Rates(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class UnitRates:
    """The rates of one unit; `path` is its present one, empty while it is not known."""

    unit_id: UUID
    unit_name: str
    level: str
    path: str
    rates: Rates


_COUNTED: LiteralString = """
    count(*) FILTER (WHERE stage = 'submitted' AND submitted_at < due_at) AS on_time,
    count(*) FILTER (WHERE stage = 'submitted' AND submitted_at >= due_at) AS late,
    count(*) FILTER (WHERE stage = 'returned') AS returned,
    count(*) FILTER (WHERE stage = 'missed') AS missed,
    count(*) FILTER (WHERE stage = 'excused') AS excused,
    count(*) FILTER (WHERE stage = 'opened' AND due_at + %(grace)s > %(now)s) AS waiting
FROM reports_list r LEFT JOIN units u USING (unit_id)
WHERE starts_with(unit_path, %(scope)s) AND period BETWEEN %(first)s AND %(last)s
    AND length(period) = length(%(first)s) -- 2027-01 sorts between two weeks
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Which obligations are counted: in a scope, of weeks or months from first to last.

    They are counted as of `now` (UTC); `grace` after it was due a report is missed.
    """

    scope: str
    first: str
    last: str
    now: datetime
    grace: timedelta


def rates_by_level(conn: Connection[DictRow], span: Span) -> dict[str, Rates]:
    """The rates of each level; units that are not known yet are under the empty one."""
    rows = conn.execute(
        f"SELECT coalesce(u.level, '') AS level, {_COUNTED} GROUP BY 1 ORDER BY 1", asdict(span)
    )
    return {row.pop("level"): Rates(**row) for row in rows}


def rates_by_unit(
    conn: Connection[DictRow], span: Span, after: tuple[str, UUID] | None, limit: int
) -> list[UnitRates]:
    """The rates of each unit by path; `after` is the last (path, unit_id) of the page before."""
    path, unit = after or ("", UUID(int=0))
    rows = conn.execute(
        "SELECT r.unit_id, coalesce(u.name, '') AS unit_name, coalesce(u.level, '') AS level,"
        f" coalesce(u.path, '') AS path, {_COUNTED}"
        " AND (coalesce(u.path, ''), r.unit_id) > (%(path)s, %(unit)s)"
        " GROUP BY 1, 2, 3, 4 ORDER BY 4, 1 LIMIT %(limit)s",
        asdict(span) | {"path": path, "unit": unit, "limit": limit},
    )
    named = ("unit_id", "unit_name", "level", "path")
    return [
        UnitRates(**{name: row.pop(name) for name in named}, rates=Rates(**row)) for row in rows
    ]
