"""Structure, group deadlines, tables and scans: what a notice looks like in practice."""

import pytest

from tiendo_notices import Item, read

PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM\nSố 01-TB/TU\nHà Nội, ngày 04 tháng 7 năm 2025\n"
OPENING = "THÔNG BÁO\nNgày 02/7/2025, Thường trực Tỉnh ủy kết luận như sau:\n"


def items(body: str) -> dict[str, Item]:
    return {item.path: item for item in read(PARTY + OPENING + body + "\nNơi nhận:\n- A").items}


def dues(body: str) -> dict[str, str | None]:
    return {path: str(item.due) if item.due else None for path, item in items(body).items()}


def test_five_levels_pass_their_unit_down() -> None:
    found = items(
        "II- NHIỆM VỤ\n1. Ban Tổ chức Tỉnh ủy:\na) Về cán bộ:\n(1) Quy hoạch:\n"
        "(a) Rà soát hồ sơ;\n(b) Trình danh sách.\n(2) Báo cáo kết quả."
    )
    assert list(found) == ["II.1.a.(1).(a)", "II.1.a.(1).(b)", "II.1.a.(2)"]
    assert found["II.1.a.(1).(b)"].lead == ("Ban Tổ chức Tỉnh ủy",)


def test_a_sentence_about_the_whole_group_dates_the_items_without_a_day() -> None:
    assert dues(
        "1. Giao Văn phòng Tỉnh ủy:\na) Rà soát hồ sơ.\nb) Báo cáo trước ngày 10/7/2025.\n"
        "c) Chuẩn bị phòng họp.\nHoàn thành các nhiệm vụ trên trước ngày 31/7/2025."
    ) == {"1.a": "2025-07-31", "1.b": "2025-07-10", "1.c": "2025-07-31"}


def test_a_sentence_about_named_numbers_dates_only_those() -> None:
    found = dues(
        "1. Sở Y tế rà soát hồ sơ.\n2. Sở Nội vụ rà soát hồ sơ.\n3. Sở Tài chính rà soát hồ sơ.\n"
        "Các nhiệm vụ tại khoản 1 và khoản 3 hoàn thành trước ngày 31/8/2025."
    )
    assert found == {"1": "2025-08-31", "2": None, "3": "2025-08-31"}


def test_a_sentence_about_the_whole_group_looks_back_only() -> None:
    found = dues(
        "1. Giao Sở Y tế:\na) Rà soát hồ sơ;\nb) Báo cáo trước ngày 10/7/2025;\nc) Mở lớp.\n"
        "Tất cả các nhiệm vụ nêu tại mục này hoàn thành trước ngày 31/8/2025.\n"
        "2. Sở Nội vụ rà soát hồ sơ."
    )
    assert found == {"1.a": "2025-08-31", "1.b": "2025-07-10", "1.c": "2025-08-31", "2": None}


@pytest.mark.parametrize(
    "words",
    [
        "Các nhiệm vụ không ghi thời hạn hoàn thành",
        "Đối với các nội dung chưa nêu rõ thời hạn, hoàn thành",
        "Các nhiệm vụ còn lại phải hoàn thành",
        "Các nhiệm vụ nếu chưa nêu thời hạn thì phải hoàn thành",
    ],
)
def test_a_sentence_about_what_has_no_deadline_dates_every_section(words: str) -> None:
    found = dues(
        "I. Về y tế\n1. Sở Y tế rà soát hồ sơ.\n2. Sở Y tế báo cáo trước ngày 10/7/2025.\n"
        f"II. Tổ chức thực hiện\n1. Sở Nội vụ mở lớp.\n2. {words} trước ngày 31/8/2025."
    )
    assert found == {"I.1": "2025-08-31", "I.2": "2025-07-10", "II.1": "2025-08-31"}


@pytest.mark.parametrize(
    "order", ["Chỉ đạo Sở Y tế", "Đôn đốc Sở Y tế", "Rà soát; chỉ đạo Sở Y tế"]
)
def test_whoever_a_heading_names_leads_what_it_has_others_do(order: str) -> None:
    found = items(f"1. Đảng ủy Ủy ban nhân dân tỉnh:\na) {order} sửa trạm y tế;\nb) Báo cáo.\n")
    assert found["1.a"].lead == ("Đảng ủy Ủy ban nhân dân tỉnh",)
    assert items(f"1. {order} sửa trạm y tế.\n2. Khác.")["1"].lead == ("Sở Y tế",)


@pytest.mark.parametrize(
    "words",
    ["Các nhiệm vụ tại điểm a, c và d hoàn thành", "Các nội dung tại các điểm a, c, d xong"],
)
def test_a_row_of_numbers_dates_only_those_it_names(words: str) -> None:
    found = dues(
        "1. Giao Sở Y tế:\na) Rà soát hồ sơ;\nb) Lập dự toán;\nc) Mở lớp;\nd) Công khai.\n"
        f"{words} trước ngày 31/8/2025."
    )
    assert [path for path, day in found.items() if day == "2025-08-31"] == ["1.a", "1.c", "1.d"]


def test_whoever_gathers_the_results_of_the_tasks_above_gives_no_deadline_to_them() -> None:
    found = dues(
        "1. Sở Y tế rà soát hồ sơ.\n"
        "2. Văn phòng Tỉnh ủy báo cáo kết quả thực hiện các nhiệm vụ trên trước ngày 31/8/2025."
    )
    assert found == {"1": None, "2": "2025-08-31"}


def test_a_heading_with_a_deadline_in_brackets_passes_it_down() -> None:
    found = dues(
        "I- VIỆC LÀM NGAY (xong trước ngày 10/8/2025)\n1. Sở Nội vụ điều động cán bộ.\n"
        "2. Sở Y tế lập danh sách trước ngày 15/7/2025."
    )
    assert found == {"I.1": "2025-08-10", "I.2": "2025-07-15"}


def test_letters_inside_a_paragraph_are_items_where_they_stand_in_a_row() -> None:
    found = items("1. Tỉnh đoàn: a) duy trì đội hình; b) tổng kết trước ngày 15/12/2025.")
    assert list(found) == ["1.a", "1.b"]
    assert found["1.a"].lead == ("Tỉnh đoàn",)


def test_dashes_below_a_bare_subject_are_items_from_the_first_on() -> None:
    found = items(
        "II- NHIỆM VỤ\n1. Công tác đào tạo, bồi dưỡng\n- Vụ Quản lý đào tạo mở lớp mới.\n"
        "- Vụ Pháp chế rà soát quy chế.\n2. Công tác khác\nSở Y tế báo cáo trước ngày 30/9."
    )
    assert {path: item.lead for path, item in found.items()} == {
        "II.1.-1": ("Vụ Quản lý đào tạo",),
        "II.1.-2": ("Vụ Pháp chế",),
        "II.2": ("Sở Y tế",),
    }


def test_sections_in_capital_letters_are_sections() -> None:
    assert list(items("A. VỀ DỮ LIỆU\n1. Sở Y tế báo cáo.\nB. VỀ VỐN\n1. Sở Nội vụ báo cáo.")) == [
        "A.1",
        "B.1",
    ]


def test_numbering_of_a_scan_is_read() -> None:
    found = items(
        "l. Sở Y tế\nrà soát, hoàn thành trước ngày 3O/9/2025.\n- 2 -\n2.Sở Nội vụ báo cáo.\n"
        "3 . Các phường:\na)Ra quân;\nb ) Báo cáo.\nlO. Sở Tài chính báo cáo."
    )
    assert list(found) == ["1", "2", "3.a", "3.b", "10"]
    assert str(found["1"].due) == "2025-09-30"
    assert "- 2 -" not in found["1"].text.removesuffix(" - 2 -")


def test_markdown_is_read_like_the_text_it_shows() -> None:
    found = items("## I. Nhiệm vụ\n\n**1.** **Sở Y tế** báo cáo.\n\n2\\. *Sở Nội vụ* rà soát.")
    assert {path: item.lead for path, item in found.items()} == {
        "I.1": ("Sở Y tế",),
        "I.2": ("Sở Nội vụ",),
    }


TABLE = (
    "PHỤ LỤC\nTT\tNhiệm vụ\tĐơn vị chủ trì\tPhối hợp\tThời hạn\n"
    "1\tLập kho dữ liệu\tSở Y tế\tCông an tỉnh; Sở Nội vụ\t31/12/2025\n"
    "2\tBáo cáo tiến độ\t\t\tHằng tháng\n3\tMở lớp\tTổ chức lạ\t\tTheo kế hoạch\n"
)


def test_rows_of_a_table_behind_the_signature_are_items() -> None:
    text = PARTY + OPENING + "1. Sở Y tế báo cáo.\nNơi nhận:\n- A\nBÍ THƯ\n" + TABLE
    found = {item.path: item for item in read(text).items}
    assert list(found) == ["1", "PL.1", "2", "3"]
    row = found["PL.1"]
    assert (row.lead, row.coordinators) == (("Sở Y tế",), ("Công an tỉnh", "Sở Nội vụ"))
    assert str(row.due) == "2025-12-31"
    assert text[slice(*row.span)] == row.text == "Lập kho dữ liệu"
    assert (found["2"].recurring, found["2"].unsure) == ("monthly", ("lead",))
    assert set(found["3"].unsure) == {"lead", "due"}


def test_a_wide_gap_for_an_empty_cell_moves_no_other_cell() -> None:
    head = "TT   Việc cần làm        Ai làm        Phối hợp           Bao giờ xong\n"
    text = (
        f"{PARTY}{OPENING}{head}"
        "1    Lập kho dữ liệu     Sở Y tế       Công an tỉnh       31/12/2025\n"
        "2    Mở lớp              Sở Nội vụ                        30/9/2025\n"
    )
    found = {item.path: item for item in read(text).items}
    assert (found["1"].coordinators, str(found["1"].due)) == (("Công an tỉnh",), "2025-12-31")
    assert (found["2"].coordinators, str(found["2"].due)) == ((), "2025-09-30")


def test_a_dash_behind_a_name_that_ends_in_a_roman_number_begins_a_part() -> None:
    found = items("1. Giao Học viện Chính trị khu vực I\n- Mở lớp;\n- Lập kho dữ liệu.\n2. Khác.")
    assert list(found)[:2] == ["1.-1", "1.-2"]
    assert found["1.-1"].lead == ("Học viện Chính trị khu vực I",)


def test_an_unnumbered_paragraph_behind_the_last_item_is_not_lost() -> None:
    found = items("1. Sở Y tế báo cáo.\nGiao Văn phòng Tỉnh ủy đôn đốc thực hiện Thông báo này.")
    assert found["¶"].lead == ("Văn phòng Tỉnh ủy",)
    assert "kind" in found["¶"].unsure
    assert found["1"].lead == ("Sở Y tế",)


@pytest.mark.parametrize(
    ("words", "lead"),
    [
        ("Hoàn thiện hồ sơ (Sở Y tế chủ trì).", ("Sở Y tế",)),
        ("Việc sửa cầu giao Sở Xây dựng thực hiện.", ("Sở Xây dựng",)),
        ("Giao Phó Thủ tướng Nguyễn Văn An chỉ đạo Bộ Y tế xử lý.", ("Bộ Y tế",)),
    ],
)
def test_a_lead_in_an_unusual_place_is_read_with_a_doubt(words: str, lead: tuple[str, ...]) -> None:
    item = items(f"II- NHIỆM VỤ\n1. {words}\n2. Sở Y tế báo cáo.")["II.1"]
    assert item.lead == lead
    assert "lead" in item.unsure


def test_every_field_of_an_assignment_says_where_it_stands_and_by_which_rule() -> None:
    text = PARTY + OPENING + "1. Giao Sở Y tế phối hợp với Công an tỉnh rà soát trước ngày 30/9."
    item = read(text + "\n2. Sở Nội vụ báo cáo hằng tuần.\nNơi nhận:\n- A").items[0]
    said = {f.name: text[slice(*f.span)] for f in item.fields if f.span and f.name != "kind"}
    assert said == {"lead": "Sở Y tế", "coordinators": "Công an tỉnh", "due": "trước ngày 30/9"}
    rules = {f.name: f.rule for f in item.fields}
    assert rules["lead"] == "lead.giao"
    assert rules["recurring"] == "recurring.none"


def test_a_doubted_field_is_never_given_as_sure() -> None:
    found = items("1. Rà soát hồ sơ trước ngày 31/6/2025.\n2. Sở Y tế báo cáo tại phiên họp tới.")
    for item in found.values():
        for field in item.fields:
            assert field.name not in item.unsure or field.confidence < 0.9


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("(hằng tuần)", "weekly"),
        ("(trước ngày 25 hằng tháng)", "monthly"),
        ("(cập nhật hằng ngày trên hệ thống)", "daily"),
        ("(kinh phí hằng năm do tỉnh cấp)", None),
    ],
)
def test_brackets_may_say_how_often(words: str, period: str | None) -> None:
    assert items(f"1. Sở Y tế báo cáo số liệu {words}.")["1"].recurring == period


@pytest.mark.parametrize(
    "words",
    [
        "Sở Y tế cho biết việc thử nghiệm kết thúc ngày 28/6/2025",
        "Sở Y tế là đơn vị dẫn đầu về chuyển đổi số",
        "Các đơn vị cơ bản hoàn thành nhiệm vụ tuần",
        "Ban Thường vụ cho chủ trương xây trụ sở mới",
        "Sở Y tế hiện có 12 bệnh viện",
        "Sở Y tế tiếp tục là đơn vị dẫn đầu về chuyển đổi số",
        "Ban Chỉ đạo sẽ họp định kỳ vào tuần cuối mỗi tháng",
        "Đến nay, Công ty Điện lực Hà Nội mới số hóa được 40% hồ sơ",
        "Chuyển đổi số là nhiệm vụ trọng tâm của cả hệ thống chính trị",
        "Trong tháng 6/2025, Sở Y tế tổ chức 03 lớp tập huấn",
    ],
)
def test_what_is_told_is_no_sure_assignment(words: str) -> None:
    told = items(f"1. {words}.")["1"]
    assert told.kind == "statement" or "kind" in told.unsure


def test_a_heading_about_results_of_tasks_judges_and_an_order_below_it_does_not() -> None:
    found = items(
        "I. Kết quả thực hiện nhiệm vụ tháng 6\n1. Tiếp thu ý kiến các đại biểu.\n"
        "2. Giao Sở Y tế:\na) Rà soát hồ sơ;\nb) Báo cáo kết quả.\nII. Nhiệm vụ\n1. Khác."
    )
    assert found["I.1"].kind == "statement"
    assert [found[path].lead for path in ("I.2.a", "I.2.b")] == [("Sở Y tế",)] * 2


def test_a_heading_in_capitals_about_past_work_judges() -> None:
    found = items(
        "A. ĐÁNH GIÁ CÔNG VIỆC TUẦN 20\nCác đơn vị hoàn thành nhiệm vụ theo lịch.\n"
        "B. CÔNG VIỆC TUẦN 21\n1. Sở Y tế rà soát hồ sơ.\n2. Sở Nội vụ mở lớp."
    )
    assert [(path, item.kind) for path, item in found.items()] == [
        ("A", "statement"),
        ("B.1", "assignment"),
        ("B.2", "assignment"),
    ]


@pytest.mark.parametrize(
    ("marks", "paths"),
    [
        (("1-", "2-", "3-"), ["1", "2", "3"]),
        (("1/", "2/", "3/"), ["1", "2", "3"]),
        (("Thứ nhất là ", "Thứ hai là ", "Thứ ba là "), ["Thứ nhất", "Thứ hai", "Thứ ba"]),
        (("I.- ", "II.- ", "III.- "), ["I", "II", "III"]),
    ],
)
def test_numbers_of_unusual_form_open_parts(marks: tuple[str, ...], paths: list[str]) -> None:
    found = items("".join(f"{mark}Sở Y tế rà soát hồ sơ.\n" for mark in marks))
    assert list(found) == paths
    assert {item.lead for item in found.values()} == {("Sở Y tế",)}


def test_a_number_of_a_letter_that_a_line_begins_with_is_no_part() -> None:
    found = items("1. Sở Y tế thực hiện Thông báo số\n2-TB/TU ngày 01/6/2025.\n2. Khác.")
    assert list(found) == ["1", "2"]
    assert "2-TB/TU" in found["1"].text


def test_a_deadline_behind_the_last_part_of_a_row_is_offered_to_the_others() -> None:
    found = items(
        "1. Về dịch vụ công: giao a) Sở Nội vụ sửa quy trình; b) Sở Y tế mở lớp trước 10/7/2025; "
        "c) Công an tỉnh kết nối dữ liệu. Hoàn thành trước ngày 31/8/2025.\n2. Khác."
    )
    said = {path: (str(item.due), "due" in item.unsure) for path, item in found.items()}
    assert said["1.a"] == ("2025-08-31", True)
    assert said["1.b"] == ("2025-07-10", False)
    assert said["1.c"] == ("2025-08-31", False)
