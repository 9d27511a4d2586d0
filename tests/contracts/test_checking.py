"""What somebody else wrote: taken in every form of CloudEvents, or refused."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts import catalogue
from tiendo_contracts.checking import (
    MAX_BATCH_EVENTS,
    MAX_DATA_BYTES,
    Incoming,
    RefusedError,
    check_batch,
    check_binary,
    check_structured,
    content_mode,
)
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.examples import envelope, example
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED
from tiendo_contracts.refusals import CODES, MAX_REFUSALS
from tiendo_contracts.strict_json import MAX_DEPTH, MAX_ITEMS

NOON = datetime(2026, 12, 11, 5, 0, tzinfo=UTC)
DATA: dict[str, Any] = json.loads(encode(REPORT_SUBMITTED))
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "bc-2026-50",
    "source": "https://baocao.binhson.example",
    "type": REPORT_SUBMITTED.TYPE,
    "time": "2026-12-11T11:59:30.5+07:00",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "data": DATA,
}
TAKEN = Incoming(
    id="bc-2026-50",
    source="https://baocao.binhson.example",
    type=REPORT_SUBMITTED.TYPE,
    subject=str(REPORT_SUBMITTED.report_id),
    time=datetime(2026, 12, 11, 4, 59, 30, 500_000, tzinfo=UTC),
    data=REPORT_SUBMITTED,
    extensions={"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
)


def written(**changes: object) -> bytes:
    return json.dumps(EVENT | changes).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in EVENT.items() if key != name}).encode()


def headers(prefix: str) -> list[tuple[str, bytes]]:
    given = [(f"{prefix}{name}", text.encode()) for name, text in EVENT.items() if name != "data"]
    return [*given, ("Content-Type", b"application/json; charset=UTF-8")]


def told(check: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of all that is refused."""
    with pytest.raises(RefusedError) as error:
        check()
    return [(one.code, one.path) for one in error.value.refusals]


def refused(body: bytes) -> list[tuple[str, str]]:
    return told(lambda: check_structured(body, now=NOON))


def test_a_structured_event_is_taken() -> None:
    assert check_structured(written(), now=NOON) == TAKEN


def test_a_batch_is_taken_event_by_event() -> None:
    assert check_batch(b"[" + b",".join([written()] * 3) + b"]", now=NOON) == [TAKEN] * 3
    assert check_batch(b" [ ] ") == []


@pytest.mark.parametrize("prefix", ["ce-", "ce_"])
def test_an_event_in_binary_mode_is_taken(prefix: Any) -> None:
    others = [("Host", b"tiendo.example"), ("traceparent", b"\xff"), ("CE", b"1")]
    taken = check_binary([*headers(prefix), *others], encode(REPORT_SUBMITTED), prefix, now=NOON)
    assert taken == TAKEN


def test_names_of_http_headers_have_no_case_and_values_may_be_escaped() -> None:
    escaped = [(name.upper(), value) for name, value in headers("ce-")]
    escaped.append(("Ce-Unitname", b'"S%E1%BB%9F \\"KHCN\\""'))
    taken = check_binary(escaped, encode(REPORT_SUBMITTED), "ce-")
    assert taken.extensions["unitname"] == 'Sở "KHCN"'


def test_headers_of_kafka_are_taken_as_they_are() -> None:
    plain = [*headers("ce_"), ("ce_share", b"100%25")]
    assert check_binary(plain, encode(REPORT_SUBMITTED), "ce_").extensions["share"] == "100%25"


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_what_our_own_services_publish_is_taken(event_type: str) -> None:
    event = example(event_type)
    taken = check_binary(envelope(event).headers(), encode(event), "ce_")
    assert taken.data == event
    assert taken.subject == event.key().decode()
    assert taken.extensions["sequence"] == "1287"


def test_data_may_be_in_base64() -> None:
    in_base64 = {key: value for key, value in EVENT.items() if key != "data"}
    in_base64["data_base64"] = base64.b64encode(encode(REPORT_SUBMITTED)).decode()
    assert check_structured(json.dumps(in_base64).encode()) == TAKEN
    assert refused(json.dumps(in_base64 | {"data": DATA}).encode()) == [
        ("bad_attribute", "/data_base64")
    ]
    assert refused(json.dumps(in_base64 | {"data_base64": "*"}).encode()) == [
        ("bad_attribute", "/data_base64")
    ]
    twice = base64.b64encode(b'{"period":1,"period":2}').decode()
    assert refused(json.dumps(in_base64 | {"data_base64": twice}).encode()) == [
        ("duplicate_key", "/data/period")
    ]


def test_an_attribute_that_is_null_is_as_if_left_out() -> None:
    assert check_structured(written(subject=None, dataschema=None, unit=None)) == TAKEN


def test_extensions_may_be_numbers_and_truths() -> None:
    taken = check_structured(written(sequence=7, sampled=True, traceparent=None))
    assert taken.extensions == {"sequence": "7", "sampled": "true"}


def test_fields_and_attributes_that_nobody_knows_do_no_harm() -> None:
    newer = DATA | {"weather": {"sky": [1.5, None]}}
    assert check_structured(written(data=newer, traceparent=None, region="bắc")).data == (
        REPORT_SUBMITTED
    )


@pytest.mark.parametrize(
    ("time", "instant"),
    [
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2026-11-22t01:30:00z", datetime(2026, 11, 22, 1, 30, tzinfo=UTC)),
        ("2026-11-22T01:30:00-00:00", datetime(2026, 11, 22, 1, 30, tzinfo=UTC)),
        ("2026-11-22T01:30:00.123456789Z", datetime(2026, 11, 22, 1, 30, 0, 123456, tzinfo=UTC)),
        ("2026-11-22T08:30:00+07:00", datetime(2026, 11, 22, 1, 30, tzinfo=UTC)),
    ],
)
def test_time_is_taken_with_any_offset(time: str, instant: datetime) -> None:
    assert check_structured(written(time=time), now=NOON).time == instant


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-22T01:30:00",
        "2026-11-22 01:30:00Z",
        "2026-11-22",
        "2026-02-30T01:30:00Z",
        "2026-11-22T01:30:60Z",
        "2026-11-22T01:30:00+25:00",
        "0001-01-01T00:00:00+07:00",
        "22/11/2026 08:30",
        "1763775000",
    ],
)
def test_a_time_that_is_no_instant_is_refused(time: str) -> None:
    assert refused(written(time=time)) == [("bad_attribute", "/time")]


def test_a_time_far_ahead_is_refused_where_the_present_is_known() -> None:
    ahead = NOON + timedelta(minutes=10)
    assert check_structured(written(time=ahead.isoformat()), now=NOON).time == ahead
    later = (ahead + timedelta(seconds=1)).isoformat()
    assert refused(written(time=later)) == [("time_in_future", "/time")]
    assert check_structured(written(time="9999-12-31T23:59:59Z")).time.year == 9999


HOSTILE: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "nothing": (b"", [("empty", "")]),
    "blanks": (b" \n", [("empty", "")]),
    "not UTF-8": (b'{"id":"\xff"}', [("not_unicode", "")]),
    "byte order mark": (b"\xef\xbb\xbf" + written(), [("not_json", "")]),
    "UTF-16": (written().decode().encode("utf-16"), [("not_unicode", "")]),
    "no JSON": (b"{'id': 1}", [("not_json", "")]),
    "two values": (written() + written(), [("not_json", "")]),
    "a raw NUL": (b'{"id":"\x00"}', [("not_json", "")]),
    "an array": (b"[]", [("not_an_object", "")]),
    "a text": (b'"event"', [("not_an_object", "")]),
    "doubled attribute": (written()[:-1] + b',"id":"2"}', [("duplicate_key", "/id")]),
    "doubled field": (
        written().replace(b'"percent": 100', b'"percent": 100, "percent": 7'),
        [("duplicate_key", "/data/lines/0/percent")],
    ),
    "NUL in data": (
        written(data=DATA | {"unheard/of": "a\0"}),
        [("nul_character", "/data/unheard~1of")],
    ),
    "NUL in a name": (
        written(data=DATA | {"a\0": 1}),
        [("nul_character", "/data/a\\x00")],
    ),
    "lone surrogate": (written(id="a\ud800"), [("not_unicode", "/id")]),
    "lone surrogate in a name": (
        written(data=DATA | {"\udfff": 1}),
        [("not_unicode", "/data/\\udfff")],
    ),
    "2^53": (written(data=DATA | {"n": 2**53}), [("number_out_of_range", "/data/n")]),
    "5,000 digits": (
        written()[:-1] + b',"n":' + b"9" * 5000 + b"}",
        [("number_out_of_range", "/n")],
    ),
    "1e999": (written()[:-1] + b',"n":1e999}', [("number_out_of_range", "/n")]),
    "NaN": (written(data=DATA | {"n": float("nan")}), [("not_a_number", "/data/n")]),
    "-Infinity": (written(data=DATA | {"n": float("-inf")}), [("not_a_number", "/data/n")]),
    "deep": (
        written(data=DATA | {"n": json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)}),
        [("too_deep", "")],
    ),
    "endless": (b'{"data":' + b"[" * 100_000, [("too_deep", "")]),
    "an id of 10 kB": (written(id="x" * 10_000), [("bad_attribute", "/id")]),
    "an extension of 10 kB": (written(note="x" * 10_000), [("bad_attribute", "/note")]),
    "a line break in an id": (written(id="a\nb"), [("bad_attribute", "/id")]),
    "an empty id": (written(id=""), [("bad_attribute", "/id")]),
    "a number as id": (
        written(id=7),
        [("missing_attribute", "/id"), ("bad_attribute", "/id")],
    ),
    "blanks in source": (written(source="phần mềm"), [("bad_attribute", "/source")]),
    "CloudEvents 0.3": (written(specversion="0.3"), [("bad_attribute", "/specversion")]),
    "capitals": (written(correlationId="1"), [("bad_attribute", "/correlationId")]),
    "XML": (
        written(datacontenttype="application/xml"),
        [("unsupported_content_type", "/datacontenttype")],
    ),
    "another subject": (written(subject="7"), [("subject_differs", "/subject")]),
    "an unknown type": (
        written(type="vn.tiendo.reporting.ReportSubmitted.v9"),
        [("unknown_type", "/type")],
    ),
    "data of another type": (written(data=[1]), [("wrong_type", "/data")]),
    "40 extensions": (
        written(**{f"x{n}": "1" for n in range(40)}),
        [("too_many", "")],
    ),
    "400 kB": (written(data=DATA | {"n": "x" * 400_000}), [("too_large", "")]),
    "data over 256 kB": (
        written(data=DATA | {"n": "x" * MAX_DATA_BYTES}),
        [("too_large", "/data")],
    ),
}


@pytest.mark.parametrize(("body", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_refused_with_code_and_path(
    body: bytes, expected: list[tuple[str, str]]
) -> None:
    assert refused(body) == expected


def test_nesting_up_to_the_limit_is_taken() -> None:
    inner = MAX_DEPTH - 2  # the event and its data are objects themselves
    deepest = json.loads("[" * inner + "1" + "]" * inner)
    assert check_structured(written(data=DATA | {"n": deepest})).data == REPORT_SUBMITTED
    assert refused(written(data=DATA | {"n": [deepest]})) == [("too_deep", "")]
    one_more = json.dumps(DATA | {"n": [deepest]}).encode()
    assert told(lambda: check_binary(headers("ce-"), one_more, "ce-")) == [("too_deep", "")]


@pytest.mark.parametrize("text", ["\U0001f600", "\\ud800", "\\u0000", "ế"])
def test_escapes_that_only_look_odd_are_taken(text: str) -> None:
    """An emoji comes in two escapes; after an escaped backslash nothing is an escape."""
    taken = check_structured(written(data=DATA | {"n": text, text: 1}, note="x"))
    assert taken.data == REPORT_SUBMITTED


def test_half_a_pair_behind_an_escaped_backslash_is_refused() -> None:
    body = written().replace(b'"period"', rb'"n": "\\ud83d\ude00", "period"')
    assert refused(body) == [("not_unicode", "/data/n")]


def test_the_largest_safe_integers_are_taken() -> None:
    safe = DATA | {"n": [2**53 - 1, 1 - 2**53, 0, 1.5, -0.0]}
    assert check_structured(written(data=safe)).data == REPORT_SUBMITTED


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time"])
def test_a_missing_attribute_is_told_by_name(name: str) -> None:
    assert refused(without(name)) == [("missing_attribute", f"/{name}")]
    rest = [pair for pair in headers("ce-") if pair[0] != f"ce-{name}"]
    data = encode(REPORT_SUBMITTED)
    assert told(lambda: check_binary(rest, data, "ce-")) == [("missing_attribute", f"/{name}")]


@pytest.mark.parametrize("body", [b"", None], ids=["empty", "none"])
def test_missing_data_are_told(body: bytes | None) -> None:
    assert refused(without("data")) == [("missing_field", "/data")]
    assert told(lambda: check_binary(headers("ce_"), body, "ce_")) == [("missing_field", "/data")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\xff", [("not_unicode", "/data")]),
        (b"{", [("not_json", "/data")]),
        (b'{"period":"1","period":"2"}', [("duplicate_key", "/data/period")]),
        (b"[" * 100_000, [("too_deep", "/data")]),
        (b"x" * (MAX_DATA_BYTES + 1), [("too_large", "/data")]),
        (b"7", [("wrong_type", "/data")]),
    ],
    ids=["not UTF-8", "no JSON", "doubled", "deep", "large", "a number"],
)
def test_hostile_data_in_binary_mode_are_refused(
    body: bytes, expected: list[tuple[str, str]]
) -> None:
    assert told(lambda: check_binary(headers("ce-"), body, "ce-")) == expected


def test_headers_given_twice_or_not_in_utf8_are_refused() -> None:
    odd = [*headers("ce_"), ("ce_id", b"2"), ("ce_note", b"\xff"), ("ce_datacontenttype", b"a")]
    assert told(lambda: check_binary(odd, encode(REPORT_SUBMITTED), "ce_")) == [
        ("duplicate_attribute", "/id"),
        ("not_unicode", "/note"),
        ("duplicate_attribute", "/datacontenttype"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("/data/period", 7, "wrong_type"),
        ("/data/period", "2026-50", "wrong_pattern"),
        ("/data/due_at", "2026-12-11T16:00:00+07:00", "wrong_form"),
        ("/data/due_at", "2026-02-30T09:00:00Z", "wrong_value"),
        ("/data/report_id", "7", "wrong_form"),
        ("/data/lines", [], "wrong_length"),
        ("/data/lines/0/percent", 101, "out_of_range"),
        ("/data/lines/0/percent", -1, "out_of_range"),
        ("/data/lines/0/percent", "100", "wrong_type"),
        ("/data/lines/0/percent", 1.5, "wrong_type"),
        ("/data/lines/0/done", 1, "wrong_type"),
        ("/data/lines/0/difficulties", "x" * 4001, "wrong_length"),
    ],
)
def test_a_wrong_value_is_told_by_its_path(path: str, value: object, code: str) -> None:
    event = json.loads(written())
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")[1:]]
    node = event
    for parent in parents:
        node = node[parent]
    node[last] = value
    assert refused(json.dumps(event).encode()) == [(code, path)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    line = DATA["lines"][0] | {"percent": 101, "done": None}
    body = written(id="", time="now", data=DATA | {"lines": [line], "period": "50"})
    assert refused(body) == [
        ("bad_attribute", "/id"),
        ("bad_attribute", "/time"),
        ("wrong_pattern", "/data/period"),
        ("out_of_range", "/data/lines/0/percent"),
        ("wrong_type", "/data/lines/0/done"),
    ]


def test_what_is_told_has_a_bound() -> None:
    lines = [{"percent": 101}] * 100
    assert len(refused(written(data=DATA | {"lines": lines}))) == MAX_REFUSALS
    assert len(refused(written(data={f"n{i}": 2**53 for i in range(500)}))) == MAX_REFUSALS
    [(_, path)] = refused(written(data=DATA | {"n" * 10_000: 2**53}))
    assert len(path) < 100


def test_an_array_has_a_bound_known_field_or_not() -> None:
    most = [1] * MAX_ITEMS
    assert check_structured(written(data=DATA | {"n": most})).data == REPORT_SUBMITTED
    for name in ("lines", "n"):
        more = written(data=DATA | {name: [*most, 1]})
        assert refused(more) == [("too_many", f"/data/{name}")]


def test_a_doubled_name_among_thousands_is_found() -> None:
    """Looked for name by name it would take a quarter of a minute."""
    names = b",".join(b'"n%d":1' % number for number in range(28_000))
    assert refused(b"{" + names + b',"n1":2}') == [("duplicate_key", "/n1")]


def test_thousands_of_faults_are_told_as_one() -> None:
    lines: list[dict[str, object]] = [{}] * MAX_ITEMS
    assert refused(written(data=DATA | {"lines": lines})) == [("wrong_value", "/data")]


def test_one_bad_event_of_a_batch_is_refused_alone() -> None:
    parts = [written(), written(id=""), b"7", written(data=DATA | {"n": 2**53}), written()]
    found = check_batch(b"[" + b",".join(parts) + b"]", now=NOON)
    codes = [
        [one.code for one in part.refusals] if isinstance(part, RefusedError) else part
        for part in found
    ]
    assert codes == [TAKEN, ["bad_attribute"], ["not_an_object"], ["number_out_of_range"], TAKEN]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (written(), "not_an_array"),
        (b"[" + written(), "not_json"),
        (b"", "empty"),
        (b"[" * 100_000, "too_deep"),
        (b"[" + b",".join([b"1"] * (MAX_BATCH_EVENTS + 1)) + b"]", "too_many"),
        (b" " * (16 * 1024 * 1024 + 1), "too_large"),
    ],
    ids=["an event", "cut off", "empty", "deep", "1,001 events", "over 16 MiB"],
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole(body: bytes, code: str) -> None:
    assert told(lambda: check_batch(body)) == [(code, "")]


def test_sentences_never_repeat_the_data() -> None:
    secret = "MẬT-9c1f"
    line = dict.fromkeys(DATA["lines"][0], secret)
    body = written(
        id=f"{secret}\n",
        source=f" {secret}",
        time=secret,
        type=secret,
        subject=secret,
        data=dict.fromkeys(DATA, secret) | {"lines": [line]},
    )
    with pytest.raises(RefusedError) as error:
        check_structured(body)
    typed = json.dumps(json.loads(body) | {"type": REPORT_SUBMITTED.TYPE}).encode()
    with pytest.raises(RefusedError) as more:
        check_structured(typed)
    assert len(more.value.refusals) > 10
    for one in (*error.value.refusals, *more.value.refusals):
        assert secret not in f"{one}"


@pytest.mark.parametrize(
    ("content_type", "mode"),
    [
        ("application/cloudevents+json", "structured"),
        ("Application/CloudEvents+JSON; charset=utf-8", "structured"),
        ("application/cloudevents-batch+json", "batch"),
        ("application/json", "binary"),
        ("", "binary"),
    ],
)
def test_the_content_type_tells_the_mode(content_type: str, mode: str) -> None:
    assert content_mode(content_type) == mode


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_in_both_languages(code: str) -> None:
    vietnamese, english = CODES[code]
    assert vietnamese != english
    assert vietnamese[0].isupper()
    assert english[0].isupper()


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_nothing_but_refusals(body: bytes) -> None:
    for check in (check_structured, check_batch):
        with suppress(RefusedError):
            check(body, now=NOON)
    with suppress(RefusedError):
        check_binary(headers("ce_"), body, "ce_", now=NOON)


@given(st.integers(0, len(written())), st.integers(0, 40), st.binary(max_size=8))
def test_an_event_with_some_bytes_replaced_is_taken_or_refused(
    at: int, length: int, bytes_: bytes
) -> None:
    body = written()
    with suppress(RefusedError):
        taken = check_structured(body[:at] + bytes_ + body[at + length :], now=NOON)
        assert check_binary(headers("ce_"), encode(taken.data), "ce_").data == taken.data


@given(st.lists(st.tuples(st.text(max_size=8).map("ce-".__add__), st.text() | st.binary())))
def test_arbitrary_headers_raise_nothing_but_refusals(more: list[tuple[str, str | bytes]]) -> None:
    with suppress(RefusedError):
        check_binary([*headers("ce-"), *more], encode(REPORT_SUBMITTED), "ce-", now=NOON)
