"""What changed, by the number of the change: the source of live pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow

_READ = (
    "SELECT sequence, kind, id, unit_id, paths FROM changes WHERE sequence > %s"
    " ORDER BY sequence LIMIT %s"
)
_NEWEST = "SELECT coalesce(max(sequence), 0) AS newest FROM changes"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed; whoever sees one of the paths sees the change."""

    sequence: int
    kind: str
    id: UUID
    unit_id: UUID | None
    paths: list[str]

    def seen_by(self, scope: str) -> bool:
        """Whether a scope sees it."""
        return any(path.startswith(scope) for path in self.paths)


async def newest(conn: AsyncConnection[DictRow]) -> int:
    """The number of the last change."""
    row = await (await conn.execute(_NEWEST)).fetchone()
    return row["newest"] if row else 0


async def read(conn: AsyncConnection[DictRow], after: int, limit: int) -> list[Change]:
    """Changes behind a number, in order."""
    rows = await (await conn.execute(_READ, (after, limit))).fetchall()
    return [Change(**row) for row in rows]


def missed(
    conn: Connection[DictRow], scope: str, after: int, limit: int
) -> tuple[Sequence[Change], bool]:
    """What a viewer who saw change `after` has missed; False where it is not all of it."""
    first = conn.execute("SELECT min(sequence) AS first FROM changes").fetchone()
    gone = bool(first and first["first"] and after + 1 < first["first"])
    rows = conn.execute(
        "SELECT sequence, kind, id, unit_id, paths FROM changes WHERE sequence > %s"
        " AND EXISTS (SELECT FROM unnest(paths) AS path WHERE starts_with(path, %s))"
        " ORDER BY sequence LIMIT %s",
        (after, scope, limit + 1),
    ).fetchall()
    found = [Change(**row) for row in rows]
    return found[:limit], not gone and len(found) <= limit


def forget(conn: Connection[DictRow], before: datetime) -> int:
    """Forget changes that are older; answers how many. The newest always stays."""
    return conn.execute(
        "DELETE FROM changes WHERE changed_at < %s"
        " AND sequence < (SELECT max(sequence) FROM changes)",
        (before,),
    ).rowcount
