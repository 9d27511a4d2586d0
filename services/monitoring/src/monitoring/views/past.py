"""The board as it stood: builds of all views as of one instant, beside the live ones.

An operator makes them (`tiendo ops rebuild VIEW --as-of INSTANT`); here they are only read.
"""

from datetime import datetime
from typing import NamedTuple

from psycopg import Connection, sql
from psycopg.rows import DictRow

from monitoring.views.board import BOARD
from monitoring.views.obligations import OBLIGATIONS
from monitoring.views.waiting import WAITING
from tiendo_register.units import REGISTER

VIEWS = (REGISTER, BOARD, OBLIGATIONS, WAITING)
"""What a page is read from."""


class Past(NamedTuple):
    """An instant (UTC) of which there is a build of each view, and the schemas of those."""

    as_of: datetime
    schemas: tuple[str, ...]


_PASTS = """
    SELECT as_of, array_agg(schema) AS schemas FROM (
        SELECT DISTINCT ON (projection, (facts ->> 'as_of')::timestamptz)
               (facts ->> 'as_of')::timestamptz AS as_of, schema
        FROM view_versions JOIN unnest(%(names)s::text[], %(versions)s::int[])
             AS ours (projection, version) USING (projection, version)
        WHERE state = 'asof'
        ORDER BY projection, (facts ->> 'as_of')::timestamptz, created_at DESC
    ) AS built
    GROUP BY as_of HAVING count(*) = cardinality(%(names)s::text[]) ORDER BY as_of DESC
"""


def pasts(conn: Connection[DictRow]) -> list[Past]:
    """The instants that can be looked back at, the latest first."""
    asked = {"names": [v.name for v in VIEWS], "versions": [v.version for v in VIEWS]}
    return [Past(row["as_of"], tuple(row["schemas"])) for row in conn.execute(_PASTS, asked)]


def look_at(conn: Connection[DictRow], past: Past) -> None:
    """Let the rest of the transaction read the views as they stood then."""
    names = sql.SQL(", ").join(map(sql.Identifier, (*past.schemas, "public")))
    conn.execute(sql.SQL("SET LOCAL search_path = {}").format(names))
