"""The text layer of a PDF, page by page, without page numbers."""

import io
import re

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from tiendo_notices.errors import UnreadableDocumentError

_MOST_PAGES = 300
_FEWEST_LETTERS = 20
_PAGE_NUMBER = re.compile(r"^\s*[-–]?\s*\d{1,3}\s*[-–]?\s*$")


def pdf_text(raw: bytes) -> str:
    """The text of all pages.

    Raises:
        UnreadableDocumentError: Broken, locked, too long, or a scan without a text layer.
    """
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocumentError("The PDF is locked by a password. Give an open copy.")
        if len(reader.pages) > _MOST_PAGES:
            raise UnreadableDocumentError(
                f"The PDF has more than {_MOST_PAGES} pages. Give the notice alone."
            )
        pages = [_without_number(page.extract_text()) for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, RecursionError, OSError) as error:
        if isinstance(error, UnreadableDocumentError):
            raise
        raise UnreadableDocumentError(
            "The PDF cannot be opened: it is broken. Save it again, or paste its text."
        ) from error
    text = "\n".join(pages)
    if sum(letter.isalpha() for letter in text) < _FEWEST_LETTERS:
        raise UnreadableDocumentError(
            "The PDF is a scan without a text layer. Run text recognition on it first, "
            "or paste the text."
        )
    return text


def _without_number(page: str) -> str:
    """Leave out a page number on the first or last line."""
    lines = page.strip().split("\n")
    while lines and _PAGE_NUMBER.match(lines[0]):
        lines.pop(0)
    while lines and _PAGE_NUMBER.match(lines[-1]):
        lines.pop()
    return "\n".join(lines)
