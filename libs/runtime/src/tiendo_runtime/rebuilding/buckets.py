"""Which part of a build a row belongs to. Pure.

A bucket holds rows of all tables. There are so many that one fits well into a worker's memory; one
that turns out too large (an event may touch many rows) is reduced in slices, each of which reads
the bucket's pieces again and takes its own.
"""

import zlib

EVENTS = 10_000
"""About so many events of the log are in a bucket."""

SLICE_BYTES = 16 * 2**20
"""So many bytes of pieces are folded in memory at once; in Python they take some ten times that."""

_MOST = 4096


def buckets_for(events: int) -> int:
    """How many buckets a log of so many events is written into."""
    return max(1, min(-(-events // EVENTS), _MOST))


def slices_for(size: int) -> int:
    """In how many slices a bucket of so many bytes is reduced."""
    return max(1, -(-size // SLICE_BYTES))


def place_of(table: int, key: bytes) -> int:
    """A number that is spread evenly over the rows of all tables; the same in every process."""
    return zlib.crc32(key, table)


def bucket_of(place: int, buckets: int) -> int:
    """The bucket of a row."""
    return place % buckets


def slice_of(place: int, buckets: int, slices: int) -> int:
    """The slice of a row within its bucket: independent of the bucket."""
    return place // buckets % slices
