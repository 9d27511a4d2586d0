"""How well the reader does on real notices, which lie beside the repository and not in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tiendo_notices import read

SHARED = Path(__file__).resolve().parents[4] / "shared"
LABELLED = SHARED / "notices-labelled"
SCORER = SHARED / "tools" / "score_notice.py"

FLOORS = {"624-tb-vpcp-2025": 0.97}
FLOOR = 0.95
MOST_SILENT = 0.03

needs_labels = pytest.mark.skipif(
    not (LABELLED.is_dir() and SCORER.is_file()),
    reason=f"the labelled notices and the scorer are not at {SHARED}: the floor was not checked",
)


def names() -> list[str]:
    return sorted(p.name.removesuffix(".expected.json") for p in LABELLED.glob("*.expected.json"))


def score(name: str, folder: Path) -> dict[str, float]:
    reading = read((LABELLED / f"{name}.txt").read_text(encoding="utf-8"))
    out = folder / "read.json"
    out.write_text(json.dumps(reading.to_dict(), ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, str(SCORER), str(LABELLED / f"{name}.expected.json"), str(out)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout.splitlines()[-1])


@needs_labels
@pytest.mark.parametrize("name", names() or ["none"])
def test_a_real_notice_is_read_at_least_as_well_as_before(name: str, tmp_path: Path) -> None:
    result = score(name, tmp_path)
    assert result["right"] >= FLOORS.get(name, FLOOR), result
    assert result["silent"] <= MOST_SILENT, result
