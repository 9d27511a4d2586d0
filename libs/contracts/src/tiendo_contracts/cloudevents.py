"""CloudEvents 1.0 on Kafka, binary content mode (CloudEvents Kafka Protocol Binding 1.0, 3.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import ValidationError

from tiendo_contracts.base import Contract, ContractError
from tiendo_contracts.catalogue import by_type

Headers = tuple[tuple[str, bytes], ...]


class MalformedRecordError(ContractError):
    """A record that is no event of this catalogue's form; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The context attributes of an event, beside its data.

    `time` is when our clock recorded it, in UTC. `sequence` is the publisher's own counter: it
    never falls along one partition, so a number seen before marks a repeat. `actor` is the opaque
    subject of whoever caused it, also where a service acted on somebody's behalf.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    actor: str
    correlationid: str
    causationid: str = ""
    traceparent: str = ""

    def headers(self) -> Headers:
        """The Kafka headers; attributes that are empty are left out."""
        given = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "sequence": str(self.sequence),
            "actor": self.actor,
            "correlationid": self.correlationid,
            "causationid": self.causationid,
            "traceparent": self.traceparent,
        }
        pairs = ((f"ce_{name}", text.encode()) for name, text in given.items() if text)
        return (*pairs, ("content-type", b"application/json"))

    @classmethod
    def parse(cls, headers: Iterable[tuple[str, bytes]]) -> "Envelope":
        """Read the context attributes from Kafka headers.

        Raises:
            MalformedRecordError: One is missing or cannot be read.
        """
        found = dict(headers)
        try:
            return cls(
                **{name: found[f"ce_{name}"].decode() for name in _REQUIRED},
                time=datetime.fromisoformat(found["ce_time"].decode()),
                sequence=int(found["ce_sequence"]),
                **_optional(found),
            )
        except KeyError as missing:
            raise MalformedRecordError(f"the header {missing.args[0]} is missing") from None
        except ValueError as wrong:
            raise MalformedRecordError(f"a header cannot be read: {wrong}") from None


_REQUIRED = ("id", "source", "type", "subject", "actor", "correlationid")


def _optional(found: Mapping[str, bytes]) -> dict[str, str]:
    names = ("causationid", "traceparent")
    return {name: found[f"ce_{name}"].decode() for name in names if f"ce_{name}" in found}


def decode(event_type: str, value: bytes | None) -> Contract:
    """Read the data of an event.

    Raises:
        UnknownEventTypeError: The type is not in the catalogue.
        MalformedRecordError: The value is not as the type demands.
    """
    model = by_type(event_type)
    try:
        return model.model_validate_json(value or b"")
    except ValidationError as errors:
        first = errors.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MalformedRecordError(f"{event_type}: {where or 'value'}: {first['msg']}") from None


def encode(event: Contract) -> bytes:
    """The bytes of an event's data: UTF-8 JSON, fields in the model's order."""
    return event.model_dump_json().encode()
