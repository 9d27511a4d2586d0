"""Kills processes at random instants while a story is played."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence

from tests.chaos.ledger import Ledger

from tiendo_local.console import plain
from tiendo_local.supervisor import Supervisor

_MOST_COMMANDS = 5
_LONGEST_SILENCE = 8.0
_LATEST = 1.5
_ASK_AGAIN = 0.05


class Killer(threading.Thread):
    """Kills each victim once a round, in an order and at instants that the seed decides.

    The next kill falls up to 1.5 s after a random number of further commands, so that kills are
    spread over the story, however fast it is played.
    """

    def __init__(
        self, supervisor: Supervisor, victims: Sequence[str], ledger: Ledger, seed: int, rounds: int
    ) -> None:
        super().__init__(name="killer", daemon=True)
        self.kills: Counter[str] = Counter()
        self._supervisor = supervisor
        self._ledger = ledger
        self._dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._order = [
            victim for _ in range(rounds) for victim in self._dice.sample(victims, len(victims))
        ]
        self._called_off = threading.Event()

    def run(self) -> None:
        """Kill until every round is over."""
        begun = time.monotonic()
        for victim in self._order:
            self._wait_for_its_hour()
            if not self._kill(victim):
                return
            self.kills[victim] += 1
            done = sum(self.kills.values())
            plain(
                f"  {time.monotonic() - begun:6.1f} s  kill -9 {victim:22} "
                f"{done}/{len(self._order)}, {len(self._ledger.promises)} commands so far"
            )

    def _wait_for_its_hour(self) -> None:
        further = self._dice.randint(0, _MOST_COMMANDS)
        moment = self._dice.uniform(0, _LATEST)
        self._ledger.wait_for(len(self._ledger.promises) + further, _LONGEST_SILENCE)
        self._called_off.wait(moment)

    def _kill(self, victim: str) -> bool:
        """Kill it as soon as it runs; answers no once called off."""
        while not self._called_off.is_set():
            if self._supervisor.kill_watched(victim):
                return True
            self._called_off.wait(_ASK_AGAIN)
        return False

    def call_off(self) -> None:
        """End without the kills that are still to come."""
        self._called_off.set()
