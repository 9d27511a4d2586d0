"""Plays the demo's story while its processes are killed; nothing may be lost, nothing doubled.

Twice: with each service in one process, then with a process for each of its roles. `SEED=` repeats
the order and the pauses of an earlier run, `ROUNDS=` is how often each service is killed in the
first play (default 3; in the second each process is killed once), `PLAYS=whole` or `PLAYS=split`
plays only one.

At the end the board must show exactly what was played, and stores and topics are held against
each other and against every command that was acknowledged (see `audit`). The exit status tells.
"""

import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tests.chaos.audit import Findings, audit, behind
from tests.chaos.killer import Killer
from tests.chaos.witness import Ledger, Witness

from tiendo_local import services
from tiendo_local.console import fail, plain, say
from tiendo_local.demo.cast import Cast
from tiendo_local.demo.flow import until
from tiendo_local.demo.stage import raised
from tiendo_local.demo.story import play
from tiendo_local.demo.verdict import Verdict
from tiendo_local.errors import LocalError
from tiendo_local.room import side_checkout
from tiendo_local.signals import as_interrupt
from tiendo_notices.samples import sample

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Plan:
    """One play."""

    name: str
    roles: Sequence[str]
    rounds: int
    seed: int


def perform(plan: Plan) -> Findings:
    """Play the story under kills, and look at what became of it.

    Raises:
        LocalError: A part did not start, a service refused something, or the board is not as it
            was played.
    """
    say(f"{plan.name}: SEED={plan.seed} ROUNDS={plan.rounds}", "the kills can be repeated")
    with raised(side_checkout(ROOT, "chaos"), plan.roles) as stage:
        ledger = Ledger()
        cast = Cast(stage.platform, stage.urls, partial(Witness, ledger))
        victims = _victims(stage.platform.supervisor.names())
        killer = Killer(stage.platform.supervisor, victims, ledger, plan.seed, plan.rounds)
        killer.start()
        try:
            watched = replace(stage, cast=cast)
            told = play(watched, sample("party"))
            killer.join()
        finally:
            killer.call_off()
        say("Không giết nữa; chờ bảng", "no more kills; the board must come to the truth")
        begun = time.monotonic()
        Verdict(watched, told).pass_()
        say(f"Bảng khớp sau {time.monotonic() - begun:.1f} giây", "the board shows what was played")
        until(lambda: not behind(stage.platform), "all consumers")
        findings = audit(stage.platform, ledger.promises.values())
        findings.wrong += ledger.broken
        findings.looked_at["kills"] = sum(killer.kills.values())
        findings.looked_at["killed processes"] = len(killer.kills)
        findings.looked_at["assignments"] = len(told.fates)
        cast.close()
        return findings


def _victims(running: Sequence[str]) -> list[str]:
    processes = {
        services.process_name(name, role)
        for name in services.installed()
        for role in (*services.WHOLE, *services.SPLIT)
    }
    return sorted(processes & set(running))


def main() -> int:
    """Play what was asked for; answers the exit status."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    rounds = int(os.environ.get("ROUNDS") or 3)
    wanted = os.environ.get("PLAYS") or "whole split"
    plans = [
        Plan("whole", services.WHOLE, rounds, seed),
        Plan("split", services.SPLIT, 1, seed),
    ]
    worst = 0
    for plan in (plan for plan in plans if plan.name in wanted.split()):
        begun = time.monotonic()
        try:
            findings = perform(plan)
        except LocalError as error:
            fail(error)
            plain(f"{plan.name}: FAILED after {time.monotonic() - begun:.0f} s, SEED={plan.seed}")
            worst = 1
            continue
        plain(f"{plan.name}: {time.monotonic() - begun:.0f} s")
        for what, count in sorted(findings.looked_at.items()):
            plain(f"  {what:24} {count}")
        plain("\n".join(f"  WRONG {line}" for line in findings.wrong[:50]) or "  nothing is wrong")
        worst = worst or bool(findings.wrong)
    return int(worst)


if __name__ == "__main__":
    try:
        with as_interrupt():
            sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
