"""Composition root of notifications: only wiring."""

from notifications.api import routes
from notifications.jobs import look_ahead, send_mail
from notifications.messages import MESSAGES
from notifications.publishing import publish
from notifications.reactions import REACTIONS
from notifications.settings import Settings
from notifications.views import ASSIGNMENTS, NOTIFICATIONS, OBLIGATIONS
from tiendo_register.units import REGISTER
from tiendo_runtime.service import Service

service = Service(
    name="notifications",
    title="Tiến Độ: who is told what",
    settings=Settings,
    publish=publish,
    routes=routes,
    messages=MESSAGES,
    reactions=REACTIONS,
    projections=(REGISTER, ASSIGNMENTS, NOTIFICATIONS, OBLIGATIONS),
    jobs=(send_mail, look_ahead),
)
