"""Domain events to records on the wire: the same mapping before saving and in the relay.

What cannot be published is refused before it is saved, so the relay never stands before it.

An event whose contract has an earlier form that is still published travels in both, the newest
first, under one sequence. A reader that knows the newest takes that one, and the others for
repeats; one that does not skips it, and takes what it knows. Whichever comes first, one has an
effect.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from pydantic import ValidationError

from tiendo_contracts.base import Contract, ContractError
from tiendo_contracts.cloudevents import Envelope, encode, source_of
from tiendo_runtime.clock import local_day
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Meta
from tiendo_runtime.records import Outgoing

Publish = Callable[[DomainEvent], Contract | None]
"""A service's mapping of its domain events to contracts; None for those that stay private."""

MAX_EVENT_BYTES = 256 * 1024
_EVENTS = UUID("6c1f1f5e-8a5b-5b0e-9a53-3c1e2f6b7a10")
"""Namespace of event ids: uuid5(namespace, "service/aggregate/version")."""


class UnpublishableError(Exception):
    """An event that must be public does not fit its contract."""


class EventTooLargeError(UnpublishableError):
    """An event's data are over 256 kB; long texts belong into documents."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes, {MAX_EVENT_BYTES} at most")
        self.size = size


def event_id(service: str, aggregate: str, version: int, event_type: str) -> str:
    """The id under which an event is published in a form; the same for every repeat.

    Forms have ids of their own, so that whoever remembers ids before types loses none.
    """
    form = event_type.rpartition(".v")[2]
    name = f"{service}/{aggregate}/{version}"
    return str(uuid5(_EVENTS, name if form == "1" else f"{name}/v{form}"))


@dataclass(frozen=True, slots=True)
class Publisher:
    """Writes a service's events as records."""

    service: str
    publish: Publish
    topic_prefix: str = ""

    def records(self, event: DomainEvent, meta: Meta, sequence: int) -> list[Outgoing]:
        """The records of an event, the newest form first; none where it stays private.

        Raises:
            UnpublishableError: It does not fit its contract, or is too large.
        """
        try:
            return [
                self._record(event, contract, meta, sequence)
                for contract in _forms(self.publish(event), meta)
            ]
        except (ValidationError, ContractError) as wrong:
            raise UnpublishableError(f"{type(event).__qualname__}: {wrong}") from wrong

    def _record(
        self, event: DomainEvent, contract: Contract, meta: Meta, sequence: int
    ) -> Outgoing:
        subject = str(event.originator_id)
        envelope = self._envelope(event, subject, contract, meta, sequence)
        value = encode(contract)
        if len(value) > MAX_EVENT_BYTES:
            raise EventTooLargeError(len(value))
        topic = self.topic_prefix + contract.TOPIC
        return Outgoing(topic, subject.encode(), value, envelope.headers(), sequence)

    def _envelope(
        self, event: DomainEvent, subject: str, contract: Contract, meta: Meta, sequence: int
    ) -> Envelope:
        return Envelope(
            id=event_id(self.service, subject, event.originator_version, contract.TYPE),
            source=source_of(self.service),
            type=contract.TYPE,
            subject=subject,
            time=meta.recorded_at,
            sequence=sequence,
            subjectversion=event.originator_version,
            actor=meta.on_behalf_of or meta.actor,
            correlationid=meta.correlation_id,
            causationid=meta.causation_id,
            traceparent=meta.traceparent,
        )


def _forms(newest: Contract | None, meta: Meta) -> Iterator[Contract]:
    """A contract and the forms before it that are still published on the day of recording."""
    form = newest
    while form is not None:
        yield form
        form = form.earlier()
        if form is not None and form.UNTIL and local_day(meta.recorded_at) > form.UNTIL:
            return
