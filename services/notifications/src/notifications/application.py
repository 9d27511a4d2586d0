"""Use cases of notifications: one verb each."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from notifications.domain import About, Facts, Notification, State
from tiendo_runtime.store import Work

_NOTIFICATIONS = UUID("2f0b4c0e-3a57-5d0b-8f3e-7d1a9c64e2b1")
"""Namespace of notification ids."""


def notification_id(about: About, once: str = "") -> UUID:
    """The id of a notification: derived, so that a repeat meets what is there already.

    `once` tells apart what may be told more than once of one subject: a deadline, an event's id.
    """
    name = f"{about.occasion.matter}/{about.subject_id}/{about.unit_id}/{once}"
    return uuid5(_NOTIFICATIONS, name)


def request(work: Work, about: About, facts: Facts, once: str = "") -> Notification:
    """Demand that a unit is told; what was demanded before stays as it is."""
    identity = notification_id(about, once)
    known = work.find(Notification, identity)
    if known is not None:
        return known
    return work.add(Notification(id=identity, timestamp=work.clock.now(), about=about, facts=facts))


def waiting(work: Work, notification: UUID) -> Notification | None:
    """The notification, if it was requested here and no mail has it yet."""
    found = work.find(Notification, notification)
    return found if found is not None and found.state is State.REQUESTED else None


def prepare_mail(work: Work, mail_id: UUID, enclosed: Sequence[UUID]) -> None:
    """Let all enclosed notifications go out with one mail, or none of them.

    Raises:
        ConflictError: Another mail has one of them, or its end is recorded.
    """
    for identity in enclosed:
        found = work.get(Notification, identity)
        found.prepare_mail(mail_id, timestamp=work.clock.now())


def record_sent(work: Work, mail_id: UUID, enclosed: Sequence[UUID], message_id: str) -> None:
    """Take note that the mail server took a mail over."""
    for identity in enclosed:
        found = work.get(Notification, identity)
        found.record_sent(mail_id, message_id, timestamp=work.clock.now())


def record_rejected(work: Work, mail_id: UUID, enclosed: Sequence[UUID], detail: str) -> None:
    """Take note that a mail was refused for good. `detail` has no addresses."""
    for identity in enclosed:
        found = work.get(Notification, identity)
        found.record_rejected(mail_id, detail, timestamp=work.clock.now())


def give_up(work: Work, notification: UUID) -> None:
    """Take note that there is no address to tell it to."""
    found = work.find(Notification, notification)
    if found is not None:
        found.give_up(timestamp=work.clock.now())
