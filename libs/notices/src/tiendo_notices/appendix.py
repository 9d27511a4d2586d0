"""Rows of a table of assignments as items: unit, work, helpers and deadline each in a cell."""

import re
from dataclasses import dataclass, replace

from tiendo_notices.doubts import confidence, doubt
from tiendo_notices.due import Due, recurrence, resolve, resolve_cell
from tiendo_notices.earlier import Earlier, links_of
from tiendo_notices.fields import field_reading
from tiendo_notices.model import Item, Link
from tiendo_notices.parts import Days
from tiendo_notices.tables import Cell, Column, Table
from tiendo_notices.text import move_tone, printed, small
from tiendo_notices.units import Phrase, unit_list

_NUMBER = re.compile(r"\(?(?P<label>\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[a-zđA-Z])[.)\-]?")
_BETWEEN = re.compile(r" *(?:[;,\n]| và | - ) *")
_PREFIX = "PL."


@dataclass(frozen=True, slots=True)
class _Units:
    """What a cell of units names; `code` says why a person must look."""

    names: tuple[str, ...]
    span: tuple[int, int] | None
    code: str | None = None


def appendix_items(tables: list[Table], taken: set[str], days: Days) -> list[Item]:
    """The items of all rows.

    Args:
        tables: The tables, in order.
        taken: The numbers that the body uses.
        days: The days that dates without a year refer to.
    """
    items: list[Item] = []
    used = set(taken)
    for table in tables:
        section, above = "", _Units((), None)
        for count, row in enumerate(table.rows, 1):
            cells = _cells(table.columns, row)
            label = _label(cells.get("number"))
            if _is_heading(cells):
                section = f"{label}." if label else section
                continue
            path = _path(f"{section}{label}" if label else f"{section}-{count}", used)
            used.add(path)
            item, above = _row(path, cells, above, days)
            items.append(item)
    return items


def _cells(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> dict[Column, Cell]:
    return {name: cell for name, cell in zip(columns, row, strict=True) if name != "other"}


def _label(cell: Cell | None) -> str:
    match = _NUMBER.fullmatch(cell.text.strip()) if cell else None
    return match["label"] if match else ""


def _path(number: str, used: set[str]) -> str:
    return number if number not in used else f"{_PREFIX}{number}"


def _is_heading(cells: dict[Column, Cell]) -> bool:
    """Whether a row only opens a group of rows."""
    filled = [name for name, cell in cells.items() if cell.text and name != "number"]
    return len(filled) <= 1


def _row(path: str, cells: dict[Column, Cell], above: _Units, days: Days) -> tuple[Item, _Units]:
    work = cells["work"]
    leads, helpers = _units(cells.get("lead")), _units(cells.get("helpers"))
    codes = [leads.code] if leads.code else []
    if not leads.names and "lead" in cells and above.names:
        leads = above
        codes.append("lead.row-unit")
    if not leads.names:
        codes.append("lead.missing")
    if helpers.code:
        codes.append("coordinators.name")
    item = Item(
        path, "assignment", printed(work.text), (work.start, work.end),
        lead=leads.names, coordinators=helpers.names, rules=("kind.row", "lead.cell"),
    )  # fmt: skip
    item, spans, more = _timed(item, cells.get("due"), work, days)
    doubts = tuple(doubt(code) for code in dict.fromkeys([*codes, *more]))
    spans |= {
        "kind": (item.span, "kind.row"),
        "lead": (leads.span, "lead.cell" if leads.names else "lead.none"),
        "coordinators": (helpers.span, "helpers.cell" if helpers.names else "helpers.none"),
    }
    fields = tuple(field_reading(n, span, rule, doubts) for n, (span, rule) in spans.items())
    whole = confidence(doubts, inherited=False)
    item = replace(item, doubts=doubts, fields=fields, confidence=whole)
    return replace(item, links=_links(work, days)), leads


def _links(work: Cell, days: Days) -> tuple[Link, ...]:
    """What a row does to an earlier notice that it names; the span is the whole cell's."""
    found = links_of(move_tone(printed(work.text)), Earlier(), days.base, days.met)
    return tuple(replace(link, span=(work.start, work.end)) for link in found)


_Spans = dict[str, tuple[tuple[int, int] | None, str]]


def _timed(item: Item, cell: Cell | None, work: Cell, days: Days) -> tuple[Item, _Spans, list[str]]:
    """The deadline and the repetition of a row: its cell's, else those that the work names."""
    source = cell if cell and cell.text else work
    words = move_tone(printed(source.text))
    said = source is cell
    due = (resolve_cell if said else resolve)(words, days.base, days.met)
    often = recurrence(words, dated=due is not None and due.day is not None)
    span = (source.start, source.end)
    codes = list(often.doubts)
    spans: _Spans = {
        "due": (None, "due.none"),
        "recurring": (span if often.period else None, often.rule or "recurring.none"),
    }
    item = replace(item, recurring=often.period, rrule=often.rrule)
    if due is None and said and not often.period:
        due = Due(None, None, words, "due.unread", 0, ("due.unread",))
    if due is None or (often.period and due.day is None):
        return item, spans, codes
    spans["due"] = (span, due.rule)
    item = replace(
        item, due=due.day, due_at=due.at, due_text=due.words, meeting=due.meeting,
        rules=(*item.rules, due.rule),
    )  # fmt: skip
    return item, spans, [*codes, *due.doubts]


def _units(cell: Cell | None) -> _Units:
    """The units of a cell, one after the other; a name that was not recognised stays as printed."""
    if cell is None or not cell.text.strip(" -–"):
        return _Units((), None)
    words = move_tone(printed(cell.text))
    phrase = Phrase.of(words)
    names: list[str] = []
    at, code = 0, None
    while at < len(words):
        found = unit_list(phrase, at)
        if not found:
            names, code = [part for part in _BETWEEN.split(words) if part], "lead.name-end"
            break
        names += [m.name for m in found]
        code = code or next((m.doubt for m in found if m.doubt), None)
        gap = _BETWEEN.match(words, found[-1].end)
        if gap is None and words[found[-1].end :].strip(" .,;"):
            names, code = [part for part in re.split(r" *[;\n] *", words) if part], "lead.name-end"
            break
        at = gap.end() if gap else len(words)
    unique = {small(name): name for name in reversed(names)}
    return _Units(tuple(reversed(unique.values())), (cell.start, cell.end), code)
