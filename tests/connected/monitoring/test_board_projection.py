"""The board's tables, its pictures of them, and what open pages are told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from tests.histories import START, STEPS, WORK, batches, empty, fold, received, stream, worlds

from monitoring.views.board import BOARD
from monitoring.views.picturing import Figuring
from tiendo_contracts import assignments, meetings, reporting
from tiendo_contracts.examples import assignments as assigned
from tiendo_contracts.examples import meetings as met
from tiendo_contracts.examples import reporting as reported
from tiendo_contracts.examples import story
from tiendo_register.units import REGISTER
from tiendo_runtime import schema


def connected(url: str) -> Connection[DictRow]:
    return Connection[DictRow].connect(url, row_factory=dict_row, autocommit=True)


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection[DictRow]]:
    schema.migrate(database_url, "monitoring", (REGISTER, BOARD))
    with connected(database_url) as conn:
        yield conn


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_picture_that_is_kept_is_the_one_made_from_the_start(
    conn: Connection[DictRow], data: st.DataObject
) -> None:
    empty(conn, BOARD)
    figuring, now = Figuring(), START
    for batch in data.draw(batches(data.draw(worlds()))):
        fold(conn, BOARD, batch)
        now += timedelta(hours=data.draw(st.integers(0, 30)))
        with conn.transaction():
            kept = figuring.picture(conn, story.COMMITTEE_PATH, now)
            made = Figuring().picture(conn, story.COMMITTEE_PATH, now)
        assert kept.total == made.total
        assert (kept.below, kept.cells, kept.until) == (made.below, made.cells, made.until)


def test_a_report_that_comes_first_shows_once_the_assignment_is_known(
    conn: Connection[DictRow],
) -> None:
    fold(conn, BOARD, [received(reported.REPORT_SUBMITTED, 1, 1)])
    assert conn.execute("SELECT count(*) AS n FROM counters").fetchone() == {"n": 0}
    fold(conn, BOARD, [received(assigned.ASSIGNMENT_ISSUED, 1, 2)])
    row = conn.execute("SELECT percent, stage, text FROM assignments").fetchone()
    assert row == {"percent": 100, "stage": "open", "text": story.PLATFORM_TEXT}
    assert conn.execute("SELECT n FROM counters").fetchall() == [{"n": 1}]


def test_two_projectors_fold_side_by_side_without_waiting_in_a_circle(
    conn: Connection[DictRow], database_url: str
) -> None:
    lines = [
        reporting.ReportLine(
            assignment_id=key, percent=10, done=False, difficulties="", product_url=""
        )
        for key in WORK
    ]

    def project(number: int) -> None:
        order = lines if number % 2 else lines[::-1]
        with Connection[DictRow].connect(
            database_url, row_factory=dict_row, autocommit=True
        ) as mine:
            for turn in range(15):
                report = reported.REPORT_SUBMITTED.model_copy(
                    update={
                        "report_id": uuid5(story.REPORT, f"{number}-{turn}"),
                        "lines": tuple(order),
                    }
                )
                issued = [
                    received(
                        assigned.ASSIGNMENT_ISSUED.model_copy(update={"assignment_id": key}), 1, 0
                    )
                    for key in (uuid5(WORK[0], f"{number}-{turn}-{n}") for n in range(3))
                ]
                fold(mine, BOARD, [*issued, received(report, 1, 1)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(project, range(4)))
    assert conn.execute("SELECT sum(n) AS n FROM counters").fetchone() == {"n": 4 * 15 * 3}
    numbered = conn.execute("SELECT sequence FROM changes ORDER BY sequence").fetchall()
    assert len(numbered) == len({row["sequence"] for row in numbered}) > 0


def test_changes_name_who_may_see_them(conn: Connection[DictRow]) -> None:
    fold(
        conn,
        BOARD,
        [received(assigned.ASSIGNMENT_ISSUED, 1, 1)],
        [received(met.CONCLUSION_ISSUED, 1, 4)],
    )
    rows = conn.execute("SELECT kind, id, paths FROM changes ORDER BY sequence").fetchall()
    assert rows == [
        {
            "kind": "assignment",
            "id": story.PLATFORM,
            "paths": [story.SCIENCE_PATH, story.COMMITTEE_PATH],
        },
        {"kind": "notice", "id": story.NOTICE, "paths": [story.COMMITTEE_PATH]},
    ]


def test_every_kind_of_event_of_an_assignment_makes_an_entry(conn: Connection[DictRow]) -> None:
    events = (assigned.ASSIGNMENT_ISSUED, *(make(5) for make in STEPS.values()))
    same = stream(events, assignment_id=story.PLATFORM)
    report = received(reported.REPORT_SUBMITTED, 1, 20)
    returned = received(reported.REPORT_RETURNED, 2, 21)
    fold(conn, BOARD, [*same, report, returned])
    kinds = [row["kind"] for row in conn.execute("SELECT kind FROM timeline ORDER BY recorded_at")]
    assert kinds == [
        "issued",
        "extension_requested",
        "extension_granted",
        "extension_refused",
        "claimed",
        "verified",
        "refused",
        "deadline_resolved",
        "deadline_passed",
        "reported",
        "report_returned",
    ]
    assert meetings.ConclusionIssued.TOPIC in BOARD.topics
    assert assignments.AssignmentIssued.TOPIC in BOARD.topics
