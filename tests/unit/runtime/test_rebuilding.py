"""The pure parts of a rebuild: which bucket, which slice, what is written, and what comes back."""

import pickle
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.main import service as monitoring
from notifications.main import service as notifications
from reporting.main import service as reporting
from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.buckets import (
    EVENTS,
    SLICE_BYTES,
    bucket_of,
    buckets_for,
    place_of,
    slice_of,
    slices_for,
)
from tiendo_runtime.rebuilding.copying import ENCODERS
from tiendo_runtime.rebuilding.pieces import Manifest, Piece, Room, Stamp, stamp_of
from tiendo_runtime.records import Partition

KEYS = st.binary(min_size=16, max_size=16)
UNIT = Partition("tiendo.assignments.v1", 3)


@given(KEYS, st.integers(0, 20), st.integers(1, 4096), st.integers(1, 50))
def test_a_row_is_in_one_slice_of_one_bucket(key: bytes, table: int, buckets: int, of: int) -> None:
    place = place_of(table, key)
    assert 0 <= bucket_of(place, buckets) < buckets
    assert 0 <= slice_of(place, buckets, of) < of
    assert place == place_of(table, bytes(bytearray(key)))


@given(st.integers(0, 10**10), st.integers(0, 10**12))
def test_what_is_folded_at_once_is_bounded_whatever_the_log(events: int, size: int) -> None:
    buckets = buckets_for(events)
    assert 1 <= buckets <= 4096
    assert events / buckets <= EVENTS or buckets == 4096
    assert size / slices_for(size) <= SLICE_BYTES


def test_rows_are_spread_evenly_over_slices_and_buckets() -> None:
    keys = [UUID(int=number * 2**64 + 7).bytes for number in range(20_000)]
    places = [place_of(0, key) for key in keys]
    for buckets, of in ((8, 4), (10, 10), (43, 6)):
        found = Counter((bucket_of(p, buckets), slice_of(p, buckets, of)) for p in places)
        expected = len(keys) / buckets / of
        assert len(found) == buckets * of
        assert max(found.values()) < 1.5 * expected


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.tuples(st.integers(0, 5), KEYS, TEXTS), max_size=60))
def test_pieces_come_back_in_order_bucket_by_bucket(
    tmp_path_factory: pytest.TempPathFactory, given_pieces: list[tuple[int, bytes, str]]
) -> None:
    room = Room(Path(tmp_path_factory.mktemp("room")))
    writer = room.writer(UNIT)
    envelope = Envelope(
        "id", "/tiendo/assignments", "type", "subject", datetime(2026, 1, 1, tzinfo=UTC), 1, 2,
        "user:a", "c",
    )  # fmt: skip
    for offset, (bucket, key, text) in enumerate(given_pieces):
        writer.add(bucket, (0, key, offset, stamp_of(envelope), text.encode()))
        if offset % 7 == 6:
            writer.flush()
    assert room.manifest(UNIT) is None  # a unit without its manifest does not count
    manifest = Manifest(writer.path.name, 1, 1, [], writer.finish())
    room.complete(UNIT, manifest)
    assert room.manifest(UNIT) == manifest
    for bucket in range(6):
        found = [piece for chunk in room.pieces(manifest, bucket) for piece in chunk]
        assert found == [
            Piece(0, key, offset, Stamp(*stamp_of(envelope)), text.encode())
            for offset, (own, key, text) in enumerate(given_pieces)
            if own == bucket
        ]


def test_a_stamp_has_what_an_envelope_has() -> None:
    assert Stamp.__struct_fields__ == tuple(Envelope.__dataclass_fields__)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", "a\tb\\c\nd\re", "a\\tb\\\\c\\nd\\re"),
        ("uuid", UUID(int=1), "0" * 31 + "1"),
        ("boolean", False, "f"),
        ("date", date(2026, 1, 2), "2026-01-02"),
        ("timestamp with time zone", datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        ("uuid[]", [UUID(int=1)], "{" + "0" * 31 + "1}"),
        ("text[]", ['a"b', "c\\d", ""], '{"a\\\\"b","c\\\\\\\\d",""}'),
        ("jsonb", {"a": "b\n"}, '{"a":"b\\\\n"}'),
    ],
)
def test_values_are_written_as_copy_reads_them(kind: str, value: object, text: str) -> None:
    assert ENCODERS[kind](value) == text


@pytest.mark.parametrize(
    "projection",
    [p for s in (monitoring, reporting, notifications) for p in s.projections],
    ids=lambda p: p.name,
)
def test_every_projection_can_travel_to_a_worker(projection: Projection) -> None:
    if projection.on:
        again = pickle.loads(pickle.dumps(projection))  # noqa: S301 - our own
        assert again.relations == projection.relations
        assert [c.TYPE for c in again.on] == [c.TYPE for c in projection.on]
