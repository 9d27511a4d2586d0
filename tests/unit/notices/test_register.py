"""Whom a name means, as of a day and seen from an issuer."""

from datetime import date

import pytest

from tiendo_notices.register import Entry, Register

MERGED = date(2025, 7, 1)
DAY = date(2026, 4, 21)
UNITS = (
    Entry("vptw", "Văn phòng Trung ương Đảng", "TW/VPTW", ("VPTW",)),
    Entry("btctw", "Ban Tổ chức Trung ương", "TW/BTCTW", ("BTCTW",)),
    Entry("khcn", "Bộ Khoa học và Công nghệ", "CP/BKHCN", ("Bộ KHCN",)),
    Entry("hv", "Học viện Chính trị quốc gia Hồ Chí Minh", "TW/HV"),
    Entry("hv-vp", "Văn phòng", "TW/HV/VP", ("Văn phòng Học viện",)),
    Entry("hv1-vp", "Văn phòng", "TW/HV/HV1/VP"),
    Entry("tu-vp", "Văn phòng", "TINH/NA/TU/VP", ("Văn phòng Tỉnh ủy",)),
    Entry("cds", "Trung tâm Công nghệ và Chuyển đổi số", "TW/HV/CDS"),
    Entry("lc", "Tỉnh Lào Cai", "TINH/LC"),
    Entry("hb", "Xã Hòa Bình", "TINH/LC/HB"),
    Entry("hg", "Tỉnh Hà Giang", "TINH/HG", until=MERGED),
)


def register(on: date = DAY) -> Register:
    return Register(UNITS, on)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Văn phòng Trung ương Đảng", "vptw"),
        ("VPTW", "vptw"),
        ("BTCTW", "btctw"),
        ("bộ  khoa học và công nghệ", "khcn"),
        ("Bộ KH&CN", "khcn"),
        ("UBND tỉnh Lào Cai", "lc"),
        ("Uỷ ban nhân dân tỉnh Lào Cai", "lc"),
        ("Lào Cai", "lc"),
        ("Xã Hoà Bình", "hb"),
        ("UBND xã Hòa Bình", "hb"),
    ],
)
def test_a_name_alias_abbreviation_or_older_spelling_finds_the_one_unit(
    name: str, unit: str
) -> None:
    assert register().find(name).unit_id == unit


@pytest.mark.parametrize(
    ("issuer", "unit"),
    [("TW/HV/CDS", "hv-vp"), ("TW/HV/HV1", "hv1-vp"), ("TINH/NA/TU", "tu-vp")],
)
def test_a_name_that_several_bear_is_the_issuers_own(issuer: str, unit: str) -> None:
    assert register().find("Văn phòng", issuer).unit_id == unit


def test_a_name_that_several_bear_is_asked_where_none_is_nearer() -> None:
    found = register().find("Văn phòng", "CP/BKHCN")
    assert found.unit_id is None
    assert {p.unit_id for p in found.proposals} == {"hv-vp", "hv1-vp", "tu-vp"}


def test_a_misspelt_name_is_only_proposed_best_first() -> None:
    found = register().find("Trung tâm Công nghê và Chuyển đỗi số")
    assert found.unit_id is None
    assert found.proposals[0].unit_id == "cds"
    scores = [p.score for p in found.proposals]
    assert scores == sorted(scores, reverse=True)


def test_a_unit_is_known_only_on_the_days_it_existed() -> None:
    assert register(date(2025, 6, 30)).find("Tỉnh Hà Giang").unit_id == "hg"
    later = register(MERGED).find("Tỉnh Hà Giang")
    assert later.unit_id is None
    assert [(p.unit_id, p.why) for p in later.proposals][:1] == [("hg", "not-on-that-day")]


def test_names_far_from_all_units_get_no_proposal() -> None:
    assert register().find("Câu lạc bộ Cờ vua").proposals == ()


def test_hoa_without_its_tone_is_another_name() -> None:
    assert register().find("Xã Hoa Bình").unit_id is None
