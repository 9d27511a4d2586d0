"""HTTP: what people decided otherwise than it was read, for those who better the rules."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter

from meetings import corrections
from meetings.corrections import CorrectionRow, RuleRow
from tiendo_runtime.http.paging import Cursor, Limit, Page, cursor_of, read_cursor
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime

Field = Literal["kind", "lead", "coordinators", "due", "recurring"]


def routes(runtime: Runtime) -> APIRouter:
    """The routes of corrections."""
    router = APIRouter(prefix="/v1/corrections", tags=["corrections"])

    @router.get("")
    def listing(
        who: Asking,
        field: Field | None = None,
        rule: str | None = None,
        doubted: bool | None = None,
        limit: Limit = 50,
        cursor: Cursor = "",
    ) -> Page[CorrectionRow]:
        """Fields of signed notices that were corrected, the latest first.

        `doubted=false` gives those about which the reading had not asked.
        """
        after = read_cursor(cursor, datetime, UUID, str, str)
        with runtime.database.transaction() as conn:
            rows = corrections.listing(
                conn, who.scope, after, limit, field=field, rule=rule, doubted=doubted
            )
        if len(rows) < limit:
            return Page(items=rows, next=None)
        last = rows[-1]
        return Page(
            items=rows, next=cursor_of(last.signed_at, last.notice_id, last.path, last.field)
        )

    @router.get("/rules")
    def by_rule(who: Asking) -> list[RuleRow]:
        """How often each rule was corrected; those silently wrong most often first."""
        with runtime.database.transaction() as conn:
            return list(corrections.by_rule(conn, who.scope))

    return router
