"""Ids that the demo makes."""

from uuid import UUID

from tiendo_runtime.clock import Uuid7

DEMO = UUID("0d3d0e5a-7a2e-5d7b-9f57-6f0c5a8a57d1")
"""Namespace of the demo's people."""

_mint = Uuid7()


def fresh() -> UUID:
    """An id that was never given before."""
    return _mint.new()
