"""Composition root of meetings: only wiring."""

from collections.abc import Sequence

from fastapi import APIRouter

from meetings import api
from meetings.messages import MESSAGES
from meetings.pages import routes as pages
from meetings.publishing import publish
from meetings.views import MEETINGS_LIST
from tiendo_register.units import REGISTER
from tiendo_runtime.http.browsers import SESSION_COOKIE
from tiendo_runtime.service import Runtime, Service
from tiendo_runtime.settings import Settings


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (*api.routes(runtime), *pages.routes(runtime))


service = Service(
    name="meetings",
    title="Tiến Độ: meetings and notices of conclusion",
    settings=Settings,
    publish=publish,
    routes=routes,
    messages=MESSAGES,
    projections=(REGISTER, MEETINGS_LIST),
    session_cookie=SESSION_COOKIE,
)
