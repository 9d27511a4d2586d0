"""What the ingest says over HTTP, as models: for its callers, and for the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ingest.receipts import ReceiptRow
from ingest.taking import Outcome, topic_of
from tiendo_contracts.catalogue import catalogue
from tiendo_runtime.http.text import Text

_UNIT = "019a8c40-0000-7000-8000-000000000002"


class ReasonOut(BaseModel):
    """Why an event is refused; `path` is a JSON pointer into the event in structured form."""

    code: str
    path: str
    vi: str
    en: str


class ReceiptOut(BaseModel):
    """What became of an event; `id` is the receipt's, `event_id` the event's own.

    `sequence` is the number that the event carries on its topic, known as soon as it is accepted.
    """

    id: UUID
    outcome: Outcome
    event_id: str
    type: str
    received_at: datetime
    topic: str | None = None
    sequence: int | None = None
    code: str | None = None
    path: str | None = None
    vi: str | None = None
    en: str | None = None
    more: list[ReasonOut] = []


class TakenOut(BaseModel):
    """What became of events that came together, in their order."""

    accepted: int
    already_seen: int
    refused: int
    receipts: list[ReceiptOut]


class RefusedOut(TakenOut):
    """A problem (RFC 9457): none of the events was accepted."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class KeptReceiptOut(ReceiptOut):
    """A receipt as it is kept.

    `way` is `http`, or the topic, partition and offset that the event came in by. `published` says
    whether it is on its topic. `body` is a refused event as it came, up to 32 kB of it.
    """

    source: str
    way: str
    published: bool | None = None
    body: str | None = None

    @classmethod
    def of(cls, row: ReceiptRow, prefix: str) -> Self:
        """The receipt of a row; `prefix` stands before all topics here."""
        first, *others = row.refusals or [{}]
        is_accepted = row.sequence is not None
        known = is_accepted and row.type in catalogue()
        return cls(
            id=row.receipt_id,
            outcome=Outcome.ACCEPTED if is_accepted else Outcome.REFUSED,
            event_id=row.event_id,
            type=row.type,
            received_at=row.received_at,
            topic=prefix + topic_of(row.type) if known else None,
            sequence=row.sequence,
            code=first.get("code"),
            path=first.get("path"),
            vi=first.get("vi"),
            en=first.get("en"),
            more=[ReasonOut(**other) for other in others],
            source=row.source,
            way=row.way,
            published=row.published,
            body=row.body,
        )


_Short = Annotated[Text, Field(min_length=1, max_length=200)]


class SourceIn(BaseModel):
    """What a source is and may do."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "uri": "https://hoc-tap.binhson.example",
                "types": ["vn.tiendo.indicators.IndicatorMeasured.v1"],
                "below": _UNIT,
            }
        },
    )

    uri: _Short
    subject: _Short | None = None
    """The `sub` of its tokens; its name, where none is given."""
    types: Annotated[list[_Short], Field(max_length=100)]
    units: Annotated[list[UUID], Field(max_length=5000)] = []
    below: UUID | None = None
