"""What holds for any text and for any way of breaking its lines."""

import random
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiendo_notices import NoticeError, Reading, is_classified, read
from tiendo_notices.samples import NAMES, sample

# fmt: off
WORDS = st.sampled_from([
    "Giao", "giao", "Bộ Tài chính", "Sở Y tế", "các bộ, ngành", "phối hợp với",
    "chủ trì,", "trước ngày 3/", "31/2/2026", ";", ".", ":", "1.", "a)", "(1)", "(i)",
    "- ", "I.", "\n", ",", "“", "(", ")", "Đồng chí", "Bộ trưởng", "quý II",
    "hằng tuần", "Nơi nhận:", "THÔNG BÁO", "kết luận như sau:", "Số: 5/TB-VP",
    "ngày 5 tháng 3 năm 2026", "tại phiên họp tháng 4", "./.", "TL.",
])
# fmt: on
QUIET = settings(max_examples=60, derandomize=True)


def try_read(text: str) -> Reading | None:
    try:
        return read(text)
    except NoticeError:
        return None


def spans_hold(text: str, reading: Reading) -> bool:
    nfc = unicodedata.normalize("NFC", text)
    return all(" ".join(nfc[i.span[0] : i.span[1]].split()) == i.text for i in reading.items)


@given(st.text(max_size=400))
@QUIET
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    is_classified(text)
    reading = try_read(text)
    assert reading is None or spans_hold(text, reading)


@given(st.lists(WORDS, max_size=80))
@QUIET
def test_any_mix_of_a_notices_own_words_keeps_spans_and_reasons(words: list[str]) -> None:
    text = "THÔNG BÁO\n" + " ".join(words)
    reading = try_read(text)
    assert reading is None or spans_hold(text, reading)
    for item in reading.items if reading else ():
        assert set(item.unsure) == {d.field for d in item.doubts}
        assert 0 <= item.confidence <= 1


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 10_000))
@QUIET
def test_other_line_breaks_inside_paragraphs_give_the_same_items(name: str, seed: int) -> None:
    text = sample(name)
    expected = [without_span(i.to_dict()) for i in read(text).items]
    broken = rebroken(text, random.Random(seed))  # noqa: S311
    assert [without_span(i.to_dict()) for i in read(broken).items] == expected


def without_span(item: dict[str, Any]) -> dict[str, Any]:
    fields = {name: {**field, "span": None} for name, field in item["fields"].items()}
    return {key: value for key, value in item.items() if key != "span"} | {"fields": fields}


def rebroken(text: str, chance: random.Random) -> str:
    """Join the lines of each paragraph of the body and break them elsewhere."""
    start, end = text.index("như sau:"), text.index("Nơi nhận")
    opens = r"\n+(?=(?:[IVX]+[.-]|\d+\.|[a-zđ]\)|- |Văn phòng))"
    paragraphs = re.split(opens, text[start:end])
    lines: list[str] = []
    for paragraph in paragraphs:
        heading, *rest = paragraph.split("\n", 1)
        keep = heading + "\n" if rest and heading == heading.upper() else ""
        words = paragraph[len(keep) :].split()
        joined = "".join(w + ("\n" if chance.random() < 0.15 else " ") for w in words)
        lines.append(keep + joined.strip())
    return text[:start] + "\n".join(lines) + "\n" + text[end:]
