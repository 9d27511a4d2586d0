"""The faults: each does its harm, lets go, and waits until everything has recovered by itself.

Recovered means: every event that a store held when the fault let go is on its topic, every record
that a topic held then has had its effect in every consumer, and every process says it is ready.
"""

import signal
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.chaos.crew import SESSION_SECONDS, Crew
from tests.chaos.layout import Place
from tests.chaos.plan import Fault
from tests.chaos.poison import Poisoner
from tests.chaos.progress import AWAY, Progress, first_of
from tests.chaos.rebuild import rebuild

T = TypeVar("T")
LIMIT_SECONDS = 180.0
"""What has not recovered by then never will. How long it took is told, and is the machine's."""
_LOOK_AGAIN_SECONDS = 0.25


class NotRecoveredError(Exception):
    """It did not come back by itself in time; the message says what."""


@dataclass(frozen=True)
class Outcome:
    """How a round went: the seconds of the recovery, since the fault let go, and more to tell."""

    seconds: float
    note: str = ""


class Faults:
    """Does to a crew what a plan says."""

    def __init__(self, crew: Crew, progress: Progress, poisoner: Poisoner) -> None:
        self._crew = crew
        self._progress = progress
        self._poisoner = poisoner
        self._acts: dict[str, Callable[[Fault], Outcome]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "kafka": self._restart_kafka,
            "postgres": self._restart_postgres,
            "cut": self._cut,
            "poison": self._poison,
            "rolling": self._roll,
            "rebuild": self._rebuild,
        }

    def strike(self, fault: Fault) -> Outcome:
        """Do the harm, let go, and wait for the recovery.

        Raises:
            NotRecoveredError: It took longer than the limit.
        """
        return self._acts[fault.kind](fault)

    def recovery(self, begun: float, besides: Collection[Place] = ()) -> float:
        """Wait until what is there now has been dealt with; answers the seconds since `begun`."""
        deadline = time.monotonic() + LIMIT_SECONDS
        events = _insist(self._progress.events, deadline)
        _until(lambda: self._progress.unsent(events), deadline)
        ends = _insist(self._progress.ends, deadline)
        _until(lambda: self._progress.behind(ends), deadline)
        _until(lambda: self._progress.unready(besides), deadline)
        return time.monotonic() - begun

    def _kill(self, fault: Fault) -> Outcome:
        assert fault.target is not None
        self._signal(fault.target.name, signal.SIGKILL)
        return Outcome(self.recovery(time.monotonic()))

    def _freeze(self, fault: Fault) -> Outcome:
        """Let the others take over from a process that sleeps longer than its session lasts."""
        assert fault.target is not None
        self._signal(fault.target.name, signal.SIGSTOP)
        begun = time.monotonic()
        try:
            taken_over = self.recovery(begun, besides=[fault.target])
            time.sleep(max(0.0, begun + fault.seconds - time.monotonic()))  # asleep for so long
        finally:
            self._crew.signal(fault.target.name, signal.SIGCONT)
        note = f"taken over after {taken_over:.1f} s, sessions last {SESSION_SECONDS:.0f} s"
        return Outcome(self.recovery(time.monotonic()), note)

    def _restart_kafka(self, fault: Fault) -> Outcome:
        how = signal.SIGKILL if fault.how == "kill -9" else signal.SIGTERM
        self._signal("kafka", how)
        return Outcome(self.recovery(time.monotonic()))

    def _restart_postgres(self, _: Fault) -> Outcome:
        self._signal("postgres", signal.SIGQUIT)  # "immediate": as a crash, its children with it
        return Outcome(self.recovery(time.monotonic()))

    def _cut(self, fault: Fault) -> Outcome:
        server, _, how = fault.how.partition(" ")
        scissors = self._crew.scissors
        pids = [self._pid(fault.target)] if fault.target else None
        if how == "reset":
            met = scissors.reset(server, pids)
        else:
            met = scissors.silence(server, pids)
            time.sleep(fault.seconds)  # so long nothing passes
            scissors.heal(reset=how == "silence, reset")
        return Outcome(self.recovery(time.monotonic()), f"{met} connections")

    def _poison(self, fault: Fault) -> Outcome:
        how, _, topic = fault.how.rpartition(" ")
        note = self._poisoner.poison(how, topic)
        return Outcome(self.recovery(time.monotonic()), note)

    def _roll(self, fault: Fault) -> Outcome:
        """Restart a service's processes one by one, each when the one before is back."""
        service = fault.how.rpartition(" ")[2]
        places = [at for at in self._crew.layout.places if at.service == service]
        slowest = 0.0
        for at in places:
            before = self._pid(at)
            begun = time.monotonic()
            self._signal(at.name, signal.SIGTERM)
            _until(lambda at=at, before=before: self._not_back(at, before), begun + LIMIT_SECONDS)
            slowest = max(slowest, time.monotonic() - begun)
        note = f"{len(places)} processes, each back within {slowest:.1f} s"
        return Outcome(self.recovery(time.monotonic()), note)

    def _rebuild(self, fault: Fault) -> Outcome:
        how = fault.how.partition(" ")[2]
        note = rebuild(self._crew, fault.number, how, fault.seconds)
        return Outcome(self.recovery(time.monotonic()), note)

    def _not_back(self, at: Place, before: int) -> Sequence[str]:
        if self._crew.pid(at) in (None, before):
            return [f"{at.name} was not started again"]
        others = [other for other in self._crew.layout.places if other != at]
        return self._progress.unready(besides=others)

    def _signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a child as soon as it runs."""
        deadline = time.monotonic() + LIMIT_SECONDS
        _until(lambda: [] if self._crew.signal(name, number) else [f"{name} not there"], deadline)

    def _pid(self, at: Place) -> int:
        deadline = time.monotonic() + LIMIT_SECONDS
        _until(lambda: [] if self._crew.pid(at) else [f"{at.name} not there"], deadline)
        return self._crew.pid(at) or 0


def _until(what_lacks: Callable[[], Sequence[str]], deadline: float) -> None:
    while lacking := _insist(what_lacks, deadline):
        if time.monotonic() > deadline:
            raise NotRecoveredError(first_of(lacking))
        time.sleep(_LOOK_AGAIN_SECONDS)


def _insist(look: Callable[[], T], deadline: float) -> T:
    """Look, again and again while a server is away."""
    while True:
        try:
            return look()
        except AWAY as away:
            if time.monotonic() > deadline:
                raise NotRecoveredError(f"{type(away).__name__}: {away}") from away
            time.sleep(_LOOK_AGAIN_SECONDS)
