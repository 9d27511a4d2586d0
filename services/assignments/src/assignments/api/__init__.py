"""HTTP: the register of organisations, and the commands in the life of an assignment."""

from collections.abc import Sequence

from fastapi import APIRouter

from assignments.api import assignments, samples, units
from tiendo_runtime.service import Runtime

__all__ = ["routes"]


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (units.routes(runtime), assignments.routes(runtime), samples.routes(runtime))
