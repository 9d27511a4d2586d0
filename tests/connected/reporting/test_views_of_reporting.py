"""Both views are functions of the sequences of single aggregates, however these are interleaved."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import DictRow, dict_row

from reporting.main import service
from reporting.views import ASSIGNMENTS, REPORTS, listing, silent
from tiendo_contracts import assignments, reporting
from tiendo_contracts.base import Contract, Deadline, Person
from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_register.units import REGISTER
from tiendo_runtime import schema
from tiendo_runtime.projection import Projection
from tiendo_runtime.records import Partition, Raw, Received

Connection = psycopg.Connection[DictRow]

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROOT = UUID(int=99)
_RAW = Raw(Partition("t", 0), 0, b"", b"", ())
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    schema.migrate(database_url, "reporting", service.projections)
    with Connection.connect(database_url, row_factory=dict_row, autocommit=True) as found:
        yield found


def received(event: Contract, version: int, hours: int) -> Received:
    subject = event.key().decode()
    envelope = Envelope(
        id=f"{subject}/{version}",
        source=f"/tiendo/{event.OWNER}",
        type=event.TYPE,
        subject=subject,
        time=START + hours * HOUR,
        sequence=hours,
        subjectversion=version,
        actor="user:1",
        correlationid="c",
    )
    return Received(envelope, event, _RAW)


def assignment_life(number: int, steps: Sequence[str]) -> list[Contract]:
    """The events of an assignment; steps that make no sense in its stage are left out."""
    unit = UUID(int=1000 + number % 2)
    of: dict[str, Any] = {
        "assignment_id": UUID(int=number),
        "committee_id": ROOT,
        "committee_path": f"/{ROOT}/",
        "lead_unit_id": unit,
        "lead_unit_path": f"/{ROOT}/{unit}/",
    }
    origin: dict[str, Any] = {
        "notice_id": ROOT,
        "notice_number": "1-TB",
        "item_path": "1",
        "issued_on": START.date(),
        "text": "Việc",
        "coordinator_ids": (),
        "deadline": Deadline.none(),
        "recurring": None,
    }
    inspector = Person(name="A", office="")
    possible: dict[tuple[str, str], tuple[str, Contract]] = {
        ("open", "claim"): (
            "claimed",
            assignments.CompletionReported(**of, report_id=ROOT, claimed_at=START, product_url=""),
        ),
        ("claimed", "refuse"): (
            "open",
            assignments.CompletionRefused(**of, inspector=inspector, reason="chưa"),
        ),
        ("claimed", "verify"): (
            "verified",
            assignments.CompletionVerified(**of, claimed_at=START, inspector=inspector, finding=""),
        ),
        ("open", "extend"): (
            "open",
            assignments.ExtensionGranted(
                **of, deadline=Deadline.on(START.date(), "gia hạn"), reason=""
            ),
        ),
    }
    events: list[Contract] = [assignments.AssignmentIssued(**of, **origin)]
    stage = "open"
    for step in steps:
        if (stage, step) in possible:
            stage, event = possible[stage, step]
            events.append(event)
    return events


def report_life(number: int, steps: Sequence[str]) -> list[Contract]:
    """The events of a report; it is born as the first step says."""
    unit = UUID(int=1000 + number)
    of: dict[str, Any] = {
        "report_id": UUID(int=number),
        "unit_id": unit,
        "unit_path": f"/{ROOT}/{unit}/",
        "period": "2026-W45",
    }
    events: list[Contract] = []
    stage = "none"
    for turn, step in enumerate(steps):
        if stage == "none" and step == "miss":
            stage = "missed"
            events.append(reporting.ReportMissed(**of, due_at=START))
        elif stage != "submitted" and step == "submit":
            stage = "submitted"
            line = reporting.ReportLine(
                assignment_id=unit, percent=turn, done=False, difficulties="", product_url=""
            )
            at = START + turn * HOUR
            events.append(
                reporting.ReportSubmitted(**of, submitted_at=at, due_at=START, lines=(line,))
            )
        elif stage == "submitted" and step == "return":
            stage = "returned"
            events.append(reporting.ReportReturned(**of, reason=f"lần {turn}"))
    return events


@st.composite
def interleaved(
    draw: st.DrawFn, lives: Sequence[Sequence[Contract]]
) -> tuple[list[Received], list[int]]:
    """The events of all lives in some order that keeps each life's own, and where batches end."""
    stamped = [
        [received(event, version, version * 10 + life) for version, event in enumerate(events, 1)]
        for life, events in enumerate(lives)
    ]
    turns = draw(st.permutations([i for i, life in enumerate(lives) for _ in life]))
    ways = [iter(life) for life in stamped]
    cuts = draw(st.lists(st.integers(0, len(turns)), max_size=4).map(sorted))
    return [next(ways[turn]) for turn in turns], cuts


def table_after(
    conn: Connection, projection: Projection, events: Sequence[Received], cuts: Sequence[int]
) -> list[dict[str, Any]]:
    with conn.transaction(force_rollback=True):
        conn.execute(f"SET LOCAL search_path = {projection.schema}, public".encode())
        for begin, end in zip([0, *cuts], [*cuts, len(events)], strict=True):
            projection.fold(conn, events[begin:end])
        table = projection.tables[0]
        return conn.execute(f"SELECT * FROM {table} ORDER BY 1".encode()).fetchall()


assignment_steps = st.lists(st.sampled_from(["claim", "refuse", "verify", "extend"]), max_size=6)
report_steps = st.lists(st.sampled_from(["submit", "return", "miss"]), max_size=7)


@FEW
@given(st.data(), st.lists(assignment_steps, min_size=1, max_size=4))
def test_copy_of_assignments_does_not_depend_on_interleaving(
    conn: Connection, data: st.DataObject, steps: list[list[str]]
) -> None:
    lives = [assignment_life(number, life) for number, life in enumerate(steps, 1)]
    one, other = data.draw(interleaved(lives)), data.draw(interleaved(lives))
    assert table_after(conn, ASSIGNMENTS, *one) == table_after(conn, ASSIGNMENTS, *other)


@FEW
@given(st.data(), st.lists(report_steps, min_size=1, max_size=4))
def test_list_of_reports_does_not_depend_on_interleaving(
    conn: Connection, data: st.DataObject, steps: list[list[str]]
) -> None:
    lives = [report_life(number, life) for number, life in enumerate(steps, 1)]
    one, other = data.draw(interleaved(lives)), data.draw(interleaved(lives))
    assert table_after(conn, REPORTS, *one) == table_after(conn, REPORTS, *other)


@FEW
@given(assignment_steps)
def test_assignment_is_open_at_an_instant_exactly_when_its_events_until_then_say_so(
    conn: Connection, steps: list[str]
) -> None:
    events = assignment_life(1, steps)
    stamped = [received(event, version, version) for version, event in enumerate(events, 1)]
    (row,) = table_after(conn, ASSIGNMENTS, stamped, [])
    for hours in range(len(events) + 2):
        at = START + hours * HOUR + timedelta(minutes=1)
        known = [type(event) for event in events[:hours]]
        moves = [kind for kind in known if kind is not assignments.ExtensionGranted]
        is_open = bool(moves) and moves[-1] in (
            assignments.AssignmentIssued,
            assignments.CompletionRefused,
        )
        assert any(at in span for span in row["open_during"]) == is_open


def test_unit_with_many_open_assignments_is_silent_once(conn: Connection) -> None:
    for unit in (UUID(int=1000), UUID(int=1001), UUID(int=1002)):
        registered = UNIT_REGISTERED.model_copy(update={"unit_id": unit, "path": f"/{unit}/"})
        REGISTER.fold(conn, [received(registered, 1, 0)])
    lives = [assignment_life(number, []) for number in (1, 2, 3, 4)]
    ASSIGNMENTS.fold(conn, [received(life[0], 1, 1) for life in lives])
    found = silent(conn, "2026-W45", START + 2 * HOUR, UUID(int=0), 10)
    assert found == [(unit, f"/{unit}/") for unit in (UUID(int=1000), UUID(int=1001))]
    assert silent(conn, "2026-W45", START + 2 * HOUR, UUID(int=1000), 10) == found[1:]


def test_list_keeps_when_a_report_first_came_in(conn: Connection) -> None:
    events = report_life(1, ["submit", "return", "submit"])
    REPORTS.fold(conn, [received(event, n, n) for n, event in enumerate(events, 1)])
    (row,) = listing(conn, f"/{ROOT}/", None, 10)
    assert (row.version, row.stage, row.late) == (3, "submitted", False)
    assert (row.first_submitted_at, row.submitted_at) == (START, START + 2 * HOUR)
    assert row.return_reason == "lần 1"


@pytest.mark.parametrize("scope", ["-", "/", "%", f"/{ROOT}", f"/{UUID(int=5)}/"])
def test_scope_is_a_prefix_and_no_pattern(conn: Connection, scope: str) -> None:
    (event,) = report_life(1, ["submit"])
    REPORTS.fold(conn, [received(event, 1, 1)])
    found = listing(conn, scope, None, 10)
    assert bool(found) == f"/{ROOT}/".startswith(scope)
