"""The manifests as kustomize makes them, for the few of its features that deploy/ uses.

Known: resources, components, patches (strategic merge and JSON patch, with a target), nameSuffix,
namespace, labels, replicas, images, configMapGenerator. Anything else is an error rather than a
difference. Generated names get no hash of their contents.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml

Manifest = dict[str, Any]

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
KUSTOMIZE = DEPLOY / "kustomize"

_MERGED_BY = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath"}
_NO_NAMESPACE = frozenset({"Namespace"})
_SELECTORS = {
    "Deployment": (
        "metadata/labels",
        "spec/selector/matchLabels",
        "spec/template/metadata/labels",
        "spec/template/spec/topologySpreadConstraints/*/labelSelector/matchLabels",
    ),
    "PodDisruptionBudget": ("metadata/labels", "spec/selector/matchLabels"),
}
_TEMPLATES = ("metadata/labels", "spec/template/metadata/labels")


def render(folder: Path) -> list[Manifest]:
    """All resources of a kustomization."""
    return _apply(folder, [])


def sources(folder: Path) -> set[Path]:
    """Every file that a kustomization is made of."""
    found = {folder / "kustomization.yaml"}
    kustomization = load(folder / "kustomization.yaml")[0]
    listed = [*kustomization.get("resources", ()), *kustomization.get("components", ())]
    listed += [patch["path"] for patch in kustomization.get("patches", ()) if "path" in patch]
    for generator in kustomization.get("configMapGenerator", ()):
        listed += generator.get("envs", ())
    for name in listed:
        path = (folder / name).resolve()
        found |= sources(path) if path.is_dir() else {path}
    return found


def load(path: Path) -> list[Manifest]:
    """The documents of a YAML file; a file that is not there is an error."""
    return list(yaml.safe_load_all(path.read_text("utf-8")))


def named(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    """The manifests of a kind by name."""
    return {m["metadata"]["name"]: m for m in manifests if m["kind"] == kind}


def _apply(folder: Path, manifests: list[Manifest]) -> list[Manifest]:
    kustomization = load(folder / "kustomization.yaml")[0]
    del kustomization["apiVersion"], kustomization["kind"]
    for entry in kustomization.pop("resources", ()):
        path = folder / entry
        manifests += _apply(path, []) if path.is_dir() else load(path)
    _generate(folder, kustomization, manifests)
    for entry in kustomization.pop("components", ()):
        manifests = _apply(folder / entry, manifests)
    assert kustomization.keys() <= _TRANSFORMERS.keys(), f"{folder}: not known here"
    for field, transform in _TRANSFORMERS.items():
        if field in kustomization:
            manifests = transform(folder, kustomization[field], manifests)
    return manifests


def _generate(folder: Path, kustomization: Manifest, manifests: list[Manifest]) -> None:
    options = kustomization.pop("generatorOptions", {})
    for generator in kustomization.pop("configMapGenerator", ()):
        data: dict[str, str] = {}
        for name in generator.get("envs", ()):
            data |= _pairs((folder / name).read_text("utf-8").splitlines())
        data |= _pairs(generator.get("literals", ()))
        if generator.get("behavior") == "merge":
            named(manifests, "ConfigMap")[generator["name"]]["data"] |= data
        else:
            metadata = {"name": generator["name"], **copy.deepcopy(options)}
            manifests.append(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
            )


def _pairs(lines: "list[str] | tuple[str, ...]") -> dict[str, str]:
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition("=") for line in kept)}


def _patch(folder: Path, patches: list[Manifest], manifests: list[Manifest]) -> list[Manifest]:
    for patch in patches:
        text = (folder / patch["path"]).read_text("utf-8") if "path" in patch else patch["patch"]
        body: Any = yaml.safe_load(text)
        target = patch.get("target") or {"kind": body["kind"], "name": body["metadata"]["name"]}
        touched = [m for m in manifests if _is_target(m, target)]
        assert touched, f"{folder}: a patch meets nothing: {target}"
        if isinstance(body, dict) and "$patch" in body:
            assert body["$patch"] == "delete"
            manifests = [m for m in manifests if m not in touched]
        elif isinstance(body, dict):
            for manifest in touched:
                name = manifest["metadata"]["name"]
                _merge(manifest, cast("Manifest", body))
                manifest["metadata"]["name"] = name
        else:
            for manifest in touched:
                for step in cast("list[Manifest]", body):
                    _step(manifest, step)
    return manifests


def _is_target(manifest: Manifest, target: Mapping[str, str]) -> bool:
    found = {"kind": manifest["kind"], "name": manifest["metadata"]["name"]}
    return all(re.fullmatch(wanted, found[field]) for field, wanted in target.items())


def _merge(into: Manifest, patch: Mapping[str, Any]) -> None:
    for field, value in patch.items():
        known = into.get(field)
        if isinstance(value, dict) and isinstance(known, dict):
            _merge(cast("Manifest", known), cast("Manifest", value))
        elif isinstance(known, list) and field in _MERGED_BY:
            merged = cast("list[Manifest]", known)
            _merge_items(merged, cast("list[Manifest]", value), _MERGED_BY[field])
        else:
            into[field] = copy.deepcopy(cast("Any", value))


def _merge_items(into: list[Manifest], patch: list[Manifest], key: str) -> None:
    known = {item[key]: item for item in into}
    for item in patch:
        if item[key] in known:
            _merge(known[item[key]], item)
        else:
            into.append(copy.deepcopy(item))


def _step(manifest: Manifest, step: Mapping[str, Any]) -> None:
    assert step["op"] == "replace", f"a JSON patch can only replace here: {step}"
    *way, last = step["path"].lstrip("/").split("/")
    place: Any = manifest
    for part in way:
        place = place[_key(part)]
    assert place[_key(last)] is not None
    place[_key(last)] = step["value"]


def _key(part: str) -> int | str:
    return int(part) if part.isdigit() else part


def _label(_: Path, entries: list[Manifest], manifests: list[Manifest]) -> list[Manifest]:
    for entry in entries:
        for manifest in manifests:
            ways: tuple[str, ...] = ("metadata/labels",)
            if entry.get("includeSelectors"):
                ways = _SELECTORS[manifest["kind"]]
            elif entry.get("includeTemplates") and "template" in manifest.get("spec", {}):
                ways = _TEMPLATES
            for way in ways:
                for place in _places(manifest, way.split("/")):
                    place.update(entry["pairs"])
    return manifests


def _places(place: Any, way: list[str]) -> Iterator[Manifest]:
    if not way:
        yield place
    elif way[0] == "*":
        for item in place:
            yield from _places(item, way[1:])
    else:
        yield from _places(place.setdefault(way[0], {}), way[1:])


def _suffix(_: Path, suffix: str, manifests: list[Manifest]) -> list[Manifest]:
    for manifest in manifests:
        manifest["metadata"]["name"] += suffix
    return manifests


def _namespace(_: Path, namespace: str, manifests: list[Manifest]) -> list[Manifest]:
    for manifest in manifests:
        if manifest["kind"] not in _NO_NAMESPACE:
            manifest["metadata"]["namespace"] = namespace
    return manifests


def _replicas(_: Path, entries: list[Manifest], manifests: list[Manifest]) -> list[Manifest]:
    for entry in entries:
        named(manifests, "Deployment")[entry["name"]]["spec"]["replicas"] = entry["count"]
    return manifests


def _images(_: Path, entries: list[Manifest], manifests: list[Manifest]) -> list[Manifest]:
    for container in containers(manifests):
        for entry in entries:
            if container["image"] == entry["name"]:
                container["image"] = f"{entry['newName']}:{entry['newTag']}"
    return manifests


def containers(manifests: list[Manifest]) -> list[Manifest]:
    """All containers of all pods."""
    found: list[Manifest] = []
    for manifest in pods(manifests):
        spec = manifest["spec"]["template"]["spec"]
        found += [*spec.get("initContainers", ()), *spec["containers"]]
    return found


def pods(manifests: list[Manifest]) -> list[Manifest]:
    """All manifests that make pods."""
    return [m for m in manifests if "template" in m.get("spec", {})]


# In the order of kustomize, whatever the order in the file.
_TRANSFORMERS: dict[str, Callable[[Path, Any, list[Manifest]], list[Manifest]]] = {
    "patches": _patch,
    "nameSuffix": _suffix,
    "namespace": _namespace,
    "labels": _label,
    "replicas": _replicas,
    "images": _images,
}
