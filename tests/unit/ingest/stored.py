"""One stored event of each class; golden/ keeps their bytes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Raw

from ingest.domain import Grant, Source, Subject
from tiendo_runtime.codec import DomainEvent
from tiendo_runtime.context import Meta

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
UNIT = UUID("019a8c40-0000-7000-8000-000000000002")
META = Meta(actor="operator-1", recorded_at=AT, correlation_id="c")
GRANT = Grant(
    uri="https://hoc-tap.binhson.example",
    subject="hoc-tap",
    types=("vn.tiendo.indicators.IndicatorMeasured.v1",),
    units=(UNIT,),
    below=None,
)
_ACCEPTED: Any = Subject.Accepted


def _recorded() -> tuple[DomainEvent, ...]:
    source = Source.register("hoc-tap", GRANT, timestamp=AT)
    source.change(Grant("https://x.example", "x", ("a", "b"), (), UNIT), timestamp=AT)
    source.remove(timestamp=AT)
    accepted = _ACCEPTED(
        originator_id=UNIT,
        originator_version=1,
        timestamp=AT,
        source=GRANT.uri,
        event_id="e-1",
        type=GRANT.types[0],
        time=AT,
        value=Raw('{"name":"Lượt đăng nhập"}'.encode()),
    )
    return (*source.collect_events(), accepted)


EVENTS = _recorded()
"""Stored events as their bytes are kept for ever, and what would make them unreadable.

See `tests.unit.golden`.
"""
