"""A notice's text cut where its items and their fields begin and end, to be coloured."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meetings.domain import DraftItem


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: of which item, and of which of its fields ('' for none)."""

    text: str
    path: str
    field: str


def pieces(text: str, items: Iterable[DraftItem]) -> list[Piece]:
    """The text in order, whole and nothing twice; of nested items the innermost owns a stretch."""
    by_size = sorted(items, key=lambda item: item.span[0] - item.span[1])
    cuts = sorted({0, len(text), *(_within(text, at) for i in by_size for at in i.span)})
    place = {at: index for index, at in enumerate(cuts)}
    owners: list[DraftItem | None] = [None] * len(cuts)
    for item in by_size:
        first, last = (place[_within(text, at)] for at in item.span)
        owners[first:last] = [item] * max(last - first, 0)
    found: list[Piece] = []
    for begin, end, owner in zip(cuts, cuts[1:], owners, strict=False):
        found += _fields(text[begin:end], owner)
    return found


def _within(text: str, at: int) -> int:
    return min(max(at, 0), len(text))


def _fields(text: str, item: DraftItem | None) -> Sequence[Piece]:
    """The pieces of one item's stretch: its names and its words of time apart from the rest."""
    if item is None:
        return [Piece(text, "", "")]
    words = {item.deadline.words: "due"}
    words |= {named.name: "coordinators" for named in item.coordinators}
    words |= {named.name: "lead" for named in item.leads}
    known = sorted((word for word in words if word), key=len, reverse=True)
    if not known:
        return [Piece(text, item.path, "")]
    parts = re.split("(" + "|".join(map(re.escape, known)) + ")", text)
    return [Piece(part, item.path, words.get(part, "")) for part in parts if part]
