"""What the drafting page shows of an item or of the head, arranged for people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from meetings.api.drafts import DoubtOut, HindranceOut, ItemOut, NoticeOut
from meetings.api.fields import NamedOut, UnitOut
from meetings.api.links import LinkOut, ProposedLinkOut

Grouped = Sequence[tuple[str, Sequence[UnitOut]]]
"""Units by the words of the group that they came out of; '' for those named themselves."""


def is_open(doubts: Iterable[DoubtOut]) -> bool:
    """Whether a doubt waits for somebody's word."""
    return any(doubt.answer is None for doubt in doubts)


def is_doubtful(item: ItemOut) -> bool:
    """Whether a doubt of an item, or a link that it seems to make, waits for somebody's word."""
    return is_open(item.doubts) or (bool(item.proposed_links) and item.links is None)


def urgency(item: ItemOut) -> int:
    """What is doubtful first, then what only waits to be looked at, then what is decided."""
    if is_doubtful(item):
        return 0
    return 1 if item.decision is None else 2


def units_of(item: ItemOut, field: str) -> Grouped:
    """The units that lead or help, as decided, or else as read."""
    decided = item.decision
    if decided is None:
        named = item.leads if field == "lead" else item.coordinators
        return _grouped((n.unit for n in named if n.unit), {_id(n): n.origin for n in named})
    units = decided.leads if field == "lead" else decided.coordinators
    return _grouped(units, {str(one.unit_id): one.group for one in decided.origins})


def _id(named: NamedOut) -> str:
    return str(named.unit.unit_id) if named.unit else ""


def _grouped(units: Iterable[UnitOut], groups: Mapping[str, str]) -> Grouped:
    pairs = [(groups.get(str(unit.unit_id), ""), unit) for unit in units]
    order = list(dict.fromkeys(group for group, _ in pairs))
    pairs.sort(key=lambda pair: (pair[0] != "", order.index(pair[0])))
    return [(g, [unit for _, unit in found]) for g, found in groupby(pairs, lambda p: p[0])]


def candidates(item: ItemOut, doubt: DoubtOut) -> Sequence[UnitOut]:
    """The units that may be meant by the name of a doubt, the likeliest first."""
    named = item.leads if doubt.field == "lead" else item.coordinators
    if doubt.field not in ("lead", "coordinators"):
        return ()
    return next((one.candidates for one in named if one.name == doubt.name), ())


def waiting(notice: NoticeOut) -> Sequence[tuple[str, Sequence[HindranceOut]]]:
    """What signing waits for, by item ('' for the head), where more is said than "look at it"."""
    by_path = groupby(notice.hindrances, lambda one: one.path)
    found = [
        (path, [h for h in reasons if h.code != "item_not_looked_at"]) for path, reasons in by_path
    ]
    return [(path, reasons) for path, reasons in found if reasons]


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A change of an earlier notice, as a row to be filled in; `cited` is what was printed.

    `leads` are the units to choose the new lead from.
    """

    kind: str
    notice_id: UUID | None
    cited: str
    item_path: str
    day: date | None
    lead_id: UUID | None
    leads: Sequence[UnitOut]


def links_of(item: ItemOut) -> Sequence[ShownLink]:
    """What an item does to earlier notices, as decided or else as read; else one empty row."""
    at_hand = _at_hand(item)
    if item.links:
        return [_decided(link, at_hand) for link in item.links]
    if item.proposed_links:
        return [_proposed(link, at_hand) for link in item.proposed_links]
    return [ShownLink("re_dated", None, "", "", item.deadline.due_on, None, at_hand)]


def _at_hand(item: ItemOut) -> list[UnitOut]:
    """The units that an item names or was given."""
    decided = item.decision.leads if item.decision else []
    named = [unit for one in item.leads for unit in (one.unit, *one.candidates) if unit]
    return [*decided, *named]


def _decided(link: LinkOut, at_hand: Sequence[UnitOut]) -> ShownLink:
    lead = link.lead
    return ShownLink(
        kind=link.kind,
        notice_id=link.notice_id,
        cited="",
        item_path=link.item_path,
        day=link.deadline.due_on if link.deadline else None,
        lead_id=lead.unit_id if lead else None,
        leads=_each([lead] if lead else [], at_hand),
    )


def _proposed(link: ProposedLinkOut, at_hand: Sequence[UnitOut]) -> ShownLink:
    named = link.lead
    unit = named.unit if named else None
    likely = [unit] if unit else named.candidates if named else []
    day = f"{link.issued_on:%d/%m/%Y}" if link.issued_on else ""
    return ShownLink(
        kind=link.kind,
        notice_id=link.notice_id,
        cited=" ".join(filter(None, (link.number, day, link.cited))),
        item_path=link.item_path or ("" if link.kind == "added" else link.cited or ""),
        day=link.deadline.due_on if link.deadline else None,
        lead_id=unit.unit_id if unit else None,
        leads=_each(likely, at_hand),
    )


def _each(*several: Sequence[UnitOut]) -> list[UnitOut]:
    return list({unit.unit_id: unit for units in reversed(several) for unit in units}.values())
