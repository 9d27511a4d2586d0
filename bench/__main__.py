"""`make bench` and `make bench-profile`.

    python -m bench [NAME …]         all, or the named ones; STRICT=1 fails on a missed goal
    python -m bench profile NAME …   where the time goes, into bench/out/profile-NAME.txt

BLOCKS= how many rounds (10), SIZE= how much a block does (each bench has its own).
"""

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import report
from bench.harness import ROUNDS, Bench, Row, Run
from bench.instruments import lenses

from tiendo_local.console import fail, say
from tiendo_local.errors import LocalError
from tiendo_local.platform import TESTS, Platform
from tiendo_local.room import Room, side_checkout
from tiendo_local.signals import as_interrupt
from tiendo_runtime.garbage import collect_rarely

ROOT = Path(__file__).resolve().parents[1]
MODULES = (
    "append",
    "relay",
    "react",
    "latency",
    "project_live",
    "rebuild",
    "fan_out",
    "board_read",
    "ingest",
)
"""Modules of this folder, each with its `BENCHES`, in the order in which they run."""


def benches(names: Sequence[str]) -> list[Bench]:
    """The named benches, or all.

    Raises:
        LocalError: There is none of a name.
    """
    modules = [importlib.import_module(f"bench.{name}") for name in MODULES]
    known = [bench for module in modules for bench in module.BENCHES]
    unknown = set(names) - {bench.name for bench in known}
    if unknown:
        there = ", ".join(bench.name for bench in known)
        raise LocalError(
            f"Không có phép đo {', '.join(sorted(unknown))}. Có: {there}",
            f"There is no bench of that name. There are: {there}",
        )
    chosen = [bench for bench in known if not names or bench.name in names]
    return sorted(chosen, key=lambda bench: bench.ground == "own")


def perform(chosen: Sequence[Bench], *, profiled: bool) -> list[Row]:
    """Run benches one after another; those that need it share one empty platform."""
    root = side_checkout(ROOT, "bench")
    rows: list[Row] = []
    with ExitStack() as shared:
        platform: Platform | None = None
        for bench in chosen:
            if bench.ground == "own":
                shared.close()
            elif platform is None:
                platform = shared.enter_context(Platform.join(root))
            rows += _perform(bench, platform, Room.of(root, TESTS), profiled=profiled)
    return rows


def _perform(bench: Bench, platform: Platform | None, room: Room, *, profiled: bool) -> list[Row]:
    say(f"{bench.name}", bench.about)
    rounds = int(os.environ.get("BLOCKS") or ROUNDS)
    size = int(os.environ.get("SIZE") or bench.size)
    through = lenses(room) if profiled else ()
    rows = bench.run(Run(rounds, size, bench.warm, through, platform))
    if profiled:
        report.write_profile(bench, size, through)
    else:
        report.write(rows)  # at once: a later bench may be interrupted
    return rows


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write; answers the exit status."""
    profiled = arguments[:1] == ["profile"]
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # of new topics and groups
    try:
        chosen = benches(arguments[profiled:])
        collect_rarely()  # as a service does; the peers have the same
        rows = perform(chosen, profiled=profiled)
    except LocalError as error:
        fail(error)
        return 1
    if profiled:
        return 0
    report.show(rows)
    say(f"Đã ghi {report.LATEST.relative_to(ROOT)}", "written")
    missed = [row for row in rows if row.is_met is False]
    return 1 if missed and os.environ.get("STRICT") == "1" else 0


if __name__ == "__main__":
    try:
        with as_interrupt():
            sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
