"""Stored bytes: what goes in comes out with its types, old classes are upcast, nothing is lost."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import get_topic, resolve_topic
from hypothesis import given
from hypothesis import strategies as st

from tiendo_runtime import codec
from tiendo_runtime.codec import StoredEventError
from tiendo_runtime.context import Meta
from tiendo_runtime.domain import Aggregate

META = Meta(actor="user:1", recorded_at=datetime(2026, 1, 2, tzinfo=UTC), correlation_id="c")


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    amount: Decimal
    days: tuple[date, ...]


class Thing(Aggregate, topic="codec.Thing"):
    class Changed(Aggregate.Event):
        parts: tuple[Part, ...]
        colour: Colour
        by_number: dict[int, UUID]
        seen: frozenset[str]
        maybe: date | None
        text: str

    class Renamed(Aggregate.Event):
        class_version = 3
        full_name: str
        kind: Colour

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["full_name"] = state.pop("name")

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["kind"] = "red"

    class Grown(Aggregate.Event):
        class_version = 2
        parts: tuple[Part, ...]
        by_number: dict[int, UUID]
        seen: frozenset[str]
        maybe: date | None
        text: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["text"] = "added"

    class Moved(Aggregate.Event):
        TOPIC = "codec.Thing.ShiftedLongAgo"
        to: str


def stored(topic: str, data: dict[str, Any], version: int = 1) -> StoredEvent:
    timestamp = {"timestamp": "2026-01-02T00:00:00Z"}
    content = {"v": version, "data": timestamp | data, "meta": META}
    return StoredEvent(UUID(int=1), 2, topic, msgspec.json.encode(content))


def changed(**values: Any) -> Any:
    timestamp = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    kind = cast("Any", Thing.Changed)
    return kind(UUID(int=1), 2, timestamp, **values)


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    parts=st.tuples(
        st.builds(
            Part,
            texts,
            st.decimals(allow_nan=False, allow_infinity=False),
            st.lists(st.dates()).map(tuple),
        )
    ),
    colour=st.sampled_from(Colour),
    by_number=st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.uuids()),
    seen=st.frozensets(texts),
    maybe=st.none() | st.dates(),
    text=texts,
)
def test_what_is_stored_comes_back_as_what_it_was(**values: Any) -> None:
    event = changed(**values)
    found, meta = codec.decode(codec.encode(event, META))
    assert found == event
    assert type(found) is type(event)
    assert meta == META
    for name, value in values.items():
        assert type(getattr(found, name)) is type(value)


def test_equal_events_have_equal_bytes() -> None:
    values: dict[str, Any] = {
        "parts": (Part("a", Decimal("1.50"), (date(2026, 1, 1),)),),
        "colour": Colour.RED,
        "by_number": {2: UUID(int=2)},
        "seen": frozenset({"x"}),
        "maybe": None,
        "text": "chữ",
    }
    assert codec.encode(changed(**values), META) == codec.encode(changed(**values), META)
    assert b'"1.50"' in codec.encode(changed(**values), META).state


def test_an_instant_of_another_zone_stays_the_same_instant() -> None:
    local = datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=7)))
    event = cast("Any", Thing.Moved)(UUID(int=1), 2, local, to="x")
    found: Any = codec.decode(codec.encode(event, META))[0]
    assert found.timestamp == local


def test_old_versions_are_upcast_step_by_step() -> None:
    first: Any = codec.decode(stored("codec.Thing.Renamed", {"name": "a"}, 1))[0]
    second: Any = codec.decode(stored("codec.Thing.Renamed", {"full_name": "a"}, 2))[0]
    third: Any = codec.decode(stored("codec.Thing.Renamed", {"full_name": "a", "kind": "red"}, 3))[
        0
    ]
    assert first == second == third
    assert first.kind is Colour.RED


def test_upcast_data_become_the_same_types_as_new_data() -> None:
    data = {
        "parts": [{"name": "n", "amount": "1.5", "days": ["2026-01-01"]}],
        "by_number": {"7": str(UUID(int=7))},
        "seen": ["s"],
        "maybe": "2026-01-01",
    }
    old: Any = codec.decode(stored("codec.Thing.Grown", data, 1))[0]
    new: Any = codec.decode(stored("codec.Thing.Grown", data | {"text": "added"}, 2))[0]
    assert old == new
    assert old.by_number == {7: UUID(int=7)}
    assert old.parts == (Part("n", Decimal("1.5"), (date(2026, 1, 1),)),)
    assert old.seen == frozenset({"s"})


@pytest.mark.parametrize(
    ("topic", "data", "version"),
    [
        ("codec.Thing.Moved", {"to": "x"}, 1),
        ("codec.Thing.ShiftedLongAgo", {"to": "x", "more": 1}, 1),
        ("codec.Thing.ShiftedLongAgo", {}, 1),
        ("codec.Thing.ShiftedLongAgo", {"to": 7}, 1),
        ("codec.Thing.ShiftedLongAgo", {"to": "x"}, 2),
        ("codec.Thing.Changed", {"colour": "green"}, 1),
    ],
    ids=[
        "unknown topic",
        "unknown field",
        "field missing",
        "wrong type",
        "newer",
        "no such member",
    ],
)
def test_what_does_not_fit_todays_classes_is_refused(
    topic: str, data: dict[str, Any], version: int
) -> None:
    with pytest.raises(StoredEventError, match="00000001 version 2"):
        codec.decode(stored(topic, data, version))


def test_bytes_that_are_no_stored_event_are_refused() -> None:
    for state in (b"", b"{", b"{}", b'{"v":1,"data":{}}', b"\xff"):
        with pytest.raises(StoredEventError):
            codec.decode(StoredEvent(UUID(int=1), 2, "codec.Thing.Changed", state))


def test_topics_are_pinned_and_not_taken_from_class_names() -> None:
    assert get_topic(Thing) == "codec.Thing"
    assert get_topic(Thing.Changed) == "codec.Thing.Changed"
    assert get_topic(Thing.Moved) == "codec.Thing.ShiftedLongAgo"
    assert resolve_topic("codec.Thing.ShiftedLongAgo") is Thing.Moved
