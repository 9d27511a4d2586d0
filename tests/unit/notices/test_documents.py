"""The same notice is read from text, Markdown, DOCX and PDF."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from tests.unit.notices.papers import docx, numbered_docx, pdf
from typer.testing import CliRunner

from tiendo_notices import UnreadableDocumentError, read
from tiendo_notices.cli import app
from tiendo_notices.documents import MAX_BYTES, text_from, text_of
from tiendo_notices.samples import NAMES, sample

Facts = list[tuple[object, ...]]


def facts(text: str) -> Facts:
    return [(i.path, i.kind, i.lead, i.coordinators, i.due, i.recurring) for i in read(text).items]


@pytest.mark.parametrize("name", NAMES)
def test_a_docx_gives_the_items_of_its_text(name: str) -> None:
    assert facts(text_from(docx(sample(name)))) == facts(sample(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_with_a_text_layer_gives_the_items_of_its_text(name: str) -> None:
    assert facts(text_from(pdf(sample(name)))) == facts(sample(name))


def test_numbers_that_word_makes_are_read_as_if_they_were_typed() -> None:
    text = text_from(numbered_docx(["Bộ Y tế báo cáo.", "Bộ Nội vụ rà soát."]))
    assert text.split("\n") == ["1. Bộ Y tế báo cáo.", "2. Bộ Nội vụ rà soát."]


def test_a_table_of_assignments_in_a_docx_becomes_items() -> None:
    table = [
        ["TT", "Đơn vị chủ trì", "Nội dung", "Phối hợp", "Thời hạn"],
        ["1", "Sở Y tế", "Lập sổ sức khoẻ điện tử", "Công an tỉnh\nSở Nội vụ", "30/6/2026"],
        ["2", "", "Bàn giao dữ liệu", "", "Quý III/2026"],
    ]
    body = "THÔNG BÁO\nNgày 05/3/2026, Trưởng ban kết luận như sau:\n1. Sở Tài chính báo cáo."
    items = {i.path: i for i in read(text_from(docx(body, table))).items}
    assert items["PL.1"].lead == ("Sở Y tế",)
    assert items["PL.1"].coordinators == ("Công an tỉnh", "Sở Nội vụ")
    assert str(items["PL.1"].due) == "2026-06-30"
    assert items["2"].lead == ("Sở Y tế",)
    assert items["2"].unsure == ("lead",)
    assert str(items["2"].due) == "2026-09-30"


def test_a_header_in_a_table_of_a_docx_is_read_cell_by_cell() -> None:
    header = [["SỞ NỘI VỤ\nSố: 12/TB-SNV", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]]
    text = text_from(docx("", header))
    assert "Số: 12/TB-SNV\nCỘNG HÒA" in text


def test_utf_16_text_and_a_byte_order_mark_are_understood() -> None:
    assert text_from("Thông báo".encode("utf-16")) == "Thông báo"
    assert text_from(b"\xef\xbb\xbf" + "Thông báo".encode()) == "Thông báo"


LOCKED = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    b"3 0 obj<</Filter/Standard/V 1/R 2/P -4/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 3 0 R/ID[(1)(1)]/Size 4>>\n%%EOF\n"
)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xd0\xcf\x11\xe0old", ".docx"),
        (b"PK\x03\x04broken", "broken"),
        (b"%PDF-1.7 broken", "broken"),
        (LOCKED, "password"),
        (pdf(" "), "scan"),
        (b"\xff\xfa\x00", "UTF-8"),
    ],
)
def test_a_file_without_text_is_refused_with_what_to_do(raw: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=words):
        text_from(raw, "tệp")


def test_a_zip_that_is_no_word_document_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("a.txt", "b")
    with pytest.raises(UnreadableDocumentError, match="no Word document"):
        text_from(out.getvalue())


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UnreadableDocumentError, match="larger"):
        text_of(path)


def test_the_command_reads_a_docx(tmp_path: Path) -> None:
    path = tmp_path / "thong-bao.docx"
    path.write_bytes(docx(sample("state")))
    result = CliRunner().invoke(app, ["read", str(path), "--json"])
    assert result.exit_code == 0
    assert '"path"' in result.output
