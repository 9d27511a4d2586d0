"""Links between notices as they are told: proposed, decided, and what later notices did."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from meetings.api.fields import DeadlineOut, NamedOut, UnitOut, Units, named_out, units_out
from meetings.domain import Deadline, Link, LinkKind, Notice, ProposedLink, Supplement


class ProposedLinkOut(BaseModel):
    """What an item seems to do to an earlier notice, as it was read.

    `number`, `issued_on` and `cited` are as printed; `notice_id` and `item_path` are those that
    alone can be meant. `span` are offsets into the document's text, `confidence` is 0 to 1.
    """

    kind: LinkKind
    number: str | None
    issued_on: date | None
    cited: str | None
    notice_id: UUID | None
    item_path: str | None
    deadline: DeadlineOut | None
    lead: NamedOut | None
    span: tuple[int, int]
    rule: str
    confidence: float


class LinkOut(BaseModel):
    """What an item does to an earlier notice, as a person decided."""

    kind: LinkKind
    notice_id: UUID
    item_path: str
    of_leads: list[UnitOut]
    deadline: DeadlineOut | None
    lead: UnitOut | None


class ChangeOut(LinkOut):
    """What one item (`by_path`) of a later notice did; `notice_id` is the notice that is told."""

    by_path: str


class SupplementOut(BaseModel):
    """A later notice that changed this one, or added to it."""

    notice_id: UUID
    number: str
    issued_on: date
    changes: list[ChangeOut]


def link_units(notice: Notice) -> Iterator[UUID]:
    """All units that the links of a notice speak of."""
    for link in notice.proposed:
        if link.lead:
            yield from (one.unit_id for one in link.lead.candidates)
            yield from (link.lead.unit_id,) if link.lead.unit_id else ()
    later = (link for one in notice.supplements for _, link in one.links)
    for link in (*(link for links in notice.links.values() for link in links), *later):
        yield from link.of_lead_ids
        yield from (link.lead_unit_id,) if link.lead_unit_id else ()


def proposed_out(links: Iterable[ProposedLink], path: str, units: Units) -> list[ProposedLinkOut]:
    """What one item seems to do."""
    return [
        ProposedLinkOut(
            kind=link.kind,
            number=link.number,
            issued_on=link.issued_on,
            cited=link.cited,
            notice_id=link.notice_id,
            item_path=link.item_path,
            deadline=_deadline(link.deadline),
            lead=named_out(link.lead, units) if link.lead else None,
            span=link.span,
            rule=link.rule,
            confidence=link.confidence,
        )
        for link in links
        if link.path == path
    ]


def link_out(link: Link, units: Units) -> LinkOut:
    """What a person decided."""
    return LinkOut(
        kind=link.kind,
        notice_id=link.notice_id,
        item_path=link.item_path,
        of_leads=units_out(link.of_lead_ids, units),
        deadline=_deadline(link.deadline),
        lead=units_out([link.lead_unit_id], units)[0] if link.lead_unit_id else None,
    )


def supplement_out(later: Supplement, units: Units) -> SupplementOut:
    """What a later notice did."""
    return SupplementOut(
        notice_id=later.by_notice_id,
        number=later.number,
        issued_on=later.issued_on,
        changes=[
            ChangeOut(by_path=path, **dict(link_out(link, units))) for path, link in later.links
        ],
    )


def _deadline(deadline: Deadline | None) -> DeadlineOut | None:
    return DeadlineOut.model_validate(deadline, from_attributes=True) if deadline else None
