"""Read models: the copy of the assignments, the list of reports, the waves, and who owes."""

from reporting.views.assignments import ASSIGNMENTS, AssignmentRow, leads, reportable
from reporting.views.owing import silent
from reporting.views.reports import (
    REPORTS,
    Rates,
    ReportRow,
    Span,
    UnitRates,
    listing,
    rates_by_level,
    rates_by_unit,
)
from reporting.views.waves import WAVES, WaveRow, paths, waves

__all__ = [
    "ASSIGNMENTS",
    "REPORTS",
    "WAVES",
    "AssignmentRow",
    "Rates",
    "ReportRow",
    "Span",
    "UnitRates",
    "WaveRow",
    "leads",
    "listing",
    "paths",
    "rates_by_level",
    "rates_by_unit",
    "reportable",
    "silent",
    "waves",
]
