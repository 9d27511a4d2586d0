"""Kafka out: domain events to contracts. All of them are public here."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from assignments.domain import (
    Assignment,
    Change,
    Deadline,
    DueMeeting,
    Origin,
    Person,
    Sample,
    Unit,
)
from tiendo_contracts import assignments as out
from tiendo_contracts import units
from tiendo_contracts.base import Contract, Level
from tiendo_contracts.base import Deadline as PublicDeadline
from tiendo_contracts.base import Person as PublicPerson
from tiendo_runtime.codec import DomainEvent


def publish(event: DomainEvent) -> Contract | None:
    """The contract that tells others of an event."""
    mapping = _MAPPINGS.get(type(event))
    return mapping(event) if mapping else None


def _deadline(deadline: Deadline) -> PublicDeadline:
    return PublicDeadline(
        due_on=deadline.due_on, late_from=deadline.late_from, words=deadline.words
    )


def _person(person: Person) -> PublicPerson:
    return PublicPerson(name=person.name, office=person.office)


def _of(event: Any) -> dict[str, Any]:
    place = event.place
    return {
        "assignment_id": event.originator_id,
        "committee_id": place.committee_id,
        "committee_path": place.committee_path,
        "lead_unit_id": place.lead_unit_id,
        "lead_unit_path": place.lead_unit_path,
    }


def _registered(event: Unit.Registered) -> Contract:
    return units.UnitRegistered(
        unit_id=event.originator_id,
        effective_on=event.effective_on,
        code=event.code,
        name=event.name,
        name_en=event.name_en,
        aliases=event.aliases,
        level=Level(event.level),
        kind=event.kind,
        parent_id=event.parent_id,
        path=event.path,
    )


def _renamed(event: Unit.Renamed) -> Contract:
    return units.UnitRenamed(
        unit_id=event.originator_id,
        effective_on=event.effective_on,
        name=event.name,
        aliases=event.aliases,
    )


def _drawn(event: Sample.Drawn) -> Contract:
    return out.VerificationSampled(
        sample_id=event.originator_id,
        committee_id=event.committee_id,
        committee_path=event.committee_path,
        seed=event.seed,
        share_percent=event.share,
        meeting_at=event.meeting_at,
        considered=len(event.claims),
        picks=tuple(
            out.SamplePick(
                assignment_id=pick.assignment_id, unit_id=pick.unit_id, because=pick.because.value
            )
            for pick in event.picks
        ),
    )


def _unit_moved(event: Unit.Moved) -> Contract:
    return units.UnitMoved(
        unit_id=event.originator_id,
        effective_on=event.effective_on,
        parent_id=event.parent_id,
        path=event.path,
        from_path=event.from_path,
        legal_basis=event.legal_basis,
    )


def _merged(event: Unit.Merged) -> Contract:
    return units.UnitMerged(
        unit_id=event.originator_id,
        effective_on=event.effective_on,
        into_id=event.into_id,
        legal_basis=event.legal_basis,
    )


def _dissolved(event: Unit.Dissolved) -> Contract:
    return units.UnitDissolved(
        unit_id=event.originator_id,
        effective_on=event.effective_on,
        successor_ids=event.successor_ids,
        legal_basis=event.legal_basis,
    )


def _awaited(due: DueMeeting) -> out.AwaitedMeeting:
    return out.AwaitedMeeting(
        kind=due.kind.value,
        series=due.series,
        ordinal=due.ordinal,
        month=due.month,
        quarter=due.quarter,
        year=due.year,
        before=due.before,
        days_before=due.days_before,
        after_meeting_id=due.after_meeting_id,
        after_on=due.after_on,
        signed_at=due.signed_at,
    )


def _issued(event: Assignment.Issued) -> Contract:
    origin = event.origin
    return out.AssignmentIssued.model_validate(
        _of(event)
        | {
            "notice_id": origin.notice_id,
            "notice_number": origin.notice_number,
            "item_path": origin.item_path,
            "issued_on": origin.issued_on,
            "text": event.text,
            "coordinator_ids": event.coordinator_ids,
            "deadline": _deadline(event.deadline),
            "recurring": event.recurring,
            "due_meeting": _awaited(event.due_meeting) if event.due_meeting else None,
        }
    )


def _resolved(event: Assignment.DeadlineResolved) -> Contract:
    return out.DeadlineResolved(
        **_of(event),
        meeting_id=event.meeting_id,
        original=_deadline(event.original),
        deadline=_deadline(event.deadline),
    )


def _asked(event: Assignment.ExtensionRequested) -> Contract:
    return out.ExtensionRequested(
        **_of(event),
        asked=_deadline(event.asked),
        reason=event.reason,
        after_deadline=event.after_deadline,
    )


def _granted(event: Assignment.ExtensionGranted) -> Contract:
    return out.ExtensionGranted(
        **_of(event), deadline=_deadline(event.deadline), reason=event.reason
    )


def _extension_refused(event: Assignment.ExtensionRefused) -> Contract:
    return out.ExtensionRefused(**_of(event), reason=event.reason)


def _reported(event: Assignment.CompletionReported) -> Contract:
    return out.CompletionReported(
        **_of(event),
        report_id=event.report_id,
        claimed_at=event.claimed_at,
        product_url=event.product_url,
    )


def _verified(event: Assignment.CompletionVerified) -> Contract:
    return out.CompletionVerified(
        **_of(event),
        claimed_at=event.claimed_at,
        inspector=_person(event.inspector),
        finding=event.finding,
    )


def _refused(event: Assignment.CompletionRefused) -> Contract:
    return out.CompletionRefused(
        **_of(event), inspector=_person(event.inspector), reason=event.reason
    )


def _passed(event: Assignment.DeadlinePassed) -> Contract:
    return out.DeadlinePassed(**_of(event), deadline=_deadline(event.deadline))


def _accepted(event: Assignment.Accepted) -> Contract:
    return out.AssignmentAccepted(**_of(event))


def _contested(event: Assignment.Contested) -> Contract:
    return out.AssignmentContested(
        **_of(event),
        ground=event.ground.value,
        reason=event.reason,
        duplicate_of_id=event.duplicate_of,
    )


def _answered(event: Assignment.ContestAnswered) -> Contract:
    return out.ContestAnswered(**_of(event), upheld=event.upheld, reason=event.reason)


# Readers of v1 know three causes: a unit that is elsewhere is told as what it comes of.
_CAUSES: Mapping[Change, Literal["decision", "unit_merged", "unit_dissolved"]] = {
    Change.DECISION: "decision",
    Change.MERGED: "unit_merged",
    Change.DISSOLVED: "unit_dissolved",
    Change.MOVED: "unit_merged",
}


def _transferred(event: Assignment.Transferred) -> Contract:
    return out.AssignmentTransferred(
        **_of(event),
        from_unit_id=event.from_unit_id,
        from_unit_path=event.from_unit_path,
        effective_on=event.effective_on,
        deadline=_deadline(event.deadline),
        cause=_CAUSES[event.change],
        reason=event.reason,
    )


def _help_asked(event: Assignment.HelpAsked) -> Contract:
    return out.HelpAsked(**_of(event), helper_id=event.helper_id, part=event.part)


def _help_confirmed(event: Assignment.HelpConfirmed) -> Contract:
    return out.HelpConfirmed(**_of(event), helper_id=event.helper_id, remark=event.remark)


def _help_declined(event: Assignment.HelpDeclined) -> Contract:
    return out.HelpDeclined(**_of(event), helper_id=event.helper_id, reason=event.reason)


def _closed(event: Assignment.Closed) -> Contract:
    return out.AssignmentClosed(
        **_of(event),
        outcome=event.outcome.value,
        superseded_by_id=event.superseded_by,
        reason=event.reason,
    )


def _split(event: Assignment.Split) -> Contract:
    return out.AssignmentSplit(**_of(event), part_ids=event.part_ids, reason=event.reason)


def _joined(event: Assignment.Joined) -> Contract:
    return out.AssignmentJoined(**_of(event), into_id=event.into_id, reason=event.reason)


def _derived(event: Assignment.Derived) -> Contract:
    return out.AssignmentDerived(
        **_of(event),
        how=event.how.value,
        sources=tuple(
            out.AssignmentSource(
                assignment_id=source.assignment_id,
                origins=tuple(_origin(one) for one in source.origins),
            )
            for source in event.sources
        ),
    )


def _amended(event: Assignment.Amended) -> Contract:
    return out.AssignmentAmended(
        **_of(event),
        by=_origin(event.by),
        item_path=event.item_path,
        action=event.action.value,
        applied=not event.why_not,
        why_not=event.why_not,
    )


def _origin(origin: Origin) -> out.NoticeItem:
    return out.NoticeItem(
        notice_id=origin.notice_id,
        notice_number=origin.notice_number,
        item_path=origin.item_path,
        issued_on=origin.issued_on,
    )


_MAPPINGS: dict[type[DomainEvent], Callable[[Any], Contract]] = {
    Unit.Registered: _registered,
    Unit.Renamed: _renamed,
    Unit.Moved: _unit_moved,
    Unit.Merged: _merged,
    Unit.Dissolved: _dissolved,
    Sample.Drawn: _drawn,
    Assignment.Issued: _issued,
    Assignment.DeadlineResolved: _resolved,
    Assignment.ExtensionRequested: _asked,
    Assignment.ExtensionGranted: _granted,
    Assignment.ExtensionRefused: _extension_refused,
    Assignment.CompletionReported: _reported,
    Assignment.CompletionVerified: _verified,
    Assignment.CompletionRefused: _refused,
    Assignment.DeadlinePassed: _passed,
    Assignment.Accepted: _accepted,
    Assignment.Contested: _contested,
    Assignment.ContestAnswered: _answered,
    Assignment.Transferred: _transferred,
    Assignment.HelpAsked: _help_asked,
    Assignment.HelpConfirmed: _help_confirmed,
    Assignment.HelpDeclined: _help_declined,
    Assignment.Closed: _closed,
    Assignment.Split: _split,
    Assignment.Joined: _joined,
    Assignment.Derived: _derived,
    Assignment.Amended: _amended,
}
