"""docs/publish.md as a stranger meets it: its commands are run in order, its answers compared."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tiendo_local.room import side_checkout

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "publish.md"
pytestmark = pytest.mark.timeout(900)  # Go builds its libraries the first time

_BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_READY = "ingest sẵn sàng"


@dataclass(frozen=True)
class Block:
    """A block of the document: `sh` to be run, `python` to be saved, else what is answered."""

    language: str
    title: str
    text: str


def blocks() -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(DOCUMENT.read_text("utf-8"))]


def titled(title: str) -> str:
    """The command of the block that is set apart by a title."""
    [text] = [block.text for block in blocks() if block.title == title]
    return text


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A checkout in which the product runs, as the first terminal of the document leaves it."""
    found = side_checkout(ROOT, "stranger")
    for part in (".venv", "docs", "libs/contracts"):
        if not (found / part).exists():
            (found / part).symlink_to(ROOT / part)
    command = ["bash", "-c", f"exec {titled('terminal-1')}"]
    with subprocess.Popen(command, cwd=found, stdout=subprocess.PIPE, text=True) as terminal:
        assert terminal.stdout is not None
        try:
            said = next((line for line in terminal.stdout if _READY in line), "")
            assert said, f"it ended with exit status {terminal.wait()}"
            yield found
        finally:
            terminal.send_signal(signal.SIGINT)
            terminal.communicate()
    shutil.rmtree(found)


def second_terminal(folder: Path, commands: str) -> str:
    """What commands print; variables stay for the next ones."""
    script = f"[ ! -e variables ] || . ./variables\n{commands}\nexport -p > variables"
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],  # noqa: S607 - as a reader has it
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def answers(said: str, expected: str) -> bool:
    """Whether it is what the document shows; … there stands for anything."""
    parts = map(re.escape, expected.strip().split("…"))
    return re.fullmatch(".*?".join(parts), said.strip(), re.DOTALL) is not None


def is_missing(command: str) -> bool:
    return any(f"{tool} " in command and shutil.which(tool) is None for tool in ("go", "node"))


def test_every_command_of_the_document_does_what_is_shown(folder: Path) -> None:
    said: str | None = None
    left_out = 0
    for block in blocks():
        if block.language == "python":
            (folder / block.title).write_text(block.text, "utf-8")
        elif block.language == "sh" and not block.title:
            left_out += is_missing(block.text)
            said = None if is_missing(block.text) else second_terminal(folder, block.text)
        elif block.language != "sh" and said is not None:
            assert answers(said, block.text), f"{said}\nis not\n{block.text}"
    assert said is not None
    if left_out:
        pytest.skip(f"all but {left_out} blocks: this machine has no Go or Node")


def test_the_document_has_commands_for_each_way() -> None:
    commands = "".join(block.text for block in blocks() if block.language == "sh")
    for way in ("make setup", "curl ", "publish.py", "go run ./publish", "node publish.js"):
        assert way in commands


def test_an_answer_that_differs_is_noticed() -> None:
    assert answers('{"id":"1","outcome":"accepted","x":2}', '{"id":"…","outcome":"accepted",…}\n')
    assert not answers('{"id":"1","outcome":"refused","x":2}', '{"id":"…","outcome":"accepted",…}')
