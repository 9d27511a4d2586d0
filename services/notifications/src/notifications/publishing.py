"""Kafka out: domain events to contracts. Which mail encloses what stays private.

The occasions of `Notification…` are closed, since they were published; what came later is told as
`Telling…`.
"""

from collections.abc import Callable
from typing import Any, get_args

from notifications.domain import About, Notification
from tiendo_contracts import notifications as out
from tiendo_contracts.base import Contract
from tiendo_runtime.codec import DomainEvent


def publish(event: DomainEvent) -> Contract | None:
    """The contract that tells others of an event."""
    mapping = _MAPPINGS.get(type(event))
    return mapping(event) if mapping else None


def _of(event: Any) -> dict[str, Any]:
    about: About = event.about
    return {
        "notification_id": event.originator_id,
        "occasion": about.occasion.value,
        "unit_id": about.unit_id,
        "unit_path": about.unit_path or None,
        "subject_id": about.subject_id,
    }


def _tells(event: Any) -> bool:
    return event.about.occasion.value not in _NOTIFIED


def _requested(event: Notification.Requested) -> Contract:
    contract = out.TellingRequested if _tells(event) else out.NotificationRequested
    return contract(**_of(event), due_on=event.facts.due_on)


def _sent(event: Notification.Sent) -> Contract:
    contract = out.TellingSent if _tells(event) else out.NotificationSent
    return contract(**_of(event), sent_at=event.sent_at, message_id=event.message_id)


def _failed(event: Notification.Failed) -> Contract:
    contract = out.TellingFailed if _tells(event) else out.NotificationFailed
    return contract(**_of(event), code=event.code.value, detail=event.detail)


_NOTIFIED = frozenset(get_args(out.Occasion))

_MAPPINGS: dict[type[DomainEvent], Callable[[Any], Contract]] = {
    Notification.Requested: _requested,
    Notification.Sent: _sent,
    Notification.Failed: _failed,
}
