"""HTTP: units report, those above order, return, excuse and comment, all read."""

from collections.abc import Sequence

from fastapi import APIRouter

from reporting.api import commands, queries, waves
from tiendo_runtime.service import Runtime


def routes(runtime: Runtime) -> Sequence[APIRouter]:
    """All routes of the service."""
    return (
        commands.routes(runtime),
        commands.decisions(runtime),
        queries.routes(runtime),
        waves.routes(runtime),
    )
