"""Events that somebody else wrote: the one place that says whether they are taken.

CloudEvents 1.0 in structured, batch and binary mode, over HTTP (`ce-…` headers) and Kafka
(`ce_…` headers). Whatever comes in, the answer is an event or a `RefusedError` that tells all that
is wrong; nothing else is raised. There is no clock in here: who wants events of the future refused
gives the present as `now`.

What is asked beyond CloudEvents:

    id, source       at most 256 characters each: (source, id) tells repeats apart in an index
    time             must be there; RFC 3339 with any offset; not after `now` + 10 minutes
    subject          the key of the data (the id of what it happened to), or left out
    datacontenttype  application/json, or left out
    data             as the type demands; at most 256 kB
    extensions       at most 32, of 1,024 characters each; `sequence`, `actor` … are not needed
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast

from pydantic import ValidationError

from tiendo_contracts import attributes, plain
from tiendo_contracts.attributes import FUTURE_TOLERANCE, bad
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.refusals import Refusal, RefusedError, of_data, refusal
from tiendo_contracts.strict_json import Parsed, parse

__all__ = [
    "FUTURE_TOLERANCE",
    "MAX_BATCH_BYTES",
    "MAX_BATCH_EVENTS",
    "MAX_DATA_BYTES",
    "MAX_EVENT_BYTES",
    "Incoming",
    "Refusal",
    "RefusedError",
    "check_batch",
    "check_binary",
    "check_data",
    "check_structured",
    "content_mode",
]

MAX_DATA_BYTES = 256 * 1024
MAX_EVENT_BYTES = MAX_DATA_BYTES + 64 * 1024
MAX_BATCH_EVENTS = 1000
MAX_BATCH_BYTES = 16 * 1024 * 1024

_SURELY_SMALL = MAX_DATA_BYTES // 8
"""Bytes of an event whose data are below the limit, however they are written: a letter grows to
four bytes at most, and a number fivefold (`1e15`)."""
_NO_EXTENSIONS: Mapping[str, str] = MappingProxyType({})

_write = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":")
).encode  # made once: json.dumps would make it anew for each event


class Incoming(NamedTuple):
    """An event that is taken.

    `time` is in UTC, as the sender claims it, to the microsecond. `subject` is the key of the data,
    also where it was left out. `extensions` are all other attributes, `traceparent` for one, as
    text.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: Contract
    extensions: Mapping[str, str]


def content_mode(content_type: str) -> Literal["structured", "batch", "binary"]:
    """The mode that a message's content type asks for."""
    media = content_type.partition(";")[0].strip().lower()
    if media == "application/cloudevents-batch+json":
        return "batch"
    return "structured" if media == "application/cloudevents+json" else "binary"


Known = Mapping[str, type[Contract]]


class _Asked(NamedTuple):
    """What is asked of an event beside its form: not to be of the future, and of a known type."""

    now: datetime | None
    known: Known | None

    def model(self, event_type: str) -> type[Contract] | None:
        return (catalogue() if self.known is None else self.known).get(event_type)


def check_structured(
    body: bytes, *, now: datetime | None = None, known: Known | None = None
) -> Incoming:
    """Check one event in the JSON format (`application/cloudevents+json`).

    `known` are the types that are taken, where that is not the whole catalogue.

    Raises:
        RefusedError: It is not taken.
    """
    _bounded(body, MAX_EVENT_BYTES)
    return _event(parse(body), _Asked(now, known))


def check_batch(
    body: bytes, *, now: datetime | None = None, known: Known | None = None
) -> list[Incoming | RefusedError]:
    """Check a batch (`application/cloudevents-batch+json`), each of its events by itself.

    Raises:
        RefusedError: It is no array of at most 1,000 elements and 16 MiB.
    """
    _bounded(body, MAX_BATCH_BYTES)
    asked = _Asked(now, known)
    plain_ones = plain.read(body, _SURELY_SMALL) or ()
    if 0 < len(plain_ones) <= MAX_BATCH_EVENTS:
        found = [_plain(event, tree, asked) for event, tree in plain_ones]
        if None not in found:
            return cast("list[Incoming | RefusedError]", found)
    parsed = parse(body)
    tree = parsed.tree
    if not isinstance(tree, list):
        raise RefusedError([refusal("not_an_array")])
    parts = cast("list[Any]", tree)
    if len(parts) > MAX_BATCH_EVENTS:
        raise RefusedError([refusal("too_many", limit=MAX_BATCH_EVENTS)])
    return [_told(Parsed(part, parsed.odd), asked) for part in parts]


def check_binary(
    headers: Iterable[tuple[str, str | bytes | None]],
    body: bytes | None,
    prefix: Literal["ce-", "ce_"],
    *,
    now: datetime | None = None,
    known: Known | None = None,
) -> Incoming:
    """Check one event whose attributes are headers: `ce-` over HTTP, `ce_` on Kafka.

    Other headers are not looked at, but for `content-type`.

    Raises:
        RefusedError: It is not taken.
    """
    given, wrong = attributes.from_headers(headers, prefix)
    if not body:
        wrong.append(refusal("missing_field", "/data"))
    return _incoming(given, body or None, wrong, _Asked(now, known))


def check_data(model: type[Contract], value: bytes) -> Contract:
    """Check the data of one event by themselves, as a JSON text.

    Raises:
        RefusedError: They are not taken; the paths begin with `/data`.
    """
    wrong: list[Refusal] = []
    data = _data(model, value, wrong, sound=False)
    if data is None:
        raise RefusedError(wrong)
    return data


def _bounded(body: bytes, limit: int) -> None:
    if len(body) > limit:
        raise RefusedError([refusal("too_large", limit=limit)])


def _plain(event: plain.Plain, tree: Mapping[str, Any], asked: _Asked) -> Incoming | None:
    """The event, if nothing about it must be looked at more closely."""
    data = event.data
    subject: str = tree["data"][data.KEY]  # as in `key`: an id is written in one way
    extensions = event.model_extra or _NO_EXTENSIONS
    if (
        (time := attributes.in_utc(event.time)) is None
        or attributes.is_of_future(time, asked.now)
        or asked.model(data.TYPE) is not type(data)
        or event.subject not in (None, subject)
        or (extensions and not attributes.are_plain(extensions))
    ):
        return None
    return Incoming(event.id, event.source, data.TYPE, subject, time, data, extensions)


def _told(parsed: Parsed, asked: _Asked) -> Incoming | RefusedError:
    try:
        return _event(parsed, asked)
    except RefusedError as error:
        return error


def _event(parsed: Parsed, asked: _Asked) -> Incoming:
    tree = parsed.tree
    if not isinstance(tree, dict):
        raise RefusedError([refusal("not_an_object")])
    members = cast("dict[str, Any]", tree)
    if wrong := parsed.faults(members, ""):
        raise RefusedError(wrong)
    given, wrong = attributes.from_members(members)
    sound = "data" in members
    value = _write(members["data"]).encode() if sound else None
    if "data_base64" in members:
        value = _from_base64(members["data_base64"])
        if sound or value is None:
            wrong.append(bad("data_base64", "phải là Base64, và không có data", "Base64, no data"))
    elif not sound:
        wrong.append(refusal("missing_field", "/data"))
    return _incoming(given, value, wrong, asked, sound=sound)


def _from_base64(text: object) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError:
        return None


def _incoming(
    given: Mapping[str, str],
    value: bytes | None,
    wrong: list[Refusal],
    asked: _Asked,
    *,
    sound: bool = False,
) -> Incoming:
    """The event of its attributes and its data; `sound` where these are known to be one JSON."""
    wrong = [*attributes.faults(given), *wrong]
    time = attributes.time_of(text, asked.now) if (text := given.get("time")) else None
    if isinstance(time, Refusal):
        wrong.append(time)
    model = asked.model(given.get("type", ""))
    if model is None and given.get("type"):
        wrong.append(refusal("unknown_type", "/type"))
    data = None if model is None or value is None else _data(model, value, wrong, sound=sound)
    subject = data.key().decode() if data else ""
    if data and given.get("subject", subject) != subject:
        wrong.append(refusal("subject_differs", "/subject", key=data.KEY))
    if wrong or data is None or not isinstance(time, datetime):
        raise RefusedError(wrong)
    extensions = {name: text for name, text in given.items() if name not in attributes.NAMED}
    return Incoming(given["id"], given["source"], data.TYPE, subject, time, data, extensions)


def _data(
    model: type[Contract], value: bytes, wrong: list[Refusal], *, sound: bool
) -> Contract | None:
    found = [] if sound else _faults_of_data(value)
    if len(value) > MAX_DATA_BYTES:
        found = [refusal("too_large", "/data", limit=MAX_DATA_BYTES)]
    wrong += found
    if found:
        return None
    try:
        return model.__pydantic_validator__.validate_json(value)
    except ValidationError as errors:
        wrong += of_data(errors, "/data")
        return None


def _faults_of_data(value: bytes) -> list[Refusal]:
    """What is wrong with data as JSON, whatever their type; not asked of what is too large."""
    if len(value) > MAX_DATA_BYTES:
        return []
    try:
        parsed = parse(value, "/data")
    except RefusedError as error:
        return list(error.refusals)
    return parsed.faults({"data": parsed.tree}, "")
