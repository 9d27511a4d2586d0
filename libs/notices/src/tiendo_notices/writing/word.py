"""A paper as DOCX."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from docx import Document, oxml
from docx.document import Document as Whole
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from tiendo_notices.writing.layout import FONT, INDENT_MM, LAYOUTS, SPACING_PT, Layout
from tiendo_notices.writing.paper import Annex, Grid, Paper

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 has no way to write (section 2.2); nobody sees it on paper."""

_EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001 - a document's own, in no zone
_ZIPPED = (2020, 1, 1, 0, 0, 0)
_HEAD_MM = (68, 97)
_FOOT_MM = (80, 85)
_TEXT_MM = 165
_ROOM_TO_SIGN = 3
_LETTER = 0.52
"""The width of a letter of the head in parts of its size, for the rule below it."""


def docx(paper: Paper) -> bytes:
    """The paper as a Word document; the same paper gives the same bytes."""
    layout = LAYOUTS[paper.form]
    document = Document()
    _page(document, layout)
    _head(document, paper, layout)
    _title(document, paper, layout)
    _body(document, paper, layout)
    _foot(document, paper, layout)
    for annex in paper.annexes:
        _annex(document, annex, layout)
    out = io.BytesIO()
    document.save(out)
    return _even(out.getvalue())


class _Holder(Protocol):
    """A document or a cell: whatever takes paragraphs."""

    def add_paragraph(self, text: str = ...) -> Line: ...


def _page(document: Whole, layout: Layout) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(layout.top), Mm(layout.bottom)
    section.left_margin, section.right_margin = Mm(layout.left), Mm(layout.right)
    section.header_distance = Mm(layout.top // 2)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    _field(_run(number, "", layout.page), "PAGE")
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(layout.body)
    properties = document.core_properties
    properties.created = properties.modified = _EPOCH
    properties.author = properties.comments = ""


def _element(name: str, **attributes: str) -> Any:
    """A part of the file that python-docx has no words for."""
    made = cast("Any", oxml).OxmlElement(f"w:{name}")  # typed in part only
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _raw(part: Any) -> Any:
    """The XML of a paragraph, a run or a cell."""
    return part._element


def _field(run: Run, name: str) -> None:
    """A field that the word processor fills in."""
    instruction = _element("instrText")
    instruction.text = name
    for part in (_element("fldChar", fldCharType="begin"), instruction):
        _raw(run).append(part)
    _raw(run).append(_element("fldChar", fldCharType="end"))


def _run(line: Line, text: str, size: int, *, bold: bool = False, italic: bool = False) -> Run:
    run = line.add_run(_UNWRITABLE.sub("", text))
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic
    _raw(run).get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    return run


def _centred(
    holder: _Holder, text: str, size: int, *, bold: bool = False, italic: bool = False
) -> Line:
    line = holder.add_paragraph()
    line.alignment = ALIGN.CENTER
    line.paragraph_format.space_after = Pt(0)
    _run(line, text, size, bold=bold, italic=italic)
    return line


def _two_cells(document: Whole, widths: tuple[int, int]) -> tuple[_Holder, _Holder]:
    """Two cells side by side, without borders and without the empty paragraph of each."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
        _raw(cell).remove(_raw(cell.paragraphs[0]))
    left, right = table.rows[0].cells
    return left, right


def _ruled(line: Line, text: str, size: int, width_mm: int) -> None:
    """A rule below a line, about as long as its words."""
    room = max(0.0, (width_mm * 72 / 25.4 - len(text) * size * _LETTER) / 2)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(room)
    borders = _element("pBdr")
    borders.append(_element("bottom", val="single", sz="6", space="1", color="000000"))
    _raw(line).get_or_add_pPr().append(borders)


def _head(document: Whole, paper: Paper, layout: Layout) -> None:
    left, right = _two_cells(document, _HEAD_MM)
    for text in paper.above:
        _centred(left, text, layout.above)
    for text in paper.issuer:
        last = _centred(left, text, layout.issuer, bold=True)
        if text == paper.issuer[-1] and not layout.mark:
            _ruled(last, text[: len(text) // 2], layout.issuer, _HEAD_MM[0])
    if layout.mark:
        _centred(left, layout.mark, layout.issuer)
    _centred(left, f"{layout.numbered} {paper.number}".strip(), layout.number)
    for text, size in layout.lines:
        line = _centred(right, text, size, bold=True)
        if (text, size) == layout.lines[-1]:
            _ruled(line, text, size, _HEAD_MM[1])
    _centred(right, paper.dated, layout.dated, italic=True)


def _title(document: Whole, paper: Paper, layout: Layout) -> None:
    line = _centred(document, paper.title, layout.title, bold=True)
    line.paragraph_format.space_before = Pt(2 * SPACING_PT)
    line = _centred(document, paper.abstract, layout.abstract, bold=True)
    if layout.below_abstract:
        line = _centred(document, layout.below_abstract, layout.abstract)
    else:
        _ruled(line, "x" * 16, layout.abstract, _TEXT_MM)
    line.paragraph_format.space_after = Pt(2 * SPACING_PT)


def _body(document: Whole, paper: Paper, layout: Layout) -> None:
    for text in paper.opening:
        _paragraph(document, text, layout)
    for part in paper.body:
        if isinstance(part, Grid):
            _grid(document, part, layout)
        else:
            _paragraph(document, part.printed, layout, bold=part.section, heads=part.heads)
    for text in paper.closing:
        _paragraph(document, text, layout)


def _paragraph(
    document: Whole, text: str, layout: Layout, *, bold: bool = False, heads: bool = False
) -> None:
    line = document.add_paragraph()
    line.alignment = ALIGN.JUSTIFY
    line.paragraph_format.first_line_indent = Mm(INDENT_MM)
    line.paragraph_format.space_after = Pt(SPACING_PT)
    line.paragraph_format.keep_with_next = heads
    _run(line, text, layout.body, bold=bold)


def _foot(document: Whole, paper: Paper, layout: Layout) -> None:
    left, right = _two_cells(document, _FOOT_MM)
    rows = [*paper.recipients, *([paper.kept] if paper.kept else [])]
    if rows:
        word = left.add_paragraph()
        state = paper.form == "state"
        run = _run(word, "Nơi nhận:", layout.recipients_word, bold=state, italic=state)
        run.underline = not state
        word.paragraph_format.space_after = Pt(0)
    for text in _listed(rows):
        line = left.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        _run(line, text, layout.recipients)
    for text in paper.authority:
        _centred(right, text, layout.signature, bold=True)
    for text in paper.office:
        _centred(right, text, layout.signature, bold=layout.bold_office)
    for _ in range(_ROOM_TO_SIGN * bool(paper.signer)):
        _centred(right, "", layout.signature)
    _centred(right, paper.signer, layout.signature, bold=True)
    if not rows:
        left.add_paragraph()


def _listed(rows: list[str]) -> Iterable[str]:
    return (f"- {row}{';' if row != rows[-1] else '.'}" for row in rows)


def _annex(document: Whole, annex: Annex, layout: Layout) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _centred(document, annex.title, layout.title, bold=True)
    _rows(document, annex.rows, layout)


def _grid(document: Whole, grid: Grid, layout: Layout) -> None:
    table = _rows(document, grid.rows, layout)
    table.autofit = False
    for row in table.rows:
        for cell, share in zip(row.cells, grid.widths, strict=True):
            cell.width = Mm(_TEXT_MM * share / sum(grid.widths))
        _raw(row).get_or_add_trPr().append(_element("cantSplit"))
    _raw(table.rows[0]).get_or_add_trPr().append(_element("tblHeader"))
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _rows(document: Whole, rows: Sequence[Sequence[str]], layout: Layout) -> Table:
    """A table with its headings in bold."""
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            _run(cell.paragraphs[0], text, layout.recipients, bold=not number)
    return table


def _even(raw: bytes) -> bytes:
    """The same parts with one date, so that the bytes tell whether the paper changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as parts, zipfile.ZipFile(out, "w") as even:
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, _ZIPPED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            even.writestr(entry, parts.read(part.filename))
    return out.getvalue()
