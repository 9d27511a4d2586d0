"""The context attributes of an event that somebody else wrote: as JSON members or as headers."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_to_bytes

from tiendo_contracts.refusals import Refusal, pointer, refusal

REQUIRED = ("specversion", "id", "source", "type", "time")
NAMED = frozenset({*REQUIRED, "subject", "datacontenttype", "dataschema"})
"""Attributes that CloudEvents names; all others are extensions."""

MAX_LENGTH = 256
MAX_EXTENSION_LENGTH = 1024
MAX_EXTENSIONS = 32

FUTURE_TOLERANCE = timedelta(minutes=10)
"""How far a sender's clock may be ahead.

Where two events claim the same thing the later time wins, so one from the future would win until
then. Clocks that are kept differ by seconds; local time of Vietnam written with `Z`, the common
mistake, is seven hours ahead.
"""

_DATA = frozenset({"data", "data_base64"})
_NAME = re.compile("[a-z0-9]{1,64}")
_URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_JSON_TYPE = re.compile(r'application/json\s*(?:;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
TIME_PATTERN = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_TIME = re.compile(TIME_PATTERN)

Read = tuple[dict[str, str], list[Refusal]]
"""Attributes as text by their names, and what is wrong with others."""


def bad(name: str, vi: str, en: str) -> Refusal:
    """The refusal of an attribute."""
    return refusal("bad_attribute", pointer("", name), vi=vi, en=en)


def from_members(members: Mapping[str, Any]) -> Read:
    """The attributes of an event in the JSON format; one that is null is as if left out."""
    found: dict[str, str] = {}
    wrong: list[Refusal] = []
    for name, value in members.items():
        if value is None or name in _DATA:
            continue
        if isinstance(value, str):
            found[name] = value
        elif name not in NAMED and isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif name not in NAMED and isinstance(value, int):
            found[name] = str(value)
        else:
            wrong.append(bad(name, "phải là chuỗi", "it is a string"))
    return found, wrong


def from_headers(headers: Iterable[tuple[str, str | bytes | None]], prefix: str) -> Read:
    """The attributes of an event in binary mode; headers of others are not looked at."""
    found: dict[str, str] = {}
    wrong: list[Refusal] = []
    for header, value in headers:
        lower = header.lower()
        if lower == "content-type":
            name = "datacontenttype"
        elif lower.startswith(prefix):
            name = lower.removeprefix(prefix)
        else:
            continue
        text = _text(value, percent=prefix == "ce-" and name != "datacontenttype")
        if name in found:
            wrong.append(refusal("duplicate_attribute", pointer("", name)))
        elif text is None:
            wrong.append(refusal("not_unicode", pointer("", name)))
        else:
            found[name] = text
    return found, wrong


def _text(value: str | bytes | None, *, percent: bool) -> str | None:
    """The text of a header, or None where it is not UTF-8; HTTP escapes by percent and quotes."""
    try:
        raw = value.encode() if isinstance(value, str) else value or b""
        if percent:
            if len(raw) > 1 and raw[:1] == raw[-1:] == b'"':
                raw = re.sub(rb"\\(.)", rb"\1", raw[1:-1])
            raw = unquote_to_bytes(raw)
        return raw.decode()
    except UnicodeError:
        return None


def faults(given: Mapping[str, str]) -> list[Refusal]:
    """What is wrong with the attributes as such; the catalogue and the clock are not asked."""
    found = [refusal("missing_attribute", f"/{name}") for name in REQUIRED if name not in given]
    if len(given) > len(NAMED) + MAX_EXTENSIONS:
        found.append(refusal("too_many", limit=MAX_EXTENSIONS))
    for name, text in given.items():
        found += _faults_of(name, text)
    if given.get("specversion", "1.0") != "1.0":
        found.append(bad("specversion", "phải là 1.0", "it is 1.0"))
    if (source := given.get("source")) and not _URI_REFERENCE.fullmatch(source):
        found.append(bad("source", "phải là URI (RFC 3986)", "it is a URI reference (RFC 3986)"))
    if not _JSON_TYPE.fullmatch(given.get("datacontenttype", "application/json")):
        found.append(refusal("unsupported_content_type", "/datacontenttype"))
    return found


def are_plain(extensions: Mapping[str, Any]) -> bool:
    """Whether nothing is wrong with some extensions, all of which are texts."""
    return len(extensions) <= MAX_EXTENSIONS and not any(
        not isinstance(text, str) or _faults_of(name, text) for name, text in extensions.items()
    )


def _faults_of(name: str, text: str) -> list[Refusal]:
    limit = MAX_LENGTH if name in NAMED else MAX_EXTENSION_LENGTH
    if not _NAME.fullmatch(name):
        return [bad(name, "tên chỉ gồm a-z và 0-9", "names are of a-z and 0-9 alone")]
    if not text:
        return [bad(name, "không được trống", "it is not empty")]
    if len(text) > limit:
        return [bad(name, f"nhiều nhất {limit} ký tự", f"at most {limit} characters")]
    if not text.isprintable():
        return [bad(name, "có ký tự không in được", "it holds what cannot be printed")]
    return []


def time_of(text: str, now: datetime | None) -> datetime | Refusal:
    """The instant that an event claims, in UTC; parts under a microsecond are cut off."""
    time = _instant(text) if _TIME.fullmatch(text) else None
    if time is None:
        like = "2026-11-22T08:30:00+07:00"
        return bad("time", f"hãy ghi như {like}", f"it is written like {like}")
    if is_of_future(time, now):
        minutes = FUTURE_TOLERANCE // timedelta(minutes=1)
        return refusal("time_in_future", "/time", minutes=minutes)
    return time


def is_of_future(time: datetime, now: datetime | None) -> bool:
    """Whether an instant is later than any clock that is kept may say."""
    return now is not None and time > now + FUTURE_TOLERANCE


def in_utc(time: datetime) -> datetime | None:
    """An instant in UTC, or None where that is beyond the calendar."""
    try:
        return time.astimezone(UTC)
    except OverflowError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None
