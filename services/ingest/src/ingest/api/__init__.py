"""HTTP: sources send events and read their receipts; operators register sources."""

from collections.abc import Sequence

from fastapi import APIRouter

from ingest.api import events, receipts, sources
from tiendo_runtime.service import Runtime


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (events.routes(runtime), receipts.routes(runtime), sources.routes(runtime))
