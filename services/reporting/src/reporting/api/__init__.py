"""HTTP: units report, those above return, excuse and comment, all read."""

from collections.abc import Sequence

from fastapi import APIRouter

from reporting.api import commands, queries
from tiendo_runtime.service import Runtime


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (commands.routes(runtime), commands.decisions(), queries.routes(runtime))
