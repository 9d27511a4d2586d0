"""Ways to say who must do what by when: each is read with whatever units stand in it."""

from collections.abc import Iterator
from itertools import islice

import pytest

from tiendo_notices import Item, read

BEFORE = """ỦY BAN NHÂN DÂN TỈNH HÀ NAM
Số 12/TB-UBND
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Hà Nam, ngày 10 tháng 3 năm 2026
THÔNG BÁO
Kết luận của đồng chí Chủ tịch UBND tỉnh tại phiên họp ngày 05/3/2026

Đồng chí Chủ tịch kết luận như sau:
I. Nhiệm vụ
"""
AFTER = """
Nơi nhận:
- Lưu VT.

TM. ỦY BAN NHÂN DÂN
"""
UNITS = (
    "Sở Y tế",
    "VNPT Hà Nam",
    "Công an tỉnh",
    "Tạp chí Lý luận chính trị",
    "Ban Tuyên giáo và Dân vận Tỉnh ủy",
    "Học viện Chính trị khu vực I",
    "Vụ Các trường chính trị",
    "UBND xã Thanh Liêm",
    "Phòng Văn hóa - Xã hội",
    "Tập đoàn Viettel",
    "Quỹ Phát triển khoa học và công nghệ tỉnh",
)
WORK = (
    "rà soát danh mục dữ liệu dùng chung",
    "đánh giá mức độ an toàn của 05 hệ thống",
    "lập dự toán kinh phí năm 2026",
    "mở 03 lớp bồi dưỡng kỹ năng số",
)

SAID: dict[str, tuple[str, str, str | None]] = {
    "Giao {a} chủ trì, phối hợp với {b}, {c} {v}": ("a", "bc", None),
    "{a} chủ trì, {b} và {c} phối hợp {v}": ("a", "bc", None),
    "{a} (chủ trì), {b} (phối hợp) {v}": ("a", "b", None),
    "{V} (giao {a} chủ trì, {b} phối hợp)": ("a", "b", None),
    "{V}. Đơn vị chủ trì: {a}. Đơn vị phối hợp: {b}": ("a", "b", None),
    "{V} (chủ trì: {a}; phối hợp: {b})": ("a", "b", None),
    "{a} chủ trì {v}; {b} phối hợp thực hiện": ("a", "b", None),
    "Giao {a} làm đầu mối, {b} phối hợp {v}": ("a", "b", None),
    "{a} giúp Ban Chỉ đạo {v}": ("a", "", None),
    "{a} và {b} {v}": ("ab", "", None),
    "{a}, {b}, {c} {v}": ("abc", "", None),
    "Ban Chỉ đạo giao {a} {v}": ("a", "", None),
    "Đồng ý với đề xuất của {b}; giao {a} {v}": ("a", "", None),
    "{a} chịu trách nhiệm {v}, gửi {b} tổng hợp": ("a", "", None),
    "Đối với nội dung này, giao {a} {v}; thời hạn: 25/3/2026": ("a", "", "2026-03-25"),
    "Trước ngày 20/4/2026, {a} {v}": ("a", "", "2026-04-20"),
    "{a} {v}, không muộn hơn ngày 10/5/2026": ("a", "", "2026-05-10"),
    "{a} {v}; hạn cuối 31/3/2026": ("a", "", "2026-03-31"),
    "Ghi nhận nỗ lực của {b}; yêu cầu {a} {v} trong quý II/2026": ("a", "", "2026-06-30"),
    "{a} cùng {b} {v}; kết quả gửi về {c} trước 17/4/2026": ("a", "b", "2026-04-17"),
}

HEADINGS: dict[str, tuple[str, str, str | None]] = {
    "Giao {a}:": ("a", "", None),
    "{a}": ("a", "", None),
    "Đối với {a}:": ("a", "", None),
    "{a} chủ trì, {b} phối hợp:": ("a", "b", None),
    "Công tác tuyên truyền: {a} chủ trì, phối hợp với {b}": ("a", "b", None),
    "Về dữ liệu (chủ trì: {a}; phối hợp: {b})": ("a", "b", None),
    "Nhiệm vụ của {a}": ("a", "", None),
    "Trách nhiệm của {a}:": ("a", "", None),
    "Các nhiệm vụ giao {a} thực hiện xong trước 15/4/2026:": ("a", "", "2026-04-15"),
    "Nhóm nhiệm vụ hoàn thành trong quý II/2026: giao {a}": ("a", "", "2026-06-30"),
    "{a} (hoàn thành trong tháng 4/2026)": ("a", "", "2026-04-30"),
    "Giao {a}, {b}:": ("ab", "", None),
    "{a} là cơ quan đầu mối, có nhiệm vụ:": ("a", "", None),
}
ROWS = (("a) ", "b) ", "a", "b"), ("- ", "- ", "-1", "-2"), ("(1) ", "(2) ", "(1)", "(2)"))


def three(first: int) -> dict[str, str]:
    """Three units, other ones for each number."""
    return {letter: UNITS[(first + 3 * at) % len(UNITS)] for at, letter in enumerate("abc")}


def silent(item: Item, wanted: tuple[str, str, str | None], units: dict[str, str]) -> Iterator[str]:
    """The fields that are wrong and named as sure."""
    lead, helpers, due = wanted
    said = {
        "kind": (item.kind, "assignment"),
        "lead": (sorted(item.lead), sorted(units[letter] for letter in lead)),
        "coordinators": (sorted(item.coordinators), sorted(units[letter] for letter in helpers)),
        "due": (str(item.due) if item.due else None, due),
    }
    for name, (seen, expected) in said.items():
        if seen != expected and name not in item.unsure:
            yield f"{name}: {seen!r}, not {expected!r} in {item.text!r}"


@pytest.mark.parametrize("said", SAID)
def test_a_sentence_is_read_with_any_units(said: str) -> None:
    for first in range(len(UNITS)):
        units, work = three(first), WORK[first % len(WORK)]
        sentence = said.format(v=work, V=work[0].upper() + work[1:], **units)
        item, *more = read(f"{BEFORE}1. {sentence}.\n{AFTER}").items
        assert more == []
        assert list(silent(item, SAID[said], units)) == []


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_heading_passes_down_whom_and_when_it_names(
    heading: str, row: tuple[str, str, str, str]
) -> None:
    first_mark, second_mark, *labels = row
    for first in range(len(UNITS)):
        units = three(first)
        work = [one[0].upper() + one[1:] for one in islice(WORK * 2, first % 4, first % 4 + 2)]
        lines = (
            f"1. {heading.format(**units)}",
            f"{first_mark}{work[0]};",
            f"{second_mark}{work[1]}.",
            "2. Sở Nội vụ báo cáo kết quả.",
        )
        items = read(BEFORE + "\n".join(lines) + AFTER).items
        assert [item.path for item in items] == [*(f"I.1.{label}" for label in labels), "I.2"]
        for item in items[:2]:
            assert list(silent(item, HEADINGS[heading], units)) == []
