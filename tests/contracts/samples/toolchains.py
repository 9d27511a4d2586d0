"""The samples of docs/samples, run as their readers run them."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "docs" / "samples"


def run(
    language: str, *command: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of a sample in its folder; skips where the machine lacks the language."""
    tool = shutil.which(command[0])
    if tool is None:
        pytest.skip(f"this machine has no {command[0]}")
    return subprocess.run(
        [tool, *command[1:]],
        cwd=SAMPLES / language,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def install_node_packages() -> None:
    """What package-lock.json pins; nothing where it is there already."""
    if not (SAMPLES / "node" / "node_modules" / ".package-lock.json").exists():
        done = run("node", "npm", "ci", "--no-audit", "--no-fund")
        assert done.returncode == 0, done.stderr
