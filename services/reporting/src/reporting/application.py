"""Use cases of reporting: one verb each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from reporting.domain import (
    Coverage,
    Line,
    Obligation,
    Person,
    Report,
    Wave,
    check_ahead,
    check_lock,
    check_window,
    report_id,
)
from reporting.period import Period, Rhythm
from tiendo_runtime.domain import ForbiddenError, NotYetKnownError
from tiendo_runtime.store import Work

Leads = Callable[[Sequence[UUID]], Mapping[UUID, UUID]]
"""Tells the lead unit of each of these assignments that is known here."""


def open_obligation(work: Work, owed: Obligation, opens_at: datetime) -> bool:
    """Record ahead of time that a unit owes a report; only once, and not when it is due."""
    now = work.clock.now()
    known = work.find(Report, report_id(owed.unit_id, Period.parse(owed.period)))
    if known or not opens_at <= now < owed.due_at:
        return False
    work.add(Report.open(owed, opens_at, timestamp=now))
    return True


def submit_report(
    work: Work, owed: Obligation, lines: Sequence[Line], leads: Leads, lock: timedelta
) -> Report:
    """Take in a unit's report, also a late one until its period is locked.

    Raises:
        RuleError: The period is out of the window, or a line breaks a rule.
        NotYetKnownError: `assignment_not_yet_known`.
        ForbiddenError: `out_of_scope`: an assignment of another unit.
        ConflictError: `report_exists`, `report_locked`.
    """
    now, period = work.clock.now(), Period.parse(owed.period)
    check_window(period, now)
    report = work.find(Report, report_id(owed.unit_id, period))
    if report is None:
        check_lock(owed, lock, now)
        report = work.add(Report.submit(owed, lines, timestamp=now))
    else:
        report.check_lock(lock, now)
        report.resubmit(lines, timestamp=now)
    _check_leads(owed.unit_id, lines, leads)  # last: what another try cannot mend comes first
    return report


def _check_leads(unit_id: UUID, lines: Sequence[Line], leads: Leads) -> None:
    found = leads([line.assignment_id for line in lines])
    for number, line in enumerate(lines):
        path = f"/lines/{number}/assignment_id"
        lead = found.get(line.assignment_id)
        if lead is None:
            raise NotYetKnownError(
                "assignment_not_yet_known", path=path, assignment=line.assignment_id
            )
        if lead != unit_id:
            raise ForbiddenError("out_of_scope", path=path)


def return_report(work: Work, report: UUID, reason: str) -> Report:
    """Send a report back to its unit.

    Raises:
        NotFoundError: There is none.
        ConflictError: `not_submitted`.
    """
    found = work.get(Report, report)
    found.send_back(reason, timestamp=work.clock.now())
    return found


def excuse_report(work: Work, report: UUID, by: Person, reason: str) -> Report:
    """Let a unit off its report.

    Raises:
        NotFoundError: There is none.
        ConflictError: `not_owed`.
    """
    found = work.get(Report, report)
    found.excuse(by, reason, timestamp=work.clock.now())
    return found


def excuse_ahead(
    work: Work, owed: Obligation, opens_at: datetime, by: Person, reason: str
) -> Report:
    """Let a unit off a report that is not due yet, whether it was opened already or not.

    It is opened by that, so that everybody sees until when it would have been due.

    Raises:
        RuleError: `period_gone`, or `excuse_too_far`.
        ConflictError: `not_owed`: it came in, or is excused already.
    """
    now, period = work.clock.now(), Period.parse(owed.period)
    report = work.find(Report, report_id(owed.unit_id, period))
    if report is None:
        check_ahead(owed, now)
        report = work.add(Report.open(owed, opens_at, timestamp=now))
    report.excuse(by, reason, timestamp=now)
    return report


def allow_late_report(work: Work, report: UUID, until: datetime, by: Person, reason: str) -> Report:
    """Let a unit report until an instant (UTC), though its period is locked.

    Raises:
        NotFoundError: There is none.
        ConflictError: `not_owed`.
        RuleError: `until_past`.
    """
    found = work.get(Report, report)
    found.allow_late(until, by, reason, timestamp=work.clock.now())
    return found


def comment_on_report(work: Work, report: UUID, author: Person, unit_id: UUID, text: str) -> Report:
    """Say something about a report.

    Raises:
        NotFoundError: There is none.
        ConflictError: `too_many_comments`.
    """
    found = work.get(Report, report)
    found.comment(author, unit_id, text, timestamp=work.clock.now())
    return found


def order_wave(
    work: Work,
    name: str,
    rhythm: Rhythm,
    from_day: date,
    coverage: Coverage,
    unit_path: str,
    by: Person,
) -> Wave:
    """Let units begin to report in a rhythm; `unit_path` is that of the unit that decides.

    Raises:
        RuleError: `wave_of_nobody`, `wave_in_past`.
    """
    now = work.clock.now()
    return work.add(
        Wave.order(work.ids.new(), name, rhythm, from_day, coverage, unit_path, by, timestamp=now)
    )


def end_wave(work: Work, wave: UUID, ends_on: date, by: Person, reason: str) -> Wave:
    """Let the units of a wave off, for periods from a day on.

    Raises:
        NotFoundError: There is none.
        ConflictError: `wave_ended`.
        RuleError: `wave_in_past`.
    """
    found = work.get(Wave, wave)
    found.end(ends_on, by, reason, timestamp=work.clock.now())
    return found


def miss_report(work: Work, owed: Obligation, missed_at: datetime) -> bool:
    """Record that a report was missed, if that instant (UTC) went by without one; only once."""
    now = work.clock.now()
    if now < missed_at:
        return False
    known = work.find(Report, report_id(owed.unit_id, Period.parse(owed.period)))
    if known is not None:
        moved = known.owed.due_at - owed.due_at  # another rule held when it was opened
        return now >= missed_at + moved and known.pass_over(timestamp=now)
    work.add(Report.miss(owed, timestamp=now))
    return True


@dataclass(frozen=True, slots=True)
class Draft:
    """What a unit's next report for a period starts from."""

    report: Report | None
    lines: Mapping[UUID, Line]


def draft_report(work: Work, unit_id: UUID, period: Period) -> Draft:
    """The report as it stands, and its lines; before there are any, those of the period before.

    A claim of the period before is not repeated: a line starts as not done.
    """
    report = work.find(Report, report_id(unit_id, period))
    if report is not None and report.lines:
        return Draft(report, {line.assignment_id: line for line in report.lines})
    before = work.find(Report, report_id(unit_id, period.previous))
    lines = before.lines if before else ()
    return Draft(report, {line.assignment_id: replace(line, done=False) for line in lines})
