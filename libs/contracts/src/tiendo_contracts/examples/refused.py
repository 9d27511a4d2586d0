"""Events that must be refused, each with the reason: made of the examples, one fault at a time.

Every field is left out, given another JSON type, and taken past each of its limits. Rules between
fields cannot be derived from a schema; they are listed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from tiendo_contracts.base import Contract
from tiendo_contracts.checking import Known, RefusedError, check_structured
from tiendo_contracts.examples import structured
from tiendo_contracts.examples.units import UNIT_RENAMED
from tiendo_contracts.schemas import schema

GONE = object()


class Fault(NamedTuple):
    """A member of the event that is set, or removed, and the path that the refusal must name."""

    at: str
    to: Any
    told: str


_RULES: Mapping[str, tuple[Fault, ...]] = {
    "ConclusionIssued": (
        Fault("/data/items/1/lead_unit_id", None, "/data/items/1"),
        Fault("/data/items/3/reason", "", "/data/items/3"),
        Fault("/data/items/1/deadline/due_on", None, "/data/items/1/deadline"),
        Fault("/data/items/4/recurring", "monthly", "/data/items/4"),
    ),
    "ConclusionSupplemented": (
        Fault("/data/changes/0/deadline", None, "/data/changes/0"),
        Fault("/data/changes/1/action", "revoked", "/data/changes/1"),
        Fault("/data/changes/0/item_path", "", "/data/changes/0"),
    ),
    "AssignmentIssued": (Fault("/data/deadline/late_from", None, "/data/deadline"),),
    "AssignmentClosed": (Fault("/data/outcome", "superseded", "/data"),),
    "AssignmentAmended": (Fault("/data/why_not", "assignment_ended", "/data"),),
    "AssignmentDerived": (Fault("/data/how", "join", "/data"),),
    "DeadlineResolved": (Fault("/data/original/due_on", None, "/data/original"),),
    "ExtensionRequested": (Fault("/data/asked/due_on", "2026-12-30", "/data/asked"),),
    "ExtensionGranted": (Fault("/data/deadline/due_on", None, "/data/deadline"),),
    "DeadlinePassed": (Fault("/data/deadline/late_from", None, "/data/deadline"),),
    "ReportSubmitted": (Fault("/data/period", "2025-W53", "/data/period"),),
    "FindingRaised": (Fault("/data/failed", 413, "/data"),),
}


def refused(event: Contract) -> list[dict[str, Any]]:
    """Variants of an example as JSON Patches (RFC 6902), each with what must be told of it.

    Raises:
        AssertionError: One is taken, or another thing is told: the checks have a hole.
    """
    whole, model = structured(event), type(event)
    root = schema(model)
    faults = [
        *_faults(root, root, whole["data"], "/data"),
        *_RULES.get(model.__name__, ()),
        *(Fault(f"/{name}", GONE, f"/{name}") for name in ("id", "source", "type", "time", "data")),
    ]
    known = {model.TYPE: model}
    return [{**_reason(whole, fault, known), "patch": [_operation(fault)]} for fault in faults]


def refused_bodies() -> list[dict[str, Any]]:
    """Whole bodies that are refused whatever their type, each with what must be told of it."""
    event = structured(UNIT_RENAMED)
    text = json.dumps(event, ensure_ascii=False)
    bodies = (
        "",
        "[]",
        text[:-1],
        text.replace('"id": ', '"id": "1", "id": ', 1),
        text.replace('"name": ', '"name": "Ao sen", "name": ', 1),
        text.replace('"name": ', '"n": NaN, "name": ', 1),
        text.replace('"name": ', '"n": 9007199254740992, "name": ', 1),
        text.replace('"name": ', '"n": 1e999, "name": ', 1),
        text.replace('"name": "', '"name": "\\ud800', 1),
        text.replace('"name": "', '"name": "\\u0000', 1),
        text.replace('"name": ', f'"n": {"[" * 40}{"]" * 40}, "name": ', 1),
        *(
            json.dumps({**event, **change}, ensure_ascii=False)
            for change in (
                {"specversion": "0.3"},
                {"id": ""},
                {"id": "x" * 257},
                {"id": "a\nb"},
                {"source": "phần mềm"},
                {"type": "vn.tiendo.units.UnitSplit.v1"},
                {"subject": "7"},
                {"time": "2026-11-22 08:30:00"},
                {"datacontenttype": "application/xml"},
                {"correlationId": "1"},
                {"note": "x" * 1025},
            )
        ),
    )
    return [{**_told(body.encode()), "body": body} for body in bodies]


def _reason(whole: Mapping[str, Any], fault: Fault, known: Known) -> dict[str, str]:
    event = deepcopy(whole)
    *parents, last = [int(part) if part.isdigit() else part for part in fault.at[1:].split("/")]
    node: Any = event
    for part in parents:
        node = node[part]
    if fault.to is GONE:
        del node[last]
    else:
        node[last] = fault.to
    told = _told(json.dumps(event).encode(), known)
    if told["path"] != fault.told:
        raise AssertionError(f"{event['type']}: {fault.told} was to be told, not {told}")
    return told


def _told(body: bytes, known: Known | None = None) -> dict[str, str]:
    try:
        check_structured(body, known=known)
    except RefusedError as error:
        [one] = error.refusals
        return {"code": one.code, "path": one.path, "vi": one.vi, "en": one.en}
    raise AssertionError(f"{body[:80]!r} was taken")


def _operation(fault: Fault) -> dict[str, Any]:
    if fault.to is GONE:
        return {"op": "remove", "path": fault.at}
    return {"op": "replace", "path": fault.at, "value": fault.to}


def _faults(
    root: Mapping[str, Any], node: Mapping[str, Any], value: Any, at: str
) -> Iterator[Fault]:
    """Each way in which one part of the data can be wrong."""
    if "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    if "anyOf" in node:
        [node] = [one for one in node["anyOf"] if one.get("type") != "null"]
        if value is None:
            return
        if "$ref" in node:
            node = root["$defs"][node["$ref"].rpartition("/")[2]]
    for wrong in _wrong_values(node):
        yield Fault(at, wrong, at)
    if node["type"] == "object":
        for name, inner in node["properties"].items():
            if name in node["required"] or value[name] is None:
                wrong = GONE if name in node["required"] else 7
                yield Fault(f"{at}/{name}", wrong, f"{at}/{name}")
            yield from _faults(root, inner, value[name], f"{at}/{name}")
    elif node["type"] == "array" and value:
        yield from _faults(root, node["items"], value[0], f"{at}/0")


def _wrong_values(node: Mapping[str, Any]) -> Iterator[Any]:
    yield "x" if node["type"] in {"object", "array", "integer", "boolean"} else 7
    if node["type"] == "integer":
        yield 1.5
        yield from (node[name] - 1 for name in ("minimum",) if name in node)
        yield from (node[name] + 1 for name in ("maximum",) if name in node)
    if node.get("minItems"):
        yield []
    if node["type"] == "string":
        yield from _wrong_texts(node)


def _wrong_texts(node: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in node or "const" in node:
        yield "unheard_of"
    if "maxLength" in node:
        yield "x" * (node["maxLength"] + 1)
    if node.get("minLength"):
        yield ""
    if "pattern" in node:
        candidates = ("22/11/2026 08:30", "a\0b")
        yield next(text for text in candidates if not re.search(node["pattern"], text))
