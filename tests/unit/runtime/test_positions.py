"""Whether positions belong to the log that is there, and what steps add up to."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts.base import identity
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import envelope
from tiendo_contracts.examples.units import UNIT_RENAMED
from tiendo_runtime.positions import (
    ForeignLogError,
    Kept,
    Log,
    check,
    check_again,
    check_bounds,
)
from tiendo_runtime.records import Move, Partition, Position, Raw
from tiendo_runtime.sorting import sort_out

PLACES = tuple(Partition("t", number) for number in range(3))
KEY = identity(UNIT_RENAMED.unit_id)
LOG = Log("here", dict.fromkeys(PLACES, (0, 10)))


def at(partition: Partition, offset: int = 5) -> Position:
    return Position(partition, offset, offset)


def kept(cluster: str = "here") -> dict[Partition, Kept]:
    return {place: Kept(at(place), cluster) for place in PLACES}


def test_positions_of_this_log_pass() -> None:
    check(kept(), LOG)
    check_again({place: at(place) for place in PLACES[:1]}, LOG, LOG)


WRONG = {
    "another cluster": (Log("there", LOG.bounds), "TIENDO_KAFKA_BOOTSTRAP_SERVERS"),
    "fewer partitions": (Log("here", dict.fromkeys(PLACES[1:], (0, 10))), "partition is gone"),
    "more partitions": (
        Log("here", {**LOG.bounds, Partition("t", 3): (0, 0)}),
        "no such partition before",
    ),
    "an older backup": (Log("here", dict.fromkeys(PLACES, (0, 4))), "the log ends at 4"),
    "a deleted start": (Log("here", dict.fromkeys(PLACES, (6, 10))), "the log begins at 6"),
}


@pytest.mark.parametrize(("now", "reason"), WRONG.values(), ids=WRONG)
def test_another_log_is_told_with_what_to_do_both_at_the_start_and_later(
    now: Log, reason: str
) -> None:
    for looking in (
        lambda: check(kept(), now),
        lambda: check_again({place: at(place) for place in PLACES}, LOG, now),
    ):
        with pytest.raises(ForeignLogError, match=reason) as told:
            looking()
        assert "restart this process" in str(told.value)


def test_a_topic_that_is_new_to_the_consumer_is_not_foreign() -> None:
    check(kept(), Log("here", {**LOG.bounds, Partition("new", 0): (0, 0)}))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_a_position_is_inside_of_the_log_or_right_behind_its_end(
    first: int, length: int, offset: int
) -> None:
    bounds = (first, first + length)
    try:
        check_bounds(at(PLACES[0], offset), bounds)
    except ForeignLogError:
        assert not first <= offset <= first + length
    else:
        assert first <= offset <= first + length


SENT = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), max_size=40)


@given(SENT, st.lists(st.integers(0, 9), max_size=12), st.integers(0, 3))
def test_steps_follow_each_other_and_lead_where_one_step_would(
    sent: list[tuple[int, int]], cuts: list[int], again: int
) -> None:
    """However a log is cut into batches, and though some records come again at each seam."""
    log: list[Raw] = []
    for place, sequence in sent:
        headers = dict(envelope(UNIT_RENAMED).headers()) | {"ce_sequence": b"%d" % sequence}
        offset = sum(raw.partition == PLACES[place] for raw in log)
        value = encode(UNIT_RENAMED)
        log.append(Raw(PLACES[place], offset, KEY, value, tuple(headers.items())))
    standing = {place: Position(place, 0, -1) for place in PLACES}
    whole = sort_out("c", log, standing, set())
    moves: list[Move] = []
    begin = 0
    for cut in [*cuts, len(log)]:
        batch = sort_out("c", log[max(0, begin - again) : begin + cut], standing, set())
        begin += cut
        moves += batch.moves
        standing.update(batch.after)
    assert {place: standing[place] for place in whole.after} == whole.after
    for place in PLACES:
        steps = [move for move in moves if move.before.partition == place]
        assert all(one.after == other.before for one, other in pairwise(steps))
        assert all(move.before.next_offset <= move.after.next_offset for move in steps)
        assert all(move.before.sequence <= move.after.sequence for move in steps)
