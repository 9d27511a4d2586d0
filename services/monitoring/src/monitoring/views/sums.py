"""Figures of assignments, and their sums. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple


class Figures(NamedTuple):
    """Exact counts. `done_on_time` to `regular` add up to `total`; what was called off is in none.

    Done is what was claimed, verified or not, told against the deadline that holds; what never had
    a deadline counts as on time when it is done, and stands in no rate. The two rates are fractions
    `…_kept` of `…_told`: told are done assignments with a deadline, kept those claimed before it.
    `accepted` to `extended` are parts of the total: where it stands in its life, and
    whether more time was granted. `late_originally` are undone ones whose original deadline has
    passed. `overdue_since` (UTC) is the earliest deadline among the overdue.
    """

    total: int = 0
    done_on_time: int = 0
    done_late: int = 0
    within_time: int = 0
    overdue: int = 0
    regular: int = 0
    accepted: int = 0
    contested: int = 0
    claimed_unverified: int = 0
    verified: int = 0
    closed: int = 0
    extended: int = 0
    called_off: int = 0
    late_originally: int = 0
    current_kept: int = 0
    current_told: int = 0
    original_kept: int = 0
    original_told: int = 0
    overdue_since: datetime | None = None

    @property
    def done(self) -> int:
        """Claimed, verified or not."""
        return self.done_on_time + self.done_late

    @property
    def unanswered(self) -> int:
        """Neither accepted nor contested, and nothing is claimed."""
        undone = self.overdue + self.within_time + self.regular
        return undone - self.accepted - self.contested


NOTHING = Figures()


def add(figures: Iterable[Figures]) -> Figures:
    """The sum of figures."""
    figures = list(figures)
    if len(figures) < 2:
        return figures[0] if figures else NOTHING
    *counts, since = zip(*figures, strict=True)
    known = [instant for instant in since if instant is not None]
    return Figures(*map(sum, counts), overdue_since=min(known, default=None))


def exchanged(
    sums: Figures,
    gone: Sequence[Figures],
    come: Sequence[Figures],
    everything: Callable[[], Iterable[Figures]],
) -> Figures:
    """A sum of which some parts are gone and others have come; `everything` are its parts then."""
    since = least(
        sums.overdue_since,
        [part.overdue_since for part in gone],
        [part.overdue_since for part in come],
        lambda: (part.overdue_since for part in everything()),
    )
    rows = zip(sums[:-1], add(gone)[:-1], add(come)[:-1], strict=True)
    return Figures(*(n - less + more for n, less, more in rows), overdue_since=since)


def least(
    known: datetime | None,
    gone: Sequence[datetime | None],
    come: Sequence[datetime | None],
    everything: Callable[[], Iterable[datetime | None]],
) -> datetime | None:
    """The least of values of which some went and others came, looked for only if it went."""
    new = min((value for value in come if value), default=None)
    if known is None or (new is not None and new <= known):
        return new
    if known not in gone:
        return known
    found = None
    for value in everything():
        if value == known:
            return known  # others share it, and nothing was less
        if value is not None and (found is None or value < found):
            found = value
    return found
