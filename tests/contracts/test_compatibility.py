"""The compatibility gate: each kind of change with the verdict that it must get.

A second opinion comes from `jsoncompat`, which proves that one schema is contained in the other.
Where it thinks otherwise is listed below, with the reason.
"""

import json
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from jsoncompat import check_compat
from jsonschema import Draft202012Validator

from tiendo_contracts import catalogue
from tiendo_contracts.compatibility import RULES, breakages, complaints
from tiendo_contracts.freezing import schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE: dict[str, Any] = {
    "$schema": DIALECT,
    "$id": "urn:tiendo:vn.tiendo.ponds.PondDrained.v1",
    "type": "object",
    "title": "PondDrained",
    "description": "A pond was drained.",
    "$defs": {
        "Fish": {
            "type": "object",
            "properties": {
                "kind": {"enum": ["carp", "perch"], "type": "string"},
                "count": {"type": "integer", "minimum": 0, "maximum": 1000},
            },
            "required": ["kind", "count"],
        }
    },
    "properties": {
        "pond_id": {"type": "string", "format": "uuid", "pattern": "^[0-9a-f-]{36}$"},
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "owner": {"anyOf": [{"type": "string", "maxLength": 100}, {"type": "null"}]},
        "depth": {"type": "integer", "minimum": 0},
        "dry": {"type": "boolean"},
        "state": {"const": "drained", "type": "string"},
        "fish": {"type": "array", "items": {"$ref": "#/$defs/Fish"}, "minItems": 1},
        "best": {"$ref": "#/$defs/Fish", "description": "the largest one"},
        "note": {"type": "string", "maxLength": 500, "default": ""},
        "marks": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
    "required": ["pond_id", "name", "owner", "depth", "dry", "state", "fish", "best", "marks"],
}

GONE = object()


class Change(NamedTuple):
    """A change at a path of the schema, and what the gate must find: path and rule, sorted."""

    at: str
    to: Any
    found: tuple[tuple[str, str], ...] = ()


CHANGES = {
    # What breaks nobody
    "nothing": Change("title", "PondDrained"),
    "words of the event": Change("description", "A pond was emptied."),
    "words of a field": Change("properties/best/description", "the heaviest one"),
    "a comment": Change("$comment", "seen in spring"),
    "a field is marked as out of use": Change("properties/note/deprecated", True),
    "examples": Change("properties/name/examples", ["Ao sen"]),
    "an optional field is added": Change("properties/region", {"type": "string", "default": ""}),
    "an optional object is added": Change("properties/worst", {"$ref": "#/$defs/Fish"}),
    "an optional field is removed": Change("properties/note", GONE),
    "an optional field within items is added": Change(
        "$defs/Fish/properties/weight", {"type": "integer", "default": 0}
    ),
    "order of required fields": Change(
        "required",
        ["name", "pond_id", "owner", "depth", "dry", "state", "fish", "best", "marks"],
    ),
    "order of an enum": Change("$defs/Fish/properties/kind/enum", ["perch", "carp"]),
    "order of alternatives": Change(
        "properties/owner/anyOf", [{"type": "null"}, {"type": "string", "maxLength": 100}]
    ),
    "const written as enum": Change("properties/state", {"enum": ["drained"]}),
    "alternatives written as types": Change(
        "properties/owner", {"type": ["string", "null"], "maxLength": 100}
    ),
    "a reference written out": Change("properties/best", BASE["$defs"]["Fish"]),
    "a limit written otherwise": Change(
        "properties/depth", {"type": "integer", "exclusiveMinimum": -1}
    ),
    "a limit that says nothing": Change("properties/note/minLength", 0),
    # Fields
    "a required field is added": Change(
        "",
        {"properties/area": {"type": "integer"}, "required/-": "area"},
        (("/area", "field_added"),),
    ),
    "a required field is removed": Change(
        "", {"properties/dry": GONE, "required/4": GONE}, (("/dry", "field_removed"),)
    ),
    "a field is renamed": Change(
        "",
        {"properties/dry": GONE, "properties/is_dry": {"type": "boolean"}, "required/4": "is_dry"},
        (("/dry", "field_removed"), ("/is_dry", "field_added")),
    ),
    "a required field becomes optional": Change(
        "required/4", GONE, (("/dry", "field_now_optional"),)
    ),
    "an optional field becomes required": Change(
        "required/-", "note", (("/note", "field_now_required"),)
    ),
    "a field within items is removed": Change(
        "$defs/Fish",
        {
            "type": "object",
            "properties": {"kind": {"enum": ["carp", "perch"], "type": "string"}},
            "required": ["kind"],
        },
        (("/best/count", "field_removed"), ("/fish/*/count", "field_removed")),
    ),
    "a default changes": Change("properties/note/default", "none", (("/note", "default_changed"),)),
    "a default is dropped": Change(
        "properties/note/default", GONE, (("/note", "default_changed"),)
    ),
    "the object is closed": Change("additionalProperties", False, (("", "closed"),)),
    "an inner object is closed": Change(
        "$defs/Fish/additionalProperties",
        False,
        (("/best", "closed"), ("/fish/*", "closed")),
    ),
    # Types
    "a text becomes a number": Change(
        "properties/name",
        {"type": "integer"},
        (("/name", "type_added"), ("/name", "type_removed")),
    ),
    "an integer becomes a number": Change(
        "properties/depth/type",
        "number",
        (("/depth", "type_added"), ("/depth", "type_removed")),
    ),
    "a field may be null": Change(
        "properties/name/type", ["string", "null"], (("/name", "type_added"),)
    ),
    "a field may not be null any more": Change(
        "properties/owner", {"type": "string", "maxLength": 100}, (("/owner", "type_removed"),)
    ),
    "a value becomes a list": Change(
        "properties/name",
        {"type": "array", "items": {"type": "string"}},
        (("/name", "type_added"), ("/name", "type_removed")),
    ),
    "an object becomes a reference": Change(
        "properties/best",
        {"type": "string", "format": "uuid"},
        (("/best", "type_added"), ("/best", "type_removed")),
    ),
    # Values
    "a value is added": Change(
        "$defs/Fish/properties/kind/enum",
        ["carp", "perch", "eel"],
        (("/best/kind", "value_added"), ("/fish/*/kind", "value_added")),
    ),
    "a value is removed": Change(
        "$defs/Fish/properties/kind/enum",
        ["carp"],
        (("/best/kind", "value_removed"), ("/fish/*/kind", "value_removed")),
    ),
    "a constant changes": Change(
        "properties/state/const", "dry", (("/state", "value_added"), ("/state", "value_removed"))
    ),
    "listed values become free text": Change(
        "properties/state", {"type": "string"}, (("/state", "limit_widened"),)
    ),
    "free text becomes listed values": Change(
        "properties/name/enum", ["Ao sen"], (("/name", "limit_narrowed"),)
    ),
    # Limits
    "a text may be longer": Change("properties/name/maxLength", 200, (("/name", "limit_widened"),)),
    "a text must be shorter": Change(
        "properties/name/maxLength", 50, (("/name", "limit_narrowed"),)
    ),
    "a text loses its bound": Change(
        "properties/name/maxLength", GONE, (("/name", "limit_widened"),)
    ),
    "a text may be empty": Change("properties/name/minLength", GONE, (("/name", "limit_widened"),)),
    "a text may not be empty any more": Change(
        "properties/note/minLength", 1, (("/note", "limit_narrowed"),)
    ),
    "a number may be larger": Change(
        "$defs/Fish/properties/count/maximum",
        2000,
        (("/best/count", "limit_widened"), ("/fish/*/count", "limit_widened")),
    ),
    "a number must be smaller": Change(
        "$defs/Fish/properties/count/maximum",
        10,
        (("/best/count", "limit_narrowed"), ("/fish/*/count", "limit_narrowed")),
    ),
    "a number may be negative": Change(
        "properties/depth/minimum", -10, (("/depth", "limit_widened"),)
    ),
    "a number may not be 0 any more": Change(
        "properties/depth/exclusiveMinimum", 0, (("/depth", "limit_narrowed"),)
    ),
    "a number gets a bound": Change("properties/depth/maximum", 9, (("/depth", "limit_narrowed"),)),
    "a number goes by steps": Change(
        "properties/depth/multipleOf", 5, (("/depth", "form_changed"),)
    ),
    "a list may be empty": Change("properties/fish/minItems", 0, (("/fish", "limit_widened"),)),
    "a list gets a bound": Change("properties/fish/maxItems", 9, (("/fish", "limit_narrowed"),)),
    "items must differ": Change("properties/fish/uniqueItems", True, (("/fish", "form_changed"),)),
    # Forms
    "a pattern changes": Change(
        "properties/pond_id/pattern", "^[0-9A-F-]{36}$", (("/pond_id", "form_changed"),)
    ),
    "a pattern is added": Change("properties/name/pattern", "^[A-Z]", (("/name", "form_changed"),)),
    "a pattern is dropped": Change(
        "properties/pond_id/pattern", GONE, (("/pond_id", "form_changed"),)
    ),
    "a format changes": Change("properties/pond_id/format", "uri", (("/pond_id", "form_changed"),)),
    "a list becomes a row of places": Change(
        "properties/fish",
        {"type": "array", "minItems": 1, "prefixItems": [{"$ref": "#/$defs/Fish"}]},
        (
            ("/fish", "form_changed"),
            *(("/fish/*", "type_added"),) * 6,
            ("/fish/*/count", "field_removed"),
            ("/fish/*/kind", "field_removed"),
        ),
    ),
    "values of a map change": Change(
        "properties/marks/additionalProperties/type",
        "string",
        (("/marks/*", "type_added"), ("/marks/*", "type_removed")),
    ),
    "a condition is added": Change(
        "properties/name/not", {"const": "x"}, (("/name", "not_judged"),)
    ),
    "a rule between fields is added": Change(
        "dependentRequired", {"note": ["name"]}, (("", "not_judged"),)
    ),
}

_NAMED_ALONE = "it lets publishers send fields that the schema does not name; ours send none"
_UNSEEN = "it does not look at this keyword; readers of ours check it"
_MEANT = "a default does not decide what is valid, but what is meant"
ELSEWISE = {
    "an optional field is added": _NAMED_ALONE,
    "an optional object is added": _NAMED_ALONE,
    "an optional field within items is added": _NAMED_ALONE,
    "an optional field is removed": _NAMED_ALONE,
    "a pattern changes": _UNSEEN,
    "a pattern is added": _UNSEEN,
    "a pattern is dropped": _UNSEEN,
    "a format changes": _UNSEEN,
    "a rule between fields is added": _UNSEEN,
    "a default changes": _MEANT,
    "a default is dropped": _MEANT,
}
"""Changes that `jsoncompat` judges otherwise, with the reason."""


def put(node: Any, path: str, value: object) -> None:
    """Set, append (`-`) or remove what a path of the schema points to."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for part in parents:
        node = node[part]
    if last == "-":
        node.append(value)
    elif value is GONE:
        del node[last]
    else:
        node[last] = value


def changed(change: Change) -> dict[str, Any]:
    made = deepcopy(BASE)
    steps = {change.at: change.to} if change.at else change.to
    for path, value in steps.items():
        put(made, path, deepcopy(value) if value is not GONE else GONE)
    return made


def second_opinion(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether `jsoncompat` finds both ways safe; it follows no reference where there is an $id."""

    def anonymous(schema: dict[str, Any]) -> str:
        return json.dumps({name: value for name, value in schema.items() if name != "$id"})

    return check_compat(anonymous(old), anonymous(new), "both")


each_change = pytest.mark.parametrize("name", CHANGES)


@each_change
def test_a_change_gets_its_verdict(name: str) -> None:
    found = breakages(BASE, changed(CHANGES[name]))
    assert sorted((one.path, one.rule) for one in found) == sorted(CHANGES[name].found)


@each_change
def test_a_change_leaves_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(changed(CHANGES[name]))


@each_change
def test_a_second_opinion_is_the_same_or_its_difference_is_known(name: str) -> None:
    compatible = second_opinion(BASE, changed(CHANGES[name]))
    assert (compatible == (not CHANGES[name].found)) == (name not in ELSEWISE)


def test_at_least_40_kinds_of_change_are_tried() -> None:
    assert len(CHANGES) >= 40
    assert ELSEWISE.keys() <= CHANGES.keys()
    tried = {rule for change in CHANGES.values() for _, rule in change.found}
    assert tried | {"opened"} == RULES.keys()


def test_an_object_that_was_closed_is_not_opened() -> None:
    closed = changed(Change("additionalProperties", False))
    assert [(one.path, one.rule) for one in breakages(closed, BASE)] == [("", "opened")]


def test_a_schema_that_contains_itself_is_compared_to_the_end() -> None:
    def tree(value: str) -> dict[str, Any]:
        node = {
            "type": "object",
            "properties": {
                "value": {"type": value},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            },
        }
        return {"$ref": "#/$defs/Node", "$defs": {"Node": node}}

    assert breakages(tree("string"), tree("string")) == []
    assert ("/value", "type_removed") in [
        (one.path, one.rule) for one in breakages(tree("string"), tree("null"))
    ]


_FISH = {"$ref": "#/$defs/Fish"}
_UNJUDGED: dict[str, dict[str, Any]] = {
    "a discriminated union": {"oneOf": [_FISH], "discriminator": {"propertyName": "kind"}},
    "a union with a rule": {"anyOf": [_FISH], "minProperties": 1},
    "a negation": {"not": _FISH},
    "an intersection": {"allOf": [{"properties": {"a": _FISH}}, {"properties": {"b": {}}}]},
}


@pytest.mark.parametrize("keywords", _UNJUDGED.values(), ids=_UNJUDGED)
def test_what_is_not_understood_counts_as_broken_where_it_refers_to_a_change(
    keywords: dict[str, Any],
) -> None:
    def referring(count: str) -> dict[str, Any]:
        fish = {"type": "object", "properties": {"count": {"type": count}}}
        return {"type": "object", "properties": {"best": keywords}, "$defs": {"Fish": fish}}

    assert breakages(referring("integer"), referring("integer")) == []
    assert breakages(referring("integer"), referring("string")) != []


def test_a_rule_beside_listed_values_is_compared_too() -> None:
    patterned = changed(Change("properties/state/pattern", "^x"))
    assert [(one.path, one.rule) for one in breakages(BASE, patterned)] == [
        ("/state", "form_changed")
    ]


def test_a_sentence_names_the_type_the_field_the_rule_and_what_to_do() -> None:
    [sentence] = complaints(
        "vn.tiendo.ponds.PondDrained.v1",
        [BASE],
        changed(CHANGES["a text may be longer"]),
    )
    assert sentence == (
        "vn.tiendo.ponds.PondDrained.v1: /name: maxLength was 100 and is 200: readers of the "
        "published form refuse what is now allowed (limit_widened); add "
        "vn.tiendo.ponds.PondDrained.v2 beside it and publish both for at least 12 months "
        "(docs/contracts.md)"
    )


def test_every_published_form_is_compared_not_the_last_alone() -> None:
    """A field that came and went may not come back as something else."""
    first = changed(Change("properties/region", {"type": "string", "default": ""}))
    without = BASE
    back = changed(Change("properties/region", {"type": "integer", "default": 0}))
    assert complaints("vn.tiendo.ponds.PondDrained.v1", [without], back) == []
    said = complaints("vn.tiendo.ponds.PondDrained.v1", [first, without], back)
    assert any("/region" in one and "type_removed" in one for one in said)


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_every_contract_is_compatible_with_itself_in_both_opinions(event_type: str) -> None:
    present = schema(catalogue()[event_type])
    assert breakages(present, deepcopy(present)) == []
    assert second_opinion(present, present)
