"""Texts that are kept by the digest of their bytes: notices, papers of a meeting.

They are no events: events carry the digest. A text is kept once for each committee that has it,
under the title it first came with.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from meetings.domain import Committee, Document


@dataclass(frozen=True, slots=True)
class Content:
    """A document with its bytes."""

    document: Document
    content: bytes


def keep(
    conn: Connection[DictRow],
    committee: Committee,
    *,
    title: str,
    media_type: str,
    text: str,
    by: str,
) -> Document:
    """Keep a text for a committee; one that is kept already stays as it is."""
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    conn.execute(
        "INSERT INTO documents"
        " (sha256, committee_id, committee_path, title, media_type, size, content, added_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (digest, committee.id, committee.path, title, media_type, len(content), content, by),
    )
    return kept(conn, committee.id, [digest])[digest]


def kept(
    conn: Connection[DictRow], committee_id: UUID, digests: Iterable[str]
) -> dict[str, Document]:
    """Those of the documents that are kept for a committee, by digest."""
    rows = conn.execute(
        "SELECT sha256, title, media_type, size FROM documents"
        " WHERE committee_id = %s AND sha256 = ANY(%s)",
        (committee_id, list(digests)),
    )
    return {row["sha256"]: _document(row) for row in rows}


def content(conn: Connection[DictRow], scope: str, digest: str) -> Content | None:
    """A document of a committee inside of the scope (a path prefix), with its bytes."""
    row = conn.execute(
        "SELECT sha256, title, media_type, size, content FROM documents"
        " WHERE sha256 = %s AND starts_with(committee_path, %s) ORDER BY committee_path LIMIT 1",
        (digest, scope),
    ).fetchone()
    return Content(_document(row), bytes(row["content"])) if row else None


def _document(row: dict[str, Any]) -> Document:
    return Document(row["sha256"], row["title"], row["media_type"], row["size"])
