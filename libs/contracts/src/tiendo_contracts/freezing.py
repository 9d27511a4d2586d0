"""JSON Schemas and examples as files: what readers in other languages rely on.

A frozen schema is a promise. Its words (title, description) may be mended, its rules never change
again: another shape is another type, `.v2`, published beside the first for a time.
"""

import json
from collections.abc import Iterable, Mapping
from inspect import getdoc
from pathlib import Path
from typing import Any, cast

from pydantic.json_schema import GenerateJsonSchema

from tiendo_contracts.base import Contract
from tiendo_contracts.cloudevents import encode

FOLDER = Path(__file__).parent / "frozen"
"""Where the frozen files lie, also in the installed package."""


class _Schema(GenerateJsonSchema):
    """JSON Schema without the titles that pydantic makes up from field names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def schema(model: type[Contract]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a contract's data."""
    return {
        "$schema": _Schema.schema_dialect,
        "$id": f"urn:tiendo:{model.TYPE}",
        **model.model_json_schema(schema_generator=_Schema),
        "description": f"{model.VI} — {getdoc(model)}",
    }


def freeze(examples: Iterable[Contract], folder: Path = FOLDER) -> list[str]:
    """Write the schema and the example of each event; a published schema's rules stay as they are.

    Returns:
        What was refused, a sentence each; empty where all is written.
    """
    refused: list[str] = []
    for event in examples:
        file = _schema_file(folder, event.TYPE)
        if file.exists() and _rules(_read(file)) != _rules(schema(type(event))):
            refused.append(f"{event.TYPE} is published and its schema changed: add a .v2")
            continue
        _write(file, schema(type(event)))
        _write(_example_file(folder, event.TYPE), json.loads(encode(event)))
    return refused


def check(examples: Iterable[Contract], folder: Path = FOLDER) -> list[str]:
    """Compare the frozen files with the models.

    Returns:
        What differs, a sentence each; empty where nothing does.
    """
    events = {event.TYPE: event for event in examples}
    found: list[str] = []
    for event_type, event in events.items():
        if _read(_schema_file(folder, event_type)) != schema(type(event)):
            found.append(f"{event_type}: the frozen schema differs from the model")
        if _read(_example_file(folder, event_type)) != json.loads(encode(event)):
            found.append(f"{event_type}: the frozen example differs")
    published = sorted(file.stem for file in (folder / "schemas").glob("*.json"))
    found += [
        f"{name} is published and left the catalogue" for name in published if name not in events
    ]
    return found


def _schema_file(folder: Path, event_type: str) -> Path:
    return folder / "schemas" / f"{event_type}.json"


def _example_file(folder: Path, event_type: str) -> Path:
    return folder / "examples" / f"{event_type}.json"


def _read(file: Path) -> object:
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def _write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    file.write_text(f"{text}\n", "utf-8", newline="\n")


def _rules(node: object) -> object:
    """A schema without its words; a property that is named `title` is no word."""
    if isinstance(node, list):
        return [_rules(item) for item in cast("list[object]", node)]
    if not isinstance(node, Mapping):
        return node
    return {
        name: _rules(value)
        for name, value in cast("Mapping[str, object]", node).items()
        if not (name in {"title", "description"} and isinstance(value, str))
    }
