"""The fields of a contract as rows, those of values within it under their parent's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tiendo_contracts.base import Contract
from tiendo_contracts.schemas import schema

_FORMATS = {"uuid": "uuid", "date-time": "instant, UTC", "date": "day"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its path with `[]` for items, how it is written, what it means."""

    path: str
    depth: int
    form: str
    vi: str
    en: str


def rows(model: type[Contract]) -> list[Row]:
    """All fields of a contract, in order."""
    root = schema(model)
    return list(_rows(root, root, "", 0))


def _rows(root: Mapping[str, Any], node: Mapping[str, Any], at: str, depth: int) -> Iterator[Row]:
    demanded = node.get("required", ())
    for name, field in node["properties"].items():
        vi, _, en = field.get("description", "").partition(" — ")
        form = _form(root, field) + ("" if name in demanded else ", optional")
        yield Row(f"{at}{name}", depth, form, vi, en)
        inner, suffix = _inner(root, field)
        if "properties" in inner:
            yield from _rows(root, inner, f"{at}{name}{suffix}.", depth + 1)


def _resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in node:
        return root["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _not_null(root: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    if "anyOf" not in node:
        return _resolved(root, node), False
    [one] = [part for part in node["anyOf"] if part.get("type") != "null"]
    return _resolved(root, one), True


def _inner(root: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    found, _ = _not_null(root, node)
    if found.get("type") == "array":
        return _inner(root, found["items"])[0], "[]"
    return found, ""


def _form(root: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """How a value is written, in signs that need no language."""
    found, nullable = _not_null(root, node)
    return _written(root, found) + (" | null" if nullable else "")


def _written(root: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    if "enum" in node or "const" in node:
        return " | ".join(node.get("enum") or [node["const"]])
    kind = node["type"]
    if kind == "array":
        least = f", ≥ {node['minItems']}" if "minItems" in node else ""
        return f"array of {_form(root, node['items'])}{least}"
    if kind == "integer":
        return f"integer{_between(node.get('minimum'), node.get('maximum'))}"
    if kind != "string":
        return kind
    if "format" in node:
        return _FORMATS[node["format"]]
    return f"text{_between(node.get('minLength'), node.get('maxLength'))}"


def _between(least: int | None, most: int | None) -> str:
    most = None if most == 2**53 - 1 else most
    if least is None and most is None:
        return ""
    if most is None:
        return f" ≥ {least}"
    return f" {least}…{most}" if least is not None else f" ≤ {most}"
