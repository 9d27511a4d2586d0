"""An event as it travels: attributes and bytes, made once and repeated unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tiendo_contracts.cloudevents import Headers


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a source, ready to be sent and to be sent again.

    `subject` is the id of what it happened to: the key that order is kept for. `time` is when the
    publisher's clock recorded it, in UTC; nothing is ordered by it. Receivers know a repeat by
    `source` and `id`, so both stay as they are however often it is sent.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    value: bytes
    traceparent: str = ""

    @property
    def key(self) -> bytes:
        """The Kafka key of its record."""
        return self.subject.encode()

    def attributes(self) -> Mapping[str, str]:
        """The CloudEvents attributes that it has, but for those of its data."""
        given = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "traceparent": self.traceparent,
        }
        return {name: text for name, text in given.items() if text}

    def headers(self) -> Headers:
        """The headers of its Kafka record (binary mode)."""
        pairs = (
            (f"ce_{name}", text.encode("utf-8", "surrogatepass"))  # refused by whoever checks it
            for name, text in self.attributes().items()
        )
        return (*pairs, ("content-type", b"application/json"))
