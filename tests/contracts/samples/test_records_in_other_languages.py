"""Golden records are read by libraries of other languages as they are meant."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.contracts.samples.toolchains import install_node_packages, run
from tests.contracts.test_golden_records import GOLDEN

VERIFY = {"go": ("go", "run", "./verify"), "node": ("node", "verify.js")}
both = pytest.mark.parametrize(("language", "verify"), VERIFY.items(), ids=VERIFY)
pytestmark = pytest.mark.timeout(600)  # Go builds its libraries the first time


@pytest.fixture(autouse=True)
def installed(language: str) -> None:
    if language == "node":
        install_node_packages()


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """All golden records but the first, and that one on another partition."""
    folder = tmp_path / "records"
    shutil.copytree(GOLDEN, folder)
    file = min(folder.iterdir())
    record = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(record | {"partition": (record["partition"] + 1) % 12}), "utf-8")
    return folder


@both
def test_every_golden_record_is_read(language: str, verify: Sequence[str]) -> None:
    done = run(language, *verify, str(GOLDEN))
    assert done.returncode == 0, done.stderr
    count = len(list(GOLDEN.iterdir()))
    assert done.stdout.strip() == f"{count} golden records verified"


@both
def test_a_spoilt_record_is_noticed(language: str, verify: Sequence[str], spoilt: Path) -> None:
    done = run(language, *verify, str(spoilt))
    assert done.returncode == 1
    assert min(spoilt.iterdir()).name in done.stderr
    assert "partition" in done.stderr
