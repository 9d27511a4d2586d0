"""Kafka out: domain events to contracts. All of them are public here."""

from collections.abc import Callable
from typing import Any

from reporting.domain import Report
from tiendo_contracts import reporting as out
from tiendo_contracts.base import Contract
from tiendo_runtime.codec import DomainEvent


def publish(event: DomainEvent) -> Contract | None:
    """The contract that tells others of an event."""
    mapping = _MAPPINGS.get(type(event))
    return mapping(event) if mapping else None


def _of(event: Any) -> dict[str, Any]:
    owed = event.owed
    return {
        "report_id": event.originator_id,
        "unit_id": owed.unit_id,
        "unit_path": owed.unit_path,
        "period": owed.period,
    }


def _submitted(event: Report.Submitted | Report.Resubmitted) -> Contract:
    facts = {
        **_of(event),
        "submitted_at": event.timestamp,
        "due_at": event.owed.due_at,
        "lines": event.lines,
    }
    return out.ReportSubmitted.model_validate(facts, from_attributes=True)


def _missed(event: Report.Missed) -> Contract:
    return out.ReportMissed(**_of(event), due_at=event.owed.due_at)


def _returned(event: Report.Returned) -> Contract:
    return out.ReportReturned(**_of(event), reason=event.reason)


_MAPPINGS: dict[type[DomainEvent], Callable[[Any], Contract]] = {
    Report.Submitted: _submitted,
    Report.Resubmitted: _submitted,
    Report.Missed: _missed,
    Report.Returned: _returned,
}
