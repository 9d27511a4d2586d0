"""The numbers that Word makes itself: they stand in no paragraph's text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.text.paragraph import Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9
_MOST_STYLES = 12
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """Counts along the document; ask once for each paragraph, in order."""

    levels: dict[str, dict[int, _Level]]
    counts: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def next_of(self, paragraph: Paragraph) -> str:
        """The number Word shows before a paragraph; empty where there is none."""
        place = _place(paragraph)
        level = self.levels.get(place[0], {}).get(place[1]) if place else None
        if place is None or level is None:
            return ""
        counts = self.counts.setdefault(place[0], [0] * _DEEPEST)
        counts[place[1]] = counts[place[1]] + 1 if counts[place[1]] else level.start
        counts[place[1] + 1 :] = [0] * (_DEEPEST - place[1] - 1)
        return self._shown(place[0], level, counts)

    def _shown(self, number: str, level: _Level, counts: list[int]) -> str:
        if level.form == "bullet":
            return "-"
        shown = level.text
        for depth in range(_DEEPEST):
            if f"%{depth + 1}" in shown:
                of = self.levels[number].get(depth, level)
                shown = shown.replace(f"%{depth + 1}", _form(of.form)(counts[depth] or of.start))
        return shown.strip()


def numbering_of(document: Document) -> Numbering:
    """The document's lists; empty where it has none."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/numbering"):
            return Numbering(dict(_lists(relation.target_part.blob)))
    return Numbering({})


def _lists(xml: bytes) -> Iterator[tuple[str, dict[int, _Level]]]:
    root: Any = parse_xml(xml)
    abstract = {
        one.get(f"{_W}abstractNumId"): dict(_levels(one)) for one in root.iter(f"{_W}abstractNum")
    }
    for one in root.iter(f"{_W}num"):
        of = one.find(f"{_W}abstractNumId")
        if of is not None:
            yield one.get(f"{_W}numId"), abstract.get(of.get(f"{_W}val"), {})


def _levels(abstract: Any) -> Iterator[tuple[int, _Level]]:
    for one in abstract.iter(f"{_W}lvl"):
        form = _value(one, "numFmt") or "decimal"
        start = int(_value(one, "start") or 1)
        yield int(one.get(f"{_W}ilvl")), _Level(form, _value(one, "lvlText") or "", start)


def _value(element: Any, name: str) -> str | None:
    found = element.find(f"{_W}{name}")
    return None if found is None else found.get(f"{_W}val")


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """The list and depth of a paragraph, its own or those of its style."""
    own: Any = paragraph.paragraph_format.element
    found = _listed(own)
    style: Any = paragraph.style
    for _ in range(_MOST_STYLES):
        if found is not None or style is None:
            break
        found = _listed(style.element)
        style = style.base_style
    return found


def _listed(element: Any) -> tuple[str, int] | None:
    props = element.find(f"{_W}pPr/{_W}numPr")
    number = None if props is None else _value(props, "numId")
    if number in (None, "0"):
        return None
    depth = int(_value(props, "ilvl") or 0)
    return (number, depth) if depth < _DEEPEST else None


def _letter(count: int) -> str:
    return _ALPHABET[(count - 1) % len(_ALPHABET)]


def _roman(count: int) -> str:
    shown = ""
    for value, sign in _ROMAN:
        shown += sign * (count // value)
        count %= value
    return shown


def _form(name: str) -> Callable[[int], str]:
    forms: dict[str, Callable[[int], str]] = {
        "lowerLetter": _letter,
        "upperLetter": lambda count: _letter(count).upper(),
        "lowerRoman": _roman,
        "upperRoman": lambda count: _roman(count).upper(),
    }
    return forms.get(name, str)
