"""Small DOCX and PDF files made for tests."""

import io

from docx import Document

_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H"
    b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"
)
_LETTERS = (
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
)


def docx(text: str, table: list[list[str]] | None = None) -> bytes:
    """A document with one paragraph for each line, and a table behind them."""
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, words in zip(grid.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered_docx(lines: list[str]) -> bytes:
    """A document whose lines are numbered by Word, not by hand."""
    document = Document()
    for line in lines:
        document.add_paragraph(line, style="List Number")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(text: str, lines_on_page: int = 40) -> bytes:
    """A PDF with a text layer: one font that is not embedded, and a map from codes to letters."""
    letters = sorted(set(text) - {"\n"})
    codes = {letter: code for code, letter in enumerate(letters, 1)}
    pages = ["\n".join(part) for part in _batches(text.split("\n"), lines_on_page)]
    count = len(pages)
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        _FONT,
        _LETTERS,
        _stream(_map(codes)),
    ]
    for number, page in enumerate(pages):
        content = 7 + 2 * number
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(_stream(_drawn(page, codes)))
    return _file(objects)


def _batches(lines: list[str], size: int) -> list[list[str]]:
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def _map(codes: dict[str, int]) -> bytes:
    rows = "\n".join(
        f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}\nendbfchar endcmap end end"
    ).encode()


def _drawn(page: str, codes: dict[str, int]) -> bytes:
    rows = [
        f"<{''.join(f'{codes[letter]:04x}' for letter in line)}> Tj T*" for line in page.split("\n")
    ]
    return ("BT /F1 11 Tf 18 TL 40 800 Td\n" + "\n".join(rows) + "\nET").encode()


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places: list[int] = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)
