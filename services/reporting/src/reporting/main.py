"""Composition root of reporting: only wiring."""

from reporting.api import routes
from reporting.jobs import follow_periods
from reporting.messages import MESSAGES
from reporting.publishing import publish
from reporting.settings import ReportingSettings
from reporting.views import ASSIGNMENTS, REPORTS, WAVES
from tiendo_register.units import REGISTER
from tiendo_runtime.service import Service

service = Service(
    name="reporting",
    title="Tiến Độ: reports of units",
    settings=ReportingSettings,
    publish=publish,
    routes=routes,
    messages=MESSAGES,
    projections=(REGISTER, ASSIGNMENTS, REPORTS, WAVES),
    jobs=(follow_periods,),
)
