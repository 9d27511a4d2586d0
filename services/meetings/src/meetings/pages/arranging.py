"""What the drafting page shows of an item or of the head, arranged for people."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from meetings.api.drafts import DoubtOut, HindranceOut, ItemOut, NoticeOut
from meetings.api.fields import NamedOut, UnitOut

Grouped = Sequence[tuple[str, Sequence[UnitOut]]]
"""Units by the words of the group that they came out of; '' for those named themselves."""


def is_open(doubts: Iterable[DoubtOut]) -> bool:
    """Whether a doubt waits for somebody's word."""
    return any(doubt.answer is None for doubt in doubts)


def urgency(item: ItemOut) -> int:
    """Open doubts first, then what only waits to be looked at, then what is decided."""
    if is_open(item.doubts):
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
