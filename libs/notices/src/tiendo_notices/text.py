"""The text of a notice made even for reading, with the way back to the printed one.

Rules read an even copy: one blank between words, tone marks placed one way, Latin letters where
Cyrillic look-alikes stood, no rule lines. Every character remembers where it was printed.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

CAPITAL = "[{}]".format(
    "".join(c for c in map(chr, (*range(0x41, 0x250), *range(0x1E00, 0x1F00))) if c.isupper())
)
"""Any Latin capital, in a regular expression: no range holds those of Vietnamese alone."""
_CYRILLIC = "АВЕКМНОРСТХУІЈЅаеорсухіјѕ"
_LATIN = "ABEKMHOPCTXYIJSaeopcyxijs"
_LOOK_ALIKES = str.maketrans(_CYRILLIC + "‐‑‒−", _LATIN + "----")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_WORD = re.compile(r"\S+")
_RULE_SIGNS = "-_=*~.─—–\u200b\ufeff"
_PAGE = re.compile(r"[-–]\d{1,3}[-–]|[Tt]rang\d{1,3}(?:/\d{1,3})?")
_PAGE_NUMBER = re.compile("[1-9][0-9]{0,2}")
_EXPECTS_NUMBER = re.compile(
    r"(?:\b(?:ngày|tháng|năm|quý|tuần|thứ|kỳ|lần|khóa|số|mục|phần|điều|khoản|điểm|và)|[-–/,])$",
    re.IGNORECASE,
)
_SHORTEST_PAGE = 900
_HEADING = re.compile(r"\s*(?:#{1,6}|>)\s+")
_ESCAPED = re.compile(r"\\([.)\-+*_#(\[\]])")
_SCANNED_DAY = re.compile(
    r"(?<![\w./])(?=[^ ]{0,4}\d)[\dOol]{1,2}(?: ?[/.\-] ?)[\dOol]{1,2}"
    r"(?: ?[/.\-] ?[\dOol]{4})?(?!\w)"
    r"|(?<=ngày )(?=\S?\d)[\dOol]{1,2}(?= tháng)|(?<=năm )2[\dO]{3}(?!\w)"
    r"|(?<=tháng )[\dOol]{1,2}(?=/\d)|(?<=quý )l(?!\w)"
)
_SCANNED_DIGITS = str.maketrans("Ool", "001")
_OLD_TONES = re.compile(r"(?<![qQ])(?:[oO][àáảãạÀÁẢÃẠèéẻẽẹÈÉẺẼẸ]|[uU][ỳýỷỹỵỲÝỶỸỴ])(?![^\W\d_])")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An even copy of a text and its offsets into the NFC text.

    `low` is `text` in small letters and has the same length, so offsets are shared.
    """

    source: str
    text: str
    low: str
    offsets: "array[int]"
    line_starts: tuple[int, ...]

    def starts_line(self, at: int) -> bool:
        """Whether a printed line begins at `at`."""
        index = bisect_left(self.line_starts, at)
        return index < len(self.line_starts) and self.line_starts[index] == at

    def lines(self, start: int, end: int) -> list[tuple[int, int]]:
        """The printed lines between two offsets, without empty ones."""
        first = bisect_right(self.line_starts, start)
        marks = list(self.line_starts[first : bisect_left(self.line_starts, end)])
        return [(a, b) for a, b in zip([start, *marks], [*marks, end], strict=True) if b > a]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the NFC text for offsets into the even copy."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else len(self.source)
            return at, at
        return self.offsets[start], self.offsets[end - 1] + 1

    def quote(self, start: int, end: int) -> str:
        """The words as printed, with each run of blanks and line breaks made one blank."""
        a, b = self.span(start, end)
        return printed(self.source[a:b])


def printed(words: str) -> str:
    """The documented form of every quoted text: runs of white space are one blank."""
    return " ".join(words.split())


def small(words: str) -> str:
    """Small letters without a change of length (`İ` would grow)."""
    lowered = words.lower()
    if len(lowered) == len(words):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in words)


def move_tone(words: str) -> str:
    """Place tone marks the newer way: hoà → hòa, uỷ → ủy; the length stays."""
    return _OLD_TONES.sub(lambda pair: _moved(pair.group()), words)


def read_digits(words: str) -> str:
    """Read `l3/6/2O25` of a scan as the day it is; the length stays."""
    return _SCANNED_DAY.sub(lambda day: day.group().translate(_SCANNED_DIGITS), words)


def _moved(pair: str) -> str:
    base, *marks = unicodedata.normalize("NFD", pair[1])
    return unicodedata.normalize("NFC", pair[0] + "".join(marks)) + base


def _lines(source: str) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    at = 0
    for end in _LINE_END.finditer(source):
        lines.append((at, source[at : end.start()]))
        at = end.end()
    lines.append((at, source[at:]))
    return lines


def _page_numbers(source: str, lines: Sequence[tuple[int, str]]) -> set[int]:
    """Where lines begin that are the number of a page alone, as copies of several pages hold them.

    They stand beside a form feed, or count from two (the first page bears no number) with much text
    between; the numbers of rows, where cells stand on lines of their own, follow closely.
    """
    found: set[int] = set()
    page, last, before = 1, 0, ""
    for at, line in lines:
        number = line.strip()
        if _PAGE_NUMBER.fullmatch(number) and not _EXPECTS_NUMBER.search(before):
            breaks = "\f" in (source[at - 1 : at], source[at + len(line) : at + len(line) + 1])
            if breaks or (int(number) == page + 1 and at - last >= _SHORTEST_PAGE):
                found.add(at)
                page = int(number)
            last = at
        before = number or before
    return found


def _is_rule_line(line: str) -> bool:
    """Whether a line only separates; a dash alone may open a part."""
    signs = "".join(line.split())
    if _PAGE.fullmatch(signs):
        return True
    return signs in ("", "*") or (len(signs) > 1 and not signs.strip(_RULE_SIGNS))


def sheet(text: str, hidden: Sequence[tuple[int, int]] = ()) -> Sheet:
    """Make the even copy; `text` may be in any Unicode form.

    What stands between `hidden` offsets (into the NFC text) is left out of it.
    """
    source = unicodedata.normalize("NFC", text)
    shown = source
    for start, end in hidden:
        shown = f"{shown[:start]}{' ' * (end - start - 1)}\n{shown[end:]}"
    letters: list[str] = []
    offsets = array("l")
    starts: list[int] = []
    lines = _lines(shown)
    numbers = _page_numbers(shown, lines)
    for at, line in lines:
        heading = _HEADING.match(line)
        words = _WORD.finditer(
            "" if at in numbers or _is_rule_line(line) else line, heading.end() if heading else 0
        )
        first = True
        for kept in filter(None, (_kept(word, at) for word in words)):
            if letters:
                letters.append(" ")
                offsets.append(kept[0][0] - 1)
            if first:
                starts.append(len(letters))
                first = False
            letters.extend(letter for _, letter in kept)
            offsets.extend(place for place, _ in kept)
    even = read_digits(move_tone("".join(letters).translate(_LOOK_ALIKES)))
    return Sheet(source, even, small(even), offsets, tuple(starts))


def _kept(word: re.Match[str], line: int) -> list[tuple[int, str]]:
    """The letters of a word with their places, without what only Markdown or nobody sees."""
    letters = word.group()
    dropped = _INVISIBLE
    if len(letters) > 1 and "*" in (letters[0], letters[-1].strip(".,;:") or letters[-2]):
        dropped = dropped | {"*"}
    escaped = {m.start() for m in _ESCAPED.finditer(letters)} if "\\" in letters else set[int]()
    start = line + word.start()
    return [
        (start + i, letter)
        for i, letter in enumerate(letters)
        if letter not in dropped and i not in escaped
    ]


def masked(words: str, pairs: str = '()“”""') -> str:
    """Blank out what stands in brackets and quotes, keeping the length.

    An opening mark that is not closed within 400 characters hides nothing.
    """
    letters = list(words)
    for opening, closing in zip(pairs[::2], pairs[1::2], strict=True):
        at = words.find(opening)
        while at >= 0:
            end = words.find(closing, at + 1, at + 400)
            if end < 0:
                at = words.find(opening, at + 1)
                continue
            letters[at : end + 1] = " " * (end + 1 - at)
            at = words.find(opening, end + 1)
    return "".join(letters)
