"""What is public of what is stored fits its contract."""

from typing import Any
from uuid import UUID

from msgspec import Raw
from tests.unit.ingest.stored import AT, EVENTS, META

from ingest.application import open_types
from ingest.domain import Subject
from ingest.publishing import publish
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.examples.indicators import INDICATOR_MEASURED
from tiendo_runtime import codec
from tiendo_runtime.publishing import Publisher

_ACCEPTED: Any = Subject.Accepted


def test_how_sources_are_managed_stays_private() -> None:
    private = [event for event in EVENTS if not isinstance(event, Subject.Accepted)]
    assert [publish(event) for event in private] == [None, None, None]


def test_an_accepted_event_is_published_as_it_came_under_a_name_of_ours() -> None:
    value = encode(INDICATOR_MEASURED)
    subject = UUID(INDICATOR_MEASURED.key().decode())
    event = _ACCEPTED(
        originator_id=subject,
        originator_version=3,
        timestamp=AT,
        source="https://x.example",
        event_id="e-1",
        type=INDICATOR_MEASURED.TYPE,
        time=AT,
        value=Raw(value),
    )
    stored = codec.encode(event, META)
    [record] = Publisher("ingest", publish).records(*codec.decode(stored), 7)
    assert (record.topic, record.key, record.value) == (
        INDICATOR_MEASURED.TOPIC,
        INDICATOR_MEASURED.key(),
        value,
    )
    envelope = Envelope.parse(record.headers)
    assert (envelope.source, envelope.sequence) == ("/tiendo/ingest", 7)
    assert envelope.subjectversion == 3


def test_only_types_of_the_ingest_are_open() -> None:
    assert INDICATOR_MEASURED.TYPE in open_types()
    assert not [name for name in open_types() if name.startswith("vn.tiendo.meetings")]
