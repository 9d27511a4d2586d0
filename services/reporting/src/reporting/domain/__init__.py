"""What units owe to report, and what became of it: no I/O, no clock."""

from reporting.domain.report import (
    MOST_COMMENTS,
    OLDEST,
    Comment,
    Line,
    Obligation,
    Report,
    Stage,
    check_ahead,
    check_lock,
    check_window,
    report_id,
)
from reporting.domain.values import Person
from reporting.domain.wave import Coverage, Wave

__all__ = [
    "MOST_COMMENTS",
    "OLDEST",
    "Comment",
    "Coverage",
    "Line",
    "Obligation",
    "Person",
    "Report",
    "Stage",
    "Wave",
    "check_ahead",
    "check_lock",
    "check_window",
    "report_id",
]
