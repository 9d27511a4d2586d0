"""Composition root of meetings: only wiring."""

from meetings.api import routes
from meetings.messages import MESSAGES
from meetings.publishing import publish
from meetings.views import MEETINGS_LIST
from tiendo_register.units import REGISTER
from tiendo_runtime.service import Service
from tiendo_runtime.settings import Settings

service = Service(
    name="meetings",
    title="Tiến Độ: meetings and notices of conclusion",
    settings=Settings,
    publish=publish,
    routes=routes,
    messages=MESSAGES,
    projections=(REGISTER, MEETINGS_LIST),
)
