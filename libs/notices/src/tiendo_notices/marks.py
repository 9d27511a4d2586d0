"""Numbers, letters and dashes that may open a part of a notice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tiendo_notices.text import CAPITAL, Sheet

_BULLETS = "\\-–—•·▪*●○■□◦‣➢➤✓✔→►❖♦\uf02d\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0e0\uf0fc"
"""Signs of a row without numbers; the last are what a writer's symbol font leaves in plain text."""
_MARK = re.compile(
    r"(?<!\S)(?:(?P<paren>\((?:\d{1,2}|[a-zđ]|[ivx]{2,4})\))"
    rf"|(?P<roman>(?=l{{0,4}}[IVX])[IVXl]{{1,5}}|lll|l(?=[-–]\s))"
    rf"\s?[.\-–/)][\-–/]?(?=\s|{CAPITAL})"
    r"|(?P<capital>[A-HĐ])(?:[.)/][-–]?|\s?[-–])(?=\s)"
    rf"|(?P<decimal>(?:\d{{1,2}}|[IVX]{{1,4}}|[A-HĐ])(?:\.\d{{1,2}}){{1,3}})"
    rf"(?:(?:[.):/]?|\s?[-–])(?=\s)|[.)](?={CAPITAL}))"
    r"|(?P<lettered>[a-zđ](?:\.?\d{1,2})|\d{1,2}\.?[a-zđ])(?:[.)](?=\s)|[)/-](?=\s))"
    rf"|(?P<number>\d{{1,2}}|l[\dOol]|\d[lOo]|l(?=\.{CAPITAL}))"
    rf"(?:(?:\s?[.)/][\-–/]?|\s?,|\s?[-–]|:)(?=\s)|\s?[.)](?={CAPITAL})"
    rf"|[\-–/](?={CAPITAL})(?!{CAPITAL}+[/\-]))"
    r"|(?P<lower>[ivx]{1,4})[.)/](?=\s)"
    rf"|(?P<letter>[a-zđ])(?:(?:\s?[.)/][-–]?|[-:])(?=\s)|[)](?={CAPITAL}))"
    r"|(?P<word>Thứ (?:nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)"
    r"|(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười) là)(?: là)?[,:]?(?=\s)"
    rf"|(?P<plus>\+)(?=\s|{CAPITAL})|(?P<dash>[{_BULLETS}])(?=\s|{CAPITAL}))"
)
_LAST_FIGURES = re.compile(r"\d+$")
_SCANS = {"number": str.maketrans("lOo", "100"), "roman": str.maketrans("l", "I")}
"""What a scan takes signs for, by the kind of the mark."""
_CAPITALS = "ABCDĐEFGH"
_WORDS = (
    ("nhất", "một"), ("hai",), ("ba",), ("tư", "bốn"), ("năm",), ("sáu",), ("bảy",), ("tám",),
    ("chín",), ("mười",),
)  # fmt: skip
_ALPHABET = "abcdđeghiklmnopqrstuvxy"
_ROMANS = (
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign that may open a part: its kind, printed label and place in its row.

    `body` is where the words behind it begin, `at_line` whether it begins a printed line.
    `as_letter` is the other reading of `(i)` and `i)`, and of v and x; else 0. Dashes all have
    order 1.
    `scanned` says that a comma stands where a scan may have lost a dot. `sign` is the bracket
    behind a number or letter, if any: a row of `1)` may stand below a `1.`.
    """

    kind: str
    label: str
    order: int
    start: int
    body: int
    at_line: bool
    as_letter: int = 0
    scanned: bool = False
    sign: str = ""

    @property
    def inline(self) -> bool:
        """Whether parts so marked may stand inside a paragraph."""
        return self.kind in ("paren", "inner")

    @property
    def is_dash(self) -> bool:
        """Whether it has a place in its row only by counting."""
        return self.kind in ("dash", "plus")


def marks(sheet: Sheet, start: int, end: int) -> Iterator[Mark]:
    """Every possible mark between two offsets that has words behind it."""
    for match in _MARK.finditer(sheet.text, start, end):
        kind = match.lastgroup or ""
        label = match[kind].translate(_SCANS.get(kind, {}))
        body = match.end() + (sheet.text[match.end() : match.end() + 1] == " ")
        at_line = match.start() == start or sheet.starts_line(match.start())
        if match.group().endswith((" -", " –")) and sheet.starts_line(match.end() - 1):
            # "… khu vực I" ends a line and a dash begins the next one
            yield Mark("dash", "-", 1, match.end() - 1, body, at_line=True)
            continue
        inside = label.strip("()")
        as_letter = 0
        if kind == "paren" and not inside.isdigit():
            kind = "inner"
        if kind in ("inner", "lower"):
            as_letter = _ALPHABET.find(inside) + 1 if len(inside) == 1 else 0
        order = _order(kind, inside) or as_letter
        if order and body < end:
            comma = kind == "number" and match.group().endswith(",")
            sign = ")" if match.group().endswith(")") else ""
            yield Mark(kind, label, order, match.start(), body, at_line, as_letter, comma, sign)


def _order(kind: str, label: str) -> int:
    if kind in ("dash", "plus"):
        return 1
    if kind in ("roman", "inner", "lower"):
        return _ROMANS.index(label.lower()) + 1 if label.lower() in _ROMANS else 0
    if kind == "word":
        word = label.lower().removeprefix("thứ ").removesuffix(" là")
        return next(order for order, words in enumerate(_WORDS, 1) if word in words)
    if kind == "capital":
        return _CAPITALS.find(label) + 1
    if kind == "letter":
        return _ALPHABET.find(label) + 1
    if kind == "lettered" and not label[-1].isdigit():
        return _ALPHABET.find(label[-1]) + 1
    return int(_LAST_FIGURES.findall(label)[-1])
