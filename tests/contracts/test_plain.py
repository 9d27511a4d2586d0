"""What a batch is told by one reading of its text is what each event would be told alone."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connected.ingest.mutations import Event, broken, spoiled

from tiendo_contracts import plain
from tiendo_contracts.base import Contract
from tiendo_contracts.checking import (
    MAX_DATA_BYTES,
    MAX_EVENT_BYTES,
    Incoming,
    RefusedError,
    check_batch,
    check_structured,
)
from tiendo_contracts.examples import examples, structured
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED

EXAMPLES = tuple(structured(one) for one in examples().values())
Verdict = Incoming | list[tuple[str, str]]


def batch(*events: bytes) -> bytes:
    return b"[" + b",".join(events) + b"]"


def written(event: Event) -> bytes:
    return json.dumps(event).encode()


def verdict(one: Incoming | RefusedError) -> Verdict:
    if isinstance(one, Incoming):
        return one
    return [(refusal.code, refusal.path) for refusal in one.refusals]


def alone(event: bytes) -> Verdict:
    try:
        return check_structured(event)
    except RefusedError as error:
        return verdict(error)


def together(*events: bytes) -> list[Verdict]:
    return [verdict(one) for one in check_batch(batch(*events))]


@pytest.mark.parametrize("model", examples().values(), ids=lambda one: type(one).__name__)
def test_an_event_of_each_type_is_plain(model: Contract) -> None:
    event = written(structured(model))
    found = plain.read(batch(event), MAX_EVENT_BYTES)
    assert found is not None
    assert [one.data for one, _ in found] == [model]
    assert together(event) == [alone(event)]


@settings(max_examples=1000, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_an_event_is_told_the_same_in_a_batch_as_alone(dice: Random, is_cut: bool) -> None:
    event = written(spoiled(dice, dice.choice(EXAMPLES)))
    if is_cut:
        event = broken(dice, event)
    if len(event) > MAX_EVENT_BYTES:
        return  # refused at once alone
    try:
        json.loads(event)
        found = together(event)
    except (ValueError, RefusedError):
        return  # no event, or several
    assert found == [alone(event)]


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_one_event_that_is_wrong_changes_nothing_for_the_others(dice: Random) -> None:
    events = [written(one) for one in dice.sample(EXAMPLES, 5)]
    events[2] = written(spoiled(dice, dice.choice(EXAMPLES)))
    if len(events[2]) <= MAX_EVENT_BYTES:
        assert together(*events) == [alone(event) for event in events]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "Số 12"},
        {"subject": str(REPORT_SUBMITTED.report_id)},
        {"subject": "another"},
        {"subject": None},
        {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        {"sequence": 7, "x": True},
        {"datacontenttype": "application/json; charset=utf-8"},
        {"dataschema": "https://tiendo.example/schema"},
        {"time": "2026-11-22t08:30:00.123456789+07:00"},
        {"type": "vn.tiendo.reporting.ReportSubmitted.v99"},
        {"source": "https://x.example/%41"},
        {"source": "https://x.example/%4"},
        {"data_base64": "e30="},
    ],
    ids=str,
)
def test_what_is_rarely_written_is_told_the_same(changes: dict[str, Any]) -> None:
    event = written(structured(REPORT_SUBMITTED) | changes)
    assert together(event) == [alone(event)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"percent": 40', b'"percent": 40.0'),
        (b'"percent": 40', b'"percent": 4e1'),
        (b'"percent": 40', b'"percent": 40, "percent": 40'),
        (b'"percent": 40', b'"percent": 40, "percent" \t: 40'),
        (b'"percent": 40', b'"percent": 41, "\\u0070ercent": 40'),
        (b'"percent": 40', b'"percent": 40, "unknown": 1, "unknown" : ":"'),
        (b'"percent": 40', b'"percent" : 40, "unknown": "\\":"'),
        (b'"percent": 40', b'"percent": 40, "unknown": "\xc3\xa1 \\u00e1 : \\\\"'),
        (b'"percent": 40', b'"percent": 40, "unknown": ' + b"[" * 28 + b"1" + b"]" * 28),
        (b'"percent": 40', b'"percent": 40, "unknown": ' + b"[" * 29 + b"1" + b"]" * 29),
        (b'"percent": 40', b'"percent": 40, "unknown": [0' + b",0" * 10_000 + b"]"),
        (b'"percent": 40', b'"percent": 40, "unknown": 1e400'),
        (b'"percent": 40', b'"percent": 40, "unknown": NaN'),
        (b'"percent": 40', b'"percent": 40, "unknown": "\\ud800"'),
        (b'"percent": 40', b'"percent": 40, "unknown": 9007199254740993'),
        (b'"percent": 40', b'"percent": -0'),
    ],
)
def test_numbers_and_names_are_read_as_strictly(before: bytes, after: bytes) -> None:
    line = REPORT_SUBMITTED.lines[0].model_copy(update={"percent": 40, "done": False})
    event = written(structured(REPORT_SUBMITTED.model_copy(update={"lines": (line,)})))
    assert event.count(before) == 1
    event = event.replace(before, after)
    assert together(event) == [alone(event)]


def test_data_over_the_limit_are_refused_among_many() -> None:
    event = structured(REPORT_SUBMITTED)
    event["data"]["unknown"] = "x" * MAX_DATA_BYTES
    small, large = written(structured(REPORT_SUBMITTED)), written(event)
    found = together(*[small] * 60, large, *[small] * 60)
    assert found[60] == [("too_large", "/data")]
    assert found[59] == found[61] == alone(small)


def test_names_of_the_envelope_within_data_hide_no_size() -> None:
    event = structured(REPORT_SUBMITTED)
    event["data"]["unknown"] = [["specversion"] * 9_500] * 2
    small, large = written(structured(REPORT_SUBMITTED)), written(event)
    assert MAX_DATA_BYTES < len(large) <= MAX_EVENT_BYTES
    disguised = small.replace(b'"specversion"', b'"\\u0073pecversion"')
    for others in ([small] * 3, [disguised] * 3):
        assert together(*others, large) == [*map(alone, others), [("too_large", "/data")]]
