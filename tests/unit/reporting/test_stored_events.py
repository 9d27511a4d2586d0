"""What was stored once is read for ever, and everything stored can be published."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent

from reporting.domain import Line, Obligation, Report
from reporting.publishing import publish
from tiendo_contracts import reporting as out
from tiendo_contracts.base import Contract
from tiendo_runtime import codec
from tiendo_runtime.context import Meta

UNIT = UUID("019a8c40-0000-7000-8000-000000000002")
OWED = Obligation(UNIT, f"/{UNIT}/", "2026-W47", datetime(2026, 11, 20, 9, tzinfo=UTC))
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LINES = (Line(UUID(int=1), 100, True, "không", "https://x.example/a"),)
META = Meta(actor="user:1", recorded_at=AT, correlation_id="c")

_OWED = (
    '"owed":{"unit_id":"019a8c40-0000-7000-8000-000000000002",'
    '"unit_path":"/019a8c40-0000-7000-8000-000000000002/","period":"2026-W47",'
    '"due_at":"2026-11-20T09:00:00Z"}'
)
_LINES = (
    '"lines":[{"assignment_id":"00000000-0000-0000-0000-000000000001","percent":100,"done":true,'
    '"difficulties":"không","product_url":"https://x.example/a"}]'
)
_BORN = '"timestamp":"2026-11-20T08:30:00Z","originator_topic":"reporting.Report"'
_AT = '"timestamp":"2026-11-20T08:30:00Z"'

GOLDEN = {
    "reporting.Report.Submitted": "{" + f"{_BORN},{_OWED},{_LINES}" + "}",
    "reporting.Report.Missed": "{" + f"{_BORN},{_OWED}" + "}",
    "reporting.Report.Resubmitted": "{" + f"{_AT},{_OWED},{_LINES}" + "}",
    "reporting.Report.Returned": "{" + f'{_AT},{_OWED},"reason":"thiếu số liệu"' + "}",
}


def recorded() -> dict[str, codec.DomainEvent]:
    missed = Report.miss(OWED, timestamp=AT)
    missed.resubmit(LINES, timestamp=AT)
    missed.send_back("thiếu số liệu", timestamp=AT)
    submitted = Report.submit(OWED, LINES, timestamp=AT)
    events = [*missed.collect_events(), *submitted.collect_events()]
    return {codec.encode(event, META).topic: event for event in events}


def test_every_event_of_a_report_has_a_golden_record() -> None:
    assert set(recorded()) == set(GOLDEN)


@pytest.mark.parametrize("topic", GOLDEN)
def test_event_is_stored_as_its_golden_record(topic: str) -> None:
    stored = msgspec.json.decode(codec.encode(recorded()[topic], META).state)
    assert stored["data"] == msgspec.json.decode(GOLDEN[topic])


@pytest.mark.parametrize("topic", GOLDEN)
def test_golden_record_is_read_back_as_the_event_that_it_was(topic: str) -> None:
    event = recorded()[topic]
    state = f'{{"v":1,"data":{GOLDEN[topic]},"meta":{msgspec.json.encode(META).decode()}}}'
    stored = StoredEvent(event.originator_id, event.originator_version, topic, state.encode())
    assert codec.decode(stored)[0] == event


@pytest.mark.parametrize(
    ("topic", "contract"),
    [
        ("reporting.Report.Submitted", out.ReportSubmitted),
        ("reporting.Report.Resubmitted", out.ReportSubmitted),
        ("reporting.Report.Missed", out.ReportMissed),
        ("reporting.Report.Returned", out.ReportReturned),
    ],
)
def test_event_is_published_as_its_contract(topic: str, contract: type[Contract]) -> None:
    event = recorded()[topic]
    published = publish(event)
    assert isinstance(published, contract)
    assert published.key() == str(event.originator_id).encode()


def test_report_is_told_with_when_it_came_and_when_it_was_due() -> None:
    published = publish(recorded()["reporting.Report.Submitted"])
    assert isinstance(published, out.ReportSubmitted)
    assert (published.submitted_at, published.due_at) == (AT, OWED.due_at)
    assert published.lines[0].product_url == "https://x.example/a"
