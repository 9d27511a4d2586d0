"""Who belongs to a group: what the register understands, and what it leaves to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.notices.test_register import DAY, MERGED

from tiendo_notices.members import sorts
from tiendo_notices.register import Entry, Register

UNITS = (
    Entry("bcd", "Ban Chỉ đạo Trung ương", "/tw/bcd/", kind="committee"),
    Entry("btc", "Bộ Tài chính", "/tw/btc/", kind="agency"),
    Entry("bca", "Bộ Công an", "/tw/bca/", kind="agency"),
    Entry("vpcp", "Văn phòng Chính phủ", "/tw/vpcp/", kind="agency"),
    Entry("lc", "Tỉnh Lào Cai", "/tw/lc/", kind="province"),
    Entry("hn", "Thành phố Hà Nội", "/tw/hn/", kind="province"),
    Entry("hg", "Tỉnh Hà Giang", "/tw/hg/", kind="province", until=MERGED),
    Entry("lc-bcd", "Ban Chỉ đạo tỉnh Lào Cai", "/tw/lc/bcd/", kind="committee"),
    Entry("lc-stc", "Sở Tài chính", "/tw/lc/stc/", kind="agency"),
    Entry("lc-tt", "Thanh tra tỉnh", "/tw/lc/tt/", kind="agency"),
    Entry("lc-bd", "Ban Dân tộc", "/tw/lc/bd/", kind="agency"),
    Entry("lc-x", "Xã Mường Hum", "/tw/lc/x/", kind="commune"),
    Entry("lc-p", "Phường Sa Pa", "/tw/lc/p/", kind="commune"),
)
CENTRE, PROVINCE = "/tw/bcd/", "/tw/lc/bcd/"


def members(words: str, issuer: str) -> set[str]:
    return {one.unit_id for one in Register(UNITS, DAY).find(words, issuer).members}


@pytest.mark.parametrize(
    ("words", "issuer", "expected"),
    [
        ("các bộ", CENTRE, {"btc", "bca"}),
        ("Các bộ, ngành", CENTRE, {"btc", "bca", "vpcp"}),
        ("bộ, ngành", PROVINCE, {"btc", "bca", "vpcp"}),
        ("các bộ, ngành, địa phương", CENTRE, {"btc", "bca", "vpcp", "lc", "hn"}),
        ("Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương", CENTRE, {"lc", "hn"}),
        ("các sở, ban, ngành tỉnh", PROVINCE, {"lc-stc", "lc-tt", "lc-bd"}),
        ("UBND các xã, phường", PROVINCE, {"lc-x", "lc-p"}),
        ("Uỷ ban nhân dân các xã", PROVINCE, {"lc-x"}),
        ("tất cả các địa phương", PROVINCE, {"lc-x", "lc-p"}),
    ],
)
def test_a_group_is_the_units_right_below_the_nearest_one_that_has_such(
    words: str, issuer: str, expected: set[str]
) -> None:
    assert members(words, issuer) == expected


@pytest.mark.parametrize(
    "words",
    [
        "UBND các xã có rừng",
        "các xã biên giới",
        "các bộ, ngành liên quan",
        "UBND các bộ",
        "các tổ chức chính trị - xã hội",
        "Các sở Giáo dục và Đào tạo",
        "Bộ Tài chính",
        "các sở, đoàn thể",
    ],
)
def test_what_narrows_a_group_or_is_not_known_leaves_it_to_a_person(words: str) -> None:
    assert members(words, PROVINCE) == set()


def test_the_centre_does_not_reach_through_provinces_to_their_communes() -> None:
    assert members("UBND các xã, phường", CENTRE) == set()


def test_a_group_too_large_to_be_looked_at_is_left_to_a_person() -> None:
    many = [Entry(f"x{n}", f"Xã {n}", f"/tw/lc/x{n}/", kind="commune") for n in range(101)]
    assert Register((*UNITS, *many), DAY).find("các xã", PROVINCE).members == ()


@given(st.text(max_size=60))
def test_any_words_are_taken(words: str) -> None:
    assert isinstance(sorts(words), (list, tuple))
