"""The text of a DOCX in reading order: paragraphs with their automatic numbers, and tables.

A table of assignments becomes rows of `|`; any other (header, signature block) gives its cells one
after the other, as they would be pasted.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Protocol

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from tiendo_notices.documents.numbering import Numbering, numbering_of
from tiendo_notices.errors import UnreadableDocumentError
from tiendo_notices.tables import Column, headings_of

_MOST_UNPACKED = 100_000_000
_BROKEN = "The DOCX cannot be opened: it is broken. Save it again, or paste its text."


def docx_text(raw: bytes) -> str:
    """The text of a DOCX.

    Raises:
        UnreadableDocumentError: Broken, no Word document, or far too large when unpacked.
    """
    _check(raw)
    try:
        document = Document(io.BytesIO(raw))
        numbers = numbering_of(document)
        return "\n".join(_blocks(document.iter_inner_content(), numbers))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise UnreadableDocumentError(_BROKEN) from error


def _check(raw: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            size = sum(part.file_size for part in parts.infolist())
            if "word/document.xml" not in parts.namelist():
                raise UnreadableDocumentError("The file is no Word document. Give .docx or text.")
    except zipfile.BadZipFile as error:
        raise UnreadableDocumentError(_BROKEN) from error
    if size > _MOST_UNPACKED:
        raise UnreadableDocumentError("The DOCX is far too large. Give the notice alone.")


def _blocks(blocks: Iterator[Paragraph | Table], numbers: Numbering) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _paragraph(block, numbers)
        else:
            yield from _table(block, numbers)


def _paragraph(paragraph: Paragraph, numbers: Numbering) -> str:
    text = paragraph.text.strip("\n")
    number = numbers.next_of(paragraph) if text.strip() else ""
    return f"{number} {text}" if number else text


class _Cell(Protocol):
    """What is used of a cell, whose class is private to its library."""

    @property
    def text(self) -> str: ...
    @property
    def paragraphs(self) -> list[Paragraph]: ...
    def iter_inner_content(self) -> Iterator[Paragraph | Table]: ...


def _table(table: Table, numbers: Numbering) -> Iterator[str]:
    rows: list[Sequence[_Cell]] = [row.cells for row in table.rows]
    columns = headings_of([_in_line(cell) for cell in rows[0]]) if rows else None
    if columns is None:
        yield from _cell_by_cell(rows, numbers)
        return
    yield ""
    for row in rows:
        cells = (_for_column(cell, name) for cell, name in zip(row, columns, strict=False))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _cell_by_cell(rows: list[Sequence[_Cell]], numbers: Numbering) -> Iterator[str]:
    """Cells one after the other; a merged cell is met several times and given once."""
    above: list[str] = []
    for row in rows:
        texts = [cell.text for cell in row]
        for place, cell in enumerate(row):
            merged = texts[place] in (texts[place - 1 : place] + above[place : place + 1])
            if not merged:
                yield from _blocks(cell.iter_inner_content(), numbers)
        above = texts


def _lines(cell: _Cell) -> list[str]:
    printed = (line for p in cell.paragraphs for line in p.text.replace("|", "/").split("\n"))
    return [" ".join(line.split()) for line in printed if line.strip()]


def _in_line(cell: _Cell) -> str:
    return " ".join(_lines(cell))


def _for_column(cell: _Cell, column: Column) -> str:
    """A cell on one line; units on lines of their own stay apart."""
    apart = column in ("lead", "helpers")
    lines = [line.strip(" -–+;,") for line in _lines(cell)] if apart else _lines(cell)
    return ("; " if apart else " ").join(lines)
