from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from monitoring.views import rows
from monitoring.views.rows import AssignmentRow, apply_line, cell_of, lines_of
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.examples import assignments as assigned
from tiendo_contracts.examples import envelope, story
from tiendo_contracts.examples import reporting as reported
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.records import Partition, Raw, Received

LATE_FROM = datetime(2026, 12, 15, 17, 0, tzinfo=UTC)  # of story.PLATFORM_DUE


RAW = Raw(Partition("t", 0), 0, b"", b"", ())


def nowhere(_: object) -> None:
    """Where entries go that nobody reads here."""


def happen(row: AssignmentRow, event: Contract, version: int) -> None:
    rows.apply(row, event, replace(envelope(event), subjectversion=version), nowhere)


def show(row: AssignmentRow, report: ReportSubmitted, event: str, **changes: object) -> None:
    """Let the first line of a report show."""
    given = replace(envelope(report), id=event)
    ((_, line),) = list(lines_of(Received(given, report, RAW)))[:1]
    apply_line(row, msgspec.structs.replace(line, **changes), given, nowhere)


def issued(deadline: Deadline = story.PLATFORM_DUE) -> AssignmentRow:
    row = AssignmentRow(story.PLATFORM)
    happen(row, assigned.ASSIGNMENT_ISSUED.model_copy(update={"deadline": deadline}), 1)
    return row


def claimed(row: AssignmentRow, at: datetime) -> AssignmentRow:
    happen(row, assigned.COMPLETION_REPORTED.model_copy(update={"claimed_at": at}), row.version + 1)
    return row


def test_what_is_known_from_reports_alone_counts_nowhere() -> None:
    row = AssignmentRow(story.PLATFORM)
    show(row, reported.REPORT_SUBMITTED, "e1")
    assert cell_of(row) is None
    assert row.percent == 100


def test_an_open_assignment_counts_by_both_of_its_deadlines() -> None:
    row = issued()
    later = Deadline.on(LATE_FROM.date() + timedelta(days=20), "gia hạn")
    happen(row, assigned.EXTENSION_GRANTED.model_copy(update={"deadline": later}), 2)
    cell = cell_of(row)
    assert cell is not None
    assert (cell.late_from, cell.original_late_from) == (later.late_from, LATE_FROM)
    assert (row.granted, row.original_words, row.due_words) == (
        1,
        "trước ngày 15/12/2026",
        "gia hạn",
    )


def test_the_instant_of_the_deadline_is_late_already() -> None:
    in_time = cell_of(claimed(issued(), LATE_FROM - timedelta(microseconds=1)))
    late = cell_of(claimed(issued(), LATE_FROM))
    assert in_time is not None
    assert late is not None
    assert (in_time.in_time, late.in_time) == (True, False)


def test_a_claim_is_told_against_the_deadline_that_holds_and_the_original_one() -> None:
    row = issued()
    later = Deadline.on(LATE_FROM.date() + timedelta(days=20), "")
    happen(row, assigned.EXTENSION_GRANTED.model_copy(update={"deadline": later}), 2)
    cell = cell_of(claimed(row, LATE_FROM + timedelta(days=1)))
    assert cell is not None
    assert (cell.stage, cell.in_time, cell.in_time_originally) == ("claimed", True, False)


def test_done_without_a_deadline_is_neither_in_time_nor_late() -> None:
    cell = cell_of(claimed(issued(Deadline.none("thường xuyên")), LATE_FROM))
    assert cell is not None
    assert (cell.in_time, cell.in_time_originally) == (None, None)


def test_a_refused_completion_is_open_again() -> None:
    row = claimed(issued(), LATE_FROM)
    happen(row, assigned.COMPLETION_REFUSED, 3)
    assert (row.stage, row.claimed_at, row.version) == ("accepted", None, 3)


def test_a_request_for_more_time_waits_until_it_is_decided() -> None:
    row = issued()
    happen(row, assigned.EXTENSION_REQUESTED, 2)
    assert row.pending_due_on == assigned.EXTENSION_REQUESTED.asked.due_on
    happen(row, assigned.EXTENSION_REFUSED, 3)
    assert (row.asked, row.refused, row.pending_due_on) == (1, 1, None)


def test_the_latest_report_shows_whichever_arrives_first() -> None:
    early = reported.REPORT_SUBMITTED
    late = early.model_copy(
        update={"submitted_at": early.submitted_at + timedelta(days=7), "report_id": UUID(int=7)}
    )
    one, other = AssignmentRow(story.PLATFORM), AssignmentRow(story.PLATFORM)
    for row, order in ((one, (early, late)), (other, (late, early))):
        for report in order:
            show(row, report, str(report.report_id))
    assert one == other
    assert one.report_id == UUID(int=7)


def test_two_reports_of_one_instant_are_told_apart_by_event() -> None:
    one, other = AssignmentRow(story.PLATFORM), AssignmentRow(story.PLATFORM)
    for row, order in ((one, ("a", "b")), (other, ("b", "a"))):
        for event in order:
            show(row, reported.REPORT_SUBMITTED, event, percent=ord(event))
    assert one.report_event == other.report_event == "b"
    assert one.percent == other.percent == ord("b")


def test_of_two_lines_on_one_assignment_the_first_counts() -> None:
    report = reported.REPORT_SUBMITTED
    twice = (report.lines[0], report.lines[0].model_copy(update={"percent": 1}))
    event = report.model_copy(update={"lines": twice})
    found = list(lines_of(Received(envelope(event), event, RAW)))
    assert [(key, line.percent) for key, line in found] == [
        (twice[0].assignment_id, twice[0].percent)
    ]
