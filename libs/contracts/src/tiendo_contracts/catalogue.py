"""The list of all contracts; topics and schemas are derived from it alone."""

from collections.abc import Mapping
from functools import cache
from inspect import getdoc
from types import MappingProxyType
from typing import Any

from tiendo_contracts import (
    assignments,
    indicators,
    meetings,
    notifications,
    quality,
    reporting,
    units,
)
from tiendo_contracts.base import Contract, ContractError


class UnknownEventTypeError(ContractError):
    """The type is not in this version's catalogue; a reader skips such an event."""


_ALL: tuple[type[Contract], ...] = (
    units.UnitRegistered,
    units.UnitRenamed,
    units.UnitMoved,
    units.UnitMerged,
    units.UnitDissolved,
    meetings.MeetingScheduled,
    meetings.MeetingMoved,
    meetings.MeetingCancelled,
    meetings.MeetingHeld,
    meetings.ConclusionIssued,
    meetings.ConclusionSupplemented,
    assignments.AssignmentIssued,
    assignments.DeadlineResolved,
    assignments.ExtensionRequested,
    assignments.ExtensionGranted,
    assignments.ExtensionRefused,
    assignments.CompletionReported,
    assignments.CompletionVerified,
    assignments.CompletionRefused,
    assignments.DeadlinePassed,
    assignments.AssignmentAccepted,
    assignments.AssignmentContested,
    assignments.ContestAnswered,
    assignments.HelpAsked,
    assignments.HelpConfirmed,
    assignments.HelpDeclined,
    assignments.VerificationSampled,
    assignments.AssignmentTransferred,
    assignments.AssignmentClosed,
    assignments.AssignmentDerived,
    assignments.AssignmentSplit,
    assignments.AssignmentJoined,
    assignments.AssignmentAmended,
    reporting.ObligationOpened,
    reporting.ReportSubmittedV1,
    reporting.ReportSubmitted,
    reporting.ReportReturnedV1,
    reporting.ReportReturned,
    reporting.ReportMissedV1,
    reporting.ReportMissed,
    reporting.LateReportAllowedV1,
    reporting.LateReportAllowed,
    reporting.ReportExcusedV1,
    reporting.ReportExcused,
    reporting.ReportCommentedV1,
    reporting.ReportCommented,
    reporting.WaveOrdered,
    reporting.WaveEnded,
    notifications.NotificationRequested,
    notifications.NotificationSent,
    notifications.NotificationFailed,
    notifications.TellingRequested,
    notifications.TellingSent,
    notifications.TellingFailed,
    indicators.IndicatorDefined,
    indicators.IndicatorMeasured,
    quality.FindingRaised,
    quality.FindingResolved,
)


@cache
def catalogue() -> Mapping[str, type[Contract]]:
    """All contracts by their CloudEvents type."""
    return MappingProxyType({model.TYPE: model for model in _ALL})


@cache
def topics() -> tuple[str, ...]:
    """All topics that contracts travel on, sorted."""
    return tuple(sorted({model.TOPIC for model in _ALL}))


def of_topic(topic: str) -> tuple[type[Contract], ...]:
    """The contracts that travel on a topic."""
    return tuple(model for model in _ALL if topic == model.TOPIC)


def forms(*models: type[Contract]) -> tuple[type[Contract], ...]:
    """All versions of these types, which a reader of the log meets: it is never erased."""
    stems = {_stem(model) for model in models}
    return tuple(model for model in _ALL if _stem(model) in stems)


def _stem(model: type[Contract]) -> str:
    return model.TYPE.rpartition(".v")[0]


@cache
def is_open(model: type[Contract]) -> bool:
    """Whether sources outside may send it: none of our services makes it, and it is no plan."""
    return model.OWNER == "ingest" and model.STATUS == "published"


def inbound_topic(source: str) -> str:
    """Where a source that is registered under this name writes its events, over Kafka."""
    return f"tiendo.inbound.{source}.v1"


def entry(model: type[Contract]) -> dict[str, Any]:
    """What the catalogue says of a contract, for machines; days are ISO 8601."""
    return {
        "type": model.TYPE,
        "version": model.version(),
        "status": model.STATUS,
        "topic": model.TOPIC,
        "key": model.KEY,
        "owner": model.OWNER,
        "consumers": list(model.CONSUMERS),
        "since": model.SINCE.isoformat(),
        "until": model.UNTIL.isoformat() if model.UNTIL else None,
        "vi": model.VI,
        "en": getdoc(model),
    }


def by_type(event_type: str) -> type[Contract]:
    """The model of a CloudEvents type.

    Raises:
        UnknownEventTypeError: The catalogue does not hold it.
    """
    try:
        return catalogue()[event_type]
    except KeyError:
        raise UnknownEventTypeError(event_type) from None
