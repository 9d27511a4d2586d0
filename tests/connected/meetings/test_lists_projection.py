"""What the lists of meetings and notices tell."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from tests.histories import START, Stream, fold, stream

from meetings.views import MEETINGS_LIST, meetings, notices
from tiendo_contracts.base import Contract
from tiendo_contracts.examples.meetings import (
    CONCLUSION_ISSUED,
    MEETING_CANCELLED,
    MEETING_HELD,
    MEETING_MOVED,
    MEETING_SCHEDULED,
)
from tiendo_contracts.examples.story import COMMITTEE_PATH
from tiendo_runtime import schema
from tiendo_runtime.clock import Uuid7

IDS = Uuid7()


@pytest.fixture
def lists(database_url: str) -> Iterator[Connection[DictRow]]:
    """A connection that sees empty lists."""
    schema.migrate(database_url, "meetings", (MEETINGS_LIST,))
    with Connection[DictRow].connect(database_url, row_factory=dict_row, autocommit=True) as conn:
        yield conn


def meeting(moves: int, *ends: Contract) -> Stream:
    """A meeting that was moved some times, by an hour each, before it came to an end."""
    moved = (
        MEETING_MOVED.model_copy(update={"starts_at": START + timedelta(hours=hours)})
        for hours in range(1, moves + 1)
    )
    return stream((MEETING_SCHEDULED, *moved, *ends), meeting_id=IDS.new())


def test_a_row_tells_the_latest_state_and_the_version_it_reflects(
    lists: Connection[DictRow],
) -> None:
    fold(lists, MEETINGS_LIST, meeting(2, MEETING_HELD), meeting(1, MEETING_CANCELLED), meeting(0))
    held, cancelled, scheduled = meetings(lists, COMMITTEE_PATH, None, 10)
    assert [(row.state, row.version) for row in (held, cancelled, scheduled)] == [
        ("held", 4),
        ("cancelled", 3),
        ("scheduled", 1),
    ]
    assert held.starts_at == START + timedelta(hours=2)
    assert held.occurred_at == MEETING_HELD.occurred_at


def test_a_notice_is_listed_with_its_items_counted(lists: Connection[DictRow]) -> None:
    fold(lists, MEETINGS_LIST, stream([CONCLUSION_ISSUED]))
    (row,) = notices(lists, COMMITTEE_PATH, None, 10)
    assert (row.assignments, row.statements, row.set_aside) == (3, 1, 1)
    assert row.signed_by == CONCLUSION_ISSUED.signed_by.name


def test_a_meeting_of_which_only_the_end_is_known_is_not_listed(
    lists: Connection[DictRow],
) -> None:
    fold(lists, MEETINGS_LIST, stream([MEETING_CANCELLED]))
    assert meetings(lists, "", None, 10) == []
