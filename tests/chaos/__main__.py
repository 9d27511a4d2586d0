"""Attacks the product for as many rounds as asked, and looks at what became of it.

`ROUNDS=` is the number of rounds (15), `SEED=` repeats the faults of an earlier run at the same
steps, `RATE=` is the number of commands a second that are aimed at (50), `KINDS=` names the only
kinds of faults to play. The exit status is 0 if nothing is wrong.
"""

import logging
import os
import random
import sys
import time
from collections.abc import Sequence
from statistics import median

from tests.chaos import plan as planning
from tests.chaos.acting import Stage
from tests.chaos.audit import audit
from tests.chaos.calling import Line
from tests.chaos.country import found
from tests.chaos.country import settle as settle_country
from tests.chaos.crew import ROOT, Crew, raised
from tests.chaos.faults import LIMIT_SECONDS, Faults, NotRecoveredError, Outcome
from tests.chaos.ledger import Ledger
from tests.chaos.machine import Processors
from tests.chaos.operating import OperatorError
from tests.chaos.plan import Fault, Plan
from tests.chaos.poison import Poisoner, PoisonError
from tests.chaos.progress import Progress
from tests.chaos.workload import Workload

from tiendo_local.console import fail, plain
from tiendo_local.errors import LocalError
from tiendo_local.room import side_checkout
from tiendo_local.signals import as_interrupt

_WARM_COMMANDS, _WARM_SECONDS = 200, 20.0
_TRIES = 6
_LOOK_SECONDS = 5.0
_PROMPT_SECONDS = 2.5
_BUSY, _ENOUGH_RATE = 0.75, 12.0
_SLOW_SECONDS = 15.0
_SLOWER, _LEAST_RATE = 0.7, 5.0
_LONGEST_WAIT_SECONDS = 15.0
_DRAIN_SECONDS = 120.0


def main() -> int:
    """Play what was asked for; answers the exit status."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    rounds = int(os.environ.get("ROUNDS") or 15)
    kinds = (os.environ.get("KINDS") or " ".join(planning.KINDS)).split()
    plan = planning.plan(seed, rounds, kinds)
    plain(f"chaos: SEED={seed} ROUNDS={rounds}; split into roles: {plan.layout.split}")
    begun = time.monotonic()
    try:
        with raised(side_checkout(ROOT, "chaos"), plan.layout) as crew:
            wrong = _Run(crew, plan).play()
    except LocalError as error:
        fail(error)
        wrong = [str(error)]
    except (NotRecoveredError, AssertionError) as error:
        wrong = [f"it does not come to rest: {error}"]
    plain(f"{time.monotonic() - begun:.0f} s in all, SEED={seed}")
    plain("\n".join(f"  WRONG {line}" for line in wrong) or "  nothing is wrong")
    return int(bool(wrong))


class _Run:
    """One run on a raised crew."""

    def __init__(self, crew: Crew, plan: Plan) -> None:
        dice = random.Random(plan.seed)  # noqa: S311 - repeatable, not secret
        self._rate = float(os.environ.get("RATE") or 50)
        self._plan = plan
        self._line = Line(crew.replicas())
        self._crew = crew
        self._ledger = Ledger(crew.platform.room.path / "ledger.jsonl")
        self._progress = Progress(crew.platform, crew.urls)
        country = found(crew.platform, dice)
        settle_country(country, self._line)
        self._stage = Stage(self._line, self._ledger, self._rate, dice)
        self._workload = Workload(country, self._stage, dice)
        self._poisoner = Poisoner(crew, country, self._line, self._progress)
        self._faults = Faults(crew, self._progress, self._poisoner)
        self._recoveries: dict[str, list[float]] = {}

    def play(self) -> Sequence[str]:
        """Play all rounds and the audit; answers what is wrong."""
        self._workload.begin()
        self._calibrate()
        begun, before = time.monotonic(), len(self._ledger.promises)
        plain(f"{'round':>5}  {'at':>6}  {'fault':58} {'recovered':>9}  {'commands':>8}  per s")
        wrong = [line for n, f in enumerate(self._plan.faults, 1) if (line := self._round(n, f))]
        took = time.monotonic() - begun
        rate = (len(self._ledger.promises) - before) / took
        plain(f"{rate:.1f} commands a second acknowledged, faults included")
        if rate < _LEAST_RATE:
            wrong.append(f"{rate:.1f} commands a second are too few to show anything")
        for kind, seconds in sorted(self._recoveries.items()):
            told = f"median {median(seconds):5.1f} s, longest {max(seconds):5.1f} s"
            plain(f"  recovery after {kind:10} {len(seconds):3} times, {told}")
        if not self._stage.close(_DRAIN_SECONDS):
            wrong.append("commands were still without an answer after two minutes")
        findings = audit(self._crew, self._workload, self._ledger, self._poisoner)
        self._ledger.close()
        counts = {**self._ledger.counts, **findings.looked_at}
        for what, count in sorted(counts.items()):
            plain(f"  {what:52} {count}")
        return wrong + findings.wrong

    def _calibrate(self) -> None:
        """Find a rate that the machine can bear.

        What comes in is dealt with within seconds, and the processors have room: without any, no
        process could start again under the load. At a low rate they are busy with whatever there
        is, in smaller batches: that says nothing.
        """
        self._ledger.wait_for(_WARM_COMMANDS, _WARM_SECONDS)
        for _ in range(_TRIES):
            rate, processors = self._stage.rate, Processors()
            coming = len(self._ledger.promises) + round(rate * _LOOK_SECONDS)
            self._ledger.wait_for(coming, _WARM_SECONDS)
            busy, seconds = processors.busy(), self._faults.recovery(time.monotonic())
            told = f"processors {busy:.0%} busy, everything done {seconds:.1f} s later"
            plain(f"{rate:.0f} commands a second: {told}")
            roomy = busy < _BUSY or rate < _ENOUGH_RATE
            if seconds < _PROMPT_SECONDS and roomy:
                break
            self._slow_down()
        self._rate = self._stage.rate

    def _pace(self, outcome: Outcome) -> None:
        """Go slower after a slow recovery that was the load's, and back up after a quick one."""
        if outcome.seconds < _SLOW_SECONDS:
            self._stage.rate = min(self._rate, self._stage.rate / _SLOWER)
        elif self._faults.recovery(time.monotonic()) > _PROMPT_SECONDS:
            self._slow_down()

    def _slow_down(self) -> None:
        self._stage.rate = max(_LEAST_RATE, self._stage.rate * _SLOWER)
        plain(f"the machine cannot bear it: {self._stage.rate:.0f} commands a second from here on")

    def _round(self, number: int, fault: Fault) -> str:
        before = len(self._ledger.promises)
        begun = time.monotonic()
        self._ledger.wait_for(before + fault.after, _LONGEST_WAIT_SECONDS)
        note, told, broken, outcome = "", "", "", None
        try:
            outcome = self._faults.strike(fault)
            told, note = f"{outcome.seconds:.1f} s", outcome.note
            if outcome.seconds > LIMIT_SECONDS:
                broken = f"round {number}, {fault}: recovered after {told}"
        except (NotRecoveredError, PoisonError, OperatorError) as error:
            told, note, broken = "no", str(error), f"round {number}, {fault}: {error}"
        took = time.monotonic() - begun
        done = len(self._ledger.promises) - before
        if outcome:
            self._recoveries.setdefault(fault.kind, []).append(outcome.seconds)
            self._pace(outcome)
        row = f"{number:5}  {took:5.0f}s  {fault!s:58} {told:>9}  {done:8}  {done / took:5.1f}"
        plain(f"{row}  {note}")
        return broken


if __name__ == "__main__":
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that Kafka is away is no news here
    try:
        with as_interrupt():
            sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
