"""What the audit says of topics on which an event stands in two forms."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.chaos.findings import Findings
from tests.chaos.logs import Record
from tests.chaos.reference import Reference
from tests.chaos.stored import Stored, check_topics

from reporting.domain import Line, Obligation, Report
from reporting.publishing import publish
from tiendo_runtime.context import Meta
from tiendo_runtime.publishing import Publisher

AT = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
UNIT = UUID(int=11)


def sent(number: int, period: str) -> tuple[Stored, list[Record]]:
    """A report as the store has it, and what a relay makes of it."""
    owed = Obligation(UNIT, f"/{UNIT}/", period, AT)
    report = Report.submit(owed, [Line(UUID(int=1), 60, False, "", "")], timestamp=AT)
    [event] = report.collect_events()
    meta = Meta(actor="user:1", recorded_at=AT, correlation_id="c")
    records = [
        Record(
            one.topic,
            0,
            0,
            one.key,
            one.value,
            {name: value.decode() for name, value in one.headers},
        )
        for one in Publisher("reporting", publish).records(event, meta, number)
    ]
    return Stored(number, str(report.id), 1, "Submitted", ""), records


def audit(stored: list[Stored], records: list[Record]) -> list[str]:
    findings = Findings()
    check_topics(findings, "reporting", stored, records)
    return findings.wrong


WEEK, (NEWEST, FIRST) = sent(1, "2026-W48")
MONTH, (ALONE,) = sent(2, "2026-11")


def test_two_forms_of_a_week_one_of_a_month_and_repeats_are_as_they_must_be() -> None:
    assert audit([WEEK, MONTH], [NEWEST, FIRST, ALONE]) == []
    assert audit([WEEK, MONTH], [NEWEST, replace(NEWEST), FIRST, ALONE, replace(FIRST)]) == []


@pytest.mark.parametrize(
    "changed", [{"ce_subjectversion": "2"}, {"ce_type": "vn.tiendo.reporting.ReportMissed.v1"}]
)
def test_another_event_under_the_same_sequence_is_told(changed: dict[str, str]) -> None:
    other = replace(FIRST, headers=dict(FIRST.headers) | changed)
    assert audit([WEEK], [NEWEST, other]) != []


def test_a_lost_event_is_told_though_its_first_form_is_there_for_another() -> None:
    assert audit([WEEK, MONTH], [NEWEST, FIRST]) != []


def test_the_reference_counts_a_report_once() -> None:
    reference = Reference([NEWEST, FIRST, ALONE, replace(NEWEST)])
    assert reference.types == {"ReportSubmitted": 2}
    assert {row["period"] for row in reference.reports.values()} == {"2026-W48", "2026-11"}
