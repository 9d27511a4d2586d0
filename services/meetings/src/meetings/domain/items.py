"""The items of a notice: as the reader saw them, as a person decided, as they were signed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from meetings.domain.values import Deadline


class ItemKind(StrEnum):
    """What an item is."""

    ASSIGNMENT = "assignment"
    STATEMENT = "statement"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that a name may mean; `score` (0 to 1) only ranks, `why` is the register's word.

    A score of None was not kept.
    """

    unit_id: UUID
    score: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom the notice names.

    `unit_id` is the one unit of the register that bears the name; where none or several do, it is
    None, and `candidates` are those that may be meant, the likeliest first. `origin` are the words
    of the group that it is one of ("các sở, ban, ngành"), empty where it is named itself.
    """

    name: str
    unit_id: UUID | None
    candidates: tuple[Candidate, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person must look at a field; `name` is the name that it is about, or empty."""

    field: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldRead:
    """How a field came about: where in the text, by which rule of the reader, how sure (0 to 1).

    `span` is None where the value is that nothing was said.
    """

    name: str
    span: tuple[int, int] | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class DueMeeting:
    """The meeting that a deadline waits for, as the notice tells of it; None is what it leaves out.

    `kind` is session, meeting, conference, briefing or working-session; `next` says that the words
    mean the one after this notice's; `days_before` counts back from the meeting's day.
    """

    kind: str
    words: str
    ordinal: int | None
    month: int | None
    quarter: int | None
    year: int | None
    next: bool
    days_before: int

    def as_read(self) -> "BoundMeeting":
        """What is bound by that, where nobody says otherwise."""
        return BoundMeeting(
            kind=self.kind,
            series="",
            ordinal=self.ordinal,
            month=self.month,
            quarter=self.quarter,
            year=self.year,
            before=not self.days_before and self.words.startswith(_BEFORE),
            days_before=self.days_before,
        )


_BEFORE = "trước "


@dataclass(frozen=True, slots=True)
class BoundMeeting:
    """The meeting that a deadline waits for, as a person bound it; None or empty is not said.

    It is one of the committee's that follows this notice. Due is its day; where `before`, its
    start; or so many days earlier. Which meeting it is, is told by the contract `DueMeeting`.
    """

    kind: str
    series: str
    ordinal: int | None
    month: int | None
    quarter: int | None
    year: int | None
    before: bool
    days_before: int

    def __str__(self) -> str:
        facts = ((name, getattr(self, name)) for name in self.__slots__ if name != "kind")
        return " ".join([self.kind, *(f"{name}={value}" for name, value in facts if value)])


@dataclass(frozen=True, slots=True)
class Origin:
    """That the notice does not name a unit itself, but a group that it is one of."""

    unit_id: UUID
    group: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on an item.

    Of several leads, each must deliver. A regular assignment (`recurring`) has no deadline; one
    that is bound to a meeting (`due_meeting`) has no day yet.
    `origins` tell of its units which came out of a group.
    """

    path: str
    kind: ItemKind
    lead_unit_ids: tuple[UUID, ...]
    coordinator_ids: tuple[UUID, ...]
    deadline: Deadline
    due_meeting: BoundMeeting | None
    recurring: str | None
    reason: str
    origins: tuple[Origin, ...]

    @property
    def when(self) -> str:
        """Its day, or the meeting that it waits for, or nothing: for people who compare."""
        return str(self.deadline.due_on or self.due_meeting or "")

    def is_before(self, day: date | None) -> bool:
        """Whether it is to be done before a day, and not merely set aside."""
        if self.kind is ItemKind.SET_ASIDE or day is None:
            return False
        due = self.deadline.due_on
        return due is not None and due < day


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item as it was read; `span` are offsets into the text of the notice's document.

    `due_meeting` is set where the deadline is bound to a meeting whose day the notice does not say.
    """

    path: str
    kind: ItemKind
    text: str
    span: tuple[int, int]
    leads: tuple[Named, ...]
    coordinators: tuple[Named, ...]
    deadline: Deadline
    due_meeting: DueMeeting | None
    recurring: str | None
    doubts: tuple[Doubt, ...]
    fields: tuple[FieldRead, ...]

    @property
    def names_its_leads(self) -> bool:
        """Whether everybody who must act is a known unit; where nobody must, nobody need be."""
        return self.kind is not ItemKind.ASSIGNMENT or (
            bool(self.leads) and all(named.unit_id for named in self.leads)
        )

    @property
    def bound(self) -> BoundMeeting | None:
        """The meeting that its deadline waits for, as it was read; a day or a rhythm goes first."""
        if self.due_meeting is None or self.deadline.due_on is not None or self.recurring:
            return None
        return self.due_meeting.as_read()

    def origins(self, unit_ids: Iterable[UUID]) -> tuple[Origin, ...]:
        """Which of the units came out of a group, by the words of the notice."""
        groups = {n.unit_id: n.origin for n in (*self.coordinators, *self.leads) if n.unit_id}
        return tuple(Origin(one, groups[one]) for one in unit_ids if groups.get(one))

    def as_read(self) -> Decision:
        """The decision that takes it as it was read."""
        leads = _ids(self.leads)
        helpers = tuple(one for one in _ids(self.coordinators) if one not in leads)
        return Decision(
            path=self.path,
            kind=self.kind,
            lead_unit_ids=leads,
            coordinator_ids=helpers,
            deadline=self.deadline,
            due_meeting=self.bound,
            recurring=self.recurring,
            reason="",
            origins=self.origins((*leads, *helpers)),
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A field that a person decided otherwise than it was read: the material of better rules.

    `doubted` says that the reading had asked; if not, it was wrong in silence, or the person
    changed what the notice says.
    """

    path: str
    field: str
    rule: str
    confidence: float
    doubted: bool
    read: str
    decided: str


def corrections(item: DraftItem, decision: Decision) -> Iterator[Correction]:
    """What a decision changed of an item as it was read; of one that is no task, the kind alone."""
    read = item.as_read()
    doubted = {doubt.field for doubt in item.doubts}
    known = {field.name: field for field in item.fields}
    for name, value, decided in _values(read, decision):
        if value != decided:
            how = known.get(name, _UNKNOWN)
            said = ", ".join(n.name for n in _names(item, name)) or value
            yield Correction(
                item.path, name, how.rule, how.confidence, name in doubted, said, decided
            )


_UNKNOWN = FieldRead("", None, "", 0.0)


def _names(item: DraftItem, field: str) -> tuple[Named, ...]:
    return {"lead": item.leads, "coordinators": item.coordinators}.get(field, ())


def _values(read: Decision, decided: Decision) -> Iterator[tuple[str, str, str]]:
    yield "kind", read.kind, decided.kind
    if not read.kind is decided.kind is ItemKind.ASSIGNMENT:
        return
    yield "lead", _joined(read.lead_unit_ids), _joined(decided.lead_unit_ids)
    yield "coordinators", _joined(read.coordinator_ids), _joined(decided.coordinator_ids)
    yield "due", read.when, decided.when
    yield "recurring", read.recurring or "", decided.recurring or ""


def _joined(ids: tuple[UUID, ...]) -> str:
    return " ".join(sorted(map(str, ids)))


def _ids(named: tuple[Named, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(one.unit_id for one in named if one.unit_id is not None))


@dataclass(frozen=True, slots=True)
class SignedItem:
    """An item as it was signed; an item with several leads is there once for each of them.

    `origins` tell of its lead and its helpers which came out of a group.
    """

    path: str
    kind: ItemKind
    text: str
    lead_unit_id: UUID | None
    coordinator_ids: tuple[UUID, ...]
    deadline: Deadline
    due_meeting: BoundMeeting | None
    recurring: str | None
    reason: str
    origins: tuple[Origin, ...]


def signed_items(item: DraftItem, decision: Decision) -> list[SignedItem]:
    """The item as it is signed: a statement obliges nobody, each lead of several is obliged."""
    obliges = decision.kind is ItemKind.ASSIGNMENT
    leads = decision.lead_unit_ids if obliges else (None,)
    stated = decision.kind is ItemKind.STATEMENT
    helpers = decision.coordinator_ids if obliges else ()
    return [
        SignedItem(
            path=item.path,
            kind=decision.kind,
            text=item.text,
            lead_unit_id=lead,
            coordinator_ids=helpers,
            deadline=Deadline(None, None, "") if stated else decision.deadline,
            due_meeting=decision.due_meeting if obliges else None,
            recurring=None if stated else decision.recurring,
            reason="" if obliges or stated else decision.reason,
            origins=tuple(o for o in decision.origins if o.unit_id in (lead, *helpers)),
        )
        for lead in leads
    ]
