"""Kafka out: accepted events, as their contracts have them. How sources are managed stays private.

The record is an event of this service: its `source` is ours, its `sequence` and `subjectversion`
are the store's. Where it comes from stands beside it: `actor` is the `source` of the sender's own
event, `causationid` its `id`, so both together name the receipt.
"""

from ingest.domain import Subject
from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import decode
from tiendo_runtime.codec import DomainEvent


def publish(event: DomainEvent) -> Contract | None:
    """The contract that tells others of an event."""
    if isinstance(event, Subject.Accepted):
        return decode(event.type, bytes(event.value))
    return None
