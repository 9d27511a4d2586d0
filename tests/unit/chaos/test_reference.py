"""The dumb reference against the product's own fold: two ways to the same rows."""

import random
from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from tests.chaos.logs import Record
from tests.chaos.reference import Reference

from monitoring.views.board import BOARD
from tiendo_contracts import assignments as events
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.examples import envelope, example, story
from tiendo_runtime.folding import fold_in_memory
from tiendo_runtime.records import Partition, Raw, Received

_KINDS: Sequence[type[Contract]] = (
    events.ExtensionRequested,
    events.ExtensionGranted,
    events.ExtensionRefused,
    events.CompletionReported,
    events.CompletionRefused,
    events.CompletionVerified,
    events.DeadlinePassed,
)


def _events(kinds: Sequence[type[Contract]]) -> list[tuple[Envelope, Contract]]:
    """The life of one assignment."""
    issued = example(events.AssignmentIssued.TYPE)
    assert isinstance(issued, events.AssignmentIssued)
    same = {"assignment_id": issued.assignment_id}
    every = [issued, *(example(kind.TYPE).model_copy(update=same) for kind in kinds)]
    return [(_envelope(event, number), event) for number, event in enumerate(every, 1)]


def _envelope(event: Contract, number: int) -> Envelope:
    known = envelope(event)
    return Envelope(
        id=f"{number}",
        source=known.source,
        type=known.type,
        subject=known.subject,
        time=known.time,
        sequence=number,
        subjectversion=number,
        actor=known.actor,
        correlationid=known.correlationid,
    )


def _record(attributes: Envelope, event: Contract, offset: int) -> Record:
    headers = {name: value.decode() for name, value in attributes.headers()}
    return Record(event.TOPIC, 0, offset, event.key(), encode(event), headers)


@given(st.lists(st.sampled_from(_KINDS), max_size=12), st.randoms(use_true_random=False))
def test_it_agrees_with_the_board_and_counts_repeats_once(
    kinds: list[type[Contract]], dice: random.Random
):
    told = _events(kinds)
    repeated = told + [one for one in told if dice.random() < 0.5]
    reference = Reference(_record(*one, offset) for offset, one in enumerate(repeated))
    raw = Raw(Partition("", 0), 0, b"", None, ())
    memory = fold_in_memory(BOARD, (Received(attributes, event, raw) for attributes, event in told))
    [shown] = reference.assignments.values()
    [row] = memory.rows["assignments"].values()
    assert (shown["version"], shown["stage"]) == (row.version, row.stage)
    assert (shown["due"], shown["claimed_at"]) == (row.late_from, row.claimed_at)
    assert (shown["asked"], shown["granted"], shown["refused"]) == (
        row.asked,
        row.granted,
        row.refused,
    )


def test_a_whole_that_was_split_counts_in_no_figure():
    told = _events((events.AssignmentSplit, events.AssignmentClosed))
    attributes, ended = told[-1]
    told[-1] = (
        attributes,
        ended.model_copy(update={"outcome": "superseded", "superseded_by_id": story.PLATFORM}),
    )
    reference = Reference(_record(*one, offset) for offset, one in enumerate(told))
    assert reference.figures(attributes.time) == {"called_off": 1}


def test_what_cannot_be_read_does_not_count():
    attributes, event = _events([])[0]
    good = _record(attributes, event, 0)
    bad = Record(good.topic, 0, 1, good.key, b"{not JSON", {**good.headers, "ce_id": "other"})
    assert Reference([bad, good]).types == Counter({"AssignmentIssued": 1})
