"""What was stored once is read for ever, and everything stored can be published."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent

from notifications.domain import About, Facts, Notification, Occasion
from notifications.publishing import publish
from tiendo_runtime import codec
from tiendo_runtime.context import Meta

AT = datetime(2026, 12, 12, 1, 2, 3, 450_000, tzinfo=UTC)
META = Meta(actor="service:notifications", recorded_at=AT, correlation_id="c")
UNIT, SUBJECT, MAIL, OWN = (UUID(int=number) for number in range(1, 5))
ABOUT = About(Occasion.EXTENSION_DECIDED, UNIT, f"/{UNIT}/", SUBJECT)
FACTS = Facts(date(2026, 12, 15), datetime(2026, 12, 15, 17, tzinfo=UTC), "", True, "Lụt")

_ABOUT = (
    '"about":{"occasion":"extension_decided","unit_id":"00000000-0000-0000-0000-000000000001",'
    '"unit_path":"/00000000-0000-0000-0000-000000000001/",'
    '"subject_id":"00000000-0000-0000-0000-000000000002"}'
)
_FACTS = (
    '"facts":{"due_on":"2026-12-15","late_from":"2026-12-15T17:00:00Z","period":"",'
    '"granted":true,"reason":"Lụt"}'
)
_AT = '"timestamp":"2026-12-12T01:02:03.450000Z"'
_MAIL = '"mail_id":"00000000-0000-0000-0000-000000000003"'

GOLDEN = {
    "notifications.Notification.Requested": "{"
    f'{_AT},"originator_topic":"notifications.Notification",{_ABOUT},{_FACTS}'
    "}",
    "notifications.Notification.MailPrepared": "{" + f"{_AT},{_ABOUT},{_MAIL}" + "}",
    "notifications.Notification.Sent": "{"
    f'{_AT},{_ABOUT},"sent_at":"2026-12-12T01:02:03.450000Z","message_id":"<3@x>"'
    "}",
    "notifications.Notification.Failed": "{"
    f'{_AT},{_ABOUT},"code":"rejected","detail":"550 5.1.1"'
    "}",
}


def new(occasion: Occasion = ABOUT.occasion) -> Notification:
    about = About(occasion, UNIT, ABOUT.unit_path, SUBJECT)
    return Notification(id=OWN, timestamp=AT, about=about, facts=FACTS)


def recorded() -> dict[str, codec.DomainEvent]:
    sent, refused = new(), new()
    for notification in (sent, refused):
        notification.prepare_mail(MAIL, timestamp=AT)
    sent.record_sent(MAIL, "<3@x>", timestamp=AT)
    refused.record_rejected(MAIL, "550 5.1.1", timestamp=AT)
    events = [*sent.collect_events(), *refused.collect_events()]
    return {codec.encode(event, META).topic: event for event in events}


def test_every_event_has_a_golden_record():
    assert set(recorded()) == set(GOLDEN)


@pytest.mark.parametrize("topic", GOLDEN)
def test_an_event_is_stored_as_its_golden_record(topic: str):
    stored = msgspec.json.decode(codec.encode(recorded()[topic], META).state)
    assert stored["data"] == msgspec.json.decode(GOLDEN[topic])


@pytest.mark.parametrize("topic", GOLDEN)
def test_a_golden_record_is_read_as_it_was_recorded(topic: str):
    event = recorded()[topic]
    state = b'{"v":1,"data":%s,"meta":%s}' % (GOLDEN[topic].encode(), msgspec.json.encode(META))
    stored = StoredEvent(event.originator_id, event.originator_version, topic, state)
    assert vars(codec.decode(stored)[0]) == vars(event)


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_can_be_published(occasion: Occasion):
    notification = new(occasion)
    notification.give_up(timestamp=AT)
    contracts = [publish(event) for event in notification.collect_events()]
    assert None not in contracts
