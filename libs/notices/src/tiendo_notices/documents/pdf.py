"""The text layer of a PDF, page by page, without page numbers; ruled tables as rows of `|`."""

import io
import re
from collections.abc import Iterable, Iterator

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from tiendo_notices.errors import UnreadableDocumentError
from tiendo_notices.tables import headings_of

_MOST_PAGES = 300
_FEWEST_LETTERS = 20
_PAGE_NUMBER = re.compile(r"^\s*[-–]?\s*\d{1,3}\s*[-–]?\s*$")


def pdf_text(raw: bytes) -> str:
    """The text of all pages.

    Raises:
        UnreadableDocumentError: Broken, locked, too long, or a scan without a text layer.
    """
    try:
        with pdfplumber.open(io.BytesIO(raw)) as document:
            if len(document.pages) > _MOST_PAGES:
                raise UnreadableDocumentError(
                    f"The PDF has more than {_MOST_PAGES} pages. Give the notice alone."
                )
            text = "\n".join(_parts(document.pages))
    except (PdfminerException, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        if isinstance(error, UnreadableDocumentError):
            raise
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in error.args):
            raise UnreadableDocumentError(
                "The PDF is locked by a password. Give an open copy."
            ) from error
        raise UnreadableDocumentError(
            "The PDF cannot be opened: it is broken. Save it again, or paste its text."
        ) from error
    if sum(letter.isalpha() for letter in text) < _FEWEST_LETTERS:
        raise UnreadableDocumentError(
            "The PDF is a scan without a text layer. Run text recognition on it first, "
            "or paste the text."
        )
    return text


def _parts(pages: Iterable[Page]) -> Iterator[str]:
    """Text and tables of assignments in their order; a table may go on from page to page."""
    headings: list[str] = []
    for page in pages:
        top = 0.0
        for table in page.find_tables():
            _, begins, _, ends = table.bbox
            above = _text(page, top, begins)
            found = _rows(table, [] if above else headings)
            if found is not None:
                headings, rows = found
                yield from (above, *rows) if above else rows
                top = ends
        if below := _text(page, top, float(page.height)):
            headings = []
            yield below
        page.close()


def _text(page: Page, top: float, bottom: float) -> str:
    """The text between two heights, cell after cell where it stands in columns."""
    if bottom <= top:
        return ""
    return _without_number(
        page.crop((0, top, page.width, bottom), strict=False).extract_text(use_text_flow=True)
    )


def _rows(table: Table, before: list[str]) -> tuple[list[str], list[str]] | None:
    """The headings of a table of assignments and its rows; None for any other table.

    `before` are the headings of one that may go on here: they are not told again.
    """
    cells = [[" ".join((cell or "").split()) for cell in row] for row in table.extract()]
    first = cells[0] if cells else []
    goes_on = len(before) == len(first) > 0
    if headings_of(first) is None and not goes_on:
        return None
    goes_on = goes_on and (first == before or headings_of(first) is None)
    told = cells[1:] if first == before else cells
    rows = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in told]
    return (before, rows) if goes_on else (first, ["", *rows])


def _without_number(page: str) -> str:
    """Leave out a page number on the first or last line."""
    lines = page.strip().split("\n")
    while lines and _PAGE_NUMBER.match(lines[0]):
        lines.pop(0)
    while lines and _PAGE_NUMBER.match(lines[-1]):
        lines.pop()
    return "\n".join(lines)
