"""Context attributes as Kafka headers."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts import ContractError, Envelope, MalformedRecordError
from tiendo_contracts.examples import envelope
from tiendo_contracts.examples.meetings import MEETING_HELD

ENVELOPE = envelope(MEETING_HELD)
HEADERS = ENVELOPE.headers()
REQUIRED = (
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "sequence",
    "subjectversion",
    "actor",
    "correlationid",
)
"""Attributes that every record carries."""

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
"""A day from the ends of the calendar, so that every zone has a UTC within it."""
OPTIONAL = ("causationid", "traceparent")


def with_header(name: str, value: bytes | None) -> list[tuple[str, bytes | None]]:
    return [(known, value if known == name else text) for known, text in HEADERS]


def test_headers_round_trip() -> None:
    assert Envelope.parse(HEADERS) == ENVELOPE
    assert Envelope.parse(HEADERS).headers() == HEADERS


def test_headers_are_in_binary_mode() -> None:
    headers = dict(HEADERS)
    assert headers["ce_specversion"] == b"1.0"
    assert headers["content-type"] == b"application/json"
    assert headers["ce_time"] == b"2026-11-22T01:30:00.250000Z"


def test_order_of_headers_does_not_matter() -> None:
    assert Envelope.parse(reversed(HEADERS)) == ENVELOPE


def test_time_of_another_zone_is_written_in_utc() -> None:
    hanoi = timezone(timedelta(hours=7))
    local = replace(ENVELOPE, time=datetime(2026, 11, 22, 8, 30, tzinfo=hanoi))
    assert dict(local.headers())["ce_time"] == b"2026-11-22T01:30:00Z"
    assert Envelope.parse(local.headers()) == local


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_header_is_told_by_name(name: str) -> None:
    rest = [pair for pair in HEADERS if pair[0] != f"ce_{name}"]
    with pytest.raises(MalformedRecordError, match=f"^the header ce_{name} is missing$"):
        Envelope.parse(rest)


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_header_may_be_missing(name: str) -> None:
    rest = [pair for pair in HEADERS if pair[0] != f"ce_{name}"]
    assert getattr(Envelope.parse(rest), name) == ""
    assert Envelope.parse(rest).headers() == tuple(rest)


@pytest.mark.parametrize("name", [*REQUIRED, *OPTIONAL])
def test_a_header_given_twice_is_refused(name: str) -> None:
    twice = [*HEADERS, (f"ce_{name}", dict(HEADERS)[f"ce_{name}"])]
    with pytest.raises(MalformedRecordError, match=f"ce_{name} is given twice"):
        Envelope.parse(twice)


@pytest.mark.parametrize("name", [*REQUIRED, *OPTIONAL])
def test_a_header_without_value_is_refused(name: str) -> None:
    with pytest.raises(MalformedRecordError, match=f"ce_{name} has no value"):
        Envelope.parse(with_header(f"ce_{name}", None))


@pytest.mark.parametrize("name", [*REQUIRED, *OPTIONAL])
def test_a_header_that_is_not_utf8_is_refused(name: str) -> None:
    with pytest.raises(MalformedRecordError, match=f"ce_{name} is not UTF-8"):
        Envelope.parse(with_header(f"ce_{name}", b"\xff\xfe"))


@pytest.mark.parametrize(
    "name", [name for name in REQUIRED if name not in {"time", "sequence", "subjectversion"}]
)
def test_an_empty_header_is_refused(name: str) -> None:
    with pytest.raises(MalformedRecordError, match=name):
        Envelope.parse(with_header(f"ce_{name}", b""))


def test_headers_of_others_are_ignored_even_doubled_or_unreadable() -> None:
    others = [("traceparent", b"1"), ("traceparent", b"2"), ("ce_region", b"\xff"), ("x", None)]
    assert Envelope.parse([*HEADERS, *others]) == ENVELOPE


@pytest.mark.parametrize("version", [b"0.3", b"1", b"2.0"])
def test_another_version_of_cloudevents_is_refused(version: bytes) -> None:
    with pytest.raises(MalformedRecordError, match="ce_specversion is not 1"):
        Envelope.parse(with_header("ce_specversion", version))


@pytest.mark.parametrize(
    "time",
    [
        b"",
        b"2026-11-22T01:30:00",
        b"2026-11-22T08:30:00+07:00",
        b"2026-11-22 01:30:00Z",
        b"2026-11-22",
        b"20261122T013000Z",
        b"2026-W47-7T01:30:00Z",
        b"2026-13-22T01:30:00Z",
        b"2026-11-22T24:30:00Z",
        b"2026-11-22T01:30:00.123456789Z",
        b"2026-11-22T01:30:00Z\n",
        b"1763775000",
        "\u0662\u0660\u0662\u0666-11-22T01:30:00Z".encode(),
    ],
)
def test_a_time_that_is_no_instant_in_utc_is_refused(time: bytes) -> None:
    with pytest.raises(MalformedRecordError, match="ce_time is no instant in UTC"):
        Envelope.parse(with_header("ce_time", time))


@pytest.mark.parametrize(
    "sequence",
    [b"", b"-1", b"+1", b" 1", b"1_000", b"1.0", b"0x1", b"9" * 20, b"9" * 5000, "\u0661".encode()],
)
def test_a_sequence_that_is_no_number_is_refused(sequence: bytes) -> None:
    with pytest.raises(MalformedRecordError, match="ce_sequence is no number"):
        Envelope.parse(with_header("ce_sequence", sequence))


def test_a_sequence_fits_a_bigint() -> None:
    largest = str(2**63 - 1).encode()
    assert Envelope.parse(with_header("ce_sequence", largest)).sequence == 2**63 - 1
    with pytest.raises(MalformedRecordError, match="sequence"):
        Envelope.parse(with_header("ce_sequence", str(2**63).encode()))


@pytest.mark.parametrize("name", ["id", "actor", "traceparent"])
@pytest.mark.parametrize("character", ["\x00", "\n", "\ud800", "\u2028"])
def test_an_attribute_that_cannot_be_printed_is_refused(name: str, character: str) -> None:
    with pytest.raises(MalformedRecordError, match=f"attribute {name} "):
        replace(ENVELOPE, **{name: f"a{character}"})


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "actor", "correlationid"])
def test_an_attribute_that_every_record_carries_is_not_empty(name: str) -> None:
    with pytest.raises(MalformedRecordError, match=f"attribute {name} is empty"):
        replace(ENVELOPE, **{name: ""})


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(MalformedRecordError, match="time has no zone"):
        replace(ENVELOPE, time=datetime(2026, 11, 22))  # noqa: DTZ001 - what is refused


@given(
    st.lists(
        st.tuples(
            st.sampled_from([name for name, _ in HEADERS]) | st.text(max_size=12),
            st.none() | st.binary(max_size=40) | st.sampled_from([text for _, text in HEADERS]),
        )
    )
)
def test_arbitrary_headers_raise_nothing_but_contract_errors(
    headers: list[tuple[str, bytes | None]],
) -> None:
    with suppress(ContractError):
        Envelope.parse(headers)


@given(st.sampled_from([name for name, _ in HEADERS]), st.binary(max_size=60) | st.none())
def test_one_arbitrary_header_is_refused_or_read_back(name: str, value: bytes | None) -> None:
    try:
        found = Envelope.parse(with_header(name, value))
    except ContractError:
        return
    assert Envelope.parse(found.headers()) == found


@given(
    st.builds(
        Envelope,
        id=st.text("abcĐ-/1", min_size=1),
        source=st.just("/tiendo/meetings"),
        type=st.just(MEETING_HELD.TYPE),
        subject=st.uuids().map(str),
        time=st.datetimes(
            min_value=EARLIEST.replace(tzinfo=None),
            max_value=LATEST.replace(tzinfo=None),
            timezones=st.timezones(),
        ),
        sequence=st.integers(0, 2**63 - 1),
        subjectversion=st.integers(0, 2**63 - 1),
        actor=st.just("user:1"),
        correlationid=st.uuids().map(str),
    )
)
def test_every_envelope_round_trips(written: Envelope) -> None:
    found = Envelope.parse(written.headers())
    assert found == replace(written, time=written.time.astimezone(UTC))


@given(st.data())
def test_headers_in_the_common_form_are_read_like_all_others(data: st.DataObject) -> None:
    """Read at once or header by header: the same fields, the same refusals."""
    common: list[tuple[str, bytes | None]] = list(HEADERS)
    for name in ("causationid", "traceparent"):
        if data.draw(st.booleans()):
            common.insert(-1, (f"ce_{name}", b"caused"))
    place = data.draw(st.integers(0, len(common) - 1))
    name, value = common[place]
    odd: list[bytes | None] = [value, b"", b"9" * 19, (value or b"") + b"|", None]
    text = st.text("0123456789TZ-:.| \n\t\x7fé²", max_size=20).map(str.encode)
    common[place] = (name, data.draw(st.sampled_from(odd) | text))
    assert told(common) == told([("unheard-of", b""), *common])


def told(headers: list[tuple[str, bytes | None]]) -> Envelope | str:
    try:
        return Envelope.parse(headers)
    except MalformedRecordError as error:
        return str(error)
