"""Readers of one version among events of others: newer fields, a .v2 beside the .v1, a late switch.

The publisher here is one version ahead. It has added a field to `UnitRenamed.v1`, and publishes a
`UnitRenamed.v2` beside it; the readers' catalogue knows neither.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar, NamedTuple, cast

import pytest

from tiendo_contracts import Contract, Envelope, UnknownEventTypeError, catalogue
from tiendo_contracts.base import Name, Text, doc
from tiendo_contracts.checking import RefusedError, check_structured
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.compatibility import complaints
from tiendo_contracts.examples import envelope, example, structured
from tiendo_contracts.examples.units import UNIT_RENAMED
from tiendo_contracts.schemas import schema
from tiendo_contracts.units import UnitRenamed


class Grown(UnitRenamed):
    """An organisation has another name from a day on; the older name stays true before it."""

    name_en: Text = doc("Tên tiếng Anh", "name in English", default="", max_length=300)


class Second(UnitRenamed):
    """An organisation has another name from a day on, with what the decree calls it."""

    TYPE: ClassVar[str] = "vn.tiendo.units.UnitRenamed.v2"
    SINCE: ClassVar[date] = date(2027, 6, 1)

    aliases: tuple[Name, ...] = doc("Tên gọi khác", "other names", min_length=1)
    decree: Text = doc("Văn bản", "the decree", min_length=1, max_length=300)


GROWN = Grown(**dict(UNIT_RENAMED), name_en="Department of Science")
SECOND = Second(**dict(UNIT_RENAMED), decree="112/NQ-HĐND")


class Record(NamedTuple):
    """An event as it stands in the log."""

    headers: tuple[tuple[str, bytes], ...]
    value: bytes


def record(event: Contract) -> Record:
    return Record(envelope(event).headers(), encode(event))


def read(records: list[Record], known: Mapping[str, type[Contract]]) -> Iterator[Contract]:
    """As the rules ask of a reader: types that it does not know are skipped."""
    for one in records:
        kind = Envelope.parse(one.headers).type
        if kind in known:
            yield known[kind].model_validate_json(one.value)


V1 = {UnitRenamed.TYPE: UnitRenamed}
V2 = {Second.TYPE: Second}
BOTH = V1 | V2


def test_a_reader_of_v1_reads_v1_with_a_newer_field() -> None:
    assert decode(UnitRenamed.TYPE, encode(GROWN)) == UNIT_RENAMED


def test_a_newer_reader_reads_what_was_published_before_its_field_was_there() -> None:
    assert Grown.model_validate_json(encode(UNIT_RENAMED)).name_en == ""


def test_the_gate_lets_the_newer_field_pass() -> None:
    assert complaints(UnitRenamed.TYPE, [schema(UnitRenamed)], schema(Grown)) == []


def test_the_gate_stops_the_second_form_under_the_first_name() -> None:
    said = complaints(UnitRenamed.TYPE, [schema(UnitRenamed)], schema(Second))
    assert any("/decree" in one and "field_added" in one for one in said)
    assert any("/aliases" in one and "limit_narrowed" in one for one in said)
    assert all("add vn.tiendo.units.UnitRenamed.v2 beside it" in one for one in said)


def test_a_reader_of_v1_skips_the_v2_beside_it_and_misses_nothing() -> None:
    log = [record(UNIT_RENAMED), record(SECOND)] * 2
    assert list(read(log, V1)) == [UNIT_RENAMED] * 2


def test_a_reader_of_v2_reads_the_v2_alone_and_counts_nothing_twice() -> None:
    log = [record(UNIT_RENAMED), record(SECOND)] * 2
    assert list(read(log, V2)) == [SECOND] * 2


def test_a_reader_that_lags_over_the_switch_reads_on_from_where_it_stood() -> None:
    """It stood before the first v2, is replaced by one that prefers v2, and has all of both."""
    before, beside = [record(UNIT_RENAMED)] * 3, [record(UNIT_RENAMED), record(SECOND)] * 2
    after = [record(SECOND)] * 2
    log = before + beside + after
    seen = list(read(log[:2], V1))
    switched = log.index(record(SECOND)) - 1
    seen += read(log[2:switched], V1)
    seen += read(log[switched:], V2)
    assert seen == [UNIT_RENAMED] * 3 + [SECOND] * 4


def test_both_versions_of_an_event_share_key_and_topic_and_so_stay_in_order() -> None:
    assert (SECOND.key(), SECOND.TOPIC) == (UNIT_RENAMED.key(), UNIT_RENAMED.TOPIC)


def test_an_unknown_type_is_told_apart_from_a_malformed_event() -> None:
    with pytest.raises(UnknownEventTypeError):
        decode(Second.TYPE, encode(SECOND))


def test_whoever_receives_from_others_refuses_a_type_that_it_does_not_know() -> None:
    """A reader of the log skips it; the ingest says so to the sender, who can mend it."""
    body = json.dumps(structured(SECOND)).encode()
    with pytest.raises(RefusedError) as error:
        check_structured(body)
    assert [(one.code, one.path) for one in error.value.refusals] == [("unknown_type", "/type")]
    assert check_structured(body, known=BOTH).data == SECOND


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_every_reader_ignores_fields_at_every_level(event_type: str) -> None:
    def grown(node: object) -> object:
        if isinstance(node, dict):
            members = cast("dict[str, object]", node)
            newer: dict[str, object] = {"x_new": [1, {"y": None}]}
            return newer | {name: grown(inner) for name, inner in members.items()}
        return (
            [grown(one) for one in cast("list[object]", node)] if isinstance(node, list) else node
        )

    event = structured(example(event_type))
    body = json.dumps(event | {"data": grown(event["data"]), "newattribute": "1"}).encode()
    assert check_structured(body).data == example(event_type)
