"""Kafka out: domain events to contracts. All of them are public here."""

from collections.abc import Callable
from typing import Any

from reporting.domain import Report, Wave
from tiendo_contracts import reporting as out
from tiendo_contracts.base import Contract, Level
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


def _missed(event: Report.Missed | Report.PassedOver) -> Contract:
    return out.ReportMissed(**_of(event), due_at=event.owed.due_at)


def _returned(event: Report.Returned) -> Contract:
    return out.ReportReturned(**_of(event), reason=event.reason)


def _opened(event: Report.Opened) -> Contract:
    return out.ObligationOpened(**_of(event), opens_at=event.opens_at, due_at=event.owed.due_at)


def _excused(event: Report.Excused) -> Contract:
    facts = {**_of(event), "decided_by": event.decided_by, "reason": event.reason}
    return out.ReportExcused.model_validate(facts, from_attributes=True)


def _late_allowed(event: Report.LateAllowed) -> Contract:
    facts = {
        **_of(event),
        "until": event.until,
        "decided_by": event.decided_by,
        "reason": event.reason,
    }
    return out.LateReportAllowed.model_validate(facts, from_attributes=True)


def _commented(event: Report.Commented) -> Contract:
    facts = {
        **_of(event),
        "author": event.author,
        "author_unit_id": event.author_unit_id,
        "text": event.text,
    }
    return out.ReportCommented.model_validate(facts, from_attributes=True)


def _ordered(event: Wave.Ordered) -> Contract:
    facts = {
        "wave_id": event.originator_id,
        "unit_path": event.unit_path,
        "name": event.name,
        "rhythm": event.rhythm.value,
        "from_day": event.from_day,
        "unit_ids": event.coverage.unit_ids,
        "below_unit_id": event.coverage.below_unit_id,
        "level": Level(event.coverage.level) if event.coverage.level else None,
        "decided_by": event.decided_by,
    }
    return out.WaveOrdered.model_validate(facts, from_attributes=True)


def _ended(event: Wave.Ended) -> Contract:
    facts = {
        "wave_id": event.originator_id,
        "unit_path": event.unit_path,
        "ends_on": event.ends_on,
        "decided_by": event.decided_by,
        "reason": event.reason,
    }
    return out.WaveEnded.model_validate(facts, from_attributes=True)


_MAPPINGS: dict[type[DomainEvent], Callable[[Any], Contract]] = {
    Report.Submitted: _submitted,
    Report.Resubmitted: _submitted,
    Report.Missed: _missed,
    Report.PassedOver: _missed,
    Report.Opened: _opened,
    Report.Excused: _excused,
    Report.LateAllowed: _late_allowed,
    Report.Commented: _commented,
    Report.Returned: _returned,
    Wave.Ordered: _ordered,
    Wave.Ended: _ended,
}
