"""How long a reading takes: `python -m tests.unit.notices.speed`.

Milliseconds of CPU per page (2,500 letters, one printed side) over our own labelled notices, and
seconds for texts of the greatest length that are made to hurt. A figure of the machine, no test.
"""

import statistics
import sys
import time
from itertools import chain

from tests.unit.notices.calibration import HALVES
from tests.unit.notices.scoring import notices
from tests.unit.notices.test_scaling import HURTFUL, OPENING, try_read

from tiendo_notices import MAX_CHARACTERS, read
from tiendo_notices.documents import text_of

PAGE = 2_500
_TRIES = 3


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(_TRIES):
        begun = time.process_time()
        try_read(text)
        best = min(best, time.process_time() - begun)
    return best


def main() -> None:
    """Print the figures."""
    texts = [text_of(path) for path in chain.from_iterable(map(notices, HALVES))]
    read(texts[0])  # what is made once: patterns
    pages = [1000 * _seconds(text) / max(1.0, len(text) / PAGE) for text in texts]
    out = sys.stdout.write
    out(f"{len(pages)} notices: median {statistics.median(pages):.1f} ms a page,")
    out(f" slowest {max(pages):.1f} ms\n")
    worst = {
        pattern: _seconds(OPENING + pattern * ((MAX_CHARACTERS - 200) // len(pattern)))
        for pattern in HURTFUL
    }
    slowest = max(worst, key=lambda pattern: worst[pattern])
    out(f"{len(worst)} texts of {MAX_CHARACTERS:,} letters made to hurt:")
    out(f" slowest {worst[slowest]:.2f} s ({slowest!r})\n")
    refused = 1000 * _seconds("Bộ Y tế báo cáo. " * 300_000)
    out(f"5,000,000 letters: refused after {refused:.1f} ms\n")


if __name__ == "__main__":
    main()
