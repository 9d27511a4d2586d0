"""HTTP: who may publish what, as operators decide it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ingest import sources
from ingest.api.bodies import SourceIn
from ingest.application import put_source, remove_source
from ingest.domain import Grant
from ingest.sources import SourceRow
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import NotFoundError
from tiendo_runtime.http.commands import Done, Edge, command
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import having
from tiendo_runtime.service import Runtime

Name = Annotated[str, Path(max_length=50, examples=["hoc-tap-binh-son"])]
Reader = Annotated[Principal, Depends(having("operator", "auditor"))]


def routes(runtime: Runtime) -> APIRouter:
    """The routes of sources."""
    router = APIRouter(prefix="/v1/sources", tags=["sources"])

    @router.put("/{name}", response_model=Done)
    def put(name: Name, body: SourceIn, edge: Annotated[Edge, command("operator")]) -> Response:
        """Register a source, or let one that is there do this instead of what it could before."""
        grant = Grant(
            uri=body.uri,
            subject=body.subject or name,
            types=tuple(dict.fromkeys(body.types)),
            units=tuple(dict.fromkeys(body.units)),
            below=body.below,
        )
        return edge.run(lambda work: put_source(work, name, grant), status=200)

    @router.delete("/{name}", response_model=Done)
    def remove(name: Name, edge: Annotated[Edge, command("operator")]) -> Response:
        """Let a source publish nothing any more; its receipts and events stay."""
        return edge.run(lambda work: remove_source(work, name), status=200)

    @router.get("")
    def listing(_: Reader, limit: Limit = 100, cursor: Cursor = "") -> Page[SourceRow]:
        """All sources that may publish now, by name."""
        after = read_cursor(cursor, str)
        with runtime.database.transaction() as conn:
            rows = sources.listing(conn, after, limit)
        more = cursor_of(rows[-1].name) if len(rows) == limit else None
        return Page(items=rows, next=more)

    @router.get("/{name}")
    def source(name: Name, _: Reader) -> SourceRow:
        """One source as it is registered now."""
        with runtime.database.transaction() as conn:
            found = sources.by_name(conn, name)
        if found is None:
            raise NotFoundError("Source", name)
        return found

    return router
