"""The lists are a function of each aggregate's own sequence, however these are interleaved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from meetings.main import service
from meetings.views import MEETINGS_LIST
from tiendo_contracts.base import Contract
from tiendo_contracts.examples import envelope
from tiendo_contracts.examples.meetings import (
    CONCLUSION_ISSUED,
    MEETING_CANCELLED,
    MEETING_HELD,
    MEETING_MOVED,
    MEETING_SCHEDULED,
)
from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.records import Partition, Raw, Received

Rows = list[dict[str, Any]]
START = datetime(2026, 11, 20, tzinfo=UTC)
RAW = Raw(Partition("tiendo.meetings.v1", 0), 0, b"", None, ())


@pytest.fixture(scope="module")
def lists(platform: Platform) -> Iterator[Connection[DictRow]]:
    """A connection that sees the lists' tables, empty at the start of each transaction."""
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "meetings", service.projections)
        with Connection[DictRow].connect(url, row_factory=dict_row, autocommit=True) as conn:
            conn.execute(f"SET search_path = {MEETINGS_LIST.schema}, public".encode())
            yield conn


def received(events: list[Contract], key: str, number: int) -> list[Received]:
    """The events as they happened to the thing of that number."""
    things = {key: UUID(int=number)}
    told = [event.model_copy(update=things) for event in events]
    return [
        Received(replace(envelope(event), subjectversion=version), event, RAW)
        for version, event in enumerate(told, 1)
    ]


def meeting(number: int, moves: int, end: str) -> list[Received]:
    events: list[Contract] = [MEETING_SCHEDULED]
    for hours in range(1, moves + 1):
        starts_at = START + timedelta(hours=hours)
        events.append(MEETING_MOVED.model_copy(update={"starts_at": starts_at}))
    ends: dict[str, list[Contract]] = {"held": [MEETING_HELD], "cancelled": [MEETING_CANCELLED]}
    return received(events + ends.get(end, []), "meeting_id", number)


_LIVES = st.tuples(st.integers(0, 3), st.sampled_from(["scheduled", "held", "cancelled"]))


@st.composite
def interleaved(draw: st.DrawFn) -> tuple[list[list[Received]], list[list[Received]]]:
    """Sequences of meetings and notices, and the same events in batches in another order."""
    lives = draw(st.lists(_LIVES, min_size=1, max_size=4))
    sequences = [meeting(n, moves, end) for n, (moves, end) in enumerate(lives, 1)]
    notices = range(101, 101 + draw(st.integers(0, 2)))
    sequences += [received([CONCLUSION_ISSUED], "notice_id", number) for number in notices]
    rest = [list(sequence) for sequence in sequences]
    order: list[Received] = []
    while any(rest):
        order.append(draw(st.sampled_from([sequence for sequence in rest if sequence])).pop(0))
    cuts = sorted(draw(st.sets(st.integers(0, len(order)), max_size=4)) | {0, len(order)})
    return sequences, [order[a:b] for a, b in pairwise(cuts)]


def folded(conn: Connection[DictRow], batches: list[list[Received]]) -> tuple[Rows, Rows]:
    with conn.transaction(force_rollback=True):
        for batch in batches:
            MEETINGS_LIST.fold(conn, batch)
        meetings = conn.execute("SELECT * FROM meetings ORDER BY meeting_id").fetchall()
        notices = conn.execute("SELECT * FROM notices ORDER BY notice_id").fetchall()
        return meetings, notices


@settings(max_examples=30, deadline=None)
@given(interleaved())
def test_lists_do_not_depend_on_the_order_between_things(
    lists: Connection[DictRow], case: tuple[list[list[Received]], list[list[Received]]]
) -> None:
    sequences, batches = case
    assert folded(lists, batches) == folded(lists, sequences)


def test_a_row_tells_the_latest_state_and_the_version_it_reflects(
    lists: Connection[DictRow],
) -> None:
    sequences = [meeting(1, 2, "held"), meeting(2, 1, "cancelled"), meeting(3, 0, "scheduled")]
    meetings, _ = folded(lists, sequences)
    assert [(row["state"], row["version"]) for row in meetings] == [
        ("held", 4),
        ("cancelled", 3),
        ("scheduled", 1),
    ]
    assert meetings[0]["starts_at"] == START + timedelta(hours=2)
    assert meetings[0]["occurred_at"] == MEETING_HELD.occurred_at


def test_a_notice_is_listed_with_its_items_counted(lists: Connection[DictRow]) -> None:
    _, notices = folded(lists, [received([CONCLUSION_ISSUED], "notice_id", 101)])
    row = notices[0]
    assert (row["assignments"], row["statements"], row["set_aside"]) == (2, 1, 1)
    assert row["signed_by"] == CONCLUSION_ISSUED.signed_by.name
