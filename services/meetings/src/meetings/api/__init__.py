"""HTTP: meetings, documents, notices of conclusion, and what was corrected in reading them."""

from collections.abc import Sequence

from fastapi import APIRouter

from meetings.api import corrections, documents, meetings, notices, papers
from tiendo_runtime.service import Runtime

__all__ = ["routes"]


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    parts = (meetings, documents, notices, papers, corrections)
    return tuple(part.routes(runtime) for part in parts)
