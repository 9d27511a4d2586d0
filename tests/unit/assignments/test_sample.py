"""Samples of claims: fair, and the same for whoever draws again."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.domain import Because, Claim, Sample
from assignments.domain.sample import MOST_CLAIMS, check_drawable, draw
from tiendo_runtime.domain import RuleError

MEETING = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
UNITS = tuple(UUID(int=n) for n in range(1, 5))

CLAIMS = st.lists(
    st.builds(
        Claim,
        st.integers(1, 10**6).map(lambda n: UUID(int=n)),
        st.sampled_from(UNITS),
        st.integers(0, 40).map(lambda days: MEETING - timedelta(days)),
    ),
    max_size=60,
    unique_by=lambda claim: claim.assignment_id,
)
REFUSED = st.frozensets(st.sampled_from(UNITS))
SEEDS = st.text(min_size=1, max_size=8)


def of(unit: UUID, count: int, days: int = 30, first: int = 0) -> list[Claim]:
    at = MEETING - timedelta(days)
    return [Claim(UUID(int=1000 * unit.int + first + n), unit, at) for n in range(count)]


@given(CLAIMS, REFUSED, SEEDS, st.integers(1, 100), st.randoms())
def test_whoever_draws_again_draws_the_same(
    claims: list[Claim], refused: frozenset[UUID], seed: str, share: int, dice: Random
) -> None:
    drawn = draw(seed, share, claims, refused, MEETING)
    dice.shuffle(claims)
    assert draw(seed, share, claims, refused, MEETING) == drawn
    sample = Sample(
        id=UUID(int=9), timestamp=MEETING, committee_id=UNITS[0], committee_path="/1/", seed=seed,
        share=share, meeting_at=MEETING, claims=tuple(claims), refused=tuple(refused), picks=drawn,
    )  # fmt: skip
    assert sample.is_true
    if drawn:
        sample.picks = drawn[1:]
        assert not sample.is_true


@given(CLAIMS, REFUSED, SEEDS, st.integers(1, 100))
def test_each_unit_that_claims_is_looked_at_and_by_its_share(
    claims: list[Claim], refused: frozenset[UUID], seed: str, share: int
) -> None:
    drawn = draw(seed, share, claims, refused, None)
    assert len({pick.assignment_id for pick in drawn}) == len(drawn)
    for unit in UNITS:
        mine = {claim.assignment_id for claim in claims if claim.unit_id == unit}
        picked = {pick.assignment_id for pick in drawn if pick.unit_id == unit}
        assert picked <= mine
        least = share * len(mine) / 100
        assert least <= len(picked) <= len(mine)
        assert bool(picked) == bool(mine)


@given(CLAIMS, REFUSED, SEEDS, st.integers(1, 99))
def test_a_larger_share_looks_at_what_a_smaller_one_does(
    claims: list[Claim], refused: frozenset[UUID], seed: str, share: int
) -> None:
    fewer = {pick.assignment_id for pick in draw(seed, share, claims, refused, MEETING)}
    more = {pick.assignment_id for pick in draw(seed, share + 1, claims, refused, MEETING)}
    assert fewer <= more


def test_more_is_looked_at_where_a_claim_was_refused_or_claims_surge_before_the_meeting() -> None:
    one, two, three, four = UNITS
    claims = [*of(one, 10), *of(two, 10), *of(three, 10, days=3), *of(four, 10, days=3)]
    drawn = draw("7f3c", 20, claims, frozenset({two, four}), MEETING)
    counts = {unit: [p.because for p in drawn if p.unit_id == unit] for unit in UNITS}
    assert counts == {
        one: [Because.SHARE] * 2,
        two: [Because.REFUSED] * 4,
        three: [Because.SURGE] * 4,
        four: [Because.REFUSED] * 6,
    }


def test_two_claims_of_the_last_week_or_fewer_than_half_are_no_surge() -> None:
    unit = UNITS[0]
    few = [*of(unit, 2, days=3)]
    old = [*of(unit, 3, days=3), *of(unit, 4, days=30, first=10)]
    for claims in (few, old):
        assert {p.because for p in draw("s", 20, claims, frozenset(), MEETING)} == {Because.SHARE}


def test_there_must_be_claims_and_not_too_many() -> None:
    with pytest.raises(RuleError, match="no_claims_to_draw"):
        check_drawable([])
    with pytest.raises(RuleError, match="too_many_claims"):
        check_drawable(of(UNITS[0], MOST_CLAIMS + 1))
