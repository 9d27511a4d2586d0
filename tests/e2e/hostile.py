"""Everything hostile, for every endpoint that a service's own OpenAPI document names."""

import copy
import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

from tests.e2e.wrong import NOBODY, Place

HOSTILE_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"a": ',
    "null": b"null",
    "a number": b"7",
    "a list": b"[]",
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "NaN": b'{"a": NaN, "percent": NaN}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep and whole": b'{"lines":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "a huge number": b'{"a": 1' + b"0" * 100_000 + b"}",
    "a NUL byte": b'{"a": "\x00"}',
    "twice the key": b'{"a": 1, "a": 2}',
}
TEXTS = ["", " ", "\0", "a\0b", "\ud800", "x\udfff", "\U0010ffff", "x" * 200_000, NOBODY]
DAYS = ["2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01"]
INSTANTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-22T25:00:00Z"]
ATTACKS = ["%00", "../../etc/passwd", "'; DROP TABLE stored_events; --", "{{ 7 * 7 }}"]
NUMBERS = [-1, 2**31, 2**63, 10**400, 1e300]
SHAPES: list[Any] = [None, True, [], {}, [[[[]]]], {"a": {"b": {}}}, ["\0"] * 3]
HOSTILE_VALUES: list[Any] = [*TEXTS, *DAYS, *INSTANTS, *ATTACKS, *NUMBERS, *SHAPES]
HOSTILE_QUERIES = ["\0", "7", "-1", "9" * 400, "x" * 3000, "\U0010ffff", "W10=", "bnVsbA==", "%"]
HOSTILE_SEGMENTS = ["7", "%00", "%ff", "..%2f..", "a" * 3000, "%F0%9F%98%80"]


def commands(document: dict[str, Any], place: Place) -> Iterator[tuple[str, str, Any]]:
    """Every endpoint that takes a JSON body: method, path and an example of its body."""
    things = {"meeting_id": place.meeting, "notice_id": place.draft, "report": place.report}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                known = {**things, "assignment_id": place.assignment, "unit_id": place.scratch_unit}
                address = path
                for name, value in known.items():
                    address = address.replace("{" + name + "}", value)
                yield method.upper(), address, example_of(document, schema)


def example_of(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A body of a schema: its own example, or one made from its fields."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if schema.get("examples"):
        return schema["examples"][0]
    if "anyOf" in schema:
        return example_of(document, schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: example_of(document, field) for name, field in fields.items()}
        case "array":
            return [example_of(document, schema["items"])] if "items" in schema else []
        case "integer":
            return 1
        case "boolean":
            return False
        case _:
            return schema.get("enum", [_text_of(schema.get("format", ""))])[0]


def _text_of(kind: str) -> str:
    texts = {"uuid": NOBODY, "date": "2027-01-01", "date-time": "2027-01-01T00:00:00Z"}
    return texts.get(kind, "văn bản")


def spoiled(example: Any) -> Iterator[tuple[str, bytes]]:
    """The example again and again, each time with another field spoiled in another way."""
    for path in leaves(example):
        for value in HOSTILE_VALUES:
            body = copy.deepcopy(example)
            where = body
            for step in path[:-1]:
                where = where[step]
            where[path[-1]] = value
            yield f"{path} = {str(value)[:30]!a}", json.dumps(body).encode()


def leaves(
    value: dict[str, Any] | list[Any], path: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, ...]]:
    """The way to every field, also to those that hold others."""
    inner: Iterable[tuple[Any, Any]]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in inner:
        yield (*path, key)
        if isinstance(below, dict | list):
            yield from leaves(cast("dict[str, Any] | list[Any]", below), (*path, key))


def queries(parameters: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """Each parameter of a query with each hostile value."""
    for parameter in parameters:
        if parameter["in"] == "query":
            for value in (
                "\0",
                "7",
                "-1",
                "9" * 400,
                "x" * 3000,
                "\U0010ffff",
                "W10=",
                "bnVsbA==",
                "%",
            ):
                yield {parameter["name"]: value}


def filled(path: str, value: str) -> str:
    """A path whose parameters are all the same value."""
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, value)
    return path
