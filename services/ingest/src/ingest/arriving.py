"""Events as they arrive: read from bytes, checked, and shown again where they are refused."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from ingest.admission import holds_marking
from tiendo_contracts.checking import (
    Incoming,
    RefusedError,
    check_batch,
    check_binary,
    check_structured,
)

Checked = Incoming | RefusedError
Headers = Sequence[tuple[str, str | bytes | None]]

_MOST_KEPT = 32 * 1024
_LONGEST_NAME = 256


class TooMuchError(Exception):
    """A body inflates beyond the limit."""


class NotGzipError(Exception):
    """A body is not the gzip that it says it is."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An event that is refused, as far as it can be told and may be kept.

    `digest` tells it from others; `body` is cut off after 32 kB, and empty where a text in it is
    marked as secret. `place` is where it lies, if it lies anywhere.
    """

    event_id: str
    type: str
    body: str
    digest: bytes
    place: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Events that came together, in their order; `show` tells what one looked like."""

    checked: Sequence[Checked]
    show: Callable[[int], Shown]


def inflate(body: bytes, limit: int) -> bytes:
    """The content of a gzip body, never more than `limit` bytes of it.

    Raises:
        TooMuchError: There is more.
        NotGzipError: It is no gzip, or cut short.
    """
    inflated, left = b"", body
    while left:
        one = zlib.decompressobj(wbits=31)
        try:
            inflated += one.decompress(left, limit + 1 - len(inflated))
        except zlib.error as wrong:
            raise NotGzipError(str(wrong)) from None
        if len(inflated) > limit:
            raise TooMuchError
        if not one.eof:
            raise NotGzipError("it is cut short")
        left = one.unused_data
    return inflated


def batch(body: bytes, now: datetime) -> Arrived:
    """Events of a batch.

    Raises:
        RefusedError: It is no batch at all.
    """
    trees: list[Any] = []

    def show(number: int) -> Shown:
        if not trees:
            trees.extend(_tree(body))
        return _shown(trees[number])

    return Arrived(check_batch(body, now=now), show)


def structured(body: bytes, now: datetime) -> Arrived:
    """One event in structured mode."""

    def show(_: int) -> Shown:
        try:
            return _shown(_tree(body))
        except (ValueError, RecursionError):
            return _unread(body)

    return Arrived([_or_error(lambda: check_structured(body, now=now))], show)


def binary(
    headers: Headers, body: bytes | None, prefix: Literal["ce-", "ce_"], now: datetime
) -> Arrived:
    """One event in binary mode."""
    own = [(name.lower(), value) for name, value in headers]
    own = [pair for pair in own if pair[0].startswith(prefix) or pair[0] == "content-type"]

    def show(_: int) -> Shown:
        given = {name: _text(value) for name, value in own}
        seen = _shown({"headers": given, "data": _data(body)})
        event_id, kind = (given.get(f"{prefix}{name}", "") for name in ("id", "type"))
        return Shown(printable(event_id), printable(kind), seen.body, seen.digest)

    return Arrived([_or_error(lambda: check_binary(own, body, prefix, now=now))], show)


def _or_error(check: Callable[[], Incoming]) -> Checked:
    try:
        return check()
    except RefusedError as error:
        return error


def _tree(body: bytes) -> Any:
    """A JSON value for showing alone: numbers as they were written."""
    return json.loads(body, parse_int=str, parse_float=str)


def _data(body: bytes | None) -> Any:
    try:
        return _tree(body or b"")
    except (ValueError, RecursionError):
        return (body or b"").decode("utf-8", "backslashreplace")


def _shown(tree: object) -> Shown:
    try:
        body = json.dumps(tree, separators=(",", ":"))  # ASCII: it can be kept whatever it is
    except RecursionError:
        return _unread(repr(type(tree)).encode())
    members = cast("dict[str, object]", tree if isinstance(tree, dict) else {})
    event_id, kind = (members.get(name) for name in ("id", "type"))
    return Shown(
        event_id=printable(event_id) if isinstance(event_id, str) else "",
        type=printable(kind) if isinstance(kind, str) else "",
        body="" if holds_marking(cast("object", tree)) else body[:_MOST_KEPT],
        digest=hashlib.sha256(body.encode()).digest(),
    )


def _unread(body: bytes) -> Shown:
    """What is no JSON: its lines are looked at, as far as there are any."""
    text = body.decode("utf-8", "backslashreplace")
    pieces = [piece for line in text.splitlines() for piece in line.split('"')]
    kept = text.encode("ascii", "backslashreplace").decode("ascii").replace("\0", "\\x00")
    return Shown(
        event_id="",
        type="",
        body="" if holds_marking(pieces) else kept[:_MOST_KEPT],
        digest=hashlib.sha256(body).digest(),
    )


def printable(text: str) -> str:
    """A text that can be shown and kept, whatever it is; cut off where it is long."""
    if not text.isprintable():
        text = text.encode("unicode_escape").decode("ascii")
    return text[:_LONGEST_NAME]


def _text(value: str | bytes | None) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value or ""


def pairs(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an HTTP request."""
    return [(name.decode("latin-1"), value) for name, value in raw]
