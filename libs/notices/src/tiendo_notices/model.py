"""What a reading is: plain values that can be stored, compared and shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tiendo_notices.due.meetings import MeetingBound

Kind = Literal["assignment", "statement"]
Form = Literal["party", "state"]
LinkKind = Literal["add", "re-date", "hand-over", "revoke"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason for a person to look at one field before anything is signed.

    `field` is a field of the item or of the notice. `code` is stable; the sentences are to be
    shown.
    """

    field: str
    code: str
    vi: str
    en: str

    def to_dict(self) -> dict[str, str]:
        """The form of `read --json`."""
        return {"field": self.field, "code": self.code, "vi": self.vi, "en": self.en}


@dataclass(frozen=True, slots=True)
class FieldReading:
    """How one field of an item came about.

    `span` counts in the NFC text, and is None where the value is that nothing was said.
    """

    name: str
    span: tuple[int, int] | None
    rule: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """The form of `read --json`, under the field's name."""
        return {
            "span": list(self.span) if self.span else None,
            "rule": self.rule,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """What an item seems to do to an earlier notice: a person confirms, changes or rejects it.

    `number` and `issued_on` name that notice, `item_path` the item of it, as printed; each is None
    where nothing is said. `due` and `lead` are what is new: the last day in Vietnam of what is
    re-dated, the unit that something is handed over to. `span` counts in the NFC text.
    """

    kind: LinkKind
    number: str | None
    issued_on: date | None
    item_path: str | None
    due: date | None
    due_text: str | None
    lead: str | None
    span: tuple[int, int]
    rule: str
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """The form of `read --json`."""
        return {
            "kind": self.kind,
            "number": self.number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "item_path": self.item_path,
            "due": self.due.isoformat() if self.due else None,
            "due_text": self.due_text,
            "lead": self.lead,
            "span": list(self.span),
            "rule": self.rule,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One enumerated part that says something of its own.

    `text` is `nfc[span[0]:span[1]]` of the text as given, with each run of white space made one
    blank; the printed number is not part of it. `due` is the last day in Vietnam, `due_at` its
    instant; `meeting` says what it waits for instead. `rrule` is `recurring` in RFC 5545's words.
    `rules` name what was applied, `fields` say it for each field with its span and confidence;
    `confidence` (0 to 1) is that of the item as a whole and falls with every doubt. `links` are the
    changes of earlier notices that it proposes.
    """

    path: str
    kind: Kind
    text: str
    span: tuple[int, int]
    lead: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    due: date | None = None
    due_at: datetime | None = None
    due_text: str | None = None
    recurring: str | None = None
    rrule: str | None = None
    meeting: MeetingBound | None = None
    rules: tuple[str, ...] = ()
    confidence: float = 1.0
    doubts: tuple[Doubt, ...] = ()
    fields: tuple[FieldReading, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def unsure(self) -> tuple[str, ...]:
        """The fields that a person must look at, each with at least one doubt behind it."""
        return tuple(dict.fromkeys(doubt.field for doubt in self.doubts))

    def to_dict(self) -> dict[str, Any]:
        """The form of `read --json` and of the label files."""
        return {
            "path": self.path,
            "kind": self.kind,
            "text": self.text,
            "span": list(self.span),
            "lead": list(self.lead),
            "coordinators": list(self.coordinators),
            "due": self.due.isoformat() if self.due else None,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "due_text": self.due_text,
            "due_meeting": self.meeting.to_dict() if self.meeting else None,
            "recurring": self.recurring,
            "rrule": self.rrule,
            "fields": {field.name: field.to_dict() for field in self.fields},
            "unsure": list(self.unsure),
            "doubts": [doubt.to_dict() for doubt in self.doubts],
            "rules": list(self.rules),
            "confidence": self.confidence,
            "links": [link.to_dict() for link in self.links],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A notice as read. `number` and `issued_on` are None in a draft, which is no error."""

    number: str | None
    form: Form | None
    issued_on: date | None
    meeting_on: date | None
    title: str | None
    abstract: str | None
    issuer: str | None
    chair: str | None
    recipients: tuple[str, ...]
    items: tuple[Item, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def unsure(self) -> tuple[str, ...]:
        """The fields of the notice itself that a person must look at."""
        return tuple(dict.fromkeys(doubt.field for doubt in self.doubts))

    def to_dict(self) -> dict[str, Any]:
        """The form of `read --json` and of the label files."""
        return {
            "number": self.number,
            "form": self.form,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "meeting_on": self.meeting_on.isoformat() if self.meeting_on else None,
            "title": self.title,
            "abstract": self.abstract,
            "issuer": self.issuer,
            "chair": self.chair,
            "recipients": list(self.recipients),
            "unsure": list(self.unsure),
            "doubts": [doubt.to_dict() for doubt in self.doubts],
            "items": [item.to_dict() for item in self.items],
        }
