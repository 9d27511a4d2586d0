"""What the ends of partitions tell of what was sent."""

from collections.abc import Mapping
from typing import Any

import pytest

from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.partitions import partition_of
from tiendo_runtime.clock import SystemClock
from tiendo_runtime.continuity import check_acknowledged, newest_of
from tiendo_runtime.positions import ForeignLogError
from tiendo_runtime.records import Outgoing, Partition, Raw

PLACES = [Partition("t", number) for number in range(3)]
KEYS = {partition_of(str(n).encode(), 3): str(n).encode() for n in range(100)}


def envelope(sequence: int, source: str = "/tiendo/test") -> Envelope:
    return Envelope(
        id=f"event {sequence}",
        source=source,
        type="t",
        subject="s",
        time=SystemClock().now(),
        sequence=sequence,
        subjectversion=1,
        actor="a",
        correlationid="c",
    )


def sent(*numbers: tuple[int, int]) -> list[Outgoing]:
    """(partition, sequence) of what was acknowledged."""
    return [Outgoing("t", KEYS[place], b"", (), sequence) for place, sequence in numbers]


def ends(*sequences: int | None) -> Mapping[Partition, Envelope | None]:
    return {
        place: envelope(sequence)
        for place, sequence in zip(PLACES, sequences, strict=True)
        if sequence is not None
    }


LAST: Mapping[Partition, object] = dict.fromkeys(PLACES)


def test_partitions_that_end_with_what_was_sent_or_behind_it_continue() -> None:
    check_acknowledged(sent((0, 1), (1, 2), (0, 3)), LAST, ends(3, 4, None))


@pytest.mark.parametrize("newest", [ends(1, 2, 9), ends(None, 2, 9)], ids=["shorter", "empty"])
def test_a_partition_that_ends_before_what_was_sent_does_not(
    newest: Mapping[Partition, Envelope | None],
) -> None:
    with pytest.raises(ForeignLogError, match="which it had acknowledged"):
        check_acknowledged(sent((0, 1), (1, 2), (0, 3)), LAST, newest)


def test_a_partition_whose_end_is_full_of_what_others_wrote_says_nothing() -> None:
    check_acknowledged(sent((0, 3)), LAST, {PLACES[0]: None})


def test_topics_that_are_not_looked_at_say_nothing() -> None:
    check_acknowledged([Outgoing("other", b"k", b"", (), 7)], LAST, {})


def test_the_newest_event_of_a_source_is_found_behind_what_others_wrote() -> None:
    def raw(headers: Any) -> Raw:
        return Raw(PLACES[0], 0, b"k", b"v", headers)

    ours, theirs = envelope(4), envelope(9, "/elsewhere")
    raws = [raw(envelope(2).headers()), raw(ours.headers()), raw(theirs.headers()), raw(())]
    assert newest_of(raws, "/tiendo/test") == ours
    assert newest_of(raws[2:], "/tiendo/test") is None
    assert newest_of([*raws, raw(envelope(3).headers())], "/tiendo/test") == ours  # a repeat
