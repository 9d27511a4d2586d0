"""What a notice says about an earlier one, as a proposal: what is changed, where, to what."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_notices import Item, Link, NoticeError, read

HEAD = (
    "ĐẢNG CỘNG SẢN VIỆT NAM\nSố 61-TB/BCĐ\nHà Nội, ngày 04 tháng 8 năm 2026\nTHÔNG BÁO\n"
    "Ngày 02/8/2026, Ban Chỉ đạo họp và kết luận như sau:\n"
)
NOTICE = "Thông báo số 45-TB/BCĐ ngày 12/5/2026"


def items(body: str) -> dict[str, Item]:
    return {item.path: item for item in read(f"{HEAD}{body}\nNơi nhận:\n- A").items}


def links(body: str) -> tuple[Link, ...]:
    return tuple(link for item in items(body).values() for link in item.links)


def the_link(sentence: str) -> Link:
    (link,) = links(f"1. {sentence}\n2. Sở Y tế báo cáo kết quả.")
    return link


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        (f"Điều chỉnh thời hạn nhiệm vụ tại mục II.3 {NOTICE} sang ngày 30/9/2026.", "2026-09-30"),
        (f"Đồng ý gia hạn đến hết ngày 15/10/2026 nhiệm vụ tại mục II.3 {NOTICE}.", "2026-10-15"),
        (f"Nhiệm vụ tại mục II.3 {NOTICE}: lùi thời hạn hoàn thành đến quý IV/2026.", "2026-12-31"),
        (
            f"Kéo dài thời gian thực hiện mục II.3 {NOTICE} từ 30/6 sang ngày 30/11/2026.",
            "2026-11-30",
        ),
        (f"Rút ngắn thời hạn tại mục II.3 {NOTICE}, xong trước ngày 20/8/2026.", "2026-08-20"),
    ],
)
def test_another_deadline_is_proposed_with_its_day(sentence: str, due: str) -> None:
    link = the_link(sentence)
    assert (link.kind, link.number, link.item_path) == ("re-date", "45-TB/BCĐ", "II.3")
    assert (link.issued_on, link.due) == (date(2026, 5, 12), date.fromisoformat(due))


@pytest.mark.parametrize(
    "sentence",
    [
        f"Chuyển giao nhiệm vụ tại mục II.3 {NOTICE} từ Sở Nội vụ sang Sở Tài chính chủ trì.",
        f"Giao Sở Tài chính chủ trì, thay Sở Nội vụ, thực hiện nhiệm vụ tại mục II.3 {NOTICE}.",
        f"Thay đổi đơn vị chủ trì nhiệm vụ tại mục II.3 {NOTICE} thành Sở Tài chính.",
        f"Chuyển nhiệm vụ tại mục II.3 {NOTICE} cho Sở Tài chính thực hiện.",
    ],
)
def test_another_lead_is_proposed_with_its_name(sentence: str) -> None:
    link = the_link(sentence)
    assert (link.kind, link.item_path, link.lead) == ("hand-over", "II.3", "Sở Tài chính")


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        (f"Bãi bỏ nhiệm vụ nêu tại mục II.3 {NOTICE}.", "link.called-off"),
        (f"Không tiếp tục thực hiện nhiệm vụ tại mục II.3 {NOTICE}.", "link.called-off"),
        (f"Thôi giao Sở Y tế nhiệm vụ tại mục II.3 {NOTICE}.", "link.called-off"),
        (
            f"Thay thế nhiệm vụ tại mục II.3 {NOTICE} bằng nhiệm vụ sau: giao Sở Y tế lập đề án.",
            "link.replaced",
        ),
    ],
)
def test_what_is_called_off_or_replaced_is_proposed_to_be_revoked(sentence: str, rule: str) -> None:
    link = the_link(sentence)
    assert (link.kind, link.item_path, link.rule) == ("revoke", "II.3", rule)


def test_a_supplement_is_proposed_beside_the_assignment_that_it_adds() -> None:
    found = items(f"1. Bổ sung nhiệm vụ vào mục II {NOTICE}: giao Sở Y tế rà soát quy hoạch.")
    (link,) = found["1"].links
    assert (link.kind, link.item_path) == ("add", "II")
    assert found["1"].lead == ("Sở Y tế",)


@pytest.mark.parametrize(
    ("named", "paths"),
    [
        ("mục II.3", ["II.3"]),
        ("khoản 3 mục II", ["II.3"]),
        ("điểm a khoản 3 mục II", ["II.3.a"]),
        ("điểm đ, khoản 3, mục II", ["II.3.đ"]),
        ("mục 3 phần II", ["II.3"]),
        ("mục II.3 và mục II.4", ["II.3", "II.4"]),
        ("các mục II.3, II.4 và II.5", ["II.3", "II.4", "II.5"]),
        ("điểm a, điểm b khoản 3 mục II", ["II.3.a", "II.3.b"]),
        ("khoản 1 mục II và khoản 3 mục III", ["II.1", "III.3"]),
        ("gạch đầu dòng thứ hai mục III", ["III.-2"]),
        ("nhiệm vụ số 12", ["12"]),
    ],
)
def test_items_are_found_by_how_they_are_cited(named: str, paths: list[str]) -> None:
    found = links(f"1. Bãi bỏ nhiệm vụ tại {named} của {NOTICE}.\n2. Sở Y tế báo cáo.")
    assert [link.item_path for link in found] == paths


@pytest.mark.parametrize(
    ("named", "number"),
    [
        ("Thông báo kết luận số 408/TB-VPCP ngày 02 tháng 3 năm 2026", "408/TB-VPCP"),
        ("Thông báo số 12 -TB/TU, ngày 02.3.2026 của Tỉnh ủy", "12-TB/TU"),
        ("Kết luận số 07-KL/BCĐ ngày 02/3/2026", "07-KL/BCĐ"),
        ("Thông báo kết luận phiên họp thứ hai ngày 02/3/2026", None),
    ],
)
def test_a_notice_is_found_by_number_or_day(named: str, number: str | None) -> None:
    link = the_link(f"Bãi bỏ nhiệm vụ tại mục II.3 {named}.")
    assert (link.number, link.issued_on) == (number, date(2026, 3, 2))
    assert (link.confidence >= 0.9) == (number is not None)


def test_a_heading_passes_what_is_done_and_to_which_notice_down_to_its_parts() -> None:
    found = items(
        f"1. Điều chỉnh thời hạn một số nhiệm vụ tại {NOTICE} như sau:\n"
        "a) Nhiệm vụ tại mục II.6: hoàn thành trước ngày 30/9/2026;\n"
        "b) Nhiệm vụ tại mục II.7: đến hết quý IV/2026.\n2. Sở Y tế báo cáo."
    )
    first, second = found["1.a"].links[0], found["1.b"].links[0]
    assert (first.item_path, first.due) == ("II.6", date(2026, 9, 30))
    assert (second.item_path, second.due) == ("II.7", date(2026, 12, 31))
    assert {first.number, second.number} == {"45-TB/BCĐ"}
    assert not found["2"].links


def test_each_of_two_notices_in_one_sentence_keeps_its_own_items() -> None:
    found = links(
        f"1. Bãi bỏ nhiệm vụ tại mục II.3 {NOTICE} và mục 4 Thông báo số 46-TB/BCĐ ngày 20/5/2026."
    )
    assert [(link.number, link.item_path) for link in found] == [
        ("45-TB/BCĐ", "II.3"),
        ("46-TB/BCĐ", "4"),
    ]


def test_another_lead_and_another_deadline_are_two_changes() -> None:
    found = links(
        f"1. Chuyển giao nhiệm vụ tại mục II.3 {NOTICE} sang Sở Y tế chủ trì, gia hạn đến ngày "
        "30/9/2026."
    )
    assert {link.kind: (link.lead, link.due) for link in found} == {
        "hand-over": ("Sở Y tế", None),
        "re-date": (None, date(2026, 9, 30)),
    }


def test_without_a_number_of_an_item_the_proposal_is_less_sure() -> None:
    link = the_link(f"Gia hạn các nhiệm vụ tại {NOTICE} đến ngày 30/9/2026.")
    assert link.item_path is None
    assert link.confidence < 0.9


@pytest.mark.parametrize(
    "sentence",
    [
        f"Giao Sở Y tế tiếp tục thực hiện nhiệm vụ tại mục II.3 {NOTICE}.",
        f"Giao Sở Y tế tham mưu, đề xuất gia hạn nhiệm vụ tại mục II.3 {NOTICE}.",
        f"Nhiệm vụ tại mục II.3 {NOTICE} đã được gia hạn, nay yêu cầu Sở Y tế hoàn thành.",
        f"Không gia hạn nhiệm vụ tại mục II.3 {NOTICE}.",
        "Sở Tài chính bổ sung kinh phí theo Thông báo số 12/TB-UBND ngày 01/02/2026.",
        "Sở Y tế gia hạn giấy phép của các cơ sở khám bệnh trước ngày 30/9/2026.",
        "Căn cứ Thông báo số 45-TB/BCĐ ngày 12/5/2026, Sở Y tế lập kế hoạch.",
    ],
)
def test_what_changes_nothing_of_an_earlier_notice_is_no_link(sentence: str) -> None:
    assert links(f"1. {sentence}\n2. Sở Y tế báo cáo.") == ()


def test_a_change_of_an_earlier_notice_is_an_item_and_dates_nothing_of_this_one() -> None:
    found = items(
        "1. Sở Y tế rà soát hồ sơ.\n"
        f"2. Điều chỉnh thời hạn hoàn thành nhiệm vụ tại mục II.1 {NOTICE} sang ngày 30/9/2026."
    )
    assert list(found) == ["1", "2"]
    assert found["1"].due is None


def test_a_row_of_an_appendix_proposes_what_its_work_says() -> None:
    table = (
        "| TT | Đơn vị chủ trì | Nội dung nhiệm vụ | Thời hạn |\n"
        f"| 1 | Sở Y tế | Bãi bỏ nhiệm vụ tại mục II.3 {NOTICE} | 30/9/2026 |\n"
        "| 2 | Sở Nội vụ | Rà soát hồ sơ | 30/9/2026 |\n"
    )
    text = f"{HEAD}1. Thực hiện phụ lục kèm theo.\nNơi nhận:\n- A\nPHỤ LỤC\n{table}"
    (link,) = (link for item in read(text).items for link in item.links)
    assert (link.kind, link.item_path) == ("revoke", "II.3")
    assert text[slice(*link.span)].startswith("Bãi bỏ nhiệm vụ")


def test_the_span_of_a_link_is_what_cites_the_item_and_its_notice() -> None:
    text = f"{HEAD}1. Bãi bỏ nhiệm vụ tại mục II.3\n{NOTICE}.\n"
    (link,) = read(text).items[0].links
    assert text[slice(*link.span)] == f"mục II.3\n{NOTICE}"


def test_links_stand_in_the_json_beside_what_is_scored() -> None:
    (item,) = read(f"{HEAD}1. Bãi bỏ nhiệm vụ tại mục II.3 {NOTICE}.\n").to_dict()["items"]
    (link,) = item["links"]
    assert link["kind"] == "revoke"
    assert link["issued_on"] == "2026-05-12"


WORDS = st.sampled_from(
    [
        "gia hạn", "bãi bỏ", "chuyển giao", "bổ sung nhiệm vụ", "thay thế", "tại", "mục II.3", "và",
        "điểm a", "khoản 2", "mục III", "Thông báo số 45-TB/BCĐ", "ngày 12/5/2026",
        "ngày 31/2/2026",
        "sang ngày 30/9/2026", "Sở Y tế", "sang", ".", ";", ":", "\na)", "\n1.", "\n2.", "đã",
    ]
)  # fmt: skip


@given(st.lists(WORDS, max_size=40))
def test_a_link_always_lies_in_the_text_and_says_only_what_its_kind_may(words: list[str]) -> None:
    text = f"{HEAD}1. {' '.join(words)}\n"
    try:
        found = read(text).items
    except NoticeError:
        return
    for link in (link for item in found for link in item.links):
        assert 0 <= link.span[0] < link.span[1] <= len(text)
        assert link.number or link.issued_on
        assert link.due is None or link.kind == "re-date"
        assert link.lead is None or link.kind == "hand-over"
        assert 0 < link.confidence <= 0.9
