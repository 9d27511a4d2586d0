"""Examples of what people were told."""

from datetime import UTC, datetime
from uuid import UUID

from tiendo_contracts.base import Contract
from tiendo_contracts.examples import story
from tiendo_contracts.notifications import (
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    TellingFailed,
    TellingRequested,
    TellingSent,
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

_QUESTION = UUID("019ae000-0000-7000-8000-000000000003")

TELLING_REQUESTED = TellingRequested(
    notification_id=_QUESTION,
    occasion="help_asked",
    unit_id=story.FINANCE,
    unit_path=None,
    subject_id=story.PLATFORM,
    due_on=story.PLATFORM_DUE.due_on,
)

TELLING_SENT = TellingSent(
    notification_id=_QUESTION,
    occasion="help_asked",
    unit_id=story.FINANCE,
    unit_path=None,
    subject_id=story.PLATFORM,
    sent_at=datetime(2026, 11, 22, 3, 0, 4, tzinfo=UTC),
    message_id=f"<{_QUESTION}@tiendo.example>",
)

TELLING_FAILED = TellingFailed(
    notification_id=UUID("019ae000-0000-7000-8000-000000000004"),
    occasion="contested",
    unit_id=story.COMMITTEE,
    unit_path=story.COMMITTEE_PATH,
    subject_id=story.TRAINING,
    code="no_address",
    detail="",
)

ALL: tuple[Contract, ...] = (
    NOTIFICATION_REQUESTED,
    NOTIFICATION_SENT,
    NOTIFICATION_FAILED,
    TELLING_REQUESTED,
    TELLING_SENT,
    TELLING_FAILED,
)
