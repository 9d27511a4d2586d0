"""The users that Kafka's operator makes, held against what the services read and write."""

import pytest
from tests.unit.deploy.rendering import KUSTOMIZE, load
from typer.testing import CliRunner

from tiendo_contracts.catalogue import catalogue, topics
from tiendo_runtime.cli.environment import services
from tiendo_runtime.cli.parts import app
from tiendo_runtime.kafka_grants import of_service, of_source
from tiendo_runtime.service import Grant

USERS = KUSTOMIZE / "kafka" / "users.yaml"


def test_the_kept_users_are_those_that_the_code_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIENDO_TOPIC_PREFIX", raising=False)
    printed = CliRunner().invoke(app, ["ops", "grants", "--form", "strimzi"])
    assert printed.exit_code == 0
    assert USERS.read_text("utf-8") == printed.stdout
    assert len(load(USERS)) == len(services()) + 1


@pytest.mark.parametrize("name", services())
def test_a_service_writes_to_its_own_topics_alone(name: str) -> None:
    written = {one.name for one in of_service(services()[name]) if "Write" in one.operations}
    owned = {model.TOPIC for model in catalogue().values() if name == model.OWNER}
    assert written == (owned if services()[name].publish else set())


@pytest.mark.parametrize("name", services())
def test_a_service_has_its_groups_and_nobody_elses(name: str) -> None:
    groups = {one.name for one in of_service(services()[name], "x.") if one.resource == "group"}
    assert groups
    assert all(group.startswith(f"x.tiendo.{name}.") for group in groups)


def test_only_the_ingest_may_make_topics_and_only_those_of_sources() -> None:
    made = [
        (name, one)
        for name, service in services().items()
        for one in of_service(service)
        if "Create" in one.operations
    ]
    operations = ("Create", "Describe", "Read")
    assert made == [("ingest", Grant("topic", "tiendo.inbound.", operations, is_prefix=True))]


def test_a_source_writes_to_one_topic_and_reads_no_other_sources() -> None:
    grants = of_source("so-y-te")
    assert [one.name for one in grants if "Write" in one.operations] == [
        "tiendo.inbound.so-y-te.v1"
    ]
    read = {one.name for one in grants if one.resource == "topic" and "Read" in one.operations}
    assert read == set(topics())
    assert [one.name for one in of_source("so-y-te", reads=False)] == ["tiendo.inbound.so-y-te.v1"]
