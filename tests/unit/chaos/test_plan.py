"""What a seed decides."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chaos.layout import REPLICAS, sample
from tests.chaos.plan import KINDS, plan


@given(st.integers(0, 10**8), st.integers(1, 40))
def test_a_seed_plays_the_same_faults_again(seed: int, rounds: int):
    assert plan(seed, rounds) == plan(seed, rounds)


@given(st.integers(0, 10**8))
def test_more_rounds_begin_like_fewer(seed: int):
    assert plan(seed, 30).faults[:7] == plan(seed, 7).faults


@given(st.integers(0, 10**8))
def test_every_kind_falls_before_one_falls_again(seed: int):
    faults = plan(seed, 3 * len(KINDS)).faults
    for first in range(0, len(faults), len(KINDS)):
        dealt = [fault.kind for fault in faults[first : first + len(KINDS)]]
        assert sorted(dealt) == sorted(KINDS)


def test_other_seeds_play_other_faults():
    assert len({str(plan(seed, 5).faults) for seed in range(20)}) == 20


@pytest.mark.parametrize("seed", range(10))
def test_every_process_has_a_twin(seed: int):
    places = sample(random.Random(seed)).places  # noqa: S311 - repeatable, not secret
    for place in places:
        twins = [o for o in places if (o.service, o.role) == (place.service, place.role)]
        assert len(twins) == REPLICAS
