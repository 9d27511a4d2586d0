"""The geometry of the pictures, computed here: pages draw it as SVG. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi

from monitoring.views.obligations import Rates
from monitoring.views.sums import Figures

STATES = ("overdue", "within_time", "done_late", "done_on_time", "regular")
"""The parts of every picture, in their order: what needs attention comes first."""

REPORTED = ("missed", "late", "returned", "on_time", "waiting")
"""The parts of a picture of reports. The excused stand beside it: nothing was expected of them."""

RADIUS = 42.0
ROUND = 2 * pi * RADIUS


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture: `start` and `size` are shares of the whole, 0 to 1."""

    state: str
    count: int
    start: float
    size: float

    @property
    def dash(self) -> str:
        """`stroke-dasharray` of a ring of the donut's radius."""
        return f"{self.size * ROUND:.3f} {ROUND:.3f}"

    @property
    def offset(self) -> str:
        """`stroke-dashoffset` that starts the part at its place on the ring."""
        return f"{-self.start * ROUND:.3f}"

    @property
    def x(self) -> str:
        """Where the part starts on a bar of width 100."""
        return f"{self.start * 100:.3f}"

    @property
    def width(self) -> str:
        """How wide the part is on a bar of width 100."""
        return f"{self.size * 100:.3f}"


def parts(figures: Figures) -> list[Part]:
    """The parts of a whole that are not empty, side by side without a gap."""
    if not figures.total:
        return []
    counts = figures._asdict()
    return _beside({state: counts[state] for state in STATES}, figures.total)


def stages(figures: Figures) -> list[Part]:
    """How far assignments have come, as parts of a whole."""
    counts = {
        "unanswered": figures.unanswered,
        "contested": figures.contested,
        "accepted": figures.accepted,
        "claimed_unverified": figures.claimed_unverified,
        "verified": figures.verified,
    }
    return _beside(counts, figures.total)


def reported(rates: Rates, whole: int = 0) -> list[Part]:
    """What became of reports, as parts of a whole; by default of what was or is expected."""
    counts = {kind: getattr(rates, kind) for kind in REPORTED}
    return _beside(counts, whole or sum(counts.values()))


def _beside(counts: Mapping[str, int], total: int) -> list[Part]:
    found: list[Part] = []
    before = 0
    for state, count in counts.items():
        if count:
            found.append(Part(state, count, before / total, count / total))
        before += count
    return found
