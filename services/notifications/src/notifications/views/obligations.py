"""Reports that units owe, as far as reminding goes.

Only an obligation that was opened ahead is reminded of. What came in, was excused or missed is not
owed any more; what was returned afterwards is told of by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from notifications.domain import Occasion
from notifications.views.rows import Rows
from tiendo_contracts import reporting as reports
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import forms
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.notifications import TellingRequested
from tiendo_runtime.projection import Effect, Emit, Projection, Table
from tiendo_runtime.records import Received


@dataclass(slots=True)
class _Obligation:
    """The columns of the table of obligations, in its order; instants are UTC."""

    report_id: UUID
    unit_id: UUID | None = None
    unit_path: str | None = None
    period: str = ""
    due_at: datetime | None = None
    is_owed: bool = False
    is_reminded: bool = False


_OBLIGATIONS = Table("obligations", _Obligation)


def _apply(row: _Obligation, event: Contract, _envelope: Envelope, _emit: Emit) -> None:
    row.is_owed = isinstance(event, reports.ObligationOpened)
    if isinstance(event, reports.ObligationOpened):
        row.unit_id, row.unit_path = event.unit_id, event.unit_path
        row.period, row.due_at = event.period, event.due_at


class _Reminder(msgspec.Struct, frozen=True):
    """That a unit was reminded: nothing more is known of it."""


def _reminders(received: Received[TellingRequested]) -> Iterator[tuple[UUID, _Reminder]]:
    if received.event.occasion == Occasion.REPORT_DUE_SOON:
        yield received.event.subject_id, _Reminder()


def _remind(row: _Obligation, _part: _Reminder, _envelope: Envelope, _emit: Emit) -> None:
    row.is_reminded = True


OBLIGATIONS = Projection(
    name="obligations",
    version=1,
    topics=(reports.ObligationOpened.TOPIC, TellingRequested.TOPIC),
    tables=(_OBLIGATIONS,),
    on={
        **dict.fromkeys(
            forms(
                reports.ObligationOpened,
                reports.ReportSubmitted,
                reports.ReportMissed,
                reports.ReportExcused,
            ),
            (Effect(_OBLIGATIONS, _apply),),
        ),
        TellingRequested: (Effect(_OBLIGATIONS, _remind, _reminders, _Reminder),),
    },
)


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A report that a unit owes and has not handed in; `due_at` is UTC."""

    report_id: UUID
    unit_id: UUID
    unit_path: str
    period: str
    due_at: datetime


def reports_due(
    conn: Rows, now: datetime, until: datetime, today: date, limit: int
) -> list[ReportDue]:
    """Reports owed that are due after `now` and by `until` (UTC) and were not reminded of.

    A unit that leads nothing open any more owes nothing, and one that has ended by `today` (in
    Vietnam) is written to no more. What was requested a moment ago may still be missing here.
    """
    rows = conn.execute(
        "SELECT report_id, unit_id, unit_path, period, due_at FROM obligations o"
        " WHERE is_owed AND NOT is_reminded AND due_at > %s AND due_at <= %s"
        " AND EXISTS (SELECT FROM assignments a WHERE a.lead_unit_id = o.unit_id AND a.is_open)"
        " AND NOT EXISTS (SELECT FROM units u WHERE u.unit_id = o.unit_id AND u.ended_on <= %s)"
        " ORDER BY due_at, report_id LIMIT %s",
        (now, until, today, limit),
    )
    return [ReportDue(**row) for row in rows]
