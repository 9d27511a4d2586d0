"""What is public of what is stored fits its contract."""

import subprocess
import sys

import pytest
from tests.unit.meetings.stored import EVENTS, FINANCE

from meetings.publishing import publish
from tiendo_contracts import meetings as out
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import decode, encode
from tiendo_runtime.codec import DomainEvent


def recorded(topic: str) -> DomainEvent:
    return next(event for event in EVENTS if getattr(event, "TOPIC", "") == topic)


@pytest.mark.parametrize(
    ("topic", "contract"),
    [
        ("meetings.Meeting.Scheduled", out.MeetingScheduled),
        ("meetings.Meeting.Moved", out.MeetingMoved),
        ("meetings.Meeting.Cancelled", out.MeetingCancelled),
        ("meetings.Meeting.Held", out.MeetingHeld),
        ("meetings.Notice.Signed", out.ConclusionIssued),
    ],
)
def test_event_is_published_as_its_contract(topic: str, contract: type[Contract]) -> None:
    published = publish(recorded(topic))
    assert isinstance(published, contract)
    assert decode(contract.TYPE, encode(published)) == published


def test_what_came_out_of_a_group_is_published_with_the_groups_words() -> None:
    published = publish(recorded("meetings.Notice.Signed"))
    assert isinstance(published, out.ConclusionIssued)
    groups = [(group.words, group.unit_ids) for item in published.items for group in item.groups]
    assert groups == [("các sở", (FINANCE,))]


@pytest.mark.parametrize(
    "topic",
    [
        "meetings.Notice.TakenIn",
        "meetings.Notice.ItemsReviewed",
        "meetings.Notice.DoubtsConfirmed",
        "meetings.Notice.HeaderCorrected",
    ],
)
def test_a_draft_is_told_to_nobody(topic: str) -> None:
    assert publish(recorded(topic)) is None


def test_the_domain_loads_no_driver() -> None:
    code = (
        "import sys, meetings.domain;"
        "sys.exit(any(name.split('.')[0] in ('psycopg', 'aiokafka', 'fastapi') "
        "for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
