"""Rows of parts below a heading come out whole, however heading, marks and first words look."""

from itertools import cycle, islice

import pytest

from tiendo_notices import read

BEFORE = """TỈNH ỦY HÀ NAM
Số 12-TB/TU
ĐẢNG CỘNG SẢN VIỆT NAM
Hà Nam, ngày 10 tháng 3 năm 2026
THÔNG BÁO
Kết luận của đồng chí Bí thư Tỉnh ủy tại phiên họp ngày 05/3/2026

Đồng chí Bí thư Tỉnh ủy kết luận như sau:
"""
AFTER = """
Nơi nhận:
- Lưu Văn phòng.

T/L BAN THƯỜNG VỤ
"""
HEADINGS = (
    "Về hạ tầng số",
    "Nhân lực",
    "Hồ đập, đê điều",
    "Dữ liệu, an toàn thông tin trong năm",
    "Trọng tâm tháng 4",
    "Các khoản",
    "CÔNG TÁC CÁN BỘ",
    "Về tổ chức bộ máy:",
    "Một số nhiệm vụ khác;",
    "Thực hiện Nghị quyết số 57",
    "Hạ tầng (chủ trì: Sở Xây dựng)",
    "Giao Sở Y tế",
    "Sở Giáo dục và Đào tạo:",
)
ORDERS = (
    "VNPT Hà Nam phủ sóng 18 thôn trước ngày 30/6/2026",
    "Sở Y tế rà soát danh mục bệnh viện trước ngày 15/4/2026",
    "tiếp tục rà soát quy hoạch",
    "Mỗi xã chọn một mô hình điểm",
    "02 trung tâm y tế báo cáo kết quả trước ngày 01/4/2026",
    "“Sổ tay đảng viên điện tử” được đưa đến các chi bộ trước ngày 30/5/2026",
    "đồng chí Chánh Văn phòng chủ trì chuẩn bị tài liệu",
    "100% chi bộ dùng phần mềm trong quý II/2026",
)
DASHES = ("- ", "– ", "• ", "* ")
ROWS = (
    *(((sign,) * 3, ("-1", "-2", "-3")) for sign in DASHES),
    (("+ ",) * 3, ("+1", "+2", "+3")),
    (("a) ", "b) ", "c) "), ("a", "b", "c")),
    (("a. ", "b. ", "c. "), ("a", "b", "c")),
    (("(1) ", "(2) ", "(3) "), ("(1)", "(2)", "(3)")),
    (("Thứ nhất, ", "Thứ hai, ", "Thứ ba, "), ("Thứ nhất", "Thứ hai", "Thứ ba")),
    (("Một là, ", "Hai là, ", "Ba là, "), ("Một là", "Hai là", "Ba là")),
)
NUMBERED = (
    (("1) ", "2) ", "3) "), ("1", "2", "3")),
    (("1. ", "2. ", "3. "), ("1", "2", "3")),
)
DECIMAL = (
    (("1.1. ", "1.2. ", "1.3. "), ("1.1", "1.2", "1.3")),
    (("1.1 ", "1.2 ", "1.3 "), ("1.1", "1.2", "1.3")),
)


def below(top: str, next_top: str, heading: str, signs: tuple[str, ...], first: int) -> list[str]:
    """The paths of a notice whose first part has a heading and three parts below it."""
    orders = islice(cycle(ORDERS), first, first + 3)
    lines = [f"{sign}{words};" for sign, words in zip(signs, orders, strict=True)]
    body = "\n".join((f"{top}{heading}", *lines, f"{next_top}Giao Sở Nội vụ tổng hợp kết quả."))
    return [item.path for item in read(BEFORE + body + AFTER).items]


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(("signs", "labels"), [*ROWS, *NUMBERED], ids=str)
def test_a_row_below_a_section_is_whole(
    heading: str, signs: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    for first in range(len(ORDERS)):
        expected = [*(f"I.{label}" for label in labels), "II"]
        assert below("I. ", "II. ", heading, signs, first) == expected


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(("signs", "labels"), ROWS, ids=str)
def test_a_row_below_a_numbered_part_is_whole(
    heading: str, signs: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    for first in range(len(ORDERS)):
        expected = [*(f"1.{label}" for label in labels), "2"]
        assert below("1. ", "2. ", heading, signs, first) == expected


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(("signs", "labels"), DECIMAL, ids=str)
def test_a_row_of_decimal_numbers_is_whole(
    heading: str, signs: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    for first in range(len(ORDERS)):
        assert below("1. ", "2. ", heading, signs, first) == [*labels, "2"]


STEMS = (
    "Giao Sở Y tế:",
    "Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh:",
    "Yêu cầu Sở Y tế khẩn trương",
    "Sở Y tế chủ trì, Công an tỉnh phối hợp triển khai",
    "Đề nghị Sở Y tế quan tâm",
)
INLINE = (
    ("(1)", "(2)", "(3)"),
    ("(i)", "(ii)", "(iii)"),
    ("(a)", "(b)", "(c)"),
    ("a)", "b)", "c)"),
    ("1)", "2)", "3)"),
)
WORDS = ("rà soát danh mục", "công khai tiến độ trước ngày 30/6/2026", "mở 03 lớp bồi dưỡng")


BRACKETED = [signs for signs in INLINE if signs[0].startswith("(")]
"""What may stand inside a sentence without a colon before it."""


@pytest.mark.parametrize(
    ("stem", "signs"),
    [(stem, one) for stem in STEMS for one in (INLINE if stem.endswith(":") else BRACKETED)],
    ids=str,
)
@pytest.mark.parametrize("between", [";", ".", ","])
def test_a_row_inside_a_paragraph_is_whole(stem: str, signs: tuple[str, ...], between: str) -> None:
    for words in (WORDS, tuple(one[0].upper() + one[1:] for one in WORDS)):
        parts = f"{between} ".join(f"{a} {b}" for a, b in zip(signs, words, strict=True))
        items = read(f"{BEFORE}1. {stem} {parts}.\n2. Sở Nội vụ báo cáo.{AFTER}").items
        labels = [sign if sign.startswith("(") else sign.rstrip(")") for sign in signs]
        assert [item.path for item in items] == [*(f"1.{label}" for label in labels), "2"]
        assert {item.lead for item in items[:3]} == {("Sở Y tế",)}
        assert [item.due is not None for item in items[:3]] == [False, True, False]


def test_a_line_of_a_sentence_that_begins_with_a_dash_or_a_number_is_no_part() -> None:
    body = (
        "1. Giao Khoa Nhà nước\n"
        "- Pháp luật hoàn thành đề cương môn học, trình Hội đồng trước ngày\n"
        "15. tháng 6 năm 2026.\n"
        "2. Giao Sở Nội vụ tổng hợp kết quả."
    )
    assert [item.path for item in read(BEFORE + body + AFTER).items] == ["1", "2"]
