"""When two written names mean the same organisation."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_register.names import keys_of, match_key

SAME = [
    ("Thanh Hoà", "Thanh Hòa"),
    ("Sở  KH&CN", "sở kh&cn"),
    ("TP. Hồ Chí Minh", "TP Hồ Chí Minh"),
    ("Bà Rịa - Vũng Tàu", "Bà Rịa – Vũng Tàu"),
    ("Thuỷ Nguyên", "Thủy Nguyên"),
    ("BỘ CÔNG AN", "Bộ Công an"),
]
OTHER = [("Hòa", "Hoa"), ("Hòa", "Hóa"), ("Đông", "Dông"), ("Tân An", "Tần An"), ("Mỹ", "Mý")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_one_name(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_these_are_two_names(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_a_key_is_the_same_in_any_form_of_unicode_and_is_its_own_key(name: str) -> None:
    key = match_key(name)
    assert key == match_key(unicodedata.normalize("NFD", name))
    assert key == match_key(unicodedata.normalize("NFC", name))
    assert "  " not in key


def test_empty_aliases_are_no_keys() -> None:
    assert keys_of("Sở Tài chính", ("", " ", "STC")) == sorted(
        [match_key("Sở Tài chính"), match_key("STC")]
    )
