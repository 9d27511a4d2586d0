"""Read models: assignments and reports as mails speak of them, and what was told to whom.

All are hints where something is decided: the decision is taken on the aggregate.
"""

from notifications.views.assignments import (
    ASSIGNMENTS,
    DueSoon,
    Leaderless,
    due_soon,
    leaderless,
)
from notifications.views.notifications import (
    NOTIFICATIONS,
    NotificationRow,
    Pending,
    listing,
    pending,
)
from notifications.views.obligations import OBLIGATIONS, ReportDue, reports_due
from notifications.views.rows import Rows

__all__ = [
    "ASSIGNMENTS",
    "NOTIFICATIONS",
    "OBLIGATIONS",
    "DueSoon",
    "Leaderless",
    "NotificationRow",
    "Pending",
    "ReportDue",
    "Rows",
    "due_soon",
    "leaderless",
    "listing",
    "pending",
    "reports_due",
]
