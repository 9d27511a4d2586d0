"""What the copy of assignments and the list of reports tell."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import DictRow, dict_row
from tests.histories import START, empty, fold, received

from reporting.main import service
from reporting.period import Period
from reporting.views import ASSIGNMENTS, REPORTS, listing, silent
from tiendo_contracts import assignments, reporting
from tiendo_contracts.base import Contract, Deadline, Person
from tiendo_contracts.examples.units import UNIT_REGISTERED
from tiendo_register.units import REGISTER
from tiendo_runtime import schema
from tiendo_runtime.records import Received

Connection = psycopg.Connection[DictRow]

HOUR = timedelta(hours=1)
W45 = Period(2026, 45)
ROOT = UUID(int=99)
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def conn(database_url: str) -> Iterator[Connection]:
    schema.migrate(database_url, "reporting", service.projections)
    with Connection.connect(database_url, row_factory=dict_row, autocommit=True) as found:
        yield found


def stamped(events: Sequence[Contract]) -> list[Received]:
    """Events of one aggregate, recorded an hour apart."""
    return [received(event, version, version) for version, event in enumerate(events, 1)]


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


assignment_steps = st.lists(st.sampled_from(["claim", "refuse", "verify", "extend"]), max_size=6)


@FEW
@given(assignment_steps)
def test_assignment_is_open_at_an_instant_exactly_when_its_events_until_then_say_so(
    conn: Connection, steps: list[str]
) -> None:
    events = assignment_life(1, steps)
    registered = UNIT_REGISTERED.model_copy(update={"unit_id": UUID(int=1001)})
    fold(conn, REGISTER, [received(registered, 1, 0)])
    empty(conn, ASSIGNMENTS)
    fold(conn, ASSIGNMENTS, stamped(events))
    for hours in range(len(events) + 2):
        at = START + hours * HOUR + timedelta(minutes=1)
        known = [type(event) for event in events[:hours]]
        moves = [kind for kind in known if kind is not assignments.ExtensionGranted]
        is_open = bool(moves) and moves[-1] in (
            assignments.AssignmentIssued,
            assignments.CompletionRefused,
        )
        owing = [unit for unit, _ in silent(conn, W45, at, UUID(int=0), 10, opened=True)]
        assert owing == [UUID(int=1001)] * is_open


def test_unit_with_many_open_assignments_is_silent_once(conn: Connection) -> None:
    for unit in (UUID(int=1000), UUID(int=1001), UUID(int=1002)):
        registered = UNIT_REGISTERED.model_copy(update={"unit_id": unit, "path": f"/{unit}/"})
        fold(conn, REGISTER, [received(registered, 1, 0)])
    lives = [assignment_life(number, []) for number in (1, 2, 3, 4)]
    fold(conn, ASSIGNMENTS, [received(life[0], 1, 1) for life in lives])
    found = silent(conn, W45, START + 2 * HOUR, UUID(int=0), 10, opened=True)
    assert found == [(unit, f"/{unit}/") for unit in (UUID(int=1000), UUID(int=1001))]
    behind = silent(conn, W45, START + 2 * HOUR, UUID(int=1000), 10, opened=True)
    assert behind == found[1:]


def test_list_keeps_when_a_report_first_came_in(conn: Connection) -> None:
    events = report_life(1, ["submit", "return", "submit"])
    fold(conn, REPORTS, stamped(events))
    (row,) = listing(conn, f"/{ROOT}/", None, 10)
    assert (row.version, row.stage, row.late) == (3, "submitted", False)
    assert (row.first_submitted_at, row.submitted_at) == (START, START + 2 * HOUR)
    assert row.return_reason == "lần 1"


@pytest.mark.parametrize("scope", ["-", "/", "%", f"/{ROOT}", f"/{UUID(int=5)}/"])
def test_scope_is_a_prefix_and_no_pattern(conn: Connection, scope: str) -> None:
    (event,) = report_life(1, ["submit"])
    fold(conn, REPORTS, [received(event, 1, 1)])
    found = listing(conn, scope, None, 10)
    assert bool(found) == f"/{ROOT}/".startswith(scope)
