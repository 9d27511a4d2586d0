"""A notice as it is told: with the units' names, the doubts' sentences, what people decided."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from meetings.api.fields import (
    DeadlineOut,
    DocumentOut,
    NamedOut,
    PersonOut,
    UnitOut,
    Units,
    named_out,
    units_out,
)
from meetings.api.links import (
    LinkOut,
    ProposedLinkOut,
    SupplementOut,
    link_out,
    link_units,
    proposed_out,
    supplement_out,
)
from meetings.domain import (
    BoundMeeting,
    Deadline,
    Decision,
    Doubt,
    DraftItem,
    How,
    ItemKind,
    Notice,
    corrections,
)
from meetings.messages import MESSAGES, UNKNOWN_DOUBT
from tiendo_runtime.domain import Reason


class AnswerOut(BaseModel):
    """What became of a doubt: confirmed as it was read, or answered by what was decided instead.

    `by` is the subject of who did it (empty where that was not kept), `at` when.
    """

    how: How
    by: str
    at: datetime


class DoubtOut(BaseModel):
    """Why a person must look at a field: a stable code, and a sentence in both languages.

    `name` is the name or the words that it is about, or empty; `answer` is None while it is open.
    """

    field: str
    code: str
    name: str
    vi: str
    en: str
    answer: AnswerOut | None


class HindranceOut(BaseModel):
    """Why it cannot be signed yet; `path` is the item's, empty for the head."""

    path: str
    field: str
    code: str
    vi: str
    en: str


class FieldOut(BaseModel):
    """How a field came about; `confidence` is 0 to 1, `span` offsets into the document's text."""

    span: tuple[int, int] | None
    rule: str
    confidence: float


class CorrectionOut(BaseModel):
    """A field that was decided otherwise than it was read."""

    field: str
    rule: str
    doubted: bool
    read: str


class DueMeetingOut(BaseModel):
    """The meeting that a deadline waits for; see `DueMeetingIn`."""

    kind: str
    series: str
    ordinal: int | None
    month: int | None
    quarter: int | None
    year: int | None
    before: bool
    days_before: int


class OriginOut(BaseModel):
    """That a unit is one of a group which the notice names by these words."""

    unit_id: UUID
    group: str


class DecisionOut(BaseModel):
    """What a person decided on an item; of several leads each must deliver."""

    kind: ItemKind
    leads: list[UnitOut]
    coordinators: list[UnitOut]
    deadline: DeadlineOut
    due_meeting: DueMeetingOut | None
    recurring: str | None
    reason: str
    origins: list[OriginOut]


class ItemOut(BaseModel):
    """An item as it was read, and what was decided on it.

    `clear` says that it may be confirmed as read: no doubt is open. `span` are offsets into the
    document's text. `fields` say by which rule each field was read; `corrected` what the decision
    changed. `proposed_links` are the changes of earlier notices that it seems to make, `links`
    those that a person decided on, None where nobody did.
    """

    path: str
    kind: ItemKind
    text: str
    span: tuple[int, int]
    leads: list[NamedOut]
    coordinators: list[NamedOut]
    deadline: DeadlineOut
    due_meeting: DueMeetingOut | None
    recurring: str | None
    doubts: list[DoubtOut]
    clear: bool
    fields: dict[str, FieldOut]
    looked_at: datetime | None
    looked_by: str
    decision: DecisionOut | None
    corrected: list[CorrectionOut]
    proposed_links: list[ProposedLinkOut]
    links: list[LinkOut] | None


class NoticeOut(BaseModel):
    """A notice as it stands in the store.

    `missing` are the fields that its head lacks, `open` the paths of items that nobody looked at;
    `hindrances` are all the reasons for which it cannot be signed yet. `supplements` are later
    notices that changed it.
    """

    id: UUID
    version: int
    state: Literal["draft", "signed"]
    committee_id: UUID
    committee_path: str
    meeting_id: UUID | None
    meeting_day: date | None
    number: str | None
    title: str
    form: str | None
    issued_on: date | None
    read: dict[str, object]
    document: DocumentOut
    signed_by: PersonOut | None
    signed_at: datetime | None
    missing: list[str]
    open: list[str]
    hindrances: list[HindranceOut]
    supplements: list[SupplementOut]
    doubts: list[DoubtOut]
    items: list[ItemOut]


def unit_ids(notice: Notice) -> Iterator[UUID]:
    """All units that a notice speaks of."""
    for item in notice.items.values():
        for named in (*item.leads, *item.coordinators):
            if named.unit_id is not None:
                yield named.unit_id
            yield from (candidate.unit_id for candidate in named.candidates)
    for decision in notice.decisions.values():
        yield from (*decision.lead_unit_ids, *decision.coordinator_ids)
    yield from link_units(notice)


def notice_out(notice: Notice, units: Units) -> NoticeOut:
    """The notice as it is told; `units` are those of `unit_ids` that are known here."""
    header, facts = notice.header, notice.facts
    return NoticeOut(
        id=notice.id,
        version=notice.version,
        state="signed" if notice.signed_at else "draft",
        committee_id=notice.committee.id,
        committee_path=notice.committee.path,
        meeting_id=notice.meeting_id,
        meeting_day=notice.meeting_day,
        number=header.number,
        title=header.title,
        form=header.form,
        issued_on=header.issued_on,
        read={
            "meeting_on": facts.meeting_on,
            "issuer": facts.issuer,
            "chair": facts.chair,
            "recipients": facts.recipients,
        },
        document=DocumentOut.model_validate(notice.document, from_attributes=True),
        signed_by=(
            PersonOut.model_validate(notice.signed_by, from_attributes=True)
            if notice.signed_by
            else None
        ),
        signed_at=notice.signed_at,
        missing=list(header.missing),
        open=list(notice.open_paths),
        hindrances=[] if notice.signed_at else [_hindrance(one) for one in notice.hindrances],
        supplements=[supplement_out(later, units) for later in notice.supplements],
        doubts=[_doubt(notice, "", doubt) for doubt in notice.doubts],
        items=[_item(notice, item, units) for item in notice.items.values()],
    )


def _item(notice: Notice, item: DraftItem, units: Units) -> ItemOut:
    decision = notice.decisions.get(item.path)
    links = notice.links.get(item.path)
    look = notice.looks.get(item.path)
    return ItemOut(
        path=item.path,
        kind=item.kind,
        text=item.text,
        span=item.span,
        leads=[named_out(named, units) for named in item.leads],
        coordinators=[named_out(named, units) for named in item.coordinators],
        deadline=_deadline(item.deadline),
        due_meeting=_due_meeting(item.bound),
        recurring=item.recurring,
        doubts=[_doubt(notice, item.path, doubt) for doubt in item.doubts],
        clear=notice.is_clear(item.path),
        fields={f.name: FieldOut.model_validate(f, from_attributes=True) for f in item.fields},
        looked_at=look.at if look else None,
        looked_by=look.by if look else "",
        decision=_decision(decision, units) if decision else None,
        corrected=[
            CorrectionOut.model_validate(one, from_attributes=True)
            for one in (corrections(item, decision) if decision else ())
        ],
        proposed_links=proposed_out(notice.proposed, item.path, units),
        links=None if links is None else [link_out(link, units) for link in links],
    )


def _decision(decision: Decision, units: Units) -> DecisionOut:
    return DecisionOut(
        kind=decision.kind,
        leads=units_out(decision.lead_unit_ids, units),
        coordinators=units_out(decision.coordinator_ids, units),
        deadline=_deadline(decision.deadline),
        due_meeting=_due_meeting(decision.due_meeting),
        recurring=decision.recurring,
        reason=decision.reason,
        origins=[OriginOut.model_validate(one, from_attributes=True) for one in decision.origins],
    )


def _due_meeting(bound: BoundMeeting | None) -> DueMeetingOut | None:
    return DueMeetingOut.model_validate(bound, from_attributes=True) if bound else None


def _deadline(deadline: Deadline) -> DeadlineOut:
    return DeadlineOut.model_validate(deadline, from_attributes=True)


def _doubt(notice: Notice, path: str, doubt: Doubt) -> DoubtOut:
    answer = notice.answer(path, doubt)
    vi, en = _sentences(doubt.code, {"name": doubt.name, "code": doubt.code})
    return DoubtOut(
        field=doubt.field,
        code=doubt.code,
        name=doubt.name,
        vi=vi,
        en=en,
        answer=AnswerOut(how=answer.how, by=answer.look.by, at=answer.look.at) if answer else None,
    )


def _hindrance(reason: Reason) -> HindranceOut:
    vi, en = _sentences(reason.code, {**reason.facts, "code": reason.code})
    return HindranceOut(path=reason.path, field=reason.field, code=reason.code, vi=vi, en=en)


def _sentences(code: str, facts: Mapping[str, object]) -> tuple[str, str]:
    said = MESSAGES.get(code, UNKNOWN_DOUBT)
    return said.say("vi", facts), said.say("en", facts)
