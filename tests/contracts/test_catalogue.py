"""The catalogue and the words of its contracts."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tiendo_contracts import Contract, UnknownEventTypeError, by_type, catalogue
from tiendo_contracts.base import identity
from tiendo_contracts.catalogue import topics
from tiendo_contracts.examples import example, examples
from tiendo_contracts.freezing import schema

CONTRACTS = tuple(catalogue().values())
PAST_TENSE = {"Held", "Sent", "Split"}
"""Past forms that do not end in -ed."""


def each(found: object) -> Iterator[dict[str, Any]]:
    """Every object within a JSON value, itself included."""
    if isinstance(found, dict):
        yield cast("dict[str, Any]", found)
        for child in cast("dict[str, object]", found).values():
            yield from each(child)
    if isinstance(found, list):
        for child in cast("list[object]", found):
            yield from each(child)


def properties(model: type[Contract]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a contract and of the values within it."""
    for node in each(schema(model)):
        if node.get("type") == "object":
            for name, described in cast("dict[str, Any]", node["properties"]).items():
                yield f"{node['title']}.{name}", described


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_type_names_the_context_the_event_in_past_tense_and_the_version(
    model: type[Contract],
) -> None:
    context = model.TOPIC.removeprefix("tiendo.").removesuffix(".v1")
    name = model.__name__.removesuffix(f"V{model.version()}")
    assert re.fullmatch(rf"vn\.tiendo\.{context}\.{name}\.v[1-9][0-9]*", model.TYPE)
    last_word = re.findall("[A-Z][a-z]+", name)[-1]
    assert last_word.endswith("ed") or last_word in PAST_TENSE


def test_no_two_contracts_share_a_type() -> None:
    def descendants(model: type[Contract]) -> Iterator[type[Contract]]:
        for child in model.__subclasses__():
            yield child
            yield from descendants(child)

    written = [
        model.TYPE
        for model in descendants(Contract)
        if "TYPE" in vars(model) and model.__module__.startswith("tiendo_contracts.")
    ]
    assert sorted(written) == sorted(catalogue())


def test_topics_are_those_of_the_contracts() -> None:
    assert topics() == tuple(sorted({model.TOPIC for model in CONTRACTS}))


def test_one_owner_writes_a_topic() -> None:
    owners = {(model.TOPIC, model.OWNER) for model in CONTRACTS}
    assert len(owners) == len(topics())


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_every_event_is_described_in_both_languages(model: type[Contract]) -> None:
    assert schema(model)["description"].startswith(f"{model.VI} — {(model.__doc__ or '')[:9]}")
    assert model.VI[0].isupper()
    assert model.VI.endswith(".")


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_what_is_only_planned_has_no_readers_yet(model: type[Contract]) -> None:
    assert model.version() >= 1
    if model.STATUS == "planned":
        assert model.CONSUMERS == ()


def test_the_catalogue_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        cast("dict[str, object]", catalogue())["vn.tiendo.units.UnitSplit.v1"] = object


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_every_field_is_described_in_both_languages(model: type[Contract]) -> None:
    for name, described in properties(model):
        vietnamese, dash, english = described.get("description", "").partition(" — ")
        assert vietnamese, name
        assert dash, name
        assert english, name


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_instants_say_that_they_are_utc(model: type[Contract]) -> None:
    for name, described in properties(model):
        if any(node.get("format") == "date-time" for node in each(described)):
            vietnamese, _, english = described["description"].partition(" — ")
            assert "UTC" in vietnamese, name
            assert "UTC" in english, name


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_no_schema_holds_a_float(model: type[Contract]) -> None:
    assert all(node.get("type") != "number" for node in each(schema(model)))


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_every_text_has_a_bound(model: type[Contract]) -> None:
    for node in each(schema(model)):
        if node.get("type") == "string":
            assert (
                node.keys() & {"maxLength", "enum", "format"}
                or "{" in node["pattern"]
                or (node["pattern"].startswith("^[0-9]"))
            ), node


ADDED = {"ConclusionItem": {"due_meeting", "groups"}, "AssignmentIssued": {"due_meeting"}}
"""Fields that came after the form was public: events of before lack them, and mean the default."""


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_every_field_is_required_but_what_was_added_since(model: type[Contract]) -> None:
    for node in each(schema(model)):
        if node.get("type") == "object":
            optional = sorted(set(node["properties"]) - set(node["required"]))
            assert optional == sorted(
                name for name, field in node["properties"].items() if "default" in field
            )
            assert set(optional) <= ADDED.get(node["title"], set())


def test_what_was_added_is_optional_and_said_once() -> None:
    nodes = [node for model in CONTRACTS for node in each(schema(model)) if "properties" in node]
    for title, names in ADDED.items():
        assert any(
            node["title"] == title and names.isdisjoint(node["required"]) for node in nodes
        ), title


@pytest.mark.parametrize("model", CONTRACTS, ids=lambda model: model.__name__)
def test_key_is_the_id_of_the_aggregate(model: type[Contract]) -> None:
    event = example(model.TYPE)
    assert event.key() == identity(getattr(event, model.KEY))
    assert re.fullmatch(rb"[0-9a-f-]{36}", event.key())


def test_every_contract_has_an_example() -> None:
    assert examples().keys() == catalogue().keys()


def test_an_unknown_type_is_told_by_its_name() -> None:
    with pytest.raises(UnknownEventTypeError, match=r"vn\.tiendo\.units\.UnitSplit\.v1"):
        by_type("vn.tiendo.units.UnitSplit.v1")
    with pytest.raises(UnknownEventTypeError, match=r"vn\.tiendo\.units\.UnitSplit\.v1"):
        example("vn.tiendo.units.UnitSplit.v1")
