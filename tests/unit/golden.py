"""Stored events as their bytes are kept for ever, and what would make them unreadable.

Each service has `golden/<topic>.v<version>.json` files, one for each class of event and each
version that it ever had. `python -m tests.unit.golden` writes those that are missing, from the
examples in the service's `stored.py`; it changes none. An event whose bytes change gets a
`class_version` and an upcaster, and its old file stays.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate
from eventsourcing.persistence import StoredEvent

from tiendo_runtime import codec
from tiendo_runtime.codec import DomainEvent, StoredEventError
from tiendo_runtime.domain import Aggregate

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
SUBJECT = UUID("c3a1f2f0-9f0d-5c55-8a7e-0b6a1c7f4d01")


class Form(NamedTuple):
    """One form in which a kind of event was ever stored."""

    topic: str
    version: int


Golden = Mapping[Form, bytes]


def services() -> list[str]:
    """The services that store events."""
    found = (source for source in ROOT.glob("services/*/src/*") if source.is_dir())
    return sorted(s.name for s in found if (s / "domain").is_dir() or (s / "domain.py").is_file())


def kinds(service: str) -> list[type[Any]]:
    """All classes of events that a service can store."""
    domain = importlib.import_module(f"{service}.domain")
    for module in pkgutil.walk_packages(getattr(domain, "__path__", ()), f"{domain.__name__}."):
        importlib.import_module(module.name)
    return [event for aggregate in _aggregates(service) for event in _events(aggregate)]


def _aggregates(service: str) -> Iterator[type[Aggregate]]:
    waiting: list[type[Aggregate]] = [Aggregate]
    while waiting:
        waiting += (found := waiting.pop().__subclasses__())
        yield from (one for one in found if one.__module__.split(".")[0] == service)


def _events(aggregate: type[Aggregate]) -> Iterator[type[Any]]:
    for name, member in vars(aggregate).items():
        is_event = isinstance(member, type) and issubclass(member, CanMutateAggregate)
        if is_event and name not in ("Event", "Created"):
            yield member


def golden(service: str) -> Golden:
    """The frozen forms of a service's events."""
    return {_form(file): file.read_bytes() for file in (HERE / service / "golden").glob("*.json")}


def _form(file: Path) -> Form:
    topic, _, version = file.stem.rpartition(".v")
    return Form(topic, int(version))


def newest(kind: type[Any]) -> Form:
    """The form in which a class stores its events today."""
    return Form(kind.TOPIC, getattr(kind, "class_version", 1))


def read(form: Form, state: bytes) -> tuple[DomainEvent, Any]:
    """Read a form with today's classes."""
    return codec.decode(StoredEvent(SUBJECT, 1, form.topic, state))


def problems(kinds: Iterable[type[Any]], golden: Golden) -> list[str]:
    """What is wrong between classes and frozen forms, a sentence each."""
    by_topic = {kind.TOPIC: kind for kind in kinds}
    found = [
        f"{form.topic}.v{form.version} is not frozen: run `python -m tests.unit.golden`"
        for form in map(newest, by_topic.values())
        if form not in golden
    ]
    for form, state in golden.items():
        if form.topic not in by_topic:
            found.append(f"{form.topic}: no class has this topic any more")
        else:
            found += _unlike(form, state, by_topic[form.topic])
    return found


def _unlike(form: Form, state: bytes, kind: type[Any]) -> Iterator[str]:
    try:
        event, meta = read(form, state)
    except StoredEventError as error:
        yield f"{form.topic}.v{form.version} cannot be read: {error}"
        return
    if form == newest(kind) and codec.encode(event, meta).state != state:
        yield f"{form.topic}.v{form.version} is stored in another form now"


def _freeze(service: str) -> None:
    examples = importlib.import_module(f"tests.unit.{service}.stored")
    folder = HERE / service / "golden"
    folder.mkdir(exist_ok=True)
    for event in examples.EVENTS:
        stored = codec.encode(event, examples.META)
        version: int = getattr(event, "class_version", 1)
        file = folder / f"{stored.topic}.v{version}.json"
        if not file.exists():
            file.write_bytes(stored.state)


if __name__ == "__main__":
    for one in services():
        _freeze(one)
