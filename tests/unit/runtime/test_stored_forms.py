"""What any service stored once is read for ever; whoever forgets an upcaster is told.

Whatever could make a stored event unreadable is done here to a copy of each class.
"""

from collections.abc import Callable
from dataclasses import fields
from types import new_class
from typing import Any, NamedTuple, get_type_hints

import pytest
from tests.unit.golden import Form, Golden, golden, kinds, newest, problems, read, services

from tiendo_runtime.domain import Aggregate

SERVICES = services()


class Frozen(NamedTuple):
    """A class of events with its forms."""

    kind: type[Any]
    golden: Golden


def _all() -> list[Frozen]:
    found: list[Frozen] = []
    for service in SERVICES:
        files = golden(service)
        for kind in kinds(service):
            mine = {form: state for form, state in files.items() if form.topic == kind.TOPIC}
            found.append(Frozen(kind, mine))
    return found


def _topic(frozen: Frozen) -> str:
    return frozen.kind.TOPIC


ALL = _all()
every_kind = pytest.mark.parametrize("frozen", ALL, ids=_topic)


def own_fields(kind: type[Any]) -> dict[str, Any]:
    """The fields that an event has beside those that every event has."""
    hints = get_type_hints(kind)
    common = {field.name for field in fields(Aggregate.Created)}
    return {field.name: hints[field.name] for field in fields(kind) if field.name not in common}


with_fields = pytest.mark.parametrize("frozen", [f for f in ALL if own_fields(f.kind)], ids=_topic)


def copy_of(kind: type[Any], fields: dict[str, Any], **members: Any) -> type[Any]:
    """A class like `kind` under its topic, with other fields or members."""
    topic: str = kind.TOPIC
    base = Aggregate.Created if issubclass(kind, Aggregate.Created) else Aggregate.Event
    versions = [name for name in dir(kind) if name == "class_version" or name.startswith("upcast_")]
    kept = {name: getattr(kind, name) for name in versions}
    body = {"TOPIC": topic, "__annotations__": fields, "__module__": kind.__module__, **kept}
    return new_class(kind.__name__, (base,), exec_body=lambda space: space.update(body | members))


def problems_of(monkeypatch: pytest.MonkeyPatch, kind: type[Any], forms: Golden) -> list[str]:
    """What is wrong if a copy stood in the place of its class."""
    topic: str = kind.TOPIC
    with monkeypatch.context() as patch:
        patch.setattr("tiendo_runtime.codec.resolve_topic", {topic: kind}.__getitem__)
        patch.setattr("tiendo_runtime.codec.get_topic", {kind: topic}.__getitem__)
        return problems([kind], forms)


def test_services_that_store_events_are_found() -> None:
    assert {"assignments", "meetings", "notifications", "reporting"} <= set(SERVICES)
    assert len(ALL) >= 20


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_a_service_has_frozen_bytes_that_todays_classes_read_and_write(
    service: str,
) -> None:
    assert problems(kinds(service), golden(service)) == []


@every_kind
def test_frozen_bytes_are_read_as_the_class_that_wrote_them(frozen: Frozen) -> None:
    for form, state in frozen.golden.items():
        assert type(read(form, state)[0]) is frozen.kind


@every_kind
def test_a_new_event_without_frozen_bytes_is_noticed(frozen: Frozen) -> None:
    assert "is not frozen" in problems([frozen.kind], {})[0]


@every_kind
def test_a_copy_that_changes_nothing_is_no_problem(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = copy_of(frozen.kind, own_fields(frozen.kind))
    assert problems_of(monkeypatch, same, frozen.golden) == []


@every_kind
def test_an_event_whose_topic_is_renamed_is_noticed(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a class is that is renamed without a `TOPIC` of its old name."""
    other = copy_of(frozen.kind, own_fields(frozen.kind))
    other.TOPIC = f"{frozen.kind.TOPIC}2"
    assert any(
        "no class has this topic" in p for p in problems_of(monkeypatch, other, frozen.golden)
    )


Change = Callable[[dict[str, Any], str], dict[str, Any]]


def _renamed(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {f"{n}_renamed" if n == name else n: hint for n, hint in fields.items()}


def _dropped(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {n: hint for n, hint in fields.items() if n != name}


def _added(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {**fields, f"{name}_too": str}


def _retyped(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {**fields, name: dict[int, bytes]}


@with_fields
@pytest.mark.parametrize("change", [_renamed, _dropped, _added, _retyped])
def test_an_event_whose_fields_change_without_an_upcaster_is_noticed(
    frozen: Frozen, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = own_fields(frozen.kind)
    for name in own:
        changed = copy_of(frozen.kind, change(own, name))
        found = problems_of(monkeypatch, changed, frozen.golden)
        assert any("cannot be read" in problem for problem in found), name


@with_fields
def test_a_new_version_needs_an_upcaster_and_frozen_bytes_of_its_own(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = own_fields(frozen.kind)
    old = next(iter(own))
    before = newest(frozen.kind).version
    raised: dict[str, Any] = {"class_version": before + 1}
    changed = copy_of(frozen.kind, _renamed(own, old), **raised)
    found = problems_of(monkeypatch, changed, frozen.golden)
    assert len(found) == 1 + len(frozen.golden)
    assert "is not frozen" in found[0]
    assert all("cannot be read" in problem for problem in found[1:])

    def upcast(state: dict[str, Any]) -> None:
        state[f"{old}_renamed"] = state.pop(old)

    raised[f"upcast_v{before}_v{before + 1}"] = staticmethod(upcast)
    mended = copy_of(frozen.kind, _renamed(own, old), **raised)
    found = problems_of(monkeypatch, mended, frozen.golden)
    form = Form(frozen.kind.TOPIC, before + 1)
    assert [p.split(" ")[0] for p in found] == [f"{form.topic}.v{form.version}"]
    assert "is not frozen" in found[0]


def test_a_value_that_is_stored_in_another_form_is_noticed() -> None:
    kind, forms = next(frozen for frozen in ALL if frozen.golden)
    spaced = {form: state.replace(b",", b", ", 1) for form, state in forms.items()}
    assert "stored in another form" in problems([kind], spaced)[0]
