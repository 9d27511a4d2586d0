"""Kafka in: notices oblige units and change what was ordered, reports claim completion."""

from collections.abc import Iterator
from uuid import UUID

from assignments.application import (
    Obligation,
    amend_assignment,
    assignment_id,
    check_unit,
    issue_assignment,
    report_completion,
)
from assignments.domain import (
    Action,
    Amendment,
    Assignment,
    Deadline,
    DueMeeting,
    MeetingKind,
    Origin,
)
from tiendo_contracts.catalogue import forms
from tiendo_contracts.meetings import (
    ConclusionIssued,
    ConclusionItem,
    ConclusionSupplemented,
    ItemChange,
)
from tiendo_contracts.reporting import ReportSubmitted
from tiendo_runtime.reactions import Reactions
from tiendo_runtime.records import Received
from tiendo_runtime.store import Work


def on_conclusion_issued(work: Work, received: Received[ConclusionIssued]) -> None:
    """Issue an assignment for each item that obliges a unit."""
    notice = received.event
    for item in notice.items:
        if item.kind == "assignment" and item.lead_unit_id is not None:
            issue_assignment(work, _obligation(received, item))


def _obligation(received: Received[ConclusionIssued], item: ConclusionItem) -> Obligation:
    assert item.lead_unit_id is not None  # noqa: S101 - the contract demands it of assignments
    notice, due = received.event, item.deadline
    return Obligation(
        origin=Origin(notice.notice_id, notice.number, item.path, notice.issued_on),
        committee_id=notice.committee_id,
        committee_path=notice.committee_path,
        lead_unit_id=item.lead_unit_id,
        coordinator_ids=item.coordinator_ids,
        text=item.text,
        deadline=Deadline(due.due_on, due.late_from, due.words),
        recurring=item.recurring,
        due_meeting=_due_meeting(received, item),
    )


def _due_meeting(received: Received[ConclusionIssued], item: ConclusionItem) -> DueMeeting | None:
    due, notice = item.due_meeting, received.event
    if due is None:
        return None
    return DueMeeting(
        kind=MeetingKind(due.kind),
        series=due.series,
        ordinal=due.ordinal,
        month=due.month,
        quarter=due.quarter,
        year=due.year,
        before=due.before,
        days_before=due.days_before,
        after_meeting_id=notice.meeting_id,
        after_on=notice.issued_on,
        signed_at=received.envelope.time,
    )


def on_conclusion_supplemented(work: Work, received: Received[ConclusionSupplemented]) -> None:
    """Let a later notice change what an earlier one ordered; what it adds it issues itself.

    Both events have the key of the earlier notice, so that its assignments are there already.
    """
    later = received.event
    for change in later.changes:
        amendment = _amendment(work, later, change)
        for lead in change.of_lead_ids:
            ordered = assignment_id(later.notice_id, change.item_path, lead)
            amend_assignment(work, ordered, amendment)


def _amendment(work: Work, later: ConclusionSupplemented, change: ItemChange) -> Amendment:
    due, lead = change.deadline, change.lead_unit_id
    return Amendment(
        by=Origin(later.by_notice_id, later.number, change.by_item_path, later.issued_on),
        item_path=change.item_path,
        action=Action(change.action),
        deadline=Deadline(due.due_on, due.late_from, due.words) if due else None,
        unit_id=lead,
        unit_path=check_unit(work, lead).path if lead else "",
    )


def on_report_submitted(work: Work, received: Received[ReportSubmitted]) -> None:
    """Take note of each line that claims completion of the reporting unit's own assignment."""
    report = received.event
    for line in report.lines:
        if not line.done:
            continue
        assignment = work.get(Assignment, line.assignment_id)
        if assignment.place.lead_unit_id == report.unit_id:
            report_completion(
                work, assignment.id, report.report_id, report.submitted_at, line.product_url
            )


def _of_notice(received: Received[ConclusionIssued]) -> Iterator[UUID]:
    notice = received.event
    for item in notice.items:
        if item.lead_unit_id is not None:
            yield item.lead_unit_id
            yield assignment_id(notice.notice_id, item.path, item.lead_unit_id)


def _of_supplement(received: Received[ConclusionSupplemented]) -> Iterator[UUID]:
    later = received.event
    for change in later.changes:
        yield from (change.lead_unit_id,) if change.lead_unit_id else ()
        for lead in change.of_lead_ids:
            yield assignment_id(later.notice_id, change.item_path, lead)


def _of_report(received: Received[ReportSubmitted]) -> Iterator[UUID]:
    return (line.assignment_id for line in received.event.lines if line.done)


REACTIONS = Reactions(
    name="reactions",
    on={
        ConclusionIssued: on_conclusion_issued,
        ConclusionSupplemented: on_conclusion_supplemented,
        **dict.fromkeys(forms(ReportSubmitted), on_report_submitted),
    },
    expects={
        ConclusionIssued: _of_notice,
        ConclusionSupplemented: _of_supplement,
        **dict.fromkeys(forms(ReportSubmitted), _of_report),
    },
)
