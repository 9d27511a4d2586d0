"""The board's totals by one plain query over the rows of assignments."""

from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow

_TOTALS = """
    SELECT u.level, count(*) AS total,
           count(*) FILTER (WHERE stage <> 'open' AND (claimed_at < late_from) IS NOT FALSE)
               AS done_on_time,
           count(*) FILTER (WHERE stage <> 'open' AND claimed_at >= late_from) AS done_late,
           count(*) FILTER (WHERE stage = 'open' AND late_from > %(now)s) AS within_time,
           count(*) FILTER (WHERE stage = 'open' AND late_from <= %(now)s) AS overdue,
           count(*) FILTER (WHERE stage = 'open' AND late_from IS NULL) AS regular,
           count(*) FILTER (WHERE stage = 'claimed') AS claimed_unverified,
           count(*) FILTER (WHERE stage = 'verified') AS verified,
           count(*) FILTER (WHERE stage = 'open' AND original_late_from <= %(now)s)
               AS late_originally,
           count(*) FILTER (WHERE stage <> 'open' AND claimed_at < late_from) AS current_kept,
           count(*) FILTER (WHERE stage <> 'open' AND late_from IS NOT NULL) AS current_told,
           count(*) FILTER (WHERE stage <> 'open' AND claimed_at < original_late_from)
               AS original_kept,
           count(*) FILTER (WHERE stage <> 'open' AND original_late_from IS NOT NULL)
               AS original_told,
           min(late_from) FILTER (WHERE stage = 'open' AND late_from <= %(now)s) AS overdue_since
    FROM assignments a JOIN units u ON u.unit_id = a.lead_unit_id
    WHERE starts_with(lead_unit_path, %(scope)s) OR starts_with(committee_path, %(scope)s)
    GROUP BY u.level
"""


def levels(conn: Connection[DictRow], scope: str, now: datetime) -> dict[str, dict[str, Any]]:
    """The figures of each level that has any."""
    rows = conn.execute(_TOTALS, {"scope": scope, "now": now}).fetchall()
    return {row.pop("level"): row for row in rows}
