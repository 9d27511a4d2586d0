"""Meetings of steering committees, and the notices that conclude them.

A meeting is scheduled, moved or cancelled, and held once. A notice is taken in from a text as a
draft of items; people look at each item; signing freezes it.
"""

from meetings.domain.items import (
    Candidate,
    Correction,
    Decision,
    Doubt,
    DraftItem,
    DueMeeting,
    FieldRead,
    ItemKind,
    Named,
    SignedItem,
    corrections,
)
from meetings.domain.meeting import Meeting, MeetingState
from meetings.domain.notice import Header, Notice, ReadFacts
from meetings.domain.values import Attendee, Committee, Deadline, Document, Paths, Person

__all__ = [
    "Attendee",
    "Candidate",
    "Committee",
    "Correction",
    "Deadline",
    "Decision",
    "Document",
    "Doubt",
    "DraftItem",
    "DueMeeting",
    "FieldRead",
    "Header",
    "ItemKind",
    "Meeting",
    "MeetingState",
    "Named",
    "Notice",
    "Paths",
    "Person",
    "ReadFacts",
    "SignedItem",
    "corrections",
]
