"""The stages of an assignment as the board counts them."""

from typing import LiteralString

UNDONE = ("open", "accepted", "contested")
"""Nothing is claimed: it can become late."""
DONE = ("claimed", "verified", "closed")
"""It is done, by the unit's word at least."""
OFF = ("cancelled", "superseded")
"""Nobody has to do it any more: it counts in no state and in no rate."""

IS_UNDONE: LiteralString = "stage IN ('open', 'accepted', 'contested')"
IS_DONE: LiteralString = "stage IN ('claimed', 'verified', 'closed')"
COUNTED: LiteralString = "stage NOT IN ('cancelled', 'superseded')"
RANK: LiteralString = (
    "(CASE WHEN a.stage IN ('open', 'accepted', 'contested') THEN 0 WHEN a.stage = 'claimed' THEN 1"
    " WHEN a.stage IN ('verified', 'closed') THEN 2 ELSE 3 END)"
)
"""What needs attention comes first; as the index assignments_order_idx has it, letter by letter."""


def rank_of(stage: str) -> int:
    """The same of one stage."""
    if stage in UNDONE:
        return 0
    return 1 if stage == "claimed" else 2 if stage in DONE else 3
