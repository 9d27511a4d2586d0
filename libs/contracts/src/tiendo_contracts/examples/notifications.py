"""Examples of what people were told."""

from datetime import UTC, datetime
from uuid import UUID

from tiendo_contracts.base import Contract
from tiendo_contracts.examples import story
from tiendo_contracts.notifications import (
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
)

_REMINDER = UUID("019ae000-0000-7000-8000-000000000001")

NOTIFICATION_REQUESTED = NotificationRequested(
    notification_id=_REMINDER,
    occasion="due_soon",
    unit_id=story.FINANCE,
    unit_path=story.FINANCE_PATH,
    subject_id=story.TRAINING,
    due_on=story.TRAINING_DUE.due_on,
)

NOTIFICATION_SENT = NotificationSent(
    notification_id=_REMINDER,
    occasion="due_soon",
    unit_id=story.FINANCE,
    unit_path=story.FINANCE_PATH,
    subject_id=story.TRAINING,
    sent_at=datetime(2026, 12, 16, 1, 0, 3, tzinfo=UTC),
    message_id=f"<{_REMINDER}@tiendo.example>",
)

NOTIFICATION_FAILED = NotificationFailed(
    notification_id=UUID("019ae000-0000-7000-8000-000000000002"),
    occasion="overdue",
    unit_id=story.FINANCE,
    unit_path=story.FINANCE_PATH,
    subject_id=story.TRAINING,
    code="rejected",
    detail="550 5.1.1 mailbox unknown",
)

ALL: tuple[Contract, ...] = (NOTIFICATION_REQUESTED, NOTIFICATION_SENT, NOTIFICATION_FAILED)
