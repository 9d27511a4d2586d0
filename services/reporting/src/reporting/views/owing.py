"""Who owes a report for a period: by waves, and by what they had to do."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from reporting.period import Period, Rhythm

_SILENT: LiteralString = """
SELECT unit_id, path FROM units u
WHERE unit_id > %(behind)s
    AND unit_id NOT IN (SELECT unit_id FROM reports_list
        WHERE period = %(period)s AND (stage <> 'opened' OR NOT %(opened)s))
    AND EXISTS (SELECT FROM assignments_copy WHERE lead_unit_id = u.unit_id
        AND coalesce(closed_at, 'infinity') > %(at)s
        AND width_bucket(%(at)s::timestamptz, turns) %% 2 = 1 AND issued_at < %(at)s)
    AND (%(everybody)s AND NOT EXISTS (SELECT FROM waves
            WHERE rhythm = %(rhythm)s AND from_day <= %(first)s)
        OR EXISTS (SELECT FROM waves w
            WHERE rhythm = %(rhythm)s AND from_day <= %(first)s
                AND coalesce(ends_on, 'infinity') > %(first)s
                AND (u.unit_id = ANY(w.unit_ids)
                    OR position('/' || w.below_unit_id || '/' IN u.path) > 0
                        AND u.level = coalesce(w.level, u.level))))
ORDER BY unit_id LIMIT %(limit)s
"""


def silent(
    conn: Connection[DictRow],
    period: Period,
    at: datetime,
    behind: UUID,
    limit: int,
    *,
    opened: bool,
) -> list[tuple[UUID, str]]:
    """Units (id, path) behind one that owed a report at an instant (UTC) and have none listed.

    A unit owes one when an assignment that it leads was open at that instant, and a wave makes it
    report in that rhythm; see `domain.wave`. `opened` is whether those are meant as well for which
    the obligation was opened, and nothing else happened.
    """
    values = {
        "period": str(period),
        "rhythm": period.rhythm,
        "first": period.first,
        "everybody": period.rhythm is Rhythm.WEEKLY,
        "at": at,
        "behind": behind,
        "limit": limit,
        "opened": opened,
    }
    return [(row["unit_id"], row["path"]) for row in conn.execute(_SILENT, values)]
