"""The text of a notice out of a file: TXT, Markdown, DOCX, and PDF with a text layer.

What a file is, is seen from its first bytes and only then from its name. DOCX and PDF need the
extra `documents` of this package. Nothing here knows what a notice says.
"""

from pathlib import Path

from tiendo_notices.errors import UnreadableDocumentError

MAX_BYTES = 20_000_000
"""The largest file that is opened."""

_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_OLD_WORD = b"\xd0\xcf\x11\xe0"


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        OSError: The file cannot be read.
        UnreadableDocumentError: It holds no text that can be had; the message says what to do.
    """
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableDocumentError(
            f"The file is larger than {MAX_BYTES:,} bytes. Give the notice without attachments."
        )
    return text_from(path.read_bytes(), path.name)


def text_from(raw: bytes, name: str = "") -> str:
    """The text of a file's bytes; `name` is only shown to people.

    Raises:
        UnreadableDocumentError: It holds no text that can be had; the message says what to do.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableDocumentError(
            f"{name} is larger than {MAX_BYTES:,} bytes. Give the notice without attachments."
        )
    if raw.startswith(_ZIP):
        return _docx(raw)
    if raw[:1024].lstrip().startswith(_PDF):
        return _pdf(raw)
    if raw.startswith(_OLD_WORD):
        raise UnreadableDocumentError(
            f"{name} is in the old Word form (.doc). Save it as .docx, or paste its text."
        )
    return _plain(raw, name)


def _plain(raw: bytes, name: str) -> str:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocumentError(
            f"The file {name} is not UTF-8 text. Save it as plain text with the encoding UTF-8."
        ) from error


def _docx(raw: bytes) -> str:
    try:
        from tiendo_notices.documents.word import docx_text  # noqa: PLC0415 # an optional extra
    except ImportError as error:
        raise _without_extra("DOCX") from error
    return docx_text(raw)


def _pdf(raw: bytes) -> str:
    try:
        from tiendo_notices.documents.pdf import pdf_text  # noqa: PLC0415 # an optional extra
    except ImportError as error:
        raise _without_extra("PDF") from error
    return pdf_text(raw)


def _without_extra(form: str) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        f"Reading {form} needs the extra “documents”: pip install 'tiendo-notices[documents]'. "
        "Or paste the text."
    )
