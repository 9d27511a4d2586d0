"""The small renderer of these tests against kustomize itself, where that is at hand."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.deploy.rendering import KUSTOMIZE, Manifest, render, sources

SITES = ("overlays/small", "overlays/national", "sites/example")


def _comparable(manifests: list[Manifest]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for manifest in manifests:
        text = yaml.safe_dump(_ordered(manifest), sort_keys=True)
        text = re.sub(r"(name: tiendo-[a-z]+)-[a-z0-9]{10}\n", r"\1\n", text)
        again = yaml.safe_load(text)
        found[f"{again['kind']}/{again['metadata']['name']}"] = again
    return found


def _ordered(value: Any) -> Any:
    """The same, with what has names in the order of names, whose order means nothing."""
    if isinstance(value, dict):
        return {k: _ordered(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        items: list[Any] = [_ordered(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        if all(isinstance(item, dict) and "name" in item for item in items):
            return sorted(items, key=lambda item: str(item["name"]))
        return items
    return value


@pytest.mark.parametrize("site", ["overlays/small", "sites/example"])
def test_manifests_are_rendered_as_by_kustomize(site: str) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl, which has kustomize in it, is not installed")
    done = subprocess.run(
        [kubectl, "kustomize", str(KUSTOMIZE / site)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = _comparable(list(yaml.safe_load_all(done.stdout)))
    assert _comparable(render(KUSTOMIZE / site)) == theirs


def test_no_manifest_is_forgotten() -> None:
    used: set[Path] = set()
    for site in SITES:
        used |= sources(KUSTOMIZE / site)
    used |= sources(KUSTOMIZE / "kafka") | {KUSTOMIZE / "kafka" / "users.yaml"}  # a site's choice
    assert used == {path for path in KUSTOMIZE.rglob("*") if path.is_file()}
