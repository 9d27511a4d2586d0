"""A notice's text cut where its items and their fields begin and end, to be coloured."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meetings.domain import DraftItem, FieldRead

_COLOURED = ("lead", "coordinators", "due")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: of which item, and of which of its fields ('' for none)."""

    text: str
    path: str
    field: str


def pieces(text: str, items: Iterable[DraftItem]) -> list[Piece]:
    """The text in order, whole and nothing twice; of nested items the innermost owns a stretch.

    What an item takes from a heading is marked there, as the first item's that takes it.
    """
    items = list(items)
    by_size = sorted(items, key=lambda item: item.span[0] - item.span[1])
    fields = [(item, field) for item in items for field in item.fields if field.name in _COLOURED]
    spans = [item.span for item in items] + [field.span for _, field in fields if field.span]
    cuts = sorted({0, len(text), *(_within(text, at) for span in spans for at in span)})
    place = {at: index for index, at in enumerate(cuts)}
    owners: list[tuple[DraftItem | None, str]] = [(None, "")] * len(cuts)

    def own(span: tuple[int, int], item: DraftItem, field: str) -> None:
        first, last = (place[_within(text, at)] for at in span)
        owners[first:last] = [(item, field)] * max(last - first, 0)

    for item in by_size:
        own(item.span, item, "")
    inside = [pair for pair in fields if _is_inside(*pair)]
    inherited = [pair for pair in fields if not _is_inside(*pair)]
    for item, field in (*reversed(inherited), *inside):
        if field.span:
            own(field.span, item, field.name)
    found: list[Piece] = []
    for begin, end, (owner, name) in zip(cuts, cuts[1:], owners, strict=False):
        if owner is None or owner.fields:
            found.append(Piece(text[begin:end], owner.path if owner else "", name))
        else:  # read before fields were kept
            found += _fields(text[begin:end], owner)
    return found


def _is_inside(item: DraftItem, field: FieldRead) -> bool:
    """Whether a field stands in its own item, not in a heading."""
    return field.span is not None and item.span[0] <= field.span[0] < item.span[1]


def _within(text: str, at: int) -> int:
    return min(max(at, 0), len(text))


def _fields(text: str, item: DraftItem) -> Sequence[Piece]:
    """The pieces of one item's stretch: its names and its words of time apart from the rest."""
    words = {item.deadline.words: "due"}
    words |= {named.name: "coordinators" for named in item.coordinators}
    words |= {named.name: "lead" for named in item.leads}
    known = sorted((word for word in words if word), key=len, reverse=True)
    if not known:
        return [Piece(text, item.path, "")]
    parts = re.split("(" + "|".join(map(re.escape, known)) + ")", text)
    return [Piece(part, item.path, words.get(part, "")) for part in parts if part]
