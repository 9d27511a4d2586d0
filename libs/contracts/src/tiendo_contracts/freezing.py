"""The public language as files: what readers in other languages rely on, made of the models alone.

    catalogue.json    every type with its topic, key, owner, readers, status
    schemas/          JSON Schema (2020-12) of the data, the present form
    earlier/          forms that were published before, numbered from 1; never changed
    examples/         the data of one realistic event
    events/           the same as a whole event in the JSON format of CloudEvents
    refused/          events that must be refused, as JSON Patches of that, each with the reason
    records/          the same event on Kafka: key, partition among 12, headers, value, as UTF-8

A published schema is a promise: its words may be mended, its rules only so that no reader breaks
(`compatibility`). A planned one is no promise yet.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import entry
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.compatibility import complaints
from tiendo_contracts.examples import envelope, structured
from tiendo_contracts.examples.refused import refused, refused_bodies
from tiendo_contracts.partitions import partition_of
from tiendo_contracts.schemas import schema

__all__ = ["FOLDER", "check", "freeze", "record", "schema"]

FOLDER = Path(__file__).parent / "frozen"
"""Where the frozen files lie, also in the installed package."""

BESIDE = timedelta(days=365)
"""How long a version is published beside its successor."""

_FIXED = ("topic", "key", "owner")
"""What readers have written down of a published type."""


def record(event: Contract) -> dict[str, Any]:
    """An example on the wire, as text in UTF-8."""
    return {
        "topic": event.TOPIC,
        "key": event.key().decode(),
        "partition": partition_of(event.key()),
        "headers": [[name, text.decode()] for name, text in envelope(event).headers()],
        "value": encode(event).decode(),
    }


def freeze(examples: Iterable[Contract], folder: Path = FOLDER) -> list[str]:
    """Write the files of each event; what breaks a reader of a published form is not written.

    Returns:
        What was refused, a sentence each; empty where all is written.
    """
    events = list(examples)
    found = _left(events, folder) + _succession(events)
    for event in events:
        broken = _broken(event, folder)
        if not broken:
            _keep_earlier(event, folder)
            for file, content in _files(event).items():
                _write(folder / file, content)
        found += broken
    if not found:
        _write(folder / "catalogue.json", _catalogue(events))
        _write(folder / "refused" / "cloudevents.json", refused_bodies())
    return found


def check(examples: Iterable[Contract], folder: Path = FOLDER) -> list[str]:
    """Compare the frozen files with the models.

    Returns:
        What differs or breaks a reader, a sentence each; empty where nothing does.
    """
    events = list(examples)
    found = _left(events, folder) + _succession(events)
    for event in events:
        found += _broken(event, folder) or list(_differences(_files(event), folder))
    common = {
        "catalogue.json": _catalogue(events),
        "refused/cloudevents.json": refused_bodies(),
    }
    return [*found, *_differences(common, folder)]


def _files(event: Contract) -> dict[str, object]:
    name = f"{event.TYPE}.json"
    return {
        f"schemas/{name}": schema(type(event)),
        f"examples/{name}": json.loads(encode(event)),
        f"events/{name}": structured(event),
        f"refused/{name}": refused(event),
        f"records/{name}": record(event),
    }


def _catalogue(events: Iterable[Contract]) -> list[dict[str, Any]]:
    return [entry(type(event)) for event in events]


def _differences(files: Mapping[str, object], folder: Path) -> Iterator[str]:
    for file, content in files.items():
        if _read(folder / file) != content:
            yield f"{file} differs from the models: run `python -m tiendo_contracts freeze`"


def _frozen_entry(event_type: str, folder: Path) -> Mapping[str, Any] | None:
    entries = cast("list[dict[str, Any]]", _read(folder / "catalogue.json") or [])
    return next((one for one in entries if one["type"] == event_type), None)


def _broken(event: Contract, folder: Path) -> list[str]:
    """What breaks readers of an event that was published; of a planned one nothing can."""
    before = _frozen_entry(event.TYPE, folder)
    if before is None or before["status"] == "planned":
        return []
    now = entry(type(event))
    found = [
        f"{event.TYPE}: its {name} was {before[name]} and is {now[name]}: readers rely on it; "
        "take it back"
        for name in _FIXED
        if before[name] != now[name]
    ]
    if now["status"] != before["status"]:
        found.append(f"{event.TYPE}: it is published, and cannot be {now['status']} again")
    return found + complaints(event.TYPE, _forms(event.TYPE, folder), schema(type(event)))


def _forms(event_type: str, folder: Path) -> Sequence[Mapping[str, Any]]:
    """All forms that were published, the present one last."""
    files = (*_earlier(event_type, folder), folder / "schemas" / f"{event_type}.json")
    forms = (cast("Mapping[str, Any] | None", _read(file)) for file in files)
    return [form for form in forms if form is not None]


def _earlier(event_type: str, folder: Path) -> list[Path]:
    files = (folder / "earlier").glob(f"{event_type}.*.json")
    return sorted(files, key=lambda file: int(file.name.split(".")[-2]))


def _keep_earlier(event: Contract, folder: Path) -> None:
    """Lay the form that was published until now aside, if other rules take its place."""
    before = _frozen_entry(event.TYPE, folder)
    form = _read(folder / "schemas" / f"{event.TYPE}.json")
    if before is None or before["status"] == "planned" or form is None:
        return
    if _rules(form) != _rules(schema(type(event))):
        number = len(_earlier(event.TYPE, folder)) + 1
        _write(folder / "earlier" / f"{event.TYPE}.{number}.json", form)


def _left(events: Iterable[Contract], folder: Path) -> list[str]:
    """Published types that are in the catalogue no more: the log holds them for ever."""
    present = {event.TYPE for event in events}
    entries = cast("list[dict[str, Any]]", _read(folder / "catalogue.json") or [])
    return [
        f"{one['type']} is published and left the catalogue: the log holds such events for ever"
        for one in entries
        if one["status"] == "published" and one["type"] not in present
    ]


def _succession(events: Iterable[Contract]) -> list[str]:
    """Versions that end before the time has passed in which both are published."""
    models = {event.TYPE: type(event) for event in events}
    found: list[str] = []
    for model in models.values():
        stem, _, version = model.TYPE.rpartition(".v")
        successor = models.get(f"{stem}.v{int(version) + 1}")
        if successor is not None and successor.STATUS == "published":
            earliest = successor.SINCE + BESIDE
            if (model.UNTIL or date.min) < earliest:
                sentence = f"{successor.TYPE} takes its place: say UNTIL, {earliest} or later"
                found.append(f"{model.TYPE}: {sentence}")
    return found


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
