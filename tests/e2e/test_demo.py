"""The demo as a person runs it: a command in a checkout, its exit status, what it leaves."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tiendo_local.processes import marked
from tiendo_local.room import Room, side_checkout
from tiendo_notices.samples import sample

pytestmark = pytest.mark.timeout(420)

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
REAL_TEXTS = (
    SHARED / "notices-labelled" / "624-tb-vpcp-2025.txt",
    SHARED / "sources" / "academy-weekly-conclusion-2026-week16.txt",
)
STATES = ("done_on_time", "done_late", "within_time", "overdue", "regular")


@pytest.fixture(scope="module")
def checkout() -> Path:
    """A checkout's folder; what one demo leaves there, the next one meets."""
    return side_checkout(ROOT, "e2e-demo")


def demo(checkout: Path, *more: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tiendo_local", "demo", "--once", *map(str, more)]
    return subprocess.run(
        command, cwd=checkout, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def played(checkout: Path, *more: str | Path) -> tuple[dict[str, Any], str]:
    """Run a demo that must succeed; answers the board it wrote, and what it said."""
    out = checkout / "board.json"
    out.unlink(missing_ok=True)
    done = demo(checkout, "--out", out, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(out.read_text()), done.stdout


def check_sums(document: dict[str, Any]) -> None:
    overall = document["board"]["overall"]
    assert sum(overall[state] for state in STATES) == overall["total"]
    for figure in ("total", "verified", "claimed_unverified", *STATES):
        assert sum(level[figure] for level in document["board"]["levels"]) == overall[figure]
        assert sum(unit["own"][figure] for unit in document["units"]) == overall[figure]


def issued(said: str) -> int:
    found = re.search(r"(\d+) nhiệm vụ đã giao", said)
    assert found is not None, said
    return int(found[1])


def left_behind(checkout: Path) -> list[str]:
    return [" ".join(p.cmdline()) for p in marked(str(Room.of(checkout).path))]


def check(checkout: Path, *more: str | Path) -> None:
    """Play a demo and hold the board it wrote against what it said."""
    document, said = played(checkout, *more)
    overall = document["board"]["overall"]
    check_sums(document)
    assert overall["total"] == issued(said) > 0
    assert overall["verified"] == 1
    assert left_behind(checkout) == []


# Demos of one checkout, one after the other: all but the first meet what another left.
@pytest.mark.parametrize("text", REAL_TEXTS, ids=lambda path: path.stem)
def test_the_demo_plays_a_real_notice_and_leaves_no_process(checkout: Path, text: Path):
    if not text.exists():
        pytest.skip(f"there is no {text.name} beside the checkout")
    check(checkout, "--notice", text)


@pytest.mark.skipif(REAL_TEXTS[0].exists(), reason="the real notices are played instead")
@pytest.mark.parametrize("form", ["by default", "from a file"])
def test_the_demo_plays_its_own_notice_and_leaves_no_process(
    checkout: Path, tmp_path: Path, form: str
):
    text = tmp_path / "notice.txt"
    text.write_text(sample("party"), encoding="utf-8")
    check(checkout, *(("--notice", text) if form == "from a file" else ()))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Hom nay troi dep.\n", "không phải thông báo kết luận"),
        (b"\xff\xfe\x00\x01", "Không đọc được văn bản"),
        (None, "Không đọc được văn bản"),
    ],
    ids=["prose", "binary", "no file"],
)
def test_what_is_no_notice_is_refused_in_a_sentence(
    checkout: Path, tmp_path: Path, content: bytes | None, reason: str
):
    text = tmp_path / "letter.txt"
    if content is not None:
        text.write_bytes(content)
    done = demo(checkout, "--notice", text)
    assert done.returncode == 1
    assert reason in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "PostgreSQL" not in done.stdout  # nothing was started for it
    assert left_behind(checkout) == []
