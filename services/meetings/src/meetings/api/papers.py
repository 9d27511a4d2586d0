"""HTTP: a notice as the document that is stamped, filed and sent, in either official form."""

from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from meetings import documents
from meetings.api.scope import within
from meetings.domain import Notice
from tiendo_notices.errors import NotANoticeError
from tiendo_notices.model import Form
from tiendo_notices.writing import Paper, compose, issued
from tiendo_notices.writing.files import MEDIA_TYPES, Kind, written
from tiendo_runtime.domain import ConflictError, NotFoundError
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Work


def routes(runtime: Runtime) -> APIRouter:
    """The routes of written notices."""
    router = APIRouter(prefix="/v1/notices", tags=["notices"])

    @router.get("/{notice_id}/paper.{kind}", response_class=Response)
    def paper(notice_id: UUID, kind: Kind, who: Asking, form: Form | None = None) -> Response:
        """A notice laid out anew: its words, with number, day, abstract and signer as they are now.

        `form` is `party` (36-HD/VPTW) or `state` (30/2020/NĐ-CP); without it, the notice's own
        (a draft whose form is not known yet: party).
        """
        notice = Work(runtime.store, runtime.clock, runtime.ids).get(Notice, notice_id)
        within(who, notice)
        with runtime.database.transaction() as conn:
            text = documents.content(conn, who.scope, notice.document.sha256)
        if text is None:
            raise NotFoundError("Document", notice.document.sha256)
        name = f"{notice.header.number or 'thong-bao'}.{kind}".replace("/", "-")
        return Response(
            written(_laid_out(notice, text.content.decode(), form), kind),
            media_type=MEDIA_TYPES[kind],
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            },
        )

    return router


def _laid_out(notice: Notice, text: str, form: Form | None) -> Paper:
    header, signed = notice.header, notice.signed_by
    own: Form = "state" if header.form == "state" else "party"
    try:
        paper = compose(text, form or own)
    except NotANoticeError:
        raise ConflictError("nothing_to_write") from None
    paper = issued(paper, header.number, header.issued_on)
    paper = replace(paper, abstract=header.title or paper.abstract)
    if signed is None:
        return paper
    return replace(paper, signer=signed.name, office=paper.office or (signed.office.upper(),))
