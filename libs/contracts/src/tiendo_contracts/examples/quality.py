"""Examples of a finding about data, and of how it ended."""

from datetime import UTC, datetime
from uuid import UUID

from tiendo_contracts.base import Contract
from tiendo_contracts.examples import story
from tiendo_contracts.quality import FindingRaised, FindingResolved

_FINDING = UUID("019ab1c2-0000-7000-8000-0000000000f1")

FINDING_RAISED = FindingRaised(
    finding_id=_FINDING,
    unit_id=story.SCIENCE,
    system=story.PORTAL,
    dataset="case_files",
    demand="live",
    check="updated_within_a_day",
    checked=412,
    failed=37,
    found_at=datetime(2026, 11, 22, 17, 5, tzinfo=UTC),
)

FINDING_RESOLVED = FindingResolved(
    finding_id=_FINDING,
    unit_id=story.SCIENCE,
    outcome="passed",
    reason="",
    resolved_at=datetime(2026, 11, 29, 17, 5, tzinfo=UTC),
)

ALL: tuple[Contract, ...] = (FINDING_RAISED, FINDING_RESOLVED)
