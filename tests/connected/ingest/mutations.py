"""CloudEvents gone wrong, in every way that a sender, a proxy or an attacker may get them wrong."""

import base64
import copy
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Event = dict[str, Any]
Headers = Sequence[tuple[str, bytes]]

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

_TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff",
    "\U0010ffff",
    "\u202e",
    "x" * 10_000,
    "ệ" * 300,
    "%00",
    "'; DROP TABLE receipts; --",
    "{{ 7 * 7 }}",
    "\r\nX-Injected: 1",
    "TUYỆT MẬT",
)
_NUMBERS = (-1, 0, 2**31, 2**53 + 1, -(2**63), 10**400, 1.5, 1e308)
_TIMES = (
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2126-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-11-22T25:61:61Z",
    "2026-11-22T01:30:00",
    "1763800000",
    "hôm qua",
)
_SHAPES: tuple[Any, ...] = (None, True, [], {}, [[[[]]]], {"a": {"b": {}}}, ["\0"] * 3)
_VALUES: tuple[Any, ...] = (*_TEXTS, *_NUMBERS, *_TIMES, *_SHAPES)
_NAMES = ("specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data")
_FORMS = (
    b'{"a":1e999}',
    b'{"a":NaN}',
    b'{"id":"a","id":"b"}',
    b"[" * 20_000,
    b'{"data":' * 3_000 + b"1" + b"}" * 3_000,
    b"",
    b"null",
    b"7",
    b'"x"',
    b"\xef\xbb\xbf{}",
    '{"id":"a"}'.encode("utf-16"),
    b'{"id":"\xff\xfe"}',
    b'{"n":' + b"9" * 100_000 + b"}",
    b"{" + b'"a":1,' * 50_000 + b'"b":1}',
)


@dataclass(frozen=True)
class Sent:
    """A body with its media type and its encoding, as it goes out."""

    content: bytes
    media: str = STRUCTURED
    encoding: str = ""


def spoiled(dice: Random, event: Event) -> Event:
    """An event with something wrong in it; now and then with nothing."""
    made = copy.deepcopy(event)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        dice.choice(_SPOIL)(dice, made)
    return made


def _attribute(dice: Random, event: Event) -> None:
    event[dice.choice(_NAMES)] = dice.choice(_VALUES)


def _left_out(dice: Random, event: Event) -> None:
    event.pop(dice.choice(_NAMES), None)


def _member(dice: Random, event: Event) -> None:
    if isinstance(event.get("data"), dict):
        event["data"][dice.choice([*event["data"], "unknown"])] = dice.choice(_VALUES)


def _member_left_out(dice: Random, event: Event) -> None:
    if isinstance(event.get("data"), dict) and event["data"]:
        event["data"].pop(dice.choice(list(event["data"])))


def _extension(dice: Random, event: Event) -> None:
    name = dice.choice(("traceparent", "x", "Bad Name", "sequence", "n" * 100, "actor", "ệ"))
    event[name] = dice.choice(_VALUES)


def _many_extensions(_: Random, event: Event) -> None:
    event.update({f"x{number}": "y" for number in range(200)})


def _time(dice: Random, event: Event) -> None:
    event["time"] = dice.choice(_TIMES)


def _in_base64(dice: Random, event: Event) -> None:
    data = json.dumps(event.get("data")).encode()
    event["data_base64"] = dice.choice((base64.b64encode(data).decode(), "@@@", 7))
    if dice.random() < 0.7:
        event.pop("data", None)


def _deep(dice: Random, event: Event) -> None:
    value: Any = 1
    for _ in range(dice.choice((20, 31, 32, 33, 200))):
        value = {"a": value} if dice.random() < 0.5 else [value]
    event[dice.choice(("data", "x"))] = value


def _large(dice: Random, event: Event) -> None:
    if isinstance(event.get("data"), dict):
        event["data"]["unknown"] = "x" * dice.choice((100_000, 262_000, 400_000))


_SPOIL: tuple[Callable[[Random, Event], None], ...] = (
    _attribute,
    _attribute,
    _member,
    _member,
    _left_out,
    _member_left_out,
    _extension,
    _many_extensions,
    _time,
    _in_base64,
    _deep,
    _large,
)


def broken(dice: Random, content: bytes) -> bytes:
    """Bytes with some of them flipped, cut out, doubled or made up."""
    made = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 8))):
        at = dice.randrange(len(made) + 1)
        match dice.randrange(4):
            case 0 if made:
                made[at % len(made)] ^= 1 << dice.randrange(8)
            case 1:
                del made[at : at + dice.randrange(1, 40)]
            case 2:
                made[at:at] = made[at : at + dice.randrange(1, 40)]
            case _:
                made[at:at] = dice.randbytes(dice.randrange(1, 6))
    return bytes(made)


def structured(dice: Random, event: Event) -> bytes:
    """An event in structured mode, wrong in what it says or in how it is written."""
    if dice.random() < 0.1:
        return dice.choice(_FORMS)
    content = json.dumps(spoiled(dice, event)).encode()
    return broken(dice, content) if dice.random() < 0.3 else content


def binary(dice: Random, event: Event, prefix: str) -> tuple[bytes, Headers]:
    """An event in binary mode: headers of any bytes, some twice, and any data."""
    wrong = spoiled(dice, event) if dice.random() < 0.8 else event
    headers = [
        (f"{prefix}{name}", _bytes(value)) for name, value in wrong.items() if name != "data"
    ]
    if headers and dice.random() < 0.2:
        headers.append(dice.choice(headers))
    if headers and dice.random() < 0.2:
        at = dice.randrange(len(headers))
        headers[at] = (headers[at][0], broken(dice, headers[at][1]))
    data = json.dumps(wrong.get("data")).encode()
    return broken(dice, data) if dice.random() < 0.3 else data, headers


def _bytes(value: object) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")


def packed(dice: Random, content: bytes, media: str) -> Sent:
    """A body as it is sent: plain, in gzip, in a broken gzip, or in none that says it is."""
    match dice.randrange(10):
        case 0 | 1:
            return Sent(gzip.compress(content), media, "gzip")
        case 2:
            return Sent(broken(dice, gzip.compress(content)), media, "gzip")
        case 3:
            return Sent(content, media, dice.choice(("gzip", "br", "GZIP", "gzip, gzip", "x")))
        case _:
            return Sent(content, media)


def bomb() -> Sent:
    """A few hundred kilobytes that would be three hundred megabytes."""
    return Sent(gzip.compress(b" " * 300_000_000, 1), BATCH, "gzip")
