"""What people decided otherwise than it was read, kept with the signature of each notice.

They are derived from events; kept as rows so that they can be listed by the rule that erred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from meetings.domain import Notice


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A field of an item, as it was read and as it was decided.

    `read` are printed names or the value, `decided` ids of units or the value; `words` is the item.
    `doubted` says that the reading had asked about the field. `confidence` is 0 to 1.
    """

    notice_id: UUID
    path: str
    field: str
    rule: str
    confidence: float
    doubted: bool
    read: str
    decided: str
    words: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class RuleRow:
    """How often fields that a rule gave were corrected; `silent` of them without a doubt."""

    field: str
    rule: str
    corrected: int
    silent: int


def keep(conn: Connection[DictRow], notice: Notice) -> None:
    """Keep the corrections of a notice that is being signed."""
    rows = [
        (
            notice.id, c.path, c.field, notice.committee.path, c.rule, c.confidence, c.doubted,
            c.read, c.decided, notice.items[c.path].text, notice.signed_at,
        )
        for c in notice.corrections
    ]  # fmt: skip
    conn.cursor().executemany(_KEEP, rows)


_KEEP = (
    "INSERT INTO corrections (notice_id, path, field, committee_path, rule, confidence, doubted,"
    " read, decided, words, signed_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def listing(
    conn: Connection[DictRow], scope: str, after: tuple[Any, ...] | None, limit: int, **facts: Any
) -> list[CorrectionRow]:
    """Corrections of committees in a scope (a path prefix), the latest first.

    `facts` are columns that must be equal: field, rule, doubted.
    """
    given = {name: value for name, value in facts.items() if value is not None}
    where = ["starts_with(committee_path, %s)", *(f"{name} = %s" for name in given)]
    values = [scope, *given.values()]
    if after:
        where.append("(signed_at, notice_id, path, field) < (%s, %s, %s, %s)")
        values += after
    rows = conn.execute(
        "SELECT notice_id, path, field, rule, confidence, doubted, read, decided, words, signed_at"
        f" FROM corrections WHERE {' AND '.join(where)}"
        " ORDER BY signed_at DESC, notice_id DESC, path DESC, field DESC LIMIT %s".encode(),
        (*values, limit),
    )
    return [CorrectionRow(**row) for row in rows]


def by_rule(conn: Connection[DictRow], scope: str) -> Sequence[RuleRow]:
    """How often each rule was corrected, those that erred in silence most often first."""
    rows = conn.execute(
        "SELECT field, rule, count(*) AS corrected, count(*) FILTER (WHERE NOT doubted) AS silent"
        " FROM corrections WHERE starts_with(committee_path, %s) GROUP BY field, rule"
        " ORDER BY silent DESC, corrected DESC, field, rule LIMIT 500",
        (scope,),
    )
    return [RuleRow(**row) for row in rows]
