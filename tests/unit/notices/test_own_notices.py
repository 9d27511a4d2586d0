"""How well the reader does on the labelled notices of our own, and what its confidence is worth."""

import pytest
from tests.unit.notices.calibration import HALVES, SURE, band, judged
from tests.unit.notices.scoring import shares

LEAST_RIGHT = 0.92
MOST_SILENT = 0.02
LEAST_RIGHT_WHERE_SURE = 0.98


@pytest.mark.parametrize("half", HALVES)
def test_most_fields_are_right_and_hardly_any_is_silently_wrong(half: str) -> None:
    fields = judged(half)
    found = shares(fields)
    wrong = [field for field in fields if field.verdict == "silent"]
    assert found["right"] >= LEAST_RIGHT, found
    assert found["silent"] <= MOST_SILENT, wrong


def test_of_the_fields_given_as_sure_hardly_any_is_wrong() -> None:
    sure = band(judged(*HALVES), SURE, 1.01)
    assert sure.count > 1_000
    assert sure.share >= LEAST_RIGHT_WHERE_SURE, sure


def test_a_doubted_field_is_right_less_often_than_a_sure_one() -> None:
    fields = judged(*HALVES)
    assert band(fields, 0.0, 0.8).share < band(fields, SURE, 1.01).share
