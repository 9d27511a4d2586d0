"""CloudEvents 1.0 on Kafka, binary content mode (CloudEvents Kafka Protocol Binding 1.0, 3.2)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from itertools import combinations

from pydantic import ValidationError

from tiendo_contracts.base import INSTANT_PATTERN, Contract, ContractError
from tiendo_contracts.catalogue import by_type

Headers = tuple[tuple[str, bytes], ...]

_TEXTS = ("id", "source", "type", "subject", "actor", "correlationid")
_NUMBERS = ("sequence", "subjectversion")
_OPTIONAL_TEXTS = ("causationid", "traceparent")
_KNOWN = frozenset(
    f"ce_{name}" for name in ("specversion", "time", *_NUMBERS, *_TEXTS, *_OPTIONAL_TEXTS)
)
_PLAIN = "[ -{}~]+"  # printable ASCII but the bar, which stands between values here
_INSTANT = re.compile(INSTANT_PATTERN)
_DIGITS = re.compile("[0-9]{1,19}")
_NUMBER_LIMIT = 2**63  # a bigint of PostgreSQL


class MalformedRecordError(ContractError):
    """A record that is no event of this catalogue's form; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The context attributes of an event, beside its data.

    `time` is when our clock recorded it, in UTC. `sequence` is the publisher's own counter: it
    never falls along one partition, so a number seen before marks a repeat. `subjectversion` is the
    subject's own version with this event: 1, 2, 3 … without a gap where all its events are public.
    `actor` is the opaque
    subject of whoever caused it, also where a service acted on somebody's behalf.

    Raises:
        MalformedRecordError: An attribute is empty, holds what is not printable, or is out of
            range; `time` has no zone.
    """

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

    def __post_init__(self) -> None:
        for name in _TEXTS + _OPTIONAL_TEXTS:
            text: str = getattr(self, name)
            if not text and name in _TEXTS:
                raise MalformedRecordError(f"the attribute {name} is empty")
            if not text.isprintable():
                raise MalformedRecordError(f"the attribute {name} holds what cannot be printed")
        if self.time.utcoffset() is None:
            raise MalformedRecordError("the attribute time has no zone")
        for name in _NUMBERS:
            if not 0 <= getattr(self, name) < _NUMBER_LIMIT:
                raise MalformedRecordError(f"the attribute {name} is not within 0 and 2^63 - 1")

    def headers(self) -> Headers:
        """The Kafka headers; attributes that are empty are left out."""
        given = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "sequence": str(self.sequence),
            "subjectversion": str(self.subjectversion),
            "actor": self.actor,
            "correlationid": self.correlationid,
            "causationid": self.causationid,
            "traceparent": self.traceparent,
        }
        pairs = ((f"ce_{name}", text.encode()) for name, text in given.items() if text)
        return (*pairs, ("content-type", b"application/json"))

    @classmethod
    def parse(cls, headers: Iterable[tuple[str, bytes | None]]) -> "Envelope":
        """Read the context attributes from Kafka headers; others are ignored.

        Raises:
            MalformedRecordError: One is missing, given twice or cannot be read.
        """
        given = tuple(headers)
        return _as_written(given) or cls._read(given)

    @classmethod
    def _read(cls, headers: tuple[tuple[str, bytes | None], ...]) -> "Envelope":
        found = _texts(headers)
        try:
            if found["ce_specversion"] != "1.0":
                raise MalformedRecordError("the header ce_specversion is not 1.0")
            return cls(
                **{name: found[f"ce_{name}"] for name in _TEXTS},
                **{name: found.get(f"ce_{name}", "") for name in _OPTIONAL_TEXTS},
                time=_time(found["ce_time"]),
                sequence=_number("sequence", found["ce_sequence"]),
                subjectversion=_number("subjectversion", found["ce_subjectversion"]),
            )
        except KeyError as missing:
            raise MalformedRecordError(f"the header {missing.args[0]} is missing") from None


def _layouts() -> Iterator[tuple[tuple[str, ...], Callable[[str], re.Match[str] | None]]]:
    """The names in each order that `headers` writes, with a pattern for their values in a row.

    The groups of a pattern are the fields of an envelope; for one that is left out it is empty.
    """
    special = {"time": INSTANT_PATTERN.strip("^$").replace("(", "(?:")}
    special |= dict.fromkeys(_NUMBERS, "[0-9]{1,18}")
    for count in range(len(_OPTIONAL_TEXTS) + 1):
        for left_out in combinations(_OPTIONAL_TEXTS, count):
            names, pattern = ["ce_specversion"], r"1\.0"
            for name in (field.name for field in fields(Envelope)):
                if name in left_out:
                    pattern += "()"
                else:
                    names.append(f"ce_{name}")
                    pattern += rf"\|({special.get(name, _PLAIN)})"
            yield (*names, "content-type"), re.compile(rf"{pattern}\|application/json").fullmatch


_LAYOUTS = dict(_layouts())
_PUT = tuple(getattr(Envelope, field.name).__set__ for field in fields(Envelope))


def _as_written(headers: tuple[tuple[str, bytes | None], ...]) -> Envelope | None:
    """Read headers that are as `headers` writes them; None if anything looks odd.

    This is what nearly all records are, at under half the cost of looking at each header: a regular
    expression checks all values at once, and the fields are set past the checks of the constructor.
    """
    try:
        names, values = zip(*headers)  # noqa: B905 - pairs
        match = _LAYOUTS[names](b"|".join(values).decode("ascii"))
        if match is None:
            return None
        (name, source, kind, subject, at, number, version, actor, chain, cause, trace) = (
            match.groups()
        )
        time = datetime.fromisoformat(at)
    except (KeyError, TypeError, ValueError):
        return None
    made = object.__new__(Envelope)
    p_id, p_source, p_type, p_subject, p_time, p_seq, p_version, p_actor, p_chain, p_cause, p_tp = (
        _PUT
    )
    p_id(made, name)
    p_source(made, source)
    p_type(made, kind)
    p_subject(made, subject)
    p_time(made, time)
    p_seq(made, int(number))
    p_version(made, int(version))
    p_actor(made, actor)
    p_chain(made, chain)
    p_cause(made, cause)
    p_tp(made, trace)
    return made


def _texts(headers: Iterable[tuple[str, bytes | None]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        if name not in _KNOWN:
            continue
        if name in found:
            raise MalformedRecordError(f"the header {name} is given twice")
        if value is None:
            raise MalformedRecordError(f"the header {name} has no value")
        try:
            found[name] = value.decode()
        except UnicodeDecodeError:
            raise MalformedRecordError(f"the header {name} is not UTF-8") from None
    return found


def _time(text: str) -> datetime:
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedRecordError("the header ce_time is no instant in UTC like 2026-11-22T01:30:00Z")


def _number(name: str, text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise MalformedRecordError(f"the header ce_{name} is no number of up to 19 digits")
    return int(text)


def source_of(service: str) -> str:
    """The `source` of all events that a service publishes."""
    return f"/tiendo/{service}"


@cache
def _reader(event_type: str) -> Callable[[bytes], Contract]:
    return by_type(event_type).__pydantic_validator__.validate_json


def decode(event_type: str, value: bytes | None) -> Contract:
    """Read the data of an event; the message of an error never repeats the data.

    Raises:
        UnknownEventTypeError: The type is not in the catalogue.
        MalformedRecordError: The value is not as the type demands.
    """
    try:
        return _reader(event_type)(value or b"")
    except ValidationError as errors:
        first = errors.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MalformedRecordError(f"{event_type}: {where or 'value'}: {first['msg']}") from None


def encode(event: Contract) -> bytes:
    """The bytes of an event's data: UTF-8 JSON, fields in the model's order."""
    return event.__pydantic_serializer__.to_json(event)
