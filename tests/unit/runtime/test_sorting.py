"""What of a batch counts."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts.base import identity
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import envelope
from tiendo_contracts.examples.units import UNIT_RENAMED
from tiendo_runtime.records import Headers, Key, Partition, Position, Raw
from tiendo_runtime.sorting import Sorted, sort_out

PLACE = Partition("t", 0)
START = {PLACE: Position(PLACE, 0, -1)}
KEYS = [identity(UUID(int=n)) for n in range(3)]


def headers(sequence: int, event_type: str | None = None) -> Headers:
    given = dict(envelope(UNIT_RENAMED).headers())
    given["ce_sequence"] = str(sequence).encode()
    if event_type:
        given["ce_type"] = event_type.encode()
    return tuple(given.items())


def record(offset: int, sequence: int, key: bytes = KEYS[0], value: bytes | None = None) -> Raw:
    return Raw(PLACE, offset, key, value or encode(UNIT_RENAMED), headers(sequence))


def sequences(batch: Sorted) -> list[int]:
    return [received.envelope.sequence for received in batch.events]


def test_a_relays_repeat_under_a_new_offset_has_no_effect() -> None:
    batch = sort_out("c", [record(0, 5), record(1, 6), record(2, 5), record(3, 7)], START, set())
    assert sequences(batch) == [5, 6, 7]
    assert batch.after[PLACE] == Position(PLACE, 4, 7)
    assert batch.moves[0].before == START[PLACE]


def test_whoever_else_writes_to_a_topic_cannot_make_events_look_like_repeats() -> None:
    forged = dict(headers(900)) | {"ce_source": b"/somebody/else"}
    unknown = headers(901, "vn.tiendo.units.UnitMerged.v9")
    records = [
        Raw(PLACE, 0, KEYS[0], encode(UNIT_RENAMED), tuple(forged.items())),
        Raw(PLACE, 1, KEYS[0], b"{}", unknown),
        record(2, 5),
    ]
    batch = sort_out("c", records, START, set())
    assert sequences(batch) == [5]
    assert batch.after[PLACE] == Position(PLACE, 3, 5)
    assert [(p.code, p.raw.offset) for p in batch.parked] == [("no_event", 0)]


def test_kafkas_redelivery_has_no_effect() -> None:
    at = {PLACE: Position(PLACE, 2, 6)}
    batch = sort_out("c", [record(0, 5), record(1, 6), record(2, 7)], at, set())
    assert sequences(batch) == [7]
    noise = Raw(PLACE, 0, KEYS[0], b"noise", ())
    again = sort_out("c", [noise, record(1, 6)], at, set())
    assert (again.events, again.parked, again.after) == ([], [], at)


def test_what_stands_behind_a_malformed_event_of_its_key_waits_and_others_go_on() -> None:
    waiting: set[Key] = set()
    records = [record(0, 1, value=b"{"), record(1, 2), record(2, 3, KEYS[1]), record(3, 4)]
    batch = sort_out("c", records, START, waiting)
    assert sequences(batch) == [3]
    assert [(p.code, p.raw.offset) for p in batch.parked] == [
        ("malformed", 0), ("behind", 1), ("behind", 3),
    ]  # fmt: skip
    assert waiting == {("t", KEYS[0])}


@pytest.mark.parametrize("broken", [(), (("ce_id", None),), (("ce_specversion", b"\xff"),)])
def test_nothing_waits_behind_what_is_no_event_at_all(broken: Headers) -> None:
    waiting: set[Key] = set()
    batch = sort_out("c", [Raw(PLACE, 0, KEYS[0], b"noise", broken), record(1, 1)], START, waiting)
    assert sequences(batch) == [1]
    assert [p.code for p in batch.parked] == ["no_event"]
    assert waiting == set()


def test_an_unknown_type_is_passed_over_and_its_sequence_says_nothing() -> None:
    unknown = Raw(PLACE, 0, KEYS[0], b"{}", headers(9, "vn.tiendo.later.Thing.v9"))
    batch = sort_out("c", [unknown], START, set())
    assert (batch.events, batch.parked) == ([], [])
    assert batch.after[PLACE] == Position(PLACE, 1, -1)


def deliver(records: Sequence[Raw], cuts: Sequence[int]) -> list[int]:
    """Sort records in pieces, as batches of the lengths in `cuts`."""
    at, seen, waiting = dict(START), list[int](), set[Key]()
    rest = list(records)
    for cut in [*cuts, len(rest)]:
        batch = sort_out("c", rest[:cut], at, waiting)
        seen += sequences(batch)
        at.update(batch.after)
        rest = rest[cut:]
    return seen


@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5)), max_size=60),
    st.lists(st.integers(0, 9), max_size=9),
)
def test_each_event_counts_once_in_order_though_two_relays_send_and_begin_again(
    steps: list[tuple[int, int]], cuts: list[int]
) -> None:
    sent, standing = list[int](), [0, 0]
    for relay, back in steps:  # each sends one on, or begins again some way back
        standing[relay] = max(0, standing[relay] - back)
        sent.append(standing[relay])
        standing[relay] += 1
    sent += range(standing[0], 70)
    records = [record(offset, sequence) for offset, sequence in enumerate(sent)]
    assert deliver(records, cuts) == list(range(70))


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.integers(0, 9), max_size=9))
def test_batches_of_any_length_sort_alike(keys: list[int], cuts: list[int]) -> None:
    records = [record(n, n, KEYS[k], b"{" if n % 7 == 3 else None) for n, k in enumerate(keys)]
    assert deliver(records, cuts) == deliver(records, [])
