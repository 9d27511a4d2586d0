"""Composition root of assignments: only wiring."""

from assignments.api import routes
from assignments.jobs import follow_meetings, keep_below, pass_work_on, sweep_deadlines
from assignments.messages import MESSAGES
from assignments.publishing import publish
from assignments.reactions import REACTIONS
from assignments.views import DEADLINES
from tiendo_register.units import REGISTER
from tiendo_runtime.service import Service
from tiendo_runtime.settings import Settings

service = Service(
    name="assignments",
    title="Tiến Độ: assignments and the register of organisations",
    settings=Settings,
    publish=publish,
    routes=routes,
    messages=MESSAGES,
    reactions=REACTIONS,
    projections=(REGISTER, DEADLINES),
    jobs=(sweep_deadlines, keep_below, pass_work_on, follow_meetings),
)
