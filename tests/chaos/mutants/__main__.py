"""Breaks the product in small ways, one at a time, and shows that the checks notice each.

Every scene is played with the product as it is, where everything must hold, and with each mutant
that belongs to it, which must be noticed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.chaos.crew import ROOT, end_group
from tests.chaos.mutants.breaking import MUTANTS, MisfitError, Mutant, copy_of

from tiendo_local.console import fail, plain
from tiendo_local.demo.stage import clear
from tiendo_local.errors import LocalError
from tiendo_local.platform import Platform
from tiendo_local.processes import MARKER
from tiendo_local.room import Room, side_checkout
from tiendo_local.signals import as_interrupt

_HELD, _NOTICED = 0, 3
_PATIENCE_SECONDS = 300.0


def main(only: str) -> int:
    """Play the scenes whose name holds `only`, say at the end which were wrong; the exit status."""
    wrong: list[str] = []
    root = side_checkout(ROOT, "mutants")
    try:
        clear(Room.of(root))
        with Platform.start(root) as platform:
            environment = _environment(platform)
            for scene in dict.fromkeys(mutant.scene for mutant in MUTANTS if only in mutant.scene):
                if not _held(scene, environment):
                    wrong.append(f"{scene}, as it is")
                wrong.extend(
                    f"{scene}: {mutant.broken}"
                    for mutant in MUTANTS
                    if mutant.scene == scene and not _noticed(mutant, environment)
                )
    except LocalError as error:
        fail(error)
        return 1
    plain("\n".join(("not as it must be:", *wrong)) if wrong else "every mutant was noticed")
    return int(bool(wrong))


def _environment(platform: Platform) -> Mapping[str, str]:
    return {
        **os.environ,
        MARKER: str(platform.room.path),  # ended with the platform, whatever ends us
        "SCENE_BOOTSTRAP": platform.kafka_bootstrap,
        "SCENE_POSTGRES": platform.postgres_admin_url,
        "SCENE_ISSUER": platform.issuer_url,
        "SCENE_TOKEN": platform.token("secretariat", unit_path="/", subject="scene"),
    }


def _held(scene: str, environment: Mapping[str, str]) -> bool:
    status, told, seconds = _play(scene, environment)
    plain(f"\n{scene}\n  {seconds:4.0f} s  as it is: {told}")
    return status == _HELD


def _noticed(mutant: Mutant, environment: Mapping[str, str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            first = copy_of(mutant, Path(folder))
        except MisfitError as error:
            plain(f"          {mutant.broken}\n          DOES NOT FIT ANY MORE: {error}")
            return False
        path = os.pathsep.join((str(first), environment.get("PYTHONPATH", "")))
        status, told, seconds = _play(mutant.scene, {**environment, "PYTHONPATH": path})
    said = {_NOTICED: "noticed", _HELD: "NOT NOTICED"}.get(status, "NOT PLAYED")
    plain(f"  {seconds:4.0f} s  {mutant.broken}\n          {said}: {told}")
    return status == _NOTICED


def _play(scene: str, environment: Mapping[str, str]) -> tuple[int, str, float]:
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.chaos.mutants.scenes", scene]
    with subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as playing:
        try:
            out, errors = playing.communicate(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            end_group(playing.pid)
            out, errors = playing.communicate()
        except BaseException:
            end_group(playing.pid)
            raise
    last = (out.decode().strip() or errors.decode().strip()).splitlines() or ["nothing was said"]
    return playing.returncode, last[-1][:300], time.monotonic() - begun


def _chosen() -> str:
    scenes = ", ".join(dict.fromkeys(mutant.scene for mutant in MUTANTS))
    said = argparse.ArgumentParser(
        prog="python -m tests.chaos.mutants",
        description=f"{__doc__}\n\nscenes: {scenes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    said.add_argument(
        "--only",
        default=os.environ.get("ONLY") or "",
        metavar="TEXT",
        help="play the scenes whose name holds this text (default: $ONLY, else all)",
    )
    chosen: str = said.parse_args().only
    return chosen


if __name__ == "__main__":
    try:
        chosen = _chosen()
        with as_interrupt():
            sys.exit(main(chosen))
    except KeyboardInterrupt:
        sys.exit(130)
