"""Events as they arrive: inflated within bounds, and shown again where they are refused."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import arriving
from ingest.arriving import NotGzipError, TooMuchError, inflate
from tiendo_contracts.checking import RefusedError

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@given(st.binary(max_size=2000), st.integers(0, 2000))
def test_what_fits_is_inflated_and_what_does_not_is_refused(content: bytes, limit: int) -> None:
    packed = gzip.compress(content)
    if len(content) <= limit:
        assert inflate(packed, limit) == content
    else:
        with pytest.raises(TooMuchError):
            inflate(packed, limit)


def test_parts_that_follow_each_other_count_together() -> None:
    assert inflate(gzip.compress(b"ab") + gzip.compress(b"cd"), 4) == b"abcd"
    with pytest.raises(TooMuchError):
        inflate(gzip.compress(b"ab") + gzip.compress(b"cde"), 4)


@given(st.binary(max_size=300))
def test_what_is_no_gzip_is_told_as_that(content: bytes) -> None:
    try:
        inflate(content, 1000)
    except (NotGzipError, TooMuchError):
        return
    assert content == b"" or content.startswith(b"\x1f\x8b")


def test_a_gzip_that_is_cut_short_is_refused() -> None:
    with pytest.raises(NotGzipError):
        inflate(gzip.compress(b"ab")[:-3], 100)


@given(st.binary(max_size=500))
def test_whatever_comes_can_be_shown(body: bytes) -> None:
    for arrived in (
        arriving.structured(body, NOW),
        arriving.binary([("ce-id", body), ("x", None)], body, "ce-", NOW),
    ):
        assert isinstance(arrived.checked[0], RefusedError)
        shown = arrived.show(0)
        assert shown.body.isascii()
        assert "\0" not in shown.body
        assert shown.event_id.isprintable()


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5))
def test_an_element_of_a_batch_is_shown_as_it_came(element: object) -> None:
    body = json.dumps([1, {"id": "a", "type": "t", "data": element}]).encode()
    arrived = arriving.batch(body, NOW)
    shown = arrived.show(1)
    assert (shown.event_id, shown.type) == ("a", "t")
    assert shown.digest != arrived.show(0).digest
    kept = json.loads(shown.body, parse_int=str) if shown.body else None
    wanted = json.loads(body, parse_int=str)[1]
    assert kept in (wanted, None)


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":"a","data":{"note":"M\xe1\xba\xacT"}}',
        b'{"id":"a","data":{"note":"M\\u1eacT"}}',
        b'{"id":"a","data":["ghi ch\xc3\xba\\nT\xe1\xbb\x90I M\xe1\xba\xacT\\n"]}',
        b'{"M\xe1\xba\xacT": 1}',
        b'{"id":"a", "note": "M\xe1\xba\xacT", broken',
    ],
)
def test_what_holds_a_marking_of_secrecy_is_not_kept(body: bytes) -> None:
    assert arriving.structured(body, NOW).show(0).body == ""


def test_what_is_large_is_cut_off() -> None:
    body = json.dumps({"id": "x" * 10_000, "data": "y" * 100_000}).encode()
    shown = arriving.structured(body, NOW).show(0)
    assert len(shown.body) == 32 * 1024
    assert len(shown.event_id) == 256
