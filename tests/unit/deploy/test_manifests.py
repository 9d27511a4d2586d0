"""What the manifests promise, held against the services as they are installed."""

import re

import pytest
import yaml
from tests.unit.deploy.rendering import (
    DEPLOY,
    KUSTOMIZE,
    Manifest,
    containers,
    load,
    named,
    pods,
    render,
)

from tiendo_runtime import process
from tiendo_runtime.cli.environment import services
from tiendo_runtime.http.app import probes, scraped
from tiendo_runtime.service import Service

SERVICES = services()
SMALL, NATIONAL, SITE = (
    render(KUSTOMIZE / name) for name in ("overlays/small", "overlays/national", "sites/example")
)
ALL = pytest.mark.parametrize(
    "manifests", [SMALL, NATIONAL, SITE], ids=["small", "national", "site"]
)
NAME, ROLE, PART_OF, SERVES = (
    "app.kubernetes.io/name",
    "app.kubernetes.io/component",
    "app.kubernetes.io/part-of",
    "tiendo.vn/serves",
)


def _has_work(service: Service, role: str) -> bool:
    work = {
        "all": True,
        "api": True,
        "relay": service.publish is not None,
        "react": service.reactions is not None or bool(service.jobs),
        "project": bool(service.projections),
    }
    return work[role]


def _labels(manifest: Manifest) -> dict[str, str]:
    return manifest["spec"]["template"]["metadata"]["labels"]


def _pod(manifest: Manifest) -> Manifest:
    return manifest["spec"]["template"]["spec"]


def _deployments(manifests: list[Manifest]) -> list[Manifest]:
    return list(named(manifests, "Deployment").values())


def _runs(manifests: list[Manifest]) -> set[tuple[str, str]]:
    """The (service, role) pairs that are run."""
    return {
        (c["args"][1], c["args"][3]) for d in _deployments(manifests) for c in _pod(d)["containers"]
    }


def _selects(selector: dict[str, str], manifest: Manifest) -> bool:
    return selector.items() <= _labels(manifest).items()


@ALL
def test_no_resource_stands_twice(manifests: list[Manifest]) -> None:
    names = [(m["kind"], m["metadata"]["name"]) for m in manifests]
    assert len(names) == len(set(names))
    assert all(m["apiVersion"] for m in manifests)


def test_a_small_site_runs_every_service_in_one_process() -> None:
    assert _runs(SMALL) == {(name, "all") for name in SERVICES}


def test_the_country_runs_every_role_that_has_work_and_no_other() -> None:
    roles = ("api", "relay", "react", "project")
    assert _runs(NATIONAL) == {
        (name, role) for name, s in SERVICES.items() for role in roles if _has_work(s, role)
    }


@ALL
def test_labels_tell_what_a_pod_runs(manifests: list[Manifest]) -> None:
    for deployment in _deployments(manifests):
        run, service, option, role = _pod(deployment)["containers"][0]["args"]
        labels = _labels(deployment)
        assert (run, option) == ("run", "--role")
        assert (labels[NAME], labels[ROLE], labels[PART_OF]) == (service, role, "tiendo")
        wanted = service if role == "all" else f"{service}-{role}"
        assert deployment["metadata"]["name"] == wanted
        assert (labels.get(SERVES) == "http") == (role in ("all", "api"))


@ALL
def test_a_deployment_owns_its_own_pods_alone(manifests: list[Manifest]) -> None:
    for deployment in _deployments(manifests):
        selector = deployment["spec"]["selector"]["matchLabels"]
        assert [d for d in pods(manifests) if _selects(selector, d)] == [deployment]


@ALL
def test_each_service_is_reached_where_it_serves(manifests: list[Manifest]) -> None:
    found = named(manifests, "Service")
    assert found.keys() == SERVICES.keys()
    for name, service in found.items():
        chosen = [d for d in pods(manifests) if _selects(service["spec"]["selector"], d)]
        assert [_labels(d)[NAME] for d in chosen] == [name]
        assert _labels(chosen[0])[ROLE] in ("all", "api")
        container = _pod(chosen[0])["containers"][0]
        assert service["spec"]["ports"][0]["targetPort"] == container["ports"][0]["name"]


def test_the_example_site_opens_every_service_to_people() -> None:
    rules = named(SITE, "Ingress")["tiendo"]["spec"]["rules"]
    paths = [path for rule in rules for path in rule["http"]["paths"]]
    backends = [path["backend"]["service"] for path in paths]
    assert {b["name"] for b in backends} == SERVICES.keys()
    assert {b["port"]["name"] for b in backends} == {"http"}
    assert len({r["host"] for r in rules}) == len(rules)


@ALL
def test_probes_ask_paths_that_exist(manifests: list[Manifest]) -> None:
    paths = {getattr(route, "path", "") for route in probes(tuple).routes}
    for deployment in _deployments(manifests):
        container = _pod(deployment)["containers"][0]
        port = container["ports"][0]
        env = {e["name"]: e.get("value") for e in container["env"]}
        assert env["TIENDO_HTTP_PORT"] == str(port["containerPort"])
        assert env["TIENDO_HTTP_HOST"] == "0.0.0.0"  # noqa: S104 - inside of a pod
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["path"] in paths
            assert container[probe]["httpGet"]["port"] == port["name"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/livez"


@ALL
def test_every_process_says_where_its_metrics_are(manifests: list[Manifest]) -> None:
    paths = {getattr(route, "path", "") for route in scraped(str).routes}
    for deployment in _deployments(manifests):
        told = deployment["spec"]["template"]["metadata"]["annotations"]
        port = _pod(deployment)["containers"][0]["ports"][0]["containerPort"]
        assert told["prometheus.io/scrape"] == "true"
        assert told["prometheus.io/port"] == str(port)
        assert told["prometheus.io/path"] in paths


@ALL
def test_work_goes_to_whoever_is_ready_for_it(manifests: list[Manifest]) -> None:
    for deployment in _deployments(manifests):
        path = _pod(deployment)["containers"][0]["readinessProbe"]["httpGet"]["path"]
        assert path == "/readyz"


@ALL
def test_a_process_has_the_time_to_drain(manifests: list[Manifest]) -> None:
    leaves_within: float = vars(process)["_LEAVE_SECONDS"]
    for deployment in _deployments(manifests):
        container = _pod(deployment)["containers"][0]
        before = container.get("lifecycle", {}).get("preStop", {}).get("exec", {})
        waits = float(before["command"][1]) if before else 0.0
        assert (waits > 0) == (SERVES in _labels(deployment))
        assert _pod(deployment)["terminationGracePeriodSeconds"] > waits + leaves_within


@ALL
def test_no_process_runs_as_root_or_writes_into_its_image(manifests: list[Manifest]) -> None:
    for manifest in pods(manifests):
        pod = _pod(manifest)
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert pod["serviceAccountName"] in named(manifests, "ServiceAccount")
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
        assert all(volume.keys() == {"name", "emptyDir"} for volume in pod["volumes"])
    for container in containers(manifests):
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]


@ALL
def test_the_loss_of_one_node_leaves_another_replica(manifests: list[Manifest]) -> None:
    budgets = named(manifests, "PodDisruptionBudget")
    assert budgets.keys() == named(manifests, "Deployment").keys()
    for name, deployment in named(manifests, "Deployment").items():
        selector = deployment["spec"]["selector"]
        assert deployment["spec"]["replicas"] >= 2
        assert budgets[name]["spec"] == {"maxUnavailable": 1, "selector": selector}
        spread = _pod(deployment)["topologySpreadConstraints"]
        assert "kubernetes.io/hostname" in {one["topologyKey"] for one in spread}
        assert all(one["labelSelector"] == selector for one in spread)


@ALL
def test_replicas_do_not_outnumber_the_partitions_they_share(manifests: list[Manifest]) -> None:
    for deployment in _deployments(manifests):
        if _labels(deployment)[ROLE] in ("react", "project", "all"):
            assert deployment["spec"]["replicas"] <= 12


@ALL
def test_what_the_migration_needs_is_applied_with_it(manifests: list[Manifest]) -> None:
    """`kubectl apply -l tiendo.vn/stage=first` brings the Job, and all that it stands on."""
    first = {
        (m["kind"], m["metadata"]["name"])
        for m in manifests
        if m["metadata"].get("labels", {}).get("tiendo.vn/stage") == "first"
    }
    kinds = ("ConfigMap", "Job", "NetworkPolicy", "ServiceAccount")
    assert first == {(m["kind"], m["metadata"]["name"]) for m in manifests if m["kind"] in kinds}


def test_the_migration_reaches_every_database_and_says_how_often_topics_are_kept() -> None:
    [container] = _pod(named(NATIONAL, "Job")["tiendo-migrate"])["containers"]
    env = {e["name"]: e["valueFrom"]["secretKeyRef"] for e in container["env"]}
    assert container["args"] == ["ops", "migrate", "--replication", "3"]
    assert env == {
        f"TIENDO_{name.upper()}_DATABASE_URL": {"name": "tiendo-migrate", "key": name}
        for name in SERVICES
    }


@ALL
def test_images_are_one_and_named_by_a_version_where_they_are_run(
    manifests: list[Manifest],
) -> None:
    [image] = {container["image"] for container in containers(manifests)}
    wanted = "registry.agency.example/tiendo:0.1.0" if manifests is SITE else "tiendo"
    assert image == wanted


def test_no_file_names_a_registry_or_a_host_of_somebody() -> None:
    text = "\n".join(path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.is_file())
    hosts = set(re.findall(r"(?:https?|postgres(?:ql)?)://(?:[^\s/@]*@)?([A-Za-z0-9.-]+)", text))
    assert {host for host in hosts if not _is_nobodys(host)} == set()
    images = set(re.findall(r"(?:FROM|image:)\s+([a-z0-9-]+(?:\.[a-z0-9-]+)+)[/:]", text))
    assert {image for image in images if not _is_nobodys(image)} == set()


def _is_nobodys(host: str) -> bool:
    return host.endswith((".example", ".example.vn")) or host in ("127.0.0.1", "localhost")


@ALL
def test_no_secret_stands_in_a_manifest(manifests: list[Manifest]) -> None:
    assert "Secret" not in {m["kind"] for m in manifests}
    secret = re.compile(r"DATABASE_URL|PASSWORD|USERNAME|TOKEN$|KEY$")
    for container in containers(manifests):
        for env in container["env"]:
            assert ("valueFrom" in env) == bool(secret.search(env["name"]))
    for config in named(manifests, "ConfigMap").values():
        assert not any(secret.search(name) for name in config["data"])
    assert not re.search(r"://[^\s/@]+:[^\s/@]+@", yaml.safe_dump_all(manifests))


def test_every_manifest_is_read_by_a_plain_parser() -> None:
    for path in KUSTOMIZE.rglob("*.yaml"):
        assert all(isinstance(document, dict) for document in load(path))
