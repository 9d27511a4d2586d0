"""What an accepted event becomes: its receipt, what it says, and its bytes in the store."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from ingest.domain import Subject
from ingest.receipts import Candidate, accepted_id
from ingest.sources import SourceRow
from ingest.taking import Came, candidate
from tiendo_contracts.checking import check_structured
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_runtime import codec
from tiendo_runtime.context import Meta

AT = datetime(2026, 11, 25, 1, 2, 3, 4, tzinfo=UTC)
URI = INDICATOR_MEASURED.system
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CAME = Came(SourceRow("a", 1, URI, "a", [], [], None, "", AT), "http", TRACE)
_ACCEPTED: Any = Subject.Accepted


def made(**changes: Any) -> Candidate:
    given = {
        "specversion": "1.0",
        "id": "e-1",
        "source": URI,
        "type": INDICATOR_MEASURED.TYPE,
        "time": "2026-11-22T08:30:00+07:00",
        "data": json.loads(encode(INDICATOR_MEASURED)),
    }
    event = check_structured(json.dumps(given | changes).encode())
    return candidate(event, encode(event.data), CAME, AT)


def test_its_bytes_are_those_of_the_event_that_it_is() -> None:
    event = _ACCEPTED(
        originator_id=UUID(made().subject),
        originator_version=1,
        timestamp=AT,
        source=URI,
        event_id="e-1",
        type=INDICATOR_MEASURED.TYPE,
        time=datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
        value=msgspec.Raw(encode(INDICATOR_MEASURED)),
    )
    meta = Meta(
        actor=URI,
        recorded_at=AT,
        correlation_id=made().receipt_id,
        causation_id="e-1",
        traceparent=TRACE,
    )
    assert made().state == codec.encode(event, meta).state
    assert b"\n" not in made().state


def test_its_receipt_is_that_of_its_name_alone() -> None:
    assert made().receipt_id == accepted_id(URI, "e-1") == str(UUID(made().receipt_id))
    assert UUID(made().receipt_id).version == 8
    assert made(id="e-2").receipt_id != made().receipt_id
    later = made(time="2026-11-22T08:31:00+07:00")
    assert later.receipt_id == made().receipt_id
    assert later.digest != made().digest


def test_a_trace_of_its_own_goes_along_and_junk_does_not() -> None:
    own = "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b8-00"
    assert own.encode() in made(traceparent=own).state
    assert TRACE.encode() in made(traceparent="junk").state
    assert made(traceparent=own).digest == made().digest
