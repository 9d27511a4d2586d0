"""What is done to the product, round by round: decided by the seed alone, before anything runs."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.layout import Layout, Place, sample
from tests.chaos.logs import TOPICS
from tests.chaos.rebuild import VIEWS

KINDS = ("kill", "freeze", "kafka", "postgres", "cut", "poison", "rolling", "rebuild")
"""The kinds of faults; each run deals them like cards, so that none is left out for long."""
_POISONS: Mapping[str, Sequence[str]] = {
    "no event": TOPICS,
    "malformed": ("tiendo.meetings.v1",),
    "failing": ("tiendo.reporting.v1",),
}
"""Where each kind of poison can be put."""


@dataclass(frozen=True)
class Fault:
    """One round's fault.

    Attributes:
        after: It falls when so many further commands were acknowledged.
        how: The variant of the kind.
        target: The process that is meant; None where it is a server's fault, or all are meant.
        seconds: How long it lasts, where it lasts.
        number: Which of several, where the kind has a list.
    """

    kind: str
    after: int
    how: str
    target: Place | None = None
    seconds: float = 0.0
    number: int = 0

    def __str__(self) -> str:
        target = f" {self.target.name}" if self.target else ""
        lasting = f" {self.seconds:.0f} s" if self.seconds else ""
        return f"{self.kind}: {self.how}{target}{lasting}"


@dataclass(frozen=True)
class Plan:
    """A whole run."""

    seed: int
    layout: Layout
    faults: Sequence[Fault]


def plan(seed: int, rounds: int, kinds: Sequence[str] = KINDS) -> Plan:
    """The plan of a seed: the same for the same number of rounds, and for more up to there."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    layout = sample(dice)
    faults: list[Fault] = []
    while len(faults) < rounds:
        faults += [_fault(dice, kind, layout) for kind in dice.sample(kinds, len(kinds))]
    return Plan(seed, layout, faults[:rounds])


def _fault(dice: random.Random, kind: str, layout: Layout) -> Fault:
    after = dice.randint(20, 150)
    place = dice.choice(layout.places)
    match kind:
        case "kill":
            return Fault(kind, after, "-9", place)
        case "freeze":
            return Fault(kind, after, "SIGSTOP, then SIGCONT", place, dice.randint(6, 9))
        case "kafka":
            return Fault(kind, after, dice.choice(("stopped", "kill -9")))
        case "postgres":
            return Fault(kind, after, "immediate shutdown")
        case "cut":
            server = dice.choice(("kafka", "postgres"))
            how = dice.choice(("reset", "silence, reset", "silence, on"))
            seconds = 0 if how == "reset" else dice.randint(3, 8)
            target = place if dice.random() < 0.6 else None
            return Fault(kind, after, f"{server} {how}", target, seconds)
        case "poison":
            how = dice.choice(tuple(_POISONS))
            return Fault(kind, after, f"{how} {dice.choice(_POISONS[how])}")
        case "rolling":
            return Fault(kind, after, f"restart of {place.service}")
        case "rebuild":
            how = dice.choice(("switched", "killed", "rolled back"))
            number = dice.randrange(len(VIEWS))
            seconds = dice.uniform(2, 6) if how == "killed" else 0.0
            return Fault(kind, after, f"{VIEWS[number][1]} {how}", None, seconds, number)
        case _:
            raise ValueError(kind)
