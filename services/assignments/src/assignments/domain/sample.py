"""Which claims are looked at: a sample that anybody can draw again.

Nobody can check every claim at once, and whoever is checked must not be chosen by whom they know.
So the sample follows from a seed, a share and the claims that stood there; all three are kept.
"""

import hashlib
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tiendo_runtime.domain import Aggregate, RuleError, event

MOST_CLAIMS = 1000
"""So many are drawn from at once: what was drawn must fit into one event."""

_BEFORE = timedelta(days=7)
_SURGE = 3
"""So many claims within a week before a meeting are a surge, if they are most of a unit's."""


class Because(StrEnum):
    """Why a unit's claims are looked at."""

    SHARE = "share"
    REFUSED = "refused"
    SURGE = "surge"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that stands unverified. `claimed_at` is UTC."""

    assignment_id: UUID
    unit_id: UUID
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Pick:
    """A claim that is to be looked at."""

    assignment_id: UUID
    unit_id: UUID
    because: Because


def draw(
    seed: str,
    share: int,
    claims: Iterable[Claim],
    refused: AbstractSet[UUID],
    meeting_at: datetime | None,
) -> tuple[Pick, ...]:
    """Draw a share (percent) of each unit's claims, at least one, by the digests of seed and id.

    A unit of which a claim was refused is drawn from at twice the share, one with a surge of claims
    before the meeting too; both together make it threefold. The order of claims does not matter.
    """
    of_unit: dict[UUID, list[Claim]] = {}
    for claim in claims:
        of_unit.setdefault(claim.unit_id, []).append(claim)
    picks: list[Pick] = []
    for unit, mine in sorted(of_unit.items()):
        surge = _is_surge(mine, meeting_at)
        percent = min(100, share * (1 + (unit in refused) + surge))
        count = -(-len(mine) * percent // 100)
        because = Because.SURGE if surge else Because.SHARE
        because = Because.REFUSED if unit in refused else because
        chosen = sorted(mine, key=lambda claim: _digest(seed, claim.assignment_id))[:count]
        picks += [Pick(claim.assignment_id, unit, because) for claim in chosen]
    return tuple(picks)


def _digest(seed: str, assignment: UUID) -> bytes:
    return hashlib.sha256(f"{seed}/{assignment}".encode()).digest()


def _is_surge(claims: Collection[Claim], meeting_at: datetime | None) -> bool:
    if meeting_at is None:
        return False
    late = [one for one in claims if meeting_at - _BEFORE <= one.claimed_at < meeting_at]
    return len(late) >= _SURGE and 2 * len(late) > len(claims)


class Sample(Aggregate, topic="assignments.Sample"):
    """A sample that was drawn; it never changes."""

    class Drawn(Aggregate.Created):
        """A sample was drawn."""

        committee_id: UUID
        committee_path: str
        seed: str
        share: int
        meeting_at: datetime | None
        claims: tuple[Claim, ...]
        refused: tuple[UUID, ...]
        picks: tuple[Pick, ...]

    @event(Drawn)
    def __init__(
        self,
        *,
        id: UUID,  # noqa: A002 - the library's name
        timestamp: datetime,
        committee_id: UUID,
        committee_path: str,
        seed: str,
        share: int,
        meeting_at: datetime | None,
        claims: tuple[Claim, ...],
        refused: tuple[UUID, ...],
        picks: tuple[Pick, ...],
    ) -> None:
        self.committee_path = committee_path
        self.seed = seed
        self.share = share
        self.meeting_at = meeting_at
        self.claims = claims
        self.refused = refused
        self.picks = picks

    @property
    def is_true(self) -> bool:
        """Whether drawing again gives the same."""
        again = draw(self.seed, self.share, self.claims, frozenset(self.refused), self.meeting_at)
        return again == self.picks


def check_drawable(claims: Collection[Claim]) -> None:
    """See that there is something to draw from, and not too much.

    Raises:
        RuleError: `nothing_claimed`, or `too_many_claims`.
    """
    if not claims:
        raise RuleError("no_claims_to_draw")
    if len(claims) > MOST_CLAIMS:
        raise RuleError("too_many_claims", count=len(claims), most=MOST_CLAIMS)
