"""The catalogue says who reads an event: held against what the services are wired to."""

from collections import defaultdict

import pytest

from tiendo_contracts import Contract, catalogue
from tiendo_contracts.catalogue import forms
from tiendo_runtime.cli.environment import services


def readers() -> dict[type[Contract], list[str]]:
    """Every contract that a reaction or a view asks for, with the services that do, sorted."""
    found: dict[type[Contract], list[str]] = defaultdict(list)
    for name, service in sorted(services().items()):
        read = set(service.reactions.on) if service.reactions else set[type[Contract]]()
        read.update(*(projection.on for projection in service.projections))
        for model in read:
            found[model].append(name)
    return found


READERS = readers()


@pytest.mark.parametrize("model", catalogue().values(), ids=lambda model: model.__name__)
def test_consumers_of_an_event_are_those_that_read_it(model: type[Contract]) -> None:
    assert list(model.CONSUMERS) == READERS.get(model, [])


def test_what_a_service_reads_is_in_the_catalogue() -> None:
    assert READERS.keys() <= set(catalogue().values())


@pytest.mark.parametrize("model", catalogue().values(), ids=lambda model: model.__name__)
def test_whoever_reads_an_event_reads_it_in_every_form(model: type[Contract]) -> None:
    assert all(READERS.get(form) == READERS.get(model) for form in forms(model))
