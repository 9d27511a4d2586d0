"""`tiendo units`: the register of organisations from a terminal."""

from assignments.cli import importing, merging
from assignments.cli.register import app

__all__ = ["app", "importing", "merging"]
