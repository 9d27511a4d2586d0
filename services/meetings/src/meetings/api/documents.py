"""HTTP: texts that are kept by their digest."""

from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from meetings import documents
from meetings.api.fields import Body, DocumentOut, Sha256, Title
from meetings.api.scope import known_committee
from meetings.application.notices import refuse_classified
from meetings.domain import Document
from tiendo_runtime.domain import NotFoundError
from tiendo_runtime.http.commands import Edge, command
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.text import Text
from tiendo_runtime.service import Runtime
from tiendo_runtime.store import Answer, Work

MediaType = Literal["text/plain", "text/markdown", "text/csv"]
"""Only what no browser runs."""


class NewDocument(Body):
    """A text to keep; it is kept in NFC."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "committee_id": "019a8c40-0000-7000-8000-000000000001",
                    "title": "Báo cáo tiến độ tháng 11 năm 2026",
                    "media_type": "text/plain",
                    "text": "Đến ngày 20/11/2026, 7 trên 9 nhiệm vụ đã hoàn thành.",
                }
            ]
        }
    )

    committee_id: UUID
    title: Title
    media_type: MediaType = "text/plain"
    text: Annotated[Text, Field(min_length=1, max_length=1_000_000)]


def routes(runtime: Runtime) -> APIRouter:
    """The routes of documents."""
    router = APIRouter(prefix="/v1/documents", tags=["documents"])

    @router.post("", status_code=201, response_model=DocumentOut)
    def keep(body: NewDocument, edge: Annotated[Edge, command("secretariat")]) -> Response:
        """Keep a text for a committee; the same text again is the same document."""

        def decide(work: Work) -> Document:  # noqa: ARG001 - documents are no aggregates
            refuse_classified(f"{body.title}\n{body.text}")
            with runtime.database.transaction() as conn:
                return documents.keep(
                    conn,
                    known_committee(conn, edge.principal, body.committee_id),
                    title=body.title,
                    media_type=body.media_type,
                    text=body.text,
                    by=edge.principal.subject,
                )

        return edge.answer(decide, lambda kept: Answer(201, msgspec.json.encode(kept)))

    @router.get("/{sha256}", response_class=Response)
    def document(sha256: Sha256, who: Asking) -> Response:
        """The bytes of a document that a committee in your scope keeps."""
        with runtime.database.transaction() as conn:
            found = documents.content(conn, who.scope, sha256)
        if found is None:
            raise NotFoundError("Document", sha256)
        return Response(
            found.content,
            media_type=f"{found.document.media_type}; charset=utf-8",
            headers={
                "ETag": f'"{sha256}"',
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": f"inline; filename*=UTF-8''{quote(_file(found.document))}",
            },
        )

    return router


def _file(document: Document) -> str:
    endings = {"text/markdown": "md", "text/csv": "csv"}
    title = document.title.replace("/", "-").replace("\\", "-")
    return f"{title[:100]}.{endings.get(document.media_type, 'txt')}"
