#!/usr/bin/env python3
"""Set this checkout up with nothing but Python, make and git.

Makes `.local/tools` (a venv with uv in it) and `.venv` (everything that `requirements.lock`
pins, and the workspace's own packages in place). Uses the standard library alone, since it
runs before anything is installed, and syntax old enough for an old Python to read the
sentence that says it is too old. A stamp makes a second run a matter of milliseconds.

    bootstrap.py          set up what is missing
    bootstrap.py lock     write requirements.lock anew from the pyproject files
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import io
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
TOOLS = LOCAL / "tools"
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = LOCAL / "stamps" / "setup"
UV_VERSION = "uv>=0.13,<0.15"
OLDEST_PYTHON = (3, 11)
SPACE_NEEDED = 1_500_000_000
HEARTBEAT_SECONDS = 5.0
NETWORK = re.compile(
    r"dns error|name resolution|connect|timed out|timeout|unreachable|error sending request"
    r"|certificate|No matching distribution|Failed to fetch",
    re.IGNORECASE,
)
FULL_DISK = re.compile(r"No space left|os error 28|Disk quota", re.IGNORECASE)


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do, in both languages."""


def say(vietnamese: str, english: str) -> None:
    """Print one line of progress in both languages."""
    print(f"• {vietnamese} / {english}", flush=True)


def check_machine() -> None:
    """Refuse early what would fail late.

    Raises:
        SetupError: Python is too old, lacks the venv module, or the disk is nearly full.
    """
    if sys.version_info[:2] < OLDEST_PYTHON:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupError(
            f"Cần Python 3.11 trở lên, đây là {version}. Chạy: make PYTHON=python3.12 …\n"
            f"Python 3.11 or newer is needed, this is {version}. Run: make PYTHON=python3.12 …"
        )
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise SetupError(
            "Python này thiếu mô-đun venv. Debian/Ubuntu: cài gói python3-venv.\n"
            "This Python lacks the venv module. On Debian and Ubuntu install python3-venv."
        )
    free = shutil.disk_usage(str(ROOT)).free
    if free < SPACE_NEEDED:
        raise full_disk(free)


def full_disk(free: int) -> SetupError:
    """Return the error for a disk with too little room."""
    left, needed = free // 1_000_000, SPACE_NEEDED // 1_000_000
    return SetupError(
        f"Ổ đĩa gần đầy: còn {left} MB, cần khoảng {needed} MB. Hãy giải phóng chỗ rồi chạy lại.\n"
        f"The disk is nearly full: {left} MB left, about {needed} needed. Free some and run again."
    )


def run(arguments: Iterable[str | Path], what: str) -> None:
    """Run a tool with its progress on the console; keep its last words for the diagnosis.

    Raises:
        SetupError: The tool failed.
    """
    terminal = sys.stderr.isatty()
    reader, writer = pty.openpty() if terminal else os.pipe()
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    environment.pop("VIRTUAL_ENV", None)
    child = subprocess.Popen(
        [str(part) for part in arguments], cwd=str(ROOT), env=environment, stderr=writer
    )
    os.close(writer)
    said = forward(reader)
    os.close(reader)
    if child.wait() != 0:
        raise diagnosis(what, said)


def forward(reader: int) -> str:
    """Pass a child's error stream on, with a sign of life in silence; return its end."""
    said, started = b"", time.monotonic()
    while True:
        ready = select.select([reader], [], [], HEARTBEAT_SECONDS)[0]
        if not ready:
            print(f"  … {time.monotonic() - started:.0f} s", flush=True)
            continue
        try:
            chunk = os.read(reader, 65536)
        except OSError:  # a pseudo-terminal reports its end as an error
            chunk = b""
        if not chunk:
            return said.decode(errors="replace")
        sys.stderr.buffer.write(chunk)
        sys.stderr.flush()
        said = (said + chunk)[-20000:]


def diagnosis(what: str, said: str) -> SetupError:
    """Return the error that fits what a failed tool said."""
    if FULL_DISK.search(said):
        return full_disk(shutil.disk_usage(str(ROOT)).free)
    if NETWORK.search(said):
        return SetupError(
            f"{what}: không tới được kho gói Python. Kiểm tra mạng, proxy (HTTPS_PROXY) hoặc "
            "UV_INDEX_URL/PIP_INDEX_URL, rồi chạy lại.\n"
            f"{what}: the Python package registry was not reached. Check the network, the proxy "
            "(HTTPS_PROXY) or UV_INDEX_URL/PIP_INDEX_URL, then run again."
        )
    return SetupError(
        f"{what}: lỗi ở trên. Thử `make clean` rồi chạy lại.\n"
        f"{what} failed, see above. `make clean` and run again."
    )


def works(*command: str | Path) -> bool:
    """Tell whether a tool of an earlier set-up still runs (its Python may be gone)."""
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, check=False, timeout=60
        )
    except OSError:
        return False
    return done.returncode == 0


def members() -> list[Path]:
    """Return the folders of the workspace's packages."""
    found = [*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")]
    return sorted(path.parent for path in found)


def fingerprint() -> str:
    """Return a digest of all that decides what an installation contains."""
    digest = hashlib.sha256(repr((sys.version_info[:3], str(ROOT), UV_VERSION)).encode())
    for path in [LOCK, Path(__file__), *(folder / "pyproject.toml" for folder in members())]:
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_set_up() -> bool:
    """Tell whether the last set-up still holds."""
    return (
        STAMP.exists() and STAMP.read_text() == fingerprint() and (VENV / "bin" / "python").exists()
    )


def provide_uv() -> Path:
    """Return uv's path, installing it into `.local/tools` if it is not there."""
    uv = TOOLS / "bin" / "uv"
    if works(uv, "--version"):
        return uv
    say("Đang cài uv vào .local/tools", "Installing uv into .local/tools")
    run([sys.executable, "-m", "venv", "--clear", TOOLS], "venv")
    pip = [TOOLS / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", UV_VERSION], "pip install uv")
    return uv


def provide_venv(uv: Path) -> None:
    """Make `.venv` from this very Python, unless one of the same version is there."""
    same = f"import sys; sys.exit(sys.version_info[:3] != {sys.version_info[:3]!r})"
    if not works(VENV / "bin" / "python", "-c", same):
        say("Đang tạo .venv", "Making .venv")
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV], "uv venv")


def install() -> None:
    """Bring `.venv` to what the lock says, with the workspace's packages in place."""
    uv = provide_uv()
    provide_venv(uv)
    python = VENV / "bin" / "python"
    count = sum("==" in line for line in LOCK.read_text().splitlines())
    say(f"Đang cài {count} gói đã khóa", f"Installing {count} locked packages")
    into = ["--python", python, "--no-build"]
    run([uv, "pip", "sync", *into, "--require-hashes", LOCK], "uv pip sync")
    say("Đang nối các gói của dự án", "Linking the workspace's packages")
    own = [part for folder in members() for part in ("--editable", folder)]
    run([uv, "pip", "install", "--quiet", "--python", python, "--no-deps", *own], "uv pip install")
    STAMP.parent.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(fingerprint())
    say("Đã cài xong", "Set up")


def lock() -> None:
    """Write requirements.lock: kept pins stay, new needs are resolved, no host is named."""
    command: list[str | Path] = [provide_uv(), "pip", "compile", "pyproject.toml"]
    command += [
        "--group",
        "dev",
        "--group",
        "bench",
        "--universal",
        "--python-version",
        ".".join(map(str, OLDEST_PYTHON)),
    ]
    command += [
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        "--quiet",
        "--output-file",
        LOCK.name,
    ]
    for folder in members():
        command += ["--no-emit-package", "tiendo-" + folder.name]
    run([*command, *upgrades(os.environ.get("UPGRADE", ""))], "uv pip compile")
    say(f"Đã ghi {LOCK.name}", f"{LOCK.name} is written")


def upgrades(wanted: str) -> Sequence[str]:
    """Return uv's options for "all", for one package's name, or for nothing to upgrade."""
    if wanted == "all":
        return ["--upgrade"]
    return ["--upgrade-package", wanted] if wanted else []


def main() -> int:
    """Set up, or lock, one run at a time; return the exit status."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "setup"
    try:
        check_machine()
        if wanted == "setup" and is_set_up():
            return 0
        LOCAL.mkdir(exist_ok=True)
        with (LOCAL / "setup.lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            if wanted == "lock":
                lock()
            elif not is_set_up():
                install()
    except (SetupError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    # A console that cannot show Vietnamese letters is no reason to stop.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main())
