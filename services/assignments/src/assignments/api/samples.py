"""HTTP: samples of claims for inspectors."""

import secrets
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from assignments import application, views
from assignments.api.bodies import DrawSample
from assignments.domain import Because, Sample
from assignments.domain.sample import MOST_CLAIMS
from tiendo_runtime.domain import ForbiddenError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work


class PickOut(BaseModel):
    """A claim to be looked at, and why its unit is."""

    assignment_id: UUID
    unit_id: UUID
    because: Because


class SampleOut(BaseModel):
    """A sample as it was drawn; `is_true` says whether drawing again gives the same."""

    id: UUID
    seed: str
    share: int
    meeting_at: datetime | None
    considered: int
    picks: list[PickOut]
    is_true: bool


def routes(runtime: Runtime) -> APIRouter:
    """The routes of samples."""
    router = APIRouter(prefix="/v1/samples", tags=["samples"])

    @router.post("", status_code=201, response_model=Done)
    def draw(body: DrawSample, edge: Annotated[Edge, command("inspector")]) -> Response:
        """Draw a sample of the claims that stand in your committee's assignments."""
        who = edge.principal
        if who.unit_id is None:
            raise ForbiddenError("out_of_scope")
        with runtime.database.transaction() as conn:
            claims = views.claims(conn, who.unit_id, MOST_CLAIMS + 1)
            refused = views.units_refused(conn, who.unit_id)
        seed = body.seed or secrets.token_hex(8)

        def decide(work: Work) -> Sample:
            return application.draw_sample(
                work, who, body.share, body.meeting_at, seed, claims, refused
            )

        return edge.run(decide)

    @router.get("/{sample_id}")
    def sample(sample_id: UUID, who: Asking) -> SampleOut:
        """A sample, drawn once more to see that it is what its seed gives."""
        found = Work(runtime.store, runtime.clock, runtime.ids).get(Sample, sample_id)
        if not who.sees(found.committee_path):
            raise ForbiddenError("out_of_scope")
        picks = [
            PickOut(assignment_id=p.assignment_id, unit_id=p.unit_id, because=p.because)
            for p in found.picks
        ]
        return SampleOut(
            id=found.id,
            seed=found.seed,
            share=found.share,
            meeting_at=found.meeting_at,
            considered=len(found.claims),
            picks=picks,
            is_true=found.is_true,
        )

    return router
