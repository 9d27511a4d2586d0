"""The compatibility gate: whether a changed schema breaks a reader of a published one.

Compatible means in full: who reads with the new schema understands every event published with an
old one (the log is never erased), and who still reads with an old one understands every event of
the new. It is asked of every form that was ever published, not of the last alone.

Readers ignore fields that they do not know, and publishers send no field that the schema does not
name; so a field that may be missing can be added, and little else can be done. A limit that is
moved breaks one side whichever way it moves: old readers refuse what is now allowed, or new readers
what was allowed. That makes the gate a comparison of two schemas in one normal form, in which
`const`, `enum`, `type`, `anyOf`, `$ref` and orders written otherwise are the same.

What it cannot see are rules between fields: they are not in a schema. `freezing` holds those by
the examples, those of earlier forms included.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

Schema = Mapping[str, Any]

BESIDE = "both for at least 12 months"
"""How long a version is published beside its successor: a budget year, in which systems change."""

RULES: Mapping[str, str] = {
    "type_added": "readers of the published form refuse the JSON type that is new",
    "type_removed": "events that were published hold the JSON type that is gone",
    "value_added": "readers of the published form refuse the value that is new",
    "value_removed": "events that were published hold the value that is gone",
    "limit_widened": "readers of the published form refuse what is now allowed",
    "limit_narrowed": "events that were published may be outside of the new limit",
    "form_changed": "it is written in another way than in the published form",
    "field_removed": "readers of the published form demand it",
    "field_added": "events that were published lack it: give it a default and let it be missing",
    "field_now_optional": "readers of the published form demand it",
    "field_now_required": "events that were published may lack it",
    "default_changed": "events that lack it would mean something else from now on",
    "closed": "fields that are added later, or were published before, would be refused",
    "opened": "readers of the published form refuse fields that they do not know",
    "not_judged": "the gate does not know the keyword, so the change counts as breaking",
}
"""Why a change breaks somebody."""


@dataclass(frozen=True, slots=True)
class Breakage:
    """One change that breaks a reader: where (a JSON pointer, `*` for items), which rule, what."""

    path: str
    rule: str
    what: str


def breakages(old: Schema, new: Schema) -> list[Breakage]:
    """What breaks a reader of the old schema, or the reading of old events by the new one."""
    return list(dict.fromkeys(_Comparison(_Side(old), _Side(new)).run()))


def complaints(event_type: str, published: Sequence[Schema], new: Schema) -> list[str]:
    """What is refused of a new schema, a sentence each; empty where it breaks nobody."""
    found = dict.fromkeys(one for old in published for one in breakages(old, new))
    stem, _, version = event_type.rpartition(".v")
    advice = f"add {stem}.v{int(version) + 1} beside it and publish {BESIDE} (docs/contracts.md)"
    return [
        f"{event_type}: {one.path or '/'}: {one.what}: {RULES[one.rule]} ({one.rule}); {advice}"
        for one in found
    ]


_WORDS = frozenset({"title", "description", "examples", "deprecated", "$comment", "default"})
_LIMITS = {
    "minLength": 1,
    "minItems": 1,
    "minimum": 1,
    "exclusiveMinimum": 1,
    "maxLength": -1,
    "maxItems": -1,
    "maximum": -1,
    "exclusiveMaximum": -1,
}
"""Limits, and the direction in which they get narrower."""

_KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_OF_KIND = {
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), ("string",)),
    **dict.fromkeys(_NUMBERS, ("integer", "number")),
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems", "uniqueItems"), ("array",)),
    **dict.fromkeys(("properties", "required", "additionalProperties"), ("object",)),
}
"""Keywords that say something of some JSON types alone."""

_STRUCTURE = frozenset({"properties", "required", "items", "prefixItems", "additionalProperties"})


@dataclass(frozen=True, slots=True)
class _Side:
    """One of both schemas, and where its references point."""

    root: Schema

    def resolved(self, node: Any) -> Schema:
        """A node without references and words."""
        if node is True:
            return {}
        if node is False:
            return {"not": {}}
        found = {name: value for name, value in node.items() if name not in _WORDS}
        for part in cast("list[Any]", found.pop("allOf", [])):
            found = _both(found, self.resolved(part))
        if "$ref" in found:
            target: Any = self.root
            for part in found.pop("$ref").removeprefix("#").strip("/").split("/"):
                target = target[part] if part else target
            found = _both(found, self.resolved(target))
        return found

    def alternatives(self, node: Any) -> "list[_Alternative]":
        """All that a node allows, by JSON type."""
        found = dict(self.resolved(node))
        for name in ("anyOf", "oneOf"):
            if name in found and set(found) - {name, "$defs", "$schema", "$id"} == set():
                return [one for part in found[name] for one in self.alternatives(part)]
        return list(_by_type(found))


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two schemas that hold at once; what both say in different ways is left unjudged."""
    found = {**one, **other}
    clash = {name: value for name, value in one.items() if other.get(name, value) != value}
    return {**found, "allOf": [clash]} if clash else found


@dataclass(frozen=True, slots=True)
class _Alternative:
    """What one JSON type may be; `values` where they are listed."""

    kind: str
    rules: Mapping[str, Any]
    values: frozenset[str] | None = None


def _kind_of(value: object) -> str:
    for kind, python in (("null", type(None)), ("boolean", bool), ("integer", int)):
        if isinstance(value, python):
            return kind
    return "string" if isinstance(value, str) else "number"


def _by_type(found: dict[str, Any]) -> Iterator[_Alternative]:
    for name in ("$schema", "$id", "$defs"):
        found.pop(name, None)
    listed = found.pop("enum", None)
    if "const" in found:
        listed = [found.pop("const")]
    kinds = found.pop("type", None)
    if listed is not None:
        for kind in sorted({_kind_of(value) for value in listed}):
            values = {json.dumps(value) for value in listed if _kind_of(value) == kind}
            yield _Alternative(kind, _normal(found, kind), frozenset(values))
        return
    for kind in [kinds] if isinstance(kinds, str) else kinds or (_KINDS if not found else ["any"]):
        yield _Alternative(kind, _normal(found, kind))


def _normal(rules: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Rules without those that say nothing of a type, bounds of integers in one spelling of two."""
    rules = {name: value for name, value in rules.items() if kind in _OF_KIND.get(name, (kind,))}
    idle = {"minLength": 0, "minItems": 0, "uniqueItems": False, "additionalProperties": True}
    found = {name: value for name, value in rules.items() if idle.get(name, ...) != value}
    if kind == "integer":
        if found.get("multipleOf") == 1:
            del found["multipleOf"]
        for name, step in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
            if name in found:
                bound = found.pop(name) + step
                plain = name.replace("exclusiveM", "m")
                found[plain] = max(found.get(plain, bound) * step, bound * step) * step
    return found


@dataclass(slots=True)
class _Comparison:
    old: _Side
    new: _Side
    within: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def run(self) -> Iterator[Breakage]:
        yield from self.nodes(self.old.root, self.new.root, "")

    def nodes(self, old: Any, new: Any, path: str) -> Iterator[Breakage]:
        """Compare two nodes, unless it is being done: a schema may contain itself."""
        pair = (json.dumps(old, sort_keys=True), json.dumps(new, sort_keys=True))
        if pair not in self.within:
            self.within.append(pair)
            yield from self._alternatives(old, new, path)
            self.within.pop()

    def _alternatives(self, old: Any, new: Any, path: str) -> Iterator[Breakage]:
        olds, news = self.old.alternatives(old), self.new.alternatives(new)
        for kind in dict.fromkeys(one.kind for one in (*olds, *news)):
            before = [one for one in olds if one.kind == kind]
            after = [one for one in news if one.kind == kind]
            if not before:
                yield Breakage(path, "type_added", f"{kind} is allowed now")
            elif not after:
                yield Breakage(path, "type_removed", f"{kind} is not allowed any more")
            else:
                yield from self._of_kind(before, after, path)

    def _of_kind(
        self, olds: list[_Alternative], news: list[_Alternative], path: str
    ) -> Iterator[Breakage]:
        """Compare what one JSON type may be; forms that read alike are each other's counterpart."""
        if all(one.values is not None for one in (*olds, *news)):
            yield from _values(_united(olds), _united(news), path)
        elif len(olds) != len(news):
            rule = "value_added" if len(news) > len(olds) else "value_removed"
            yield Breakage(path, rule, "the number of its forms changed")
        alike = [one for one in olds if one in news]  # their references may point elsewhere now
        olds = [*alike, *(one for one in olds if one not in alike)]
        news = [*alike, *(one for one in news if one not in alike)]
        for old, new in zip(olds, news, strict=False):
            if (old.values is None) != (new.values is None):
                rule = "limit_narrowed" if old.values is None else "limit_widened"
                yield Breakage(path, rule, "whether its values are listed has changed")
            yield from self._rules(old.rules, new.rules, path)

    def _rules(self, old: Schema, new: Schema, path: str) -> Iterator[Breakage]:
        for name in sorted({*old, *new} - _STRUCTURE):
            if old.get(name) != new.get(name):
                yield _changed(name, old.get(name), new.get(name), path)
            elif self._points_elsewhere(old.get(name)):
                yield Breakage(path, "not_judged", f"what the keyword {name} refers to changed")
        yield from self._fields(old, new, path)
        yield from self._members(old, new, path)

    def _points_elsewhere(self, value: object) -> bool:
        """Whether a rule that reads alike on both sides may hold other references."""
        same = self.old.root.get("$defs") == self.new.root.get("$defs")
        return not same and "$ref" in json.dumps(value)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[Breakage]:
        olds, news = old.get("properties", {}), new.get("properties", {})
        demanded, demands = set(old.get("required", ())), set(new.get("required", ()))
        for name in dict.fromkeys((*olds, *news)):
            where = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in olds and name in news:
                yield from self.nodes(olds[name], news[name], where)
                yield from _presence(name in demanded, name in demands, where)
                if not {name} & demanded & demands and _default(olds[name]) != _default(news[name]):
                    yield Breakage(where, "default_changed", "its default is another one")
            elif name in demanded:
                yield Breakage(where, "field_removed", "the field is gone")
            elif name in demands:
                yield Breakage(where, "field_added", "the field is new and always demanded")

    def _members(self, old: Schema, new: Schema, path: str) -> Iterator[Breakage]:
        """Compare what stands in arrays and maps."""
        if "items" in old or "items" in new:
            yield from self.nodes(old.get("items", {}), new.get("items", {}), f"{path}/*")
        olds, news = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(olds) != len(news):
            yield Breakage(path, "form_changed", "the array has another number of places")
        for place, (before, after) in enumerate(zip(olds, news, strict=False)):
            yield from self.nodes(before, after, f"{path}/{place}")
        before, after = old.get("additionalProperties", {}), new.get("additionalProperties", {})
        if before is False and after is not False:
            yield Breakage(path, "opened", "fields that are not named are allowed now")
        elif after is False and before is not False:
            yield Breakage(path, "closed", "fields that are not named are refused now")
        elif before is not False:
            yield from self.nodes(before, after, f"{path}/*")


def _united(alternatives: Iterable[_Alternative]) -> set[str]:
    return {value for one in alternatives for value in one.values or ()}


def _values(old: set[str], new: set[str], path: str) -> Iterator[Breakage]:
    for value in sorted(new - old):
        yield Breakage(path, "value_added", f"{value} is a value now")
    for value in sorted(old - new):
        yield Breakage(path, "value_removed", f"{value} is no value any more")


def _presence(demanded: bool, demands: bool, path: str) -> Iterator[Breakage]:
    if demanded and not demands:
        yield Breakage(path, "field_now_optional", "the field may be missing now")
    if demands and not demanded:
        yield Breakage(path, "field_now_required", "the field is always demanded now")


def _default(node: Any) -> object:
    return cast("Schema", node).get("default", ...) if isinstance(node, Mapping) else ...


def _changed(name: str, old: Any, new: Any, path: str) -> Breakage:
    what = f"{name} was {_shown(old)} and is {_shown(new)}"
    if name in _LIMITS:
        narrower = old is None or (new is not None and (new - old) * _LIMITS[name] > 0)
        return Breakage(path, "limit_narrowed" if narrower else "limit_widened", what)
    if name in {"pattern", "format", "multipleOf", "uniqueItems", "contentEncoding"}:
        return Breakage(path, "form_changed", what)
    return Breakage(path, "not_judged", f"the keyword {name} changed")


def _shown(value: object) -> str:
    return "not there" if value is None else json.dumps(value, ensure_ascii=False)
