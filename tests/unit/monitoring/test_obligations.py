"""Rates of reports: how they add up."""

from hypothesis import given
from hypothesis import strategies as st

from monitoring.views.obligations import Rates, total

NUMBERS = st.integers(0, 4000)
RATES = st.builds(Rates, *[NUMBERS] * len(Rates._fields))


@given(st.lists(RATES, max_size=6))
def test_the_total_is_the_sum_of_its_parts(parts: list[Rates]) -> None:
    whole = total(parts)
    for figure in (*Rates._fields, "expected", "received"):
        assert getattr(whole, figure) == sum(getattr(part, figure) for part in parts)


@given(RATES)
def test_what_was_expected_came_in_or_was_missed(rates: Rates) -> None:
    assert rates.expected == rates.received + rates.missed
    assert rates.received == rates.on_time + rates.late + rates.returned
