"""A notice out again: in both official forms, as DOCX and PDF, and read back the same."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from docx import Document
from docx.shared import Mm, Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.notices.calibration import HALVES
from tests.unit.notices.scoring import labels, notices
from typer.testing import CliRunner

from tiendo_notices import read
from tiendo_notices.cli import app
from tiendo_notices.documents import text_from, text_of
from tiendo_notices.errors import NotANoticeError
from tiendo_notices.model import Form, Reading
from tiendo_notices.samples import sample
from tiendo_notices.writing import Paper, Paragraph, compose
from tiendo_notices.writing.layout import LAYOUTS
from tiendo_notices.writing.typeset import pdf
from tiendo_notices.writing.word import docx

SPLIT = ("ocr-han-man-dong-thap",)
"""A page number stands inside a word there, and is written out as it was printed."""
FILES = [
    path
    for half in HALVES
    for path in notices(half)
    if labels(path).get("form", "any") is not None and path.stem not in SPLIT
]
"""All that say which form they have; whoever writes one that does not must choose."""
WRITERS: dict[str, Callable[[Paper], bytes]] = {"docx": docx, "pdf": pdf}
FORMS: Sequence[Form] = ("party", "state")


def items(reading: Reading) -> list[tuple[object, ...]]:
    """What everything downstream stands on."""
    return [
        (i.path, i.kind, i.lead, i.coordinators, i.due, i.recurring, i.unsure)
        for i in reading.items
    ]


def head(reading: Reading) -> tuple[object, ...]:
    return (
        reading.number,
        reading.form,
        reading.issued_on,
        reading.meeting_on,
        reading.issuer,
        reading.title or "THÔNG BÁO",  # what has none is given the usual one
        reading.abstract,
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_written_document_is_read_as_the_text_it_came_from(path: Path) -> None:
    text = text_of(path)
    again = read(text_from(docx(compose(text))))
    assert items(again) == items(read(text))
    assert head(again) == head(read(text))
    assert again.recipients == read(text).recipients


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_written_pdf_is_read_as_the_text_it_came_from(path: Path) -> None:
    text = text_of(path)
    again = read(text_from(pdf(compose(text))))
    assert items(again) == items(read(text))
    assert head(again) == head(read(text))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_change_of_form_changes_no_item(write: Callable[[Paper], bytes], form: Form) -> None:
    text = sample("party")
    again = read(text_from(write(compose(text, form))))
    assert items(again) == items(read(text))
    assert again.form == form


@dataclass(frozen=True)
class Drawn:
    """A paper and what its items are: path, lead, deadline."""

    paper: Paper
    expected: tuple[tuple[str, str, date], ...]


UNITS = (
    "Sở Khoa học và Công nghệ", "Sở Tài chính", "Văn phòng Tỉnh ủy", "Công an tỉnh",
    "Ban Tổ chức Tỉnh ủy", "Trường Chính trị tỉnh", "Sở Nông nghiệp và Môi trường",
    "Ủy ban nhân dân xã Mường Hoa", "Phòng Kinh tế, Hạ tầng và Đô thị",
)  # fmt: skip
WORKS = (
    "rà soát các nhiệm vụ chậm tiến độ", "xây dựng kế hoạch kết nối dữ liệu của các hệ thống",
    "báo cáo kết quả số hóa hồ sơ", "hoàn thiện quy chế vận hành trung tâm dữ liệu dùng chung",
    "tổ chức tập huấn kỹ năng số cho cán bộ cấp xã, bảo đảm mỗi thôn có ít nhất hai người",
)  # fmt: skip
BORN = date(2026, 3, 2)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A notice of one to four sections with items, some with lettered parts below a unit."""
    body: list[Paragraph] = []
    expected: list[tuple[str, str, date]] = []
    for section in ("I", "II", "III", "IV")[: draw(st.integers(1, 4))]:
        body.append(Paragraph("NHIỆM VỤ TRỌNG TÂM", f"{section}-", section=True))
        for number in range(1, draw(st.integers(1, 4)) + 1):
            unit = draw(st.sampled_from(UNITS))
            parts = draw(st.integers(0, 3))
            where = f"{section}.{number}"
            if parts < 2:
                work, day = _order(draw)
                body.append(Paragraph(f"Giao {unit} {work}.", f"{number}."))
                expected.append((where, unit, day))
                continue
            body.append(Paragraph(f"Giao {unit}:", f"{number}."))
            for letter in "abc"[:parts]:
                work, day = _order(draw)
                body.append(Paragraph(f"{work[0].upper()}{work[1:]}.", f"{letter})"))
                expected.append((f"{where}.{letter}", unit, day))
    paper = Paper(
        form=draw(st.sampled_from(FORMS)),
        above=("TỈNH ỦY BÌNH SƠN",),
        issuer=("BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",),
        number=f"{draw(st.integers(1, 999))}-TB/BCĐ",
        dated=f"Bình Sơn, ngày {BORN:%d} tháng {BORN:%m} năm {BORN:%Y}",
        title="THÔNG BÁO",
        abstract="Kết luận của đồng chí Trưởng Ban Chỉ đạo tại phiên họp tháng 2",
        opening=("Ngày 27/02/2026, đồng chí Trưởng Ban Chỉ đạo chủ trì họp và kết luận như sau:",),
        body=tuple(body),
        recipients=("Thường trực Tỉnh ủy (để báo cáo)", "Thành viên Ban Chỉ đạo"),
        kept="Lưu: Văn phòng",
        authority=("T/M BAN CHỈ ĐẠO",),
        office=("TRƯỞNG BAN",),
        signer="Lò Văn Sơn",
    )
    return Drawn(paper, tuple(expected))


def _order(draw: st.DrawFn) -> tuple[str, date]:
    day = BORN + timedelta(days=draw(st.integers(1, 300)))
    return f"{draw(st.sampled_from(WORKS))}, hoàn thành trước ngày {day:%d/%m/%Y}", day


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(one=drawn())
def test_whatever_is_written_is_read_back(write: Callable[[Paper], bytes], one: Drawn) -> None:
    again = read(text_from(write(one.paper)))
    found = tuple((i.path, *i.lead, i.due) for i in again.items)
    assert found == one.expected
    assert (again.form, again.number) == (one.paper.form, one.paper.number)
    assert again.issued_on == BORN
    assert again.recipients == one.paper.recipients


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_the_same_paper_gives_the_same_bytes(write: Callable[[Paper], bytes]) -> None:
    paper = compose(sample("party"))
    assert write(paper) == write(paper)
    assert write(paper) != write(replace(paper, signer="Người khác"))


@pytest.mark.parametrize("form", FORMS)
def test_margins_sizes_and_paper_are_those_of_the_form(form: Form) -> None:
    document = Document(io.BytesIO(docx(compose(sample("party"), form))))
    section, layout = document.sections[0], LAYOUTS[form]
    lengths = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round((one or 0) / Mm(1)) for one in lengths] == [210, 297, layout.left, layout.right]
    runs = [run for line in document.paragraphs for run in line.runs if run.text.strip()]
    assert {run.font.name for run in runs} == {"Times New Roman"}
    sizes = {run.font.size for run in runs if run.text.startswith(("1. ", "a) "))}
    assert sizes == {Pt(layout.body)}
    [title] = [run for run in runs if run.text == "THÔNG BÁO"]
    assert (title.font.size, title.bold) == (Pt(layout.title), True)


def test_pages_are_numbered_from_the_second_on() -> None:
    pages = pdfplumber.open(io.BytesIO(pdf(compose(sample("party"))))).pages
    tops = [page.extract_text().strip().split("\n")[0].strip() for page in pages]
    assert len(tops) > 1
    assert tops[1:] == [str(number) for number in range(2, len(tops) + 1)]
    assert not tops[0].isdigit()


def test_the_letters_of_a_pdf_are_composed_ones() -> None:
    words = "Nơi nhận: Ủy ban nhân dân xã Mường Ưởng, Ngưỡng Đổi mới, Kỳ Sơn."
    paper = replace(compose(sample("state")), opening=(words,))
    found = " ".join(pdfplumber.open(io.BytesIO(pdf(paper))).pages[0].extract_text().split())
    assert words in found


def test_no_line_of_a_pdf_begins_with_what_looks_like_a_part() -> None:
    words = "Các đơn vị báo cáo theo khoản 2. Tập đoàn Công nghiệp - Viễn thông Quân đội làm a) "
    body = (Paragraph(words * 12, "1."),)
    paper = replace(compose(sample("state")), body=body, recipients=(), kept="")
    lines = pdfplumber.open(io.BytesIO(pdf(paper))).pages[0].extract_text().split("\n")
    assert not [line for line in lines if line.startswith(("- ", "2.", "a)"))]
    assert len([line for line in lines if "Viễn thông" in line]) > 3


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("letter", ["\x01", "\x08", "\x1f", "\x7f", "\ufffe", "\u202e"], ids=ascii)
def test_a_character_that_paper_cannot_show_stops_nothing(
    write: Callable[[Paper], bytes], letter: str
) -> None:
    text = sample("party").replace("Giao Bộ Công an:", f"Giao Bộ{letter} Công an:")
    paper = replace(compose(text), signer=f"Lò Văn{letter} Sơn")
    assert "II.3" in [item.path for item in read(text_from(write(paper))).items]


@pytest.mark.parametrize("lines", range(17, 22))  # about as many as fill the first page
def test_a_heading_stays_on_the_page_of_what_it_introduces(lines: int) -> None:
    filled = tuple(Paragraph(f"Việc thứ {n} đã xong.", f"{n}.") for n in range(lines))
    heading = Paragraph("Về hạ tầng số", "50.")
    paper = replace(
        compose(sample("state")), body=(*filled, heading, Paragraph("Giao Sở A.", "a)"))
    )
    with pdfplumber.open(io.BytesIO(pdf(paper))) as document:
        pages = [page.extract_text() for page in document.pages]
    introduces, introduced = ([words in page for page in pages] for words in ("50. Về", "a) Giao"))
    assert introduces == introduced
    assert sum(introduces) == 1


def test_word_is_told_that_a_heading_stays_with_what_it_introduces() -> None:
    heading, below = Paragraph("Về hạ tầng số", "50."), Paragraph("Giao Sở A.", "a)")
    paper = replace(compose(sample("state")), body=(heading, below))
    written: Any = Document(io.BytesIO(docx(paper)))
    kept = {line.text: line.paragraph_format.keep_with_next for line in written.paragraphs}
    assert kept[heading.printed]
    assert not kept[below.printed]


def test_a_draft_keeps_the_room_for_its_number() -> None:
    text = sample("party").replace("Số 31-TB/BCĐTW", "Số    -TB/BCĐTW")
    again = read(text_from(docx(compose(text))))
    assert again.number is None
    assert "number" in again.unsure


def test_a_text_without_a_form_asks_for_one() -> None:
    text = "THÔNG BÁO\nKết luận như sau:\n1. Giao Sở Nội vụ báo cáo trước ngày 05/3/2026.\n"
    with pytest.raises(NotANoticeError, match="form"):
        compose(text)
    first = compose(text, "state").body[0]
    assert isinstance(first, Paragraph)
    assert first.printed.startswith("1. Giao Sở Nội vụ")


@pytest.mark.parametrize("name", ["notice.docx", "notice.pdf"])
def test_the_command_writes_a_file_and_says_where(name: str, tmp_path: Path) -> None:
    given_file, out = tmp_path / "notice.txt", tmp_path / name
    given_file.write_text(sample("party"), "utf-8")
    told = CliRunner().invoke(app, ["write", str(given_file), str(out), "--form", "state"])
    assert told.exit_code == 0, told.output
    assert name in told.output.replace("\n", "")
    assert read(text_of(out)).form == "state"


def test_the_command_refuses_another_kind_of_file(tmp_path: Path) -> None:
    given_file = tmp_path / "notice.txt"
    given_file.write_text(sample("party"), "utf-8")
    told = CliRunner().invoke(app, ["write", str(given_file), str(tmp_path / "notice.doc")])
    assert told.exit_code == 1
    assert ".docx or .pdf" in told.output


def test_an_annex_of_several_pages_is_read_back_row_by_row() -> None:
    rows = "\n".join(
        f"| {number} | Rà soát nhóm dữ liệu số {number}, báo cáo kết quả đối soát từng tuần "
        f"| Sở Tài chính | Sở Nội vụ | {number % 28 + 1}/9/2026 |"
        for number in range(1, 61)
    )
    annexed = sample("state") + (
        f"\n\nPHỤ LỤC\n\n| TT | Nội dung nhiệm vụ | Chủ trì | Phối hợp | Thời hạn |\n{rows}\n"
    )
    written = pdf(compose(annexed))
    assert len(pdfplumber.open(io.BytesIO(written)).pages) > 4
    assert items(read(text_from(written))) == items(read(annexed))
    assert len(read(annexed).items) > 60
