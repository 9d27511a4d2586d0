"""The package by itself: its wheel in an empty environment, with pydantic and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".local" / "tools" / "bin" / "uv"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment into which nothing but the wheel was installed."""
    made = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", str(made), str(ROOT / "libs" / "contracts"))
    [wheel] = made.glob("tiendo_contracts-*.whl")
    uv("venv", "--python", sys.executable, str(made / "venv"))
    uv("pip", "install", "--python", str(made / "venv" / "bin" / "python"), str(wheel))
    return made


def uv(*arguments: str) -> str:
    done = subprocess.run([UV, "--quiet", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "venv" / "bin" / "tiendo-contracts", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"LC_ALL": "C.UTF-8"},
    )


def test_pydantic_is_its_only_dependency(folder: Path) -> None:
    python = str(folder / "venv" / "bin" / "python")
    installed = json.loads(uv("pip", "list", "--format", "json", "--python", python))
    names = {one["name"] for one in installed}
    pydantic_and_its_own = {
        "pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection",
    }  # fmt: skip
    assert names == {"tiendo-contracts", *pydantic_and_its_own}


def test_the_catalogue_and_an_example_that_validates(folder: Path) -> None:
    found = json.loads(run(folder, "catalogue", "--json").stdout)
    assert len(found) > 20
    event = run(folder, "example", "IndicatorMeasured").stdout
    assert run(folder, "validate", "-", given=event).returncode == 0
    broken = event.replace('"value": "1287"', '"value": 1287')
    refused = run(folder, "validate", "-", given=broken)
    assert refused.returncode == 1
    assert "/data/value" in refused.stdout


def test_the_frozen_files_are_in_the_wheel_and_still_fit(folder: Path) -> None:
    done = run(folder, "freeze", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_pages_are_written(folder: Path) -> None:
    assert run(folder, "pages", "--out", "pages").returncode == 0
    assert "IndicatorMeasured" in (folder / "pages" / "index.html").read_text("utf-8")


def test_asyncapi_is_printed(folder: Path) -> None:
    assert json.loads(run(folder, "asyncapi").stdout)["info"]["version"] == "0.1.0"
