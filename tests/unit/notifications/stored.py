"""One stored event of each class; golden/ keeps their bytes."""

from datetime import UTC, date, datetime
from uuid import UUID

from notifications.domain import About, Facts, Notification, Occasion
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Meta

AT = datetime(2026, 12, 12, 1, 2, 3, 450_000, tzinfo=UTC)
META = Meta(actor="service:notifications", recorded_at=AT, correlation_id="c")
UNIT, SUBJECT, MAIL, OWN = (UUID(int=number) for number in range(1, 5))
ABOUT = About(Occasion.EXTENSION_DECIDED, UNIT, f"/{UNIT}/", SUBJECT)
FACTS = Facts(date(2026, 12, 15), datetime(2026, 12, 15, 17, tzinfo=UTC), "", True, "Lụt")


def new(occasion: Occasion = ABOUT.occasion) -> Notification:
    about = About(occasion, UNIT, ABOUT.unit_path, SUBJECT)
    return Notification(id=OWN, timestamp=AT, about=about, facts=FACTS)


def _recorded() -> tuple[DomainEvent, ...]:
    sent, refused = new(), new()
    for notification in (sent, refused):
        notification.prepare_mail(MAIL, timestamp=AT)
    sent.record_sent(MAIL, "<3@x>", timestamp=AT)
    refused.record_rejected(MAIL, "550 5.1.1", timestamp=AT)
    events = [*sent.collect_events(), *refused.collect_events()]
    return tuple({type(event): event for event in events}.values())


EVENTS = _recorded()
