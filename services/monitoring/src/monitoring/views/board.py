"""The projection `board`: events of assignments, meetings and reports into the view's tables.

What events do to rows is told where the rows are. Here is what live pages hear of it: a numbered
change for everything that a batch touched, with the paths of whoever may see it.
"""

from psycopg import Connection
from psycopg.rows import DictRow

from monitoring.views import changes, meetings, rows
from monitoring.views.changes import New
from monitoring.views.entries import TIMELINE
from monitoring.views.meetings import MEETINGS, NOTICES
from monitoring.views.reports import REPORTS, apply_report
from monitoring.views.rows import ASSIGNMENTS, COUNTERS, LINES, PICKS
from tiendo_contracts.assignments import AssignmentIssued, VerificationSampled
from tiendo_contracts.catalogue import forms
from tiendo_contracts.meetings import ConclusionIssued, ConclusionSupplemented, MeetingHeld
from tiendo_contracts.reporting import ReportExcused, ReportMissed, ReportReturned, ReportSubmitted
from tiendo_runtime.projection import Changed, Effect, Projection


def told(conn: Connection[DictRow], changed: Changed) -> None:
    """Number what a batch changed, for open pages."""
    news: list[New] = [
        *(("report", row.report_id, row.unit_id, row.unit_path) for row in changed.of(REPORTS)),
        *(
            ("meeting", r.meeting_id, r.committee_id, r.committee_path)
            for r in changed.of(MEETINGS)
        ),
        *(("notice", r.notice_id, r.committee_id, r.committee_path) for r in changed.of(NOTICES)),
    ]
    rows = changed.of(ASSIGNMENTS)
    named = {row.lead_unit_id.int for row in rows if row.lead_unit_id}
    moved = (cell for cell in changed.cells(COUNTERS) if cell.unit_id.int not in named)
    for cell in moved:  # a unit that lost an assignment hears of it, too
        news += [
            ("unit", cell.unit_id, cell.unit_id, path)
            for path in (cell.unit_path, cell.committee_path)
        ]
    assignments: dict[int, changes.Spoken] = {
        row.assignment_id.int: (row.assignment_id, None) for row in rows
    }
    for report in changed.of(REPORTS):
        assignments |= {key.int: (key, report.unit_path) for key in report.assignment_ids}
    changes.write(conn, news, assignments.values())


BOARD = Projection(
    name="board",
    version=4,
    topics=(AssignmentIssued.TOPIC, MeetingHeld.TOPIC, ReportSubmitted.TOPIC),
    tables=(REPORTS, ASSIGNMENTS, TIMELINE, MEETINGS, NOTICES),
    on={
        **dict.fromkeys(rows.KINDS, (Effect(ASSIGNMENTS, rows.apply),)),
        VerificationSampled: (PICKS,),
        **dict.fromkeys(forms(ReportSubmitted), (Effect(REPORTS, apply_report), LINES)),
        **dict.fromkeys(
            forms(ReportReturned, ReportMissed, ReportExcused), (Effect(REPORTS, apply_report),)
        ),
        **dict.fromkeys(meetings.KINDS, (Effect(MEETINGS, meetings.apply_meeting),)),
        ConclusionIssued: (Effect(NOTICES, meetings.apply_notice),),
        ConclusionSupplemented: (Effect(NOTICES, meetings.apply_supplement),),
    },
    counters=(COUNTERS,),
    told=told,
    switched=changes.write_everything,
)
