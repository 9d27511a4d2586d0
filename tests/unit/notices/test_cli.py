"""`tiendo notice read`: a table for people, JSON for programs, sentences for mistakes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tiendo_notices.cli import app
from tiendo_notices.samples import sample

RUN = CliRunner()


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "notice.txt"
    path.write_text(sample("party"), encoding="utf-8")
    return path


def test_json_holds_the_reading(notice: Path) -> None:
    result = RUN.invoke(app, ["read", str(notice), "--json"])
    assert result.exit_code == 0
    reading = json.loads(result.stdout)
    assert reading["number"] == "31-TB/BCĐTW"
    assert reading["items"][2]["lead"] == ["Bộ Khoa học và Công nghệ"]


def test_the_table_shows_who_must_do_what_by_when(notice: Path) -> None:
    result = RUN.invoke(app, ["read", str(notice)], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for words in ("II.2.(1)", "nhiệm vụ", "Bộ Công an", "17:00 20/11/2026", "hằng tuần"):
        assert words in result.stdout


def test_standard_input_is_read_for_a_dash() -> None:
    result = RUN.invoke(app, ["read", "-", "--json"], input=sample("state").encode())
    assert json.loads(result.stdout)["form"] == "state"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "There is no file"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "empty"),
        ("Hôm nay trời đẹp.".encode(), "no notice"),
        ("MẬT\n".encode() + sample("state").encode(), "MẬT"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "x.txt"
    if content is not None:
        path.write_bytes(content)
    result = RUN.invoke(app, ["read", str(path)])
    assert result.exit_code == 1
    assert sentence in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_the_reading_library_does_not_load_the_command_line() -> None:
    code = "import sys, tiendo_notices; sys.exit('typer' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
