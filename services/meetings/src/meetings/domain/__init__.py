"""Meetings of steering committees, and the notices that conclude them.

A meeting is scheduled, moved or cancelled, and held once. A notice is taken in from a text as a
draft of items; people look at each item; signing freezes it.
"""

from meetings.domain.head import Header, ReadFacts
from meetings.domain.items import (
    BoundMeeting,
    Candidate,
    Correction,
    Decision,
    Doubt,
    DraftItem,
    DueMeeting,
    FieldRead,
    ItemKind,
    Named,
    Origin,
    SignedItem,
    corrections,
)
from meetings.domain.links import Link, LinkKind, ProposedLink, Supplement
from meetings.domain.meeting import Meeting, MeetingState
from meetings.domain.notice import Notice
from meetings.domain.signing import Answer, Confirmed, How
from meetings.domain.values import (
    Attendee,
    Committee,
    Deadline,
    Document,
    Paths,
    Person,
    plain_number,
)

__all__ = [
    "Answer",
    "Attendee",
    "BoundMeeting",
    "Candidate",
    "Committee",
    "Confirmed",
    "Correction",
    "Deadline",
    "Decision",
    "Document",
    "Doubt",
    "DraftItem",
    "DueMeeting",
    "FieldRead",
    "Header",
    "How",
    "ItemKind",
    "Link",
    "LinkKind",
    "Meeting",
    "MeetingState",
    "Named",
    "Notice",
    "Origin",
    "Paths",
    "Person",
    "ProposedLink",
    "ReadFacts",
    "SignedItem",
    "Supplement",
    "corrections",
    "plain_number",
]
