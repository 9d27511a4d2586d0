"""What sources are: registered, changed, removed; each said by an event."""

from dataclasses import replace

import pytest
from tests.unit.ingest.stored import AT, GRANT, UNIT

from ingest.domain import Source, source_id
from tiendo_runtime.domain import ConflictError, RuleError


def registered() -> Source:
    source = Source.register("hoc-tap", GRANT, timestamp=AT)
    source.collect_events()
    return source


def test_a_name_belongs_to_one_source() -> None:
    assert registered().id == source_id("hoc-tap") != source_id("hoc-tap-2")


def test_registering_what_is_registered_records_nothing() -> None:
    source = registered()
    source.change(GRANT, timestamp=AT)
    assert not source.pending_events


def test_a_removed_source_may_come_back() -> None:
    source = registered()
    source.remove(timestamp=AT)
    assert source.is_removed
    source.change(GRANT, timestamp=AT)
    assert not source.is_removed
    assert [type(event) for event in source.pending_events] == [Source.Removed, Source.Changed]


def test_removing_twice_is_refused() -> None:
    source = registered()
    source.remove(timestamp=AT)
    with pytest.raises(ConflictError, match="source_removed"):
        source.remove(timestamp=AT)


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a-", "a.b", "học-tập", "a" * 51, "a\n"])
def test_a_name_that_is_no_part_of_a_topic_is_refused(name: str) -> None:
    with pytest.raises(RuleError, match="bad_name"):
        Source.register(name, GRANT, timestamp=AT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uri": ""}, "bad_uri"),
        ({"uri": "https://a b"}, "bad_uri"),
        ({"uri": "x" * 201}, "bad_uri"),
        ({"uri": "/tiendo/meetings"}, "our_uri"),
        ({"units": ()}, "no_units"),
    ],
)
def test_what_a_source_cannot_be_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(RuleError, match=code):
        Source.register("a", replace(GRANT, **change), timestamp=AT)  # pyright: ignore[reportArgumentType] - on purpose


def test_a_unit_above_is_enough() -> None:
    grant = replace(GRANT, units=(), below=UNIT)
    assert Source.register("a", grant, timestamp=AT).grant == grant
