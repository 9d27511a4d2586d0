"""What changed, by the number of the change: the source of live pages.

A batch writes its changes as the last thing, one batch at a time: so a change's number grows with
its commit, and who has read up to a number has missed nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection, Connection
from psycopg.rows import DictRow

from monitoring.views.stages import IS_UNDONE
from tiendo_runtime.tables import uuids

CHANNEL = "board_changes"
"""What is notified, without payload, when changes are committed."""

_READ = (
    "SELECT sequence, kind, id, unit_id, paths FROM changes WHERE sequence > %s"
    " ORDER BY sequence LIMIT %s"
)
_WRITE = "COPY changes (kind, id, unit_id, paths) FROM STDIN"
_WRITE_ASSIGNMENTS = """
INSERT INTO changes (kind, id, unit_id, paths)
SELECT 'assignment', assignment_id, lead_unit_id, array_remove(
    ARRAY[lead_unit_path, committee_path,
          CASE WHEN path IN (lead_unit_path, committee_path) THEN NULL ELSE path END], NULL)
FROM unnest(%s::uuid[], %s::text[]) AS spoken(id, path) JOIN assignments ON assignment_id = id
WHERE coalesce(lead_unit_path, path) IS NOT NULL
"""
EVERYTHING = "all"
"""The kind of a change that everybody sees: readers got another build of the board."""

_TURN = 7_305_723_148_002  # any number that no other program locks in this database
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
        return self.kind == EVERYTHING or any(path.startswith(scope) for path in self.paths)


New = tuple[str, UUID, UUID | None, str | None]
"""A change to be numbered: kind, id, unit, and the path of whoever may see it."""
Spoken = tuple[UUID, str | None]
"""An assignment that changed, and the path of a unit that reported on it."""


def write(
    conn: Connection[DictRow], news: Collection[New], assignments: Collection[Spoken] = ()
) -> None:
    """Number changes and wake the listeners; nobody else does until the transaction ends."""
    if not news and not assignments:
        return
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (_TURN,))
    if assignments:
        ids, paths = zip(*assignments, strict=True)
        given = "{" + ",".join([path or "NULL" for path in paths]) + "}"
        conn.execute(_WRITE_ASSIGNMENTS, (uuids(ids), given))
    with conn.cursor().copy(_WRITE) as copy:
        for kind, key, unit, path in news:
            copy.write_row((kind, key, unit, f"{{{path or ''}}}"))
    conn.execute(f"NOTIFY {CHANNEL}".encode())


def write_everything(conn: Connection[DictRow]) -> None:
    """Let everybody look at everything anew."""
    write(conn, [(EVERYTHING, UUID(int=0), None, None)])


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
) -> tuple[list[Change], bool]:
    """What a viewer who saw change `after` has missed; False where it is not all of it."""
    first = conn.execute("SELECT min(sequence) AS first FROM changes").fetchone()
    gone = bool(first and first["first"] and after + 1 < first["first"])
    rows = conn.execute(
        "SELECT sequence, kind, id, unit_id, paths FROM changes WHERE sequence > %s"
        " AND (EXISTS (SELECT FROM unnest(paths) AS path WHERE starts_with(path, %s))"
        f"      OR kind = '{EVERYTHING}')"
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


async def next_deadline(conn: AsyncConnection[DictRow], now: datetime) -> datetime | None:
    """The next instant (UTC) after `now` at which a deadline of anybody's passes."""
    found = await conn.execute(
        f"SELECT least((SELECT min(late_from) FROM counters WHERE {IS_UNDONE} AND late_from > %s)"
        f", (SELECT min(original_late_from) FROM counters WHERE {IS_UNDONE}"
        "   AND original_late_from > %s)) AS at",
        (now, now),
    )
    row = await found.fetchone()
    return row["at"] if row else None


async def passed(
    conn: AsyncConnection[DictRow], after: datetime, until: datetime
) -> list[tuple[UUID, list[str]]]:
    """The units for whom a deadline passed in (after, until], with the paths of who sees it."""
    rows = await conn.execute(
        f"SELECT DISTINCT unit_id, unit_path, committee_path FROM counters WHERE {IS_UNDONE}"
        " AND (late_from > %(after)s AND late_from <= %(until)s"
        " OR original_late_from > %(after)s AND original_late_from <= %(until)s)",
        {"after": after, "until": until},
    )
    return [
        (row["unit_id"], [row["unit_path"], row["committee_path"]]) for row in await rows.fetchall()
    ]
