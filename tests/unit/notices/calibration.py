"""What confidence is worth: `python -m tests.unit.notices.calibration [seen|blind2 ...]`.

For each band of confidence: how many fields were given it, and how many of them are right.
"""

import sys
from dataclasses import dataclass

from tests.unit.notices.scoring import Judged, judge, notices, shares

HALVES = (
    "seen", "set-aside", "fresh", "blind2", "blind3", "blind4", "blind5", "blind6", "blind7",
    "later", "blind8",
)  # fmt: skip
SURE = 0.9
_BANDS = ((0.95, 1.01), (SURE, 0.95), (0.8, SURE), (0.5, 0.8), (0.0, 0.5))


@dataclass(frozen=True, slots=True)
class Band:
    """Fields with a confidence from `low` up to, but not, `high`."""

    low: float
    high: float
    count: int
    right: int

    @property
    def share(self) -> float:
        """The share that is right; 1 where there are none."""
        return self.right / self.count if self.count else 1.0


def judged(*halves: str) -> list[Judged]:
    """Every labelled field of every notice of these halves."""
    return [one for half in halves for path in notices(half) for one in judge(path)]


def band(fields: list[Judged], low: float, high: float) -> Band:
    """One row of the table."""
    inside = [f for f in fields if f.confidence is not None and low <= f.confidence < high]
    return Band(low, high, len(inside), sum(f.verdict == "right" for f in inside))


def main(halves: list[str]) -> None:
    """Print the shares of each half, then the table over all of them."""
    for half in halves:
        sys.stdout.write(f"{half}: {shares(judged(half))}\n")
    fields = judged(*halves)
    sys.stdout.write("\nconfidence    fields  right\n")
    for low, high in _BANDS:
        row = band(fields, low, high)
        shown = f"{low:.2f}–{min(high, 1.0):.2f}"
        sys.stdout.write(f"{shown:12} {row.count:7}  {row.share:6.1%}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or list(HALVES))
