"""The board's tables are a function of single aggregates' events, never of their interleaving."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from psycopg.rows import DictRow, dict_row

from monitoring.views.board import BOARD
from monitoring.views.picturing import Figuring
from monitoring.views.rows import AssignmentRow, cell_of
from tiendo_contracts import assignments, meetings, reporting
from tiendo_contracts.base import Contract, Deadline
from tiendo_contracts.examples import assignments as assigned
from tiendo_contracts.examples import envelope, story
from tiendo_contracts.examples import meetings as met
from tiendo_contracts.examples import reporting as reported
from tiendo_register.units import REGISTER
from tiendo_runtime import schema
from tiendo_runtime.records import Partition, Raw, Received

START = datetime(2026, 12, 1, tzinfo=UTC)
WORK = [uuid5(story.PLATFORM, str(number)) for number in range(3)]
RAW = Raw(Partition("t", 0), 0, b"", b"", ())

Stream = list[Received]


def connected(url: str) -> Connection[DictRow]:
    return Connection[DictRow].connect(url, row_factory=dict_row, autocommit=True)


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection[DictRow]]:
    schema.migrate(database_url, "monitoring", (REGISTER, BOARD))
    with connected(database_url) as conn:
        yield conn


def received(event: Contract, version: int, hours: int) -> Received:
    given = replace(
        envelope(event),
        id=str(uuid5(UUID(event.key().decode()), f"{event.TYPE}{version}")),
        time=START + timedelta(hours=hours),
        subjectversion=version,
    )
    return Received(given, event, RAW)


def deadline(days: int) -> Deadline:
    return Deadline.on((START + timedelta(days=days)).date(), "trước ngày đã định")


STEPS: dict[str, Callable[[int], Contract]] = {
    "ask": lambda days: assigned.EXTENSION_REQUESTED.model_copy(update={"asked": deadline(days)}),
    "grant": lambda days: assigned.EXTENSION_GRANTED.model_copy(
        update={"deadline": deadline(days)}
    ),
    "deny": lambda _: assigned.EXTENSION_REFUSED,
    "claim": lambda days: assigned.COMPLETION_REPORTED.model_copy(
        update={"claimed_at": START + timedelta(days=days)}
    ),
    "verify": lambda days: assigned.COMPLETION_VERIFIED.model_copy(
        update={"claimed_at": START + timedelta(days=days)}
    ),
    "refuse": lambda _: assigned.COMPLETION_REFUSED,
    "pass": lambda days: assigned.DEADLINE_PASSED.model_copy(update={"deadline": deadline(days)}),
}


@st.composite
def lives(draw: st.DrawFn, assignment: UUID) -> Stream:
    """One assignment's events, in any order that its rules may allow, and some that they do not."""
    due = draw(st.one_of(st.none(), st.integers(1, 4)))
    first = assigned.ASSIGNMENT_ISSUED.model_copy(
        update={"deadline": deadline(due) if due else Deadline.none("thường xuyên")}
    )
    steps = draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=5))
    events = [first, *(STEPS[step](draw(st.integers(1, 8))) for step in steps)]
    return [
        received(event.model_copy(update={"assignment_id": assignment}), number, number)
        for number, event in enumerate(events, 1)
    ]


@st.composite
def told(draw: st.DrawFn, number: int) -> Stream:
    """One unit's report for a period: missed, in, returned, in again."""
    identity = uuid5(story.REPORT, str(number))
    lines = st.lists(
        st.builds(
            reporting.ReportLine,
            assignment_id=st.sampled_from(WORK),
            percent=st.integers(0, 100),
            done=st.booleans(),
            difficulties=st.sampled_from(["", "chậm vốn"]),
            product_url=st.just(""),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda line: line.assignment_id,
    )
    stream: Stream = []
    for version in range(1, draw(st.integers(1, 4)) + 1):
        event: Contract = draw(
            st.one_of(
                st.just(reported.REPORT_RETURNED),
                st.just(reported.REPORT_MISSED),
                lines.map(
                    lambda found: reported.REPORT_SUBMITTED.model_copy(
                        update={"lines": tuple(found)}
                    )
                ),
            )
        )
        fields: dict[str, Any] = {"report_id": identity, "period": f"2026-W{number + 40}"}
        if isinstance(event, reporting.ReportSubmitted):
            fields["submitted_at"] = START + timedelta(hours=draw(st.integers(0, 3)))
        stream.append(received(event.model_copy(update=fields), version, version))
    return stream


def of_committee() -> list[Stream]:
    meeting = [met.MEETING_SCHEDULED, met.MEETING_MOVED, met.MEETING_HELD]
    return [
        [received(event, number, number) for number, event in enumerate(meeting, 1)],
        [received(met.CONCLUSION_ISSUED, 1, 4)],
    ]


@st.composite
def worlds(draw: st.DrawFn) -> list[Stream]:
    streams = [draw(lives(assignment)) for assignment in WORK]
    return [*streams, *(draw(told(number)) for number in range(3)), *of_committee()]


def interleaved(draw: st.DrawFn, streams: Sequence[Stream]) -> list[list[Received]]:
    """All events in batches, in an order that keeps each stream's own."""
    turns = [number for number, stream in enumerate(streams) for _ in stream]
    waiting = [iter(stream) for stream in streams]
    events = [next(waiting[turn]) for turn in draw(st.permutations(turns))]
    size = draw(st.integers(1, len(events)))
    return [events[at : at + size] for at in range(0, len(events), size)]


def fold(conn: Connection[DictRow], batches: Sequence[Sequence[Received]]) -> None:
    for batch in batches:
        with conn.transaction():
            conn.execute("SET LOCAL search_path = board_v1, public")
            BOARD.fold(conn, batch)


def rows_of(conn: Connection[DictRow]) -> dict[str, list[str]]:
    """All rows of the view but the numbered changes, which say how it came about."""
    return {
        table: sorted(str(row) for row in conn.execute(f"SELECT * FROM {table}".encode()))
        for table in BOARD.tables
        if table != "changes"
    }


def empty(conn: Connection[DictRow]) -> None:
    conn.execute(f"TRUNCATE {', '.join('board_v1.' + t for t in BOARD.tables)}".encode())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_rows_do_not_depend_on_how_aggregates_interleave(
    conn: Connection[DictRow], data: st.DataObject
) -> None:
    streams = data.draw(worlds())
    seen: list[dict[str, list[str]]] = []
    for _ in range(2):
        empty(conn)
        fold(conn, data.draw(st.composite(lambda draw: interleaved(draw, streams))()))
        seen.append(rows_of(conn))
    assert seen[0] == seen[1]
    counted = Counter(
        cell
        for row in conn.execute("SELECT * FROM assignments")
        if (cell := cell_of(AssignmentRow(**row)))
    )
    kept = conn.execute("SELECT * FROM counters").fetchall()
    assert {tuple(row.values())[:-1]: row["n"] for row in kept} == dict(counted)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_picture_that_is_kept_is_the_one_made_from_the_start(
    conn: Connection[DictRow], data: st.DataObject
) -> None:
    empty(conn)
    figuring, now = Figuring(), START
    streams = data.draw(worlds())
    for batch in data.draw(st.composite(lambda draw: interleaved(draw, streams))()):
        fold(conn, [batch])
        now += timedelta(hours=data.draw(st.integers(0, 30)))
        with conn.transaction():
            kept = figuring.picture(conn, story.COMMITTEE_PATH, now)
            made = Figuring().picture(conn, story.COMMITTEE_PATH, now)
        assert kept.total == made.total
        assert (kept.below, kept.cells, kept.until) == (made.below, made.cells, made.until)


def test_a_report_that_comes_first_shows_once_the_assignment_is_known(
    conn: Connection[DictRow],
) -> None:
    fold(conn, [[received(reported.REPORT_SUBMITTED, 1, 1)]])
    assert conn.execute("SELECT count(*) AS n FROM counters").fetchone() == {"n": 0}
    fold(conn, [[received(assigned.ASSIGNMENT_ISSUED, 1, 2)]])
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
                fold(mine, [[*issued, received(report, 1, 1)]])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(project, range(4)))
    assert conn.execute("SELECT sum(n) AS n FROM counters").fetchone() == {"n": 4 * 15 * 3}
    numbered = conn.execute("SELECT sequence FROM changes ORDER BY sequence").fetchall()
    assert len(numbered) == len({row["sequence"] for row in numbered}) > 0


def test_changes_name_who_may_see_them(conn: Connection[DictRow]) -> None:
    fold(conn, [[received(assigned.ASSIGNMENT_ISSUED, 1, 1)], of_committee()[1]])
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
    stream: Stream = [
        received(event, number, number)
        for number, event in enumerate(
            (
                assigned.ASSIGNMENT_ISSUED,
                *(make(5) for make in STEPS.values()),
            ),
            1,
        )
    ]
    same = [
        received(event.event.model_copy(update={"assignment_id": story.PLATFORM}), at, at)
        for at, event in enumerate(stream, 1)
    ]
    report = received(reported.REPORT_SUBMITTED, 1, 20)
    returned = received(reported.REPORT_RETURNED, 2, 21)
    fold(conn, [[*same, report, returned]])
    kinds = [row["kind"] for row in conn.execute("SELECT kind FROM timeline ORDER BY recorded_at")]
    assert kinds == [
        "issued",
        "extension_requested",
        "extension_granted",
        "extension_refused",
        "claimed",
        "verified",
        "refused",
        "deadline_passed",
        "reported",
        "report_returned",
    ]
    assert meetings.ConclusionIssued.TOPIC in BOARD.topics
    assert assignments.AssignmentIssued.TOPIC in BOARD.topics
