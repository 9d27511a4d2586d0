"""Tables of assignments as text: cells with `|`, tabs or wide gaps between, below their headings.

A table is known by its headings: a column of work and one of units or of deadlines. Cells keep
their offsets into the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from tiendo_notices.text import move_tone, small

Column = Literal["number", "lead", "helpers", "due", "work", "other"]

_LINE = re.compile(r"[^\n]*\n?")
_GAP = re.compile(r"\t+| {3,}")
_RULE = re.compile(r"[\s|:\-–_+=]*")
_NUMBER = re.compile(r"(?:số )?s?tt|#|số thứ tự|no\.?")
_LEAD = re.compile(
    r"chủ trì|thực hiện|đơn vị|cơ quan|phòng|trách nhiệm|phân công|địa phương|bộ phận"
    r"|người phụ trách|đầu mối|^ai "
)
_DUE = re.compile(
    r"thời hạn|thời gian|hoàn thành|tiến độ|hạn |^hạn$|kỳ hạn|ngày|bao giờ|khi nào|mốc|xong"
)
_WORK = re.compile(r"nội dung|nhiệm vụ|công việc|việc|kiến nghị|hoạt động")
_MAY_BE = re.compile(r"(?i)nội dung|nhiệm vụ|công việc|việc|kiến nghị|hoạt động")
_LONGEST_HEADING = 60
_FEWEST_COLUMNS = 3
_MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, without blanks around it; offsets count in the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose headings were recognised; `rows` are those below them."""

    start: int
    end: int
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(source: str) -> list[Table]:
    """Every table of assignments in the text, in order."""
    found: list[Table] = []
    lines = [(m.start(), m.end()) for m in _LINE.finditer(source) if m.end() > m.start()]
    at = 0
    while at < len(lines):
        may_be = _MAY_BE.search(source, *lines[at]) is not None
        headings = _cells(source, *lines[at]) if may_be else []
        columns = headings_of([cell.text for cell in headings])
        if columns is None:
            at += 1
            continue
        start = lines[at][0]
        places = [cell.start - start for cell in headings]
        rows, at = _rows(source, lines, at + 1, places)
        if rows:
            end = lines[at - 1][1]
            found.append(Table(start, end, columns, tuple(rows)))
    return found


def _rows(
    source: str, lines: list[tuple[int, int]], at: int, places: list[int]
) -> tuple[list[tuple[Cell, ...]], int]:
    """The rows below the headings, and the line that ends the table."""
    rows: list[tuple[Cell, ...]] = []
    while at < len(lines) and len(rows) < _MOST_ROWS:
        line = source[slice(*lines[at])]
        if line.strip() and not _RULE.fullmatch(line):
            cells = _cells(source, *lines[at])
            if len(cells) < 2:
                break
            spread = "\t" not in line and "|" not in line
            rows.append(tuple(_aligned(cells, lines[at][0], places, spread=spread)))
        elif not line.strip() and not _goes_on(source, lines, at + 1):
            break
        at += 1
    return rows, at


def _goes_on(source: str, lines: list[tuple[int, int]], at: int) -> bool:
    return at < len(lines) and len(_cells(source, *lines[at])) >= _FEWEST_COLUMNS


def _aligned(cells: list[Cell], line: int, places: list[int], *, spread: bool) -> list[Cell]:
    """As many cells as there are columns; `spread` ones hide the empty: places tell which."""
    end = cells[-1].end
    row = [Cell(end, end, "")] * len(places)
    if len(cells) >= len(places) or not spread:
        return [*cells, *row][: len(places)]
    free = 0
    for count, cell in enumerate(cells, 1):
        last = len(places) - (len(cells) - count)
        near = min(range(free, last), key=lambda at: abs(places[at] - (cell.start - line)))
        row[near], free = cell, near + 1
    return row


def _cells(source: str, start: int, end: int) -> list[Cell]:
    line = source[start:end].rstrip("\n\r")
    if line.lstrip().startswith("|") or line.count("|") >= _FEWEST_COLUMNS - 1:
        return _between_bars(line, start)
    if "\t" not in line and "   " not in line:
        return []
    cells: list[Cell] = []
    at = 0
    for gap in (*_gaps(line), (len(line), len(line))):
        cells.append(_cell(line, at, gap[0], start))
        at = gap[1]
    return cells


def _gaps(line: str) -> Iterator[tuple[int, int]]:
    """Where cells end: each tab ends one; else wide gaps do."""
    if "\t" in line:
        return ((i, i + 1) for i, sign in enumerate(line) if sign == "\t")
    indent = len(line) - len(line.lstrip())
    return (m.span() for m in _GAP.finditer(line, indent))


def _between_bars(line: str, start: int) -> list[Cell]:
    bars = [i for i, sign in enumerate(line) if sign == "|" and line[i - 1 : i] != "\\"]
    if not line.lstrip().startswith("|"):
        bars.insert(0, -1)
    if not line.endswith("|"):
        bars.append(len(line))
    return [_cell(line, a + 1, b, start) for a, b in pairwise(bars)]


def _cell(line: str, start: int, end: int, offset: int) -> Cell:
    while start < end and line[start] in " \t*":
        start += 1
    while end > start and line[end - 1] in " \t*":
        end -= 1
    return Cell(offset + start, offset + end, line[start:end])


def headings_of(cells: Sequence[str]) -> tuple[Column, ...] | None:
    """What each column holds, where the cells are headings of a table of assignments."""
    if len(cells) < _FEWEST_COLUMNS or any(len(text) > _LONGEST_HEADING for text in cells):
        return None
    columns: list[Column] = []
    for text in cells:
        column = _column(small(move_tone(" ".join(text.split()))))
        columns.append("other" if column in columns else column)
    known = set(columns)
    return tuple(columns) if "work" in known and known & {"lead", "due"} else None


@lru_cache(maxsize=1_000)
def _column(heading: str) -> Column:
    if _NUMBER.fullmatch(heading):
        return "number"
    if "phối hợp" in heading and "chủ trì" not in heading:
        return "helpers"
    if re.search(r"kết quả|sản phẩm|ghi chú", heading):
        return "other"
    if _DUE.search(heading):
        return "due"
    if re.search(r"chủ trì|đơn vị|cơ quan", heading):
        return "lead"
    if _WORK.search(heading):
        return "work"
    return "lead" if _LEAD.search(heading) else "other"
