"""The projection `board`: events of assignments, meetings and reports into the view's tables.

What events do to rows is told where the rows are. Here is what live pages hear of it: a numbered
change for everything that a batch touched, with the paths of whoever may see it.
"""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views import changes, meetings, rows
from monitoring.views.changes import New
from monitoring.views.entries import TIMELINE
from monitoring.views.meetings import MEETINGS, NOTICES
from monitoring.views.reports import REPORTS, apply_report
from monitoring.views.rows import ASSIGNMENTS, COUNTERS, LINES
from tiendo_contracts.assignments import AssignmentIssued
from tiendo_contracts.meetings import ConclusionIssued, MeetingHeld
from tiendo_contracts.reporting import ReportMissed, ReportReturned, ReportSubmitted
from tiendo_runtime.projection import Changed, Effect, Projection


class _News:
    """What a batch changed, each thing once."""

    def __init__(self) -> None:
        self.all: dict[tuple[str, UUID], New] = {}

    def add(self, kind: str, key: UUID, unit: UUID | None, *paths: str | None) -> None:
        """Name a thing that changed; whoever may see it by any of the paths hears of it."""
        earlier = self.all.get((kind, key))
        seen = dict.fromkeys([*(earlier[3] if earlier else ()), *filter(None, paths)])
        self.all[kind, key] = (kind, key, unit, list(seen))


def told(conn: Connection[DictRow], changed: Changed) -> None:
    """Number what a batch changed, for open pages."""
    news = _News()
    _add_assignments(conn, changed, news)
    for row in changed.of(MEETINGS):
        news.add("meeting", row.meeting_id, row.committee_id, row.committee_path)
    for row in changed.of(NOTICES):
        news.add("notice", row.notice_id, row.committee_id, row.committee_path)
    named = {unit for kind, _, unit, _ in news.all.values() if kind == "assignment"}
    for cell in changed.cells(COUNTERS):  # a unit that lost an assignment hears of it, too
        if cell.unit_id not in named:
            news.add("unit", cell.unit_id, cell.unit_id, cell.unit_path, cell.committee_path)
    changes.write(conn, news.all.values())


def _add_assignments(conn: Connection[DictRow], changed: Changed, news: _News) -> None:
    found = changed.of(REPORTS)
    places = {row.assignment_id: (row.lead_unit_id, row.paths) for row in changed.of(ASSIGNMENTS)}
    spoken = {key for report in found for key in report.assignment_ids}
    others = rows.places(conn, spoken - places.keys())
    for key, (unit, paths) in (places | others).items():
        news.add("assignment", key, unit, *paths)
    for report in found:
        news.add("report", report.report_id, report.unit_id, report.unit_path)
        for key in report.assignment_ids:
            news.add("assignment", key, news.all["assignment", key][2], report.unit_path)


BOARD = Projection(
    name="board",
    version=1,
    topics=(AssignmentIssued.TOPIC, MeetingHeld.TOPIC, ReportSubmitted.TOPIC),
    tables=(REPORTS, ASSIGNMENTS, TIMELINE, MEETINGS, NOTICES),
    on={
        **dict.fromkeys(rows.KINDS, (Effect(ASSIGNMENTS, rows.apply),)),
        ReportSubmitted: (Effect(REPORTS, apply_report), LINES),
        **dict.fromkeys((ReportReturned, ReportMissed), (Effect(REPORTS, apply_report),)),
        **dict.fromkeys(meetings.KINDS, (Effect(MEETINGS, meetings.apply_meeting),)),
        ConclusionIssued: (Effect(NOTICES, meetings.apply_notice),),
    },
    counters=(COUNTERS,),
    told=told,
    switched=changes.write_everything,
)
