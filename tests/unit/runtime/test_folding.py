"""Every projection is a function of single aggregates' sequences, however these interleave."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.histories import batches, in_memory, worlds
from tests.projections import EVERY

from tiendo_runtime.folding import Memory, cell_id, counted
from tiendo_runtime.projection import Projection


@pytest.mark.parametrize("projection", EVERY, ids=lambda one: one.name)
@settings(max_examples=60)
@given(data=st.data())
def test_rows_depend_neither_on_interleaving_nor_on_batches(
    projection: Projection, data: st.DataObject
) -> None:
    streams = data.draw(worlds())
    in_order = in_memory(projection, streams)
    assert in_memory(projection, data.draw(batches(streams))) == in_order
    assert any(in_order.values())


@pytest.mark.parametrize(
    "projection", [one for one in EVERY if one.counters], ids=lambda one: one.name
)
@settings(max_examples=60)
@given(data=st.data())
def test_counters_that_moved_by_batches_are_what_counting_the_rows_gives(
    projection: Projection, data: st.DataObject
) -> None:
    memory = Memory(projection)
    for batch in data.draw(batches(data.draw(worlds()))):
        memory.take(batch)
        for counters in projection.counters:
            rows = memory.rows.get(counters.of.name, {}).values()
            counts = memory.counts.get(counters.name, Counter())
            assert counts == counted(counters, rows)


def test_the_digest_of_a_cell_tells_every_part_apart() -> None:
    cells = [("a", None, True), ("a", None, False), ("a", True, None), ("a", None, None), ("", "a")]
    assert len({cell_id(cell) for cell in cells}) == len(cells)
