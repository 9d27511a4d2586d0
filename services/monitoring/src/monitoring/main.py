"""Composition root of monitoring: only wiring."""

from collections.abc import Sequence
from functools import partial
from typing import cast

from fastapi import APIRouter

from monitoring import signin
from monitoring.api import assignments, board, notices, rates, stream, waiting
from monitoring.jobs import forget_changes
from monitoring.live import Live
from monitoring.messages import MESSAGES
from monitoring.pages import looking_back, reporting, statics
from monitoring.pages import routes as pages
from monitoring.pages import waiting as waiting_pages
from monitoring.settings import BoardSettings
from monitoring.views.board import BOARD
from monitoring.views.obligations import OBLIGATIONS
from monitoring.views.waiting import WAITING
from tiendo_register.units import REGISTER
from tiendo_runtime.http.browsers import SESSION_COOKIE
from tiendo_runtime.service import Runtime, Service


def routes(live: Live, runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    live.begin(runtime)
    figured = board.Figured(runtime.database, runtime.clock)
    settings = cast("BoardSettings", runtime.settings)
    shown = pages.Pages(runtime.clock, figured)
    return (
        board.routes(figured),
        assignments.routes(runtime, figured),
        waiting.routes(figured),
        rates.routes(figured, settings.report_grace),
        notices.routes(runtime),
        stream.routes(live),
        statics.routes(),
        signin.routes(settings, runtime.clock),
        pages.routes(shown),
        pages.more_routes(shown),
        waiting_pages.routes(shown),
        reporting.routes(shown, settings.report_grace),
        looking_back.routes(figured, runtime.clock),
        pages.nowhere(),
    )


_live = Live()

service = Service(
    name="monitoring",
    title="Tiến Độ: the live board",
    settings=BoardSettings,
    publish=None,
    routes=partial(routes, _live),
    messages=MESSAGES,
    projections=(REGISTER, BOARD, OBLIGATIONS, WAITING),
    jobs=(forget_changes,),
    api_jobs=(_live.end_with_process,),
    session_cookie=SESSION_COOKIE,
)
