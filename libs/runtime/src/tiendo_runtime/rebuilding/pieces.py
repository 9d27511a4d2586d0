"""What events mean to rows, in files between the two halves of a build.

A unit (one partition of the log) becomes one file of chunks, and a manifest that says where the
chunks of each bucket are. The manifest is renamed into place when everything is on disk: a unit
with a manifest is complete, whatever happened to the process that wrote it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import cast

import msgspec

from tiendo_contracts.cloudevents import Envelope
from tiendo_runtime.records import Headers, Partition

_PENDING_BYTES = 24 * 2**20
_WITH_PIECE = 400  # bytes that a piece takes beside its data


class Stamp(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An envelope that was checked already: the same attributes, without the checks."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    subjectversion: int
    actor: str
    correlationid: str
    causationid: str = ""
    traceparent: str = ""

    @property
    def envelope(self) -> Envelope:
        """The stamp as what it stands for."""
        return cast("Envelope", self)


stamp_of = attrgetter(*Stamp.__struct_fields__)
"""The values of an envelope, as a stamp is written."""

Values = tuple[object, ...]
Written = tuple[int, bytes, int, Values, bytes]
"""A piece as it is written: see `Piece`."""


class Piece(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What one event means to one row.

    `effect` is the number of the effect, `key` the row's as 16 bytes, `offset` the event's in its
    partition. `data` is the value of the record where the effect is given the event itself, else
    the effect's part of it (MessagePack).
    """

    effect: int
    key: bytes
    offset: int
    stamp: Stamp
    data: bytes


class SetAside(msgspec.Struct, array_like=True, frozen=True):
    """A record that goes to the dead letters of the build."""

    offset: int
    key: bytes
    value: bytes | None
    headers: Headers
    code: str
    reason: str
    stack: str


Chunks = dict[int, list[tuple[int, int]]]
"""Where the chunks of each bucket are in a file: (offset, length)."""


class Manifest(msgspec.Struct, frozen=True):
    """What became of a unit; `sequence` is the highest that was met."""

    file: str
    events: int
    sequence: int
    set_aside: list[SetAside]
    chunks: Chunks

    def size(self, bucket: int) -> int:
        """How many bytes of a bucket there are."""
        return sum(length for _, length in self.chunks.get(bucket, ()))


_chunk = msgspec.msgpack.Encoder()
_pieces = msgspec.msgpack.Decoder(list[Piece])
_manifest = msgspec.msgpack.Decoder(Manifest)


@dataclass(slots=True)
class Writer:
    """Writes the pieces of a unit, each bucket's into chunks of its own."""

    path: Path
    _pending: dict[int, list[Written]] = field(default_factory=dict[int, list[Written]])
    _bytes: int = 0
    _chunks: Chunks = field(default_factory=Chunks)
    _end: int = 0

    def add(self, bucket: int, piece: Written) -> None:
        """Add a piece."""
        self._pending.setdefault(bucket, []).append(piece)
        self._bytes += len(piece[4]) + _WITH_PIECE
        if self._bytes > _PENDING_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        with self.path.open("ab") as file:
            for bucket, pieces in self._pending.items():
                written = file.write(_chunk.encode(pieces))
                self._chunks.setdefault(bucket, []).append((self._end, written))
                self._end += written
        self._pending.clear()
        self._bytes = 0

    def finish(self) -> Chunks:
        """Bring everything to the disk."""
        self.flush()
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        return self._chunks


@dataclass(frozen=True, slots=True)
class Room:
    """The directory of a build's files."""

    path: Path

    def writer(self, partition: Partition) -> Writer:
        """Begin a unit's file; nobody else writes into it, and nobody reads it yet."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path / f"{_name(partition)}.{os.getpid()}"
        path.write_bytes(b"")
        return Writer(path)

    def complete(self, partition: Partition, manifest: Manifest) -> None:
        """Declare a unit complete."""
        making = self.path / f"{manifest.file}.making"
        with making.open("wb") as file:
            file.write(_chunk.encode(manifest))
            file.flush()
            os.fsync(file.fileno())
        making.rename(self._manifest(partition))
        directory = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def manifest(self, partition: Partition) -> Manifest | None:
        """What became of a unit; None while it is not complete."""
        try:
            return _manifest.decode(self._manifest(partition).read_bytes())
        except FileNotFoundError:
            return None

    def forget(self, partition: Partition) -> None:
        """Take a unit back: it has to be read again."""
        self._manifest(partition).unlink(missing_ok=True)

    def pieces(self, manifest: Manifest, bucket: int) -> Iterator[list[Piece]]:
        """The pieces of a bucket in a unit, in their order, chunk by chunk."""
        chunks = manifest.chunks.get(bucket)
        if not chunks:
            return
        with (self.path / manifest.file).open("rb", buffering=0) as file:
            for offset, length in chunks:
                yield _pieces.decode(os.pread(file.fileno(), length, offset))

    def _manifest(self, partition: Partition) -> Path:
        return self.path / f"{_name(partition)}.manifest"


def _name(partition: Partition) -> str:
    return f"{partition.topic}-{partition.number}"
