"""The environment that the manifests give, against the settings that the services read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from tests.unit.deploy.rendering import KUSTOMIZE, Manifest, named, pods, render
from tests.unit.deploy.settings_table import README, table, written

from tiendo_runtime.cli.environment import services

SERVICES = services()
SITES = {
    name: render(KUSTOMIZE / name)
    for name in ("overlays/small", "overlays/national", "sites/example")
}
SECRETS = {
    "url": "postgresql://someone@db.tiendo.example:5432/one",
    "username": "someone",
    "password": "a word",
}
WORKLOADS = [
    pytest.param(site, name, id=f"{site}:{name}")
    for site, manifests in SITES.items()
    for name in named(manifests, "Deployment")
]


def _container(manifest: Manifest) -> Manifest:
    return manifest["spec"]["template"]["spec"]["containers"][0]


def _environment(
    manifests: list[Manifest], manifest: Manifest, *, with_optional: bool = True
) -> dict[str, str]:
    """What a container finds in its environment, with stand-ins for the operator's secrets."""
    found: dict[str, str] = {}
    for source in _container(manifest)["envFrom"]:
        found |= named(manifests, "ConfigMap")[source["configMapRef"]["name"]]["data"]
    for env in _container(manifest)["env"]:
        secret = env.get("valueFrom", {}).get("secretKeyRef")
        if secret is None:
            found[env["name"]] = env["value"]
        elif with_optional or not secret.get("optional"):
            found[env["name"]] = SECRETS.get(secret["key"], SECRETS["url"])
    return found


@pytest.mark.parametrize(("site", "name"), WORKLOADS)
@pytest.mark.parametrize("with_optional", [True, False], ids=["all secrets", "needed secrets"])
def test_a_service_takes_the_settings_it_is_given(
    site: str, name: str, *, with_optional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = named(SITES[site], "Deployment")[name]
    kind = SERVICES[_container(deployment)["args"][1]].settings
    given = _environment(SITES[site], deployment, with_optional=with_optional)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    settings: Any = kind()  # pyright: ignore[reportCallIssue] - from the environment
    assert settings.http_port == 8000
    known = {f"TIENDO_{field.upper()}" for field in kind.model_fields}
    assert given.keys() <= known, "a setting that the service does not know would have no effect"
    needed = {
        f"TIENDO_{n.upper()}" for n, field in kind.model_fields.items() if field.is_required()
    }
    assert needed <= given.keys()


def test_the_example_site_answers_for_every_host() -> None:
    """A value of the base that a site must change has no say in the example any more."""
    for config in named(SITES["sites/example"], "ConfigMap").values():
        assert not [v for v in config["data"].values() if "tiendo.example" in v]


def _allowed(manifests: list[Manifest], labels: Mapping[str, str]) -> set[int]:
    """The TCP ports that a pod may speak to."""
    found: set[int] = set()
    for policy in named(manifests, "NetworkPolicy").values():
        if _matches(policy["spec"]["podSelector"], labels):
            for rule in policy["spec"].get("egress", ()):
                found |= {p["port"] for p in rule["ports"] if p["protocol"] == "TCP"}
    return found


def _matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    plain = selector.get("matchLabels", {}).items() <= labels.items()
    terms: Iterable[Manifest] = selector.get("matchExpressions", ())
    assert all(term["operator"] == "In" for term in terms)
    return plain and all(labels.get(term["key"]) in term["values"] for term in terms)


def _ports(text: str) -> set[int]:
    """The ports of addresses, `host:port` or URLs."""
    named_ports = {int(port) for port in re.findall(r":(\d+)", text)}
    return named_ports or {443 if text.startswith("https") else 80}


@pytest.mark.parametrize("site", SITES)
def test_each_pod_may_speak_to_what_its_role_needs_and_to_no_more(site: str) -> None:
    for manifest in pods(SITES[site]):
        labels = manifest["spec"]["template"]["metadata"]["labels"]
        env = _environment(SITES[site], manifest)
        role, name = labels["app.kubernetes.io/component"], labels["app.kubernetes.io/name"]
        needed = {53, 5432, 4318}
        if role != "api":
            needed |= _ports(env["TIENDO_KAFKA_BOOTSTRAP_SERVERS"])
        if role in ("all", "api"):
            needed |= _ports(env["TIENDO_JWKS_URL"]) | _ports(env["TIENDO_TOKEN_ISSUER"])
        if name == "notifications" and role in ("all", "react"):
            needed |= {25, int(env["TIENDO_SMTP_PORT"])}
        assert _allowed(SITES[site], labels) == needed
        assert not env["TIENDO_OTLP_ENDPOINT"] or _ports(env["TIENDO_OTLP_ENDPOINT"]) == {4318}


@pytest.mark.parametrize("site", SITES)
def test_people_reach_pods_that_serve_and_no_others_and_the_watch_reaches_all(site: str) -> None:
    people = named(SITES[site], "NetworkPolicy")["tiendo-people"]["spec"]
    watch = named(SITES[site], "NetworkPolicy")["tiendo-watch"]["spec"]
    closed = named(SITES[site], "NetworkPolicy")["tiendo-nothing"]["spec"]
    assert set(closed["policyTypes"]) == {"Ingress", "Egress"}
    assert not closed.keys() & {"ingress", "egress"}
    for manifest in pods(SITES[site]):
        labels = manifest["spec"]["template"]["metadata"]["labels"]
        assert _matches(closed["podSelector"], labels)
        serves = labels["app.kubernetes.io/component"] in ("all", "api")
        assert _matches(people["podSelector"], labels) == serves
        assert _matches(watch["podSelector"], labels)
    for policy in (people, watch):
        [rule] = policy["ingress"]
        assert rule["ports"] == [{"protocol": "TCP", "port": 8000}]
        assert rule["from"]


def test_the_readme_tells_every_setting_as_it_is() -> None:
    assert written() == table(), (
        f"write it anew: python -m tests.unit.deploy.settings_table\n{README}"
    )


@pytest.mark.parametrize(
    ("site", "word"), [("overlays/small", "small"), ("overlays/national", "national")]
)
def test_the_readme_counts_the_connections(site: str, word: str) -> None:
    """Two pools of four a process; one more to be woken: by a relay, by a board that is watched."""
    counts = dict.fromkeys(SERVICES, 0)
    for deployment in named(SITES[site], "Deployment").values():
        _, name, _, role = _container(deployment)["args"]
        relays = role in ("all", "relay") and SERVICES[name].publish is not None
        wakes = relays + (name == "monitoring" and role in ("all", "api"))
        counts[name] += deployment["spec"]["replicas"] * (8 + wakes)
    row = " | ".join(str(counts[name]) for name in sorted(SERVICES))
    assert f"| {word} | {row} | {sum(counts.values())} |" in README.read_text("utf-8")
