"""The users that Kafka's operator makes, held against what the services read and write."""

from pathlib import Path

import pytest
import yaml
from tests.unit.deploy.rendering import (
    KUSTOMIZE,
    Manifest,
    containers,
    load,
    named,
    pods,
    render,
)
from typer.testing import CliRunner

from tiendo_contracts.catalogue import catalogue, topics
from tiendo_runtime.cli.environment import services
from tiendo_runtime.cli.parts import app
from tiendo_runtime.kafka_grants import of_service, of_source, user_of
from tiendo_runtime.service import Grant

USERS = KUSTOMIZE / "kafka" / "users.yaml"


def test_the_kept_users_are_those_that_the_code_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIENDO_TOPIC_PREFIX", raising=False)
    printed = CliRunner().invoke(app, ["ops", "grants", "--form", "strimzi"])
    assert printed.exit_code == 0
    assert USERS.read_text("utf-8") == printed.stdout
    assert len(load(USERS)) == len(services()) + 1


@pytest.mark.parametrize("overlay", ["small", "national"])
def test_every_process_comes_to_kafka_as_its_own_user(overlay: str, tmp_path: Path) -> None:
    site = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [str(KUSTOMIZE / "overlays" / overlay)],
        "components": [str(KUSTOMIZE / "kafka")],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(site))
    manifests = render(tmp_path)
    common = named(manifests, "ConfigMap")["tiendo-common"]["data"]
    assert common["TIENDO_KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
    users = {user["metadata"]["name"] for user in load(USERS)}
    seen = {_user_of(pod, common) for pod in pods(manifests)}
    assert seen == users
    assert len(containers(manifests)) == len(pods(manifests))


def _user_of(manifest: Manifest, common: dict[str, str]) -> str:
    """Whom a pod comes as; the files that it is told of are those of this user."""
    pod = manifest["spec"]["template"]["spec"]
    [container] = pod["containers"]
    env = {one["name"]: one.get("value") for one in container["env"]}
    user = str(env["TIENDO_KAFKA_SASL_USERNAME"])
    if container["args"][0] == "run":
        assert user == user_of(container["args"][1])
    mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    secrets = {v["name"]: v["secret"]["secretName"] for v in pod["volumes"] if "secret" in v}
    assert secrets == {"kafka-ca": "kafka-ca", "kafka-user": user}
    assert common["TIENDO_KAFKA_CA_FILE"].startswith(mounts["kafka-ca"])
    assert common["TIENDO_KAFKA_SASL_PASSWORD_FILE"] == f"{mounts['kafka-user']}/password"
    return user


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
