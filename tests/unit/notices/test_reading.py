"""What a reading says about structure, text and header."""

import unicodedata
from datetime import date

import pytest

from tiendo_notices import (
    MAX_CHARACTERS,
    Item,
    NotANoticeError,
    NoticeTooLongError,
    Reading,
    read,
)
from tiendo_notices.samples import sample

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
OPENING = "Ngày 05/3/2026, đồng chí Giám đốc chủ trì cuộc họp và kết luận như sau:\n"


def notice(body: str, head: str = "Số: 12/TB-VP\nHà Nội, ngày 09 tháng 3 năm 2026\n") -> Reading:
    return read(f"{STATE}{head}THÔNG BÁO\nKết luận cuộc họp\n{OPENING}{body}")


def items(body: str) -> dict[str, Item]:
    return {item.path: item for item in notice(body).items}


def test_sections_items_and_letters_give_a_path() -> None:
    body = "I. NHIỆM VỤ\n1. Giao Sở Nội vụ:\na) Rà soát quy chế.\nđ) Báo cáo kết quả.\n"
    assert list(items(body)) == ["I.1.a", "I.1.đ"]


def test_a_number_that_holds_its_parent_is_not_doubled() -> None:
    body = "II. NHIỆM VỤ\n1. Giao Sở Nội vụ:\n1.1. Rà soát.\n1.2. Báo cáo.\n"
    assert list(items(body)) == ["II.1.1", "II.1.2"]


def test_a_heading_passes_unit_helpers_and_deadline_down() -> None:
    body = (
        "1. Giao Sở Nội vụ chủ trì, phối hợp với Sở Tài chính hoàn thành trước ngày 30/4/2026:\n"
        "a) Rà soát quy chế;\nb) Sở Xây dựng lập danh mục.\n"
    )
    first, second = items(body).values()
    assert (first.lead, first.coordinators) == (("Sở Nội vụ",), ("Sở Tài chính",))
    assert first.due == date(2026, 4, 30)
    assert (second.lead, second.coordinators) == (("Sở Xây dựng",), ())


def test_inline_parts_are_items_where_they_oblige() -> None:
    body = "1. Giao Sở Y tế: (1) rà soát hồ sơ; (2) báo cáo kết quả trước ngày 01/4/2026.\n"
    assert list(items(body)) == ["1.(1)", "1.(2)"]


def test_inline_parts_of_an_assessment_are_no_items() -> None:
    body = "I. KẾT QUẢ\nĐạt kết quả tốt: (1) dữ liệu đầy đủ; (2) hạ tầng ổn định.\n"
    (item,) = notice(body).items
    assert (item.path, item.kind) == ("I", "statement")


def test_a_broken_line_does_not_open_an_item() -> None:
    body = "1. Giao Sở Tư pháp rà soát khoản\n2 Điều 7 và khoản\n3. Điều 9 của quy chế.\n"
    assert list(items(body)) == ["1"]


def test_a_deadline_for_the_whole_group_covers_items_without_one() -> None:
    body = (
        "1. Giao Sở Y tế rà soát hồ sơ.\n2. Giao Sở Nội vụ lập danh mục trước ngày 01/4/2026.\n"
        "3. Các đơn vị báo cáo kết quả thực hiện các nhiệm vụ trên trong quý II/2026.\n"
    )
    found = items(body)
    assert list(found) == ["1", "2"]
    assert (found["1"].due, found["2"].due) == (date(2026, 6, 30), date(2026, 4, 1))


def test_a_thanks_and_an_approval_are_no_tasks() -> None:
    body = "1. Ghi nhận nỗ lực của Sở Y tế.\n2. Đồng ý chủ trương mua sắm.\n"
    assert {item.kind for item in notice(body).items} == {"statement"}


def test_the_closing_words_are_no_item() -> None:
    body = "1. Giao Sở Y tế rà soát hồ sơ.\nVăn phòng thông báo để các đơn vị biết./.\nNơi nhận:\n"
    (item,) = notice(body).items
    assert item.text == "Giao Sở Y tế rà soát hồ sơ."


def test_a_draft_has_no_number_and_says_so() -> None:
    head = "Số:       /TB-VP\nHà Nội, ngày      tháng 3 năm 2026\n"
    reading = notice("1. Giao Sở Y tế báo cáo trước ngày 20/4.\n", head)
    assert (reading.number, reading.issued_on) == (None, None)
    assert {"number", "issued_on"} <= set(reading.unsure)
    assert reading.items[0].due == date(2026, 4, 20)


def test_header_on_one_line_is_read() -> None:
    text = sample("state")
    head, body = text.split("Chiều ngày", 1)
    reading = read(" ".join(head.split()) + "\nChiều ngày" + body)
    assert (reading.number, reading.form) == ("512/TB-VPUBND", "state")
    assert reading.issued_on == date(2026, 11, 17)


def test_decomposed_letters_and_old_tone_marks_are_read_alike() -> None:
    text = sample("party").replace("Thủy", "Thuỷ")
    composed = [i.to_dict() for i in read(text).items]
    assert [i.to_dict() for i in read(unicodedata.normalize("NFD", text)).items] == composed


def test_a_cyrillic_look_alike_does_not_hide_a_unit() -> None:
    body = "1. Giao Sở Tài сhính rà soát.\n"
    assert notice(body).items[0].lead == ("Sở Tài chính",)


def test_every_unsure_field_has_a_reason_in_both_languages() -> None:
    for name in ("party", "state"):
        for item in read(sample(name)).items:
            assert set(item.unsure) == {d.field for d in item.doubts}
            assert all(d.vi and d.en for d in item.doubts)


@pytest.mark.parametrize("text", ["", " \n\t ", "Hôm nay trời đẹp.", "1 + 1 = 2"])
def test_text_that_is_no_notice_is_refused(text: str) -> None:
    with pytest.raises(NotANoticeError):
        read(text)


def test_a_text_beyond_the_limit_is_refused_at_once() -> None:
    with pytest.raises(NoticeTooLongError):
        read("a" * (MAX_CHARACTERS + 1))


def test_thousands_of_numbered_parts_are_refused() -> None:
    with pytest.raises(NoticeTooLongError):
        notice("- Rà soát.\n" * 3_000)


@pytest.mark.parametrize(
    "unit",
    [
        "(1) ",
        "Bộ trưởng, ",
        "các bộ, ",
        " " * 50 + ", ",
        "văn phòng ",
        "trước ngày 1/",
        "(",
        "“",
        "Về: ",
    ],
)
@pytest.mark.timeout(60)
def test_text_built_to_hurt_is_read_in_bounded_time(unit: str) -> None:
    assert notice(unit * (20_000 // len(unit))) is not None


def test_a_section_without_numbers_is_read_behind_its_heading_line() -> None:
    body = "I. Tổ chức thực hiện\nVăn phòng Học viện theo dõi, báo cáo hằng tháng.\n"
    (item,) = notice(body).items
    assert (item.path, item.lead, item.recurring) == ("I", ("Văn phòng Học viện",), "monthly")


def test_a_text_pasted_as_one_line_keeps_its_items_and_is_questioned() -> None:
    text = sample("state").replace("thẩm định dự toán", "thẩm định dự toán" + " chi tiết" * 60)
    reading = read(" ".join(text.split()))
    assert reading.form == "state"
    assert {"II.2", "II.4", "II.5"} <= {item.path for item in reading.items}
    assert "items" in reading.unsure


def test_a_row_of_numbers_that_was_not_split_is_doubted() -> None:
    reading = read(
        "THÔNG BÁO\nKết luận\n"
        "1. Giao Sở Nội vụ theo điều kiện 1) có đề án và 2) có kinh phí trình trước 30/9/2026.\n"
        "2. Giao Sở Y tế báo cáo trước ngày 30/9/2026.\n"
    )
    assert [{"kind", "lead", "due"} <= set(item.unsure) for item in reading.items] == [True, False]


@pytest.mark.parametrize(("first", "second", "is_said"), [(3, 4, True), (1, 2, False)])
def test_a_numbering_that_begins_behind_its_first_is_said(
    first: int, second: int, *, is_said: bool
) -> None:
    reading = read(
        "THÔNG BÁO\nChủ tịch kết luận như sau:\n"
        f"{first}. Giao Sở Y tế báo cáo trước ngày 30/9/2026.\n"
        f"{second}. Giao Sở Nội vụ trình đề án trước ngày 30/9/2026.\n"
    )
    assert ("items.gap" in {doubt.code for doubt in reading.doubts}) is is_said
