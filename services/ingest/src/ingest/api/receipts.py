"""HTTP: what became of events, for the source that sent them and for who watches all of them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from ingest import receipts, sources
from ingest.api.bodies import KeptReceiptOut
from tiendo_runtime.context import Principal
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import having
from tiendo_runtime.http.problems import ProblemError
from tiendo_runtime.service import Runtime

_WATCH = frozenset({"operator", "auditor"})
Reader = Annotated[Principal, Depends(having("publisher", *sorted(_WATCH)))]


def routes(runtime: Runtime) -> APIRouter:
    """The routes that only read."""
    router = APIRouter(prefix="/v1/receipts", tags=["receipts"])
    prefix = runtime.settings.topic_prefix

    def own(who: Principal) -> str | None:
        """The name of the source that asks; None for who may see all of them."""
        if who.roles & _WATCH:
            return None
        with runtime.database.transaction() as conn:
            found = sources.by_subject(conn, who.subject)
        if found is None:
            raise ProblemError(403, "no_source")
        return found.name

    @router.get("")
    def listing(
        who: Reader,
        source: Annotated[
            str, Query(max_length=50, description="by default the one that asks")
        ] = "",
        outcome: Literal["refused"] | None = None,
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> Page[KeptReceiptOut]:
        """The receipts of a source, all or those that were refused, as they came one by one."""
        after = read_cursor(cursor, int)
        mine = own(who)
        if mine is not None and source not in ("", mine):
            raise ProblemError(403, "out_of_scope")
        whose = mine or source
        if not whose:
            raise ProblemError(422, "whose")
        with runtime.database.transaction() as conn:
            rows = receipts.listing(conn, whose, after, limit, refused=outcome == "refused")
        more = cursor_of(rows[-1].number) if len(rows) == limit else None
        return Page(items=[KeptReceiptOut.of(row, prefix) for row in rows], next=more)

    @router.get("/{receipt_id}")
    def receipt(receipt_id: UUID, who: Reader) -> KeptReceiptOut:
        """One receipt; a source sees its own alone."""
        mine = own(who)
        with runtime.database.transaction() as conn:
            row = receipts.by_id(conn, receipt_id)
        if row is None or mine not in (None, row.source):
            raise ProblemError(404, "no_receipt", None, identity=receipt_id)
        return KeptReceiptOut.of(row, prefix)

    return router
