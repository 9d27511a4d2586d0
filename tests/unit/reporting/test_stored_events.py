"""What is public of what is stored fits its contract."""

import pytest
from tests.unit.reporting.stored import AT, EVENTS, OWED

from reporting.publishing import publish
from tiendo_contracts import reporting as out
from tiendo_contracts.base import Contract
from tiendo_runtime.codec import DomainEvent


def recorded(topic: str) -> DomainEvent:
    return next(event for event in EVENTS if getattr(event, "TOPIC", "") == topic)


@pytest.mark.parametrize(
    ("topic", "contract"),
    [
        ("reporting.Report.Submitted", out.ReportSubmitted),
        ("reporting.Report.Resubmitted", out.ReportSubmitted),
        ("reporting.Report.Missed", out.ReportMissed),
        ("reporting.Report.Returned", out.ReportReturned),
        ("reporting.Wave.Ordered", out.WaveOrdered),
        ("reporting.Wave.Ended", out.WaveEnded),
    ],
)
def test_event_is_published_as_its_contract(topic: str, contract: type[Contract]) -> None:
    event = recorded(topic)
    published = publish(event)
    assert isinstance(published, contract)
    assert published.key() == str(event.originator_id).encode()


def test_report_is_told_with_when_it_came_and_when_it_was_due() -> None:
    published = publish(recorded("reporting.Report.Submitted"))
    assert isinstance(published, out.ReportSubmitted)
    assert (published.submitted_at, published.due_at) == (AT, OWED.due_at)
    assert published.lines[0].product_url == "https://x.example/a"
