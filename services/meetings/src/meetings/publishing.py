"""Kafka out: domain events to contracts. Drafts of notices stay private."""

from collections.abc import Callable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from meetings.domain import BoundMeeting, Deadline, Document, Meeting, Notice, Person, SignedItem
from tiendo_contracts import meetings as out
from tiendo_contracts.base import Contract, DueMeeting
from tiendo_contracts.base import Deadline as PublicDeadline
from tiendo_contracts.base import Document as PublicDocument
from tiendo_contracts.base import Person as PublicPerson
from tiendo_runtime.codec import DomainEvent


def publish(event: DomainEvent) -> Contract | None:
    """The contract that tells others of an event, None for what stays private."""
    mapping = _MAPPINGS.get(type(event))
    return mapping(event) if mapping else None


def _person(person: Person) -> PublicPerson:
    return PublicPerson(name=person.name, office=person.office)


def _document(document: Document) -> PublicDocument:
    return PublicDocument(
        sha256=document.sha256,
        title=document.title,
        media_type=document.media_type,
        size=document.size,
    )


def _deadline(deadline: Deadline) -> PublicDeadline:
    return PublicDeadline(
        due_on=deadline.due_on, late_from=deadline.late_from, words=deadline.words
    )


def _of(event: Any) -> dict[str, Any]:
    return {
        "meeting_id": event.originator_id,
        "committee_id": event.committee.id,
        "committee_path": event.committee.path,
    }


def _scheduled(event: Meeting.Scheduled) -> Contract:
    return out.MeetingScheduled(
        **_of(event),
        title=event.title,
        series=event.series,
        previous_meeting_id=event.previous_meeting_id,
        starts_at=event.starts_at,
        place=event.place,
        bridge_points=event.bridge_points,
    )


def _moved(event: Meeting.Moved) -> Contract:
    return out.MeetingMoved(**_of(event), starts_at=event.starts_at)


def _cancelled(event: Meeting.Cancelled) -> Contract:
    return out.MeetingCancelled(**_of(event), reason=event.reason)


def _held(event: Meeting.Held) -> Contract:
    return out.MeetingHeld(
        **_of(event),
        title=event.title,
        occurred_at=event.occurred_at,
        chair=_person(event.chair),
        attendance=tuple(
            out.Attendee(
                person=_person(one.person),
                unit_id=one.unit_id,
                present=one.present,
                bridge_point=one.bridge_point,
            )
            for one in event.attendance
        ),
        bridge_points=event.bridge_points,
        documents=tuple(_document(document) for document in event.documents),
        previous_meeting_id=event.previous_meeting_id,
    )


def _signed(event: Notice.Signed) -> Contract:
    return out.ConclusionIssued.model_validate(
        {
            "committee_id": event.committee.id,
            "committee_path": event.committee.path,
            "notice_id": event.originator_id,
            "meeting_id": event.meeting_id,
            "number": event.number,
            "title": event.title,
            "form": event.form,
            "issued_on": event.issued_on,
            "signed_by": _person(event.signed_by),
            "document": _document(event.document),
            "items": tuple(_item(item) for item in event.items),
        }
    )


def _due_meeting(bound: BoundMeeting) -> DueMeeting:
    return DueMeeting.model_validate(asdict(bound))


def _item(item: SignedItem) -> out.ConclusionItem:
    return out.ConclusionItem.model_validate(
        {
            "path": item.path,
            "kind": item.kind.value,
            "text": item.text,
            "lead_unit_id": item.lead_unit_id,
            "coordinator_ids": item.coordinator_ids,
            "deadline": _deadline(item.deadline),
            "recurring": item.recurring,
            "reason": item.reason,
            "due_meeting": _due_meeting(item.due_meeting) if item.due_meeting else None,
            "groups": tuple(
                out.NamedGroup(words=words, unit_ids=tuple(one.unit_id for one in of))
                for words, of in groupby(
                    sorted(item.origins, key=lambda one: one.group), lambda one: one.group
                )
            ),
        }
    )


def _supplemented(event: Notice.Supplemented) -> Contract:
    later = event.supplement
    return out.ConclusionSupplemented(
        committee_id=event.committee.id,
        committee_path=event.committee.path,
        notice_id=event.originator_id,
        by_notice_id=later.by_notice_id,
        number=later.number,
        issued_on=later.issued_on,
        changes=tuple(
            out.ItemChange(
                item_path=link.item_path,
                by_item_path=path,
                action=link.kind.value,
                deadline=_deadline(link.deadline) if link.deadline else None,
                lead_unit_id=link.lead_unit_id,
                of_lead_ids=link.of_lead_ids,
            )
            for path, link in later.links
        ),
    )


_MAPPINGS: dict[type[DomainEvent], Callable[[Any], Contract]] = {
    Meeting.Scheduled: _scheduled,
    Meeting.Moved: _moved,
    Meeting.Cancelled: _cancelled,
    Meeting.Held: _held,
    Notice.Signed: _signed,
    Notice.Supplemented: _supplemented,
}
