"""How the data of an event is read: one spelling per kind of value, strict types, open ends."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts import ContractError, MalformedRecordError, UnknownEventTypeError, catalogue
from tiendo_contracts.cloudevents import decode, encode
from tiendo_contracts.examples import example
from tiendo_contracts.examples.assignments import ASSIGNMENT_ISSUED
from tiendo_contracts.examples.meetings import CONCLUSION_ISSUED, MEETING_HELD
from tiendo_contracts.examples.notifications import NOTIFICATION_FAILED
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED
from tiendo_contracts.examples.units import UNIT_REGISTERED

EXAMPLES = {
    event.TYPE.split(".")[3]: event
    for event in (
        ASSIGNMENT_ISSUED,
        CONCLUSION_ISSUED,
        MEETING_HELD,
        NOTIFICATION_FAILED,
        REPORT_SUBMITTED,
        UNIT_REGISTERED,
    )
}


def changed(name: str, path: str, value: object) -> tuple[str, bytes]:
    """The type and data of an example, one value of it set to another."""
    event = EXAMPLES[name]
    data: Any = json.loads(encode(event))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    node = data
    for parent in parents:
        node = node[parent]
    node[last] = value
    return event.TYPE, json.dumps(data).encode()


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_unknown_fields_are_ignored(event_type: str) -> None:
    data: Any = json.loads(encode(example(event_type)))
    data["since_v1_1"] = {"anything": [1.5, None]}
    assert decode(event_type, json.dumps(data).encode()) == example(event_type)


def test_unknown_fields_of_values_within_are_ignored() -> None:
    event_type, value = changed("MeetingHeld", "attendance.0.seat", 12)
    assert decode(event_type, value) == MEETING_HELD


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_a_missing_field_is_told_by_name(event_type: str) -> None:
    for name, field in type(example(event_type)).model_fields.items():
        if not field.is_required():
            continue
        data: Any = json.loads(encode(example(event_type)))
        del data[name]
        with pytest.raises(MalformedRecordError, match=f"^{event_type}: {name}: Field required$"):
            decode(event_type, json.dumps(data).encode())


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("MeetingHeld", "meeting_id", 7),
        ("MeetingHeld", "meeting_id", ""),
        ("MeetingHeld", "meeting_id", "019AA1F0-0000-7000-8000-00000000000A"),
        ("MeetingHeld", "meeting_id", "019aa1f0000070008000000000000001"),
        ("MeetingHeld", "meeting_id", "urn:uuid:019aa1f0-0000-7000-8000-000000000001"),
        ("MeetingHeld", "meeting_id", "019aa1f0-0000-7000-8000-000000000001\n"),
        ("MeetingHeld", "committee_path", "/"),
        ("MeetingHeld", "committee_path", f"/{'-' * 36}/"),
        ("MeetingHeld", "title", 7),
        ("MeetingHeld", "title", ""),
        ("MeetingHeld", "title", "x" * 501),
        ("MeetingHeld", "title", "a\x00b"),
        ("MeetingHeld", "chair.name", None),
        ("MeetingHeld", "bridge_points", "Hà Nội"),
        ("MeetingHeld", "bridge_points.1", 5),
        ("MeetingHeld", "bridge_points.0", ""),
        ("MeetingHeld", "attendance.0.present", "true"),
        ("MeetingHeld", "attendance.0.present", 1),
        ("MeetingHeld", "attendance.1.unit_id", "none"),
        ("MeetingHeld", "documents.0.sha256", "5F" * 32),
        ("MeetingHeld", "documents.0.size", 1.0),
        ("MeetingHeld", "documents.0.size", "1"),
        ("MeetingHeld", "documents.0.size", True),
        ("MeetingHeld", "documents.0.size", -1),
        ("MeetingHeld", "documents.0.size", 2**53),
        ("MeetingHeld", "documents.0.size", 10**400),
        ("ConclusionIssued", "form", "secret"),
        ("ConclusionIssued", "items", []),
        ("ConclusionIssued", "items.1.recurring", "sometimes"),
        ("ConclusionIssued", "issued_on", "2026-02-30"),
        ("ConclusionIssued", "issued_on", "2026-11-22T00:00:00Z"),
        ("ConclusionIssued", "issued_on", "1763769600"),
        ("ConclusionIssued", "issued_on", 1763769600),
        ("ConclusionIssued", "issued_on", "22/11/2026"),
        ("NotificationFailed", "detail", "550 <an@binhson.example> unknown"),
        ("ReportSubmitted", "period", "2026-W54"),
        ("ReportSubmitted", "period", "\u0662026-W50"),
        ("ReportSubmitted", "lines.0.percent", 101),
        ("ReportSubmitted", "lines.0.product_url", "javascript:alert(1)"),
        ("ReportSubmitted", "lines.0.product_url", "/documents/7"),
        ("UnitRegistered", "level", "national"),
        ("UnitRegistered", "kind", "Sở"),
    ],
)
def test_a_wrong_value_is_refused_and_its_field_named(name: str, path: str, value: object) -> None:
    event_type, record = changed(name, path, value)
    with pytest.raises(MalformedRecordError) as refused:
        decode(event_type, record)
    assert str(refused.value).startswith(f"{event_type}: {path}: ")


@pytest.mark.parametrize(
    "instant",
    [
        "2026-11-20T14:05:00+07:00",
        "2026-11-20T07:05:00+00:00",
        "2026-11-20T07:05:00",
        "2026-11-20 07:05:00Z",
        "2026-11-20t07:05:00z",
        "2026-11-20T07:05Z",
        "2026-11-20T07:05:00.1234567Z",
        "2026-11-20T07:05:60Z",
        "2026-02-30T07:05:00Z",
        "2026-11-20",
        "1763775000",
        1763775000,
        1763775000.5,
        None,
    ],
)
def test_an_instant_that_is_not_written_in_utc_is_refused(instant: object) -> None:
    event_type, record = changed("MeetingHeld", "occurred_at", instant)
    with pytest.raises(MalformedRecordError, match=f"^{event_type}: occurred_at: "):
        decode(event_type, record)


def test_the_message_shows_how_it_is_written_and_never_the_data() -> None:
    event_type, record = changed("MeetingHeld", "occurred_at", "MẬT 2026")
    with pytest.raises(MalformedRecordError) as refused:
        decode(event_type, record)
    assert str(refused.value) == (
        f"{event_type}: occurred_at: it is written like 2026-11-22T01:30:00Z, in UTC"
    )


@pytest.mark.parametrize(
    "value", [None, b"", b"null", b"[]", b"{", b"\xff{}", b"\xef\xbb\xbf{}", b'"\\ud800"', b"7"]
)
def test_a_value_that_is_no_json_object_is_refused(value: bytes | None) -> None:
    with pytest.raises(MalformedRecordError, match=f"^{MEETING_HELD.TYPE}: value: "):
        decode(MEETING_HELD.TYPE, value)


def test_a_lone_surrogate_is_refused() -> None:
    event_type, record = changed("MeetingHeld", "title", "a\ud800")
    with pytest.raises(MalformedRecordError, match="hex escape"):
        decode(event_type, record)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["arrays", "objects"])
def test_deep_nesting_is_refused(opening: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        decode(MEETING_HELD.TYPE, b'{"meeting_id":' + opening * 100_000)


def test_a_huge_number_is_refused() -> None:
    value = encode(MEETING_HELD).replace(b'"size":184320', b'"size":' + b"9" * 5000)
    with pytest.raises(MalformedRecordError):
        decode(MEETING_HELD.TYPE, value)


def test_an_unknown_type_is_told_apart_from_a_malformed_record() -> None:
    with pytest.raises(UnknownEventTypeError):
        decode("vn.tiendo.meetings.MeetingHeld.v2", encode(MEETING_HELD))


@given(st.sampled_from(sorted(catalogue())), st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_but_contract_errors(event_type: str, value: bytes) -> None:
    with suppress(ContractError):
        decode(event_type, value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31", "0000-00-00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def places(node: object) -> Iterator[tuple[Any, Any]]:
    """Every (container, name) within a JSON value."""
    if isinstance(node, dict):
        inner = list(cast("dict[str, object]", node).items())
    elif isinstance(node, list):
        inner = list(enumerate(cast("list[object]", node)))
    else:
        return
    for name, child in inner:
        yield node, name
        yield from places(child)


@given(st.data(), st.sampled_from(sorted(catalogue())), JSON)
def test_an_arbitrary_value_in_a_field_is_read_or_refused(
    data: st.DataObject, event_type: str, value: object
) -> None:
    fields = json.loads(encode(example(event_type)))
    container, name = data.draw(st.sampled_from(list(places(fields))))
    container[name] = value
    try:
        event = decode(event_type, json.dumps(fields).encode())
    except ContractError:
        return
    assert decode(event_type, encode(event)) == event


@given(st.text(max_size=30), st.binary(max_size=30))
def test_an_arbitrary_type_is_unknown(event_type: str, value: bytes) -> None:
    with pytest.raises(UnknownEventTypeError):
        decode(event_type, value)
