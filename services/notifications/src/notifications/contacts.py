"""Where units get their mail: a mutable table, the only home of addresses.

Writing the same twice is the same as once, and no event tells of it: the store and Kafka never
forget, people's addresses must be forgettable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_register.units import by_ids
from tiendo_runtime.domain import ForbiddenError, NotYetKnownError, RuleError


@dataclass(frozen=True, slots=True)
class Contact:
    """A unit's address, and how its mails begin."""

    unit_id: UUID
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as it is kept; `unit_path` is the unit's path today."""

    unit_id: UUID
    unit_path: str
    email: str
    name: str
    changed_by: str
    changed_at: datetime


def put_contacts(
    conn: Connection[DictRow], contacts: Sequence[Contact], *, scope: str, actor: str
) -> None:
    """Keep all of these contacts, or none. `scope` is the path prefix of what the actor may do.

    Raises:
        RuleError: `unit_twice`.
        NotYetKnownError: `unknown_unit`: the register's copy here lacks a unit.
        ForbiddenError: A unit is outside of the scope.
    """
    _check(conn, contacts, scope)
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO contacts (unit_id, email, name, changed_by) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (unit_id) DO UPDATE SET email = excluded.email, name = excluded.name,"
            " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
            # Always in one order: two batches that meet wait for each other, and never in a ring.
            sorted((c.unit_id, c.email, c.name, actor) for c in contacts),
        )


def _check(conn: Connection[DictRow], contacts: Sequence[Contact], scope: str) -> None:
    ids = [contact.unit_id for contact in contacts]
    known = by_ids(conn, ids)
    seen: set[UUID] = set()
    for unit in ids:
        if unit in seen:
            raise RuleError("unit_twice", unit=unit)
        seen.add(unit)
        if unit not in known:
            raise NotYetKnownError("unknown_unit", unit=unit)
        if not known[unit].path.startswith(scope):
            raise ForbiddenError("out_of_scope")


def listing(
    conn: Connection[DictRow],
    scope: str,
    after: tuple[Any, ...] | None,
    limit: int,
    unit_id: UUID | None = None,
) -> list[ContactRow]:
    """Contacts of units inside of a scope, by path; `after` is the last row's (path,) before."""
    rows = conn.execute(
        "SELECT c.unit_id, u.path AS unit_path, c.email, c.name, c.changed_by, c.changed_at"
        " FROM contacts c JOIN units u USING (unit_id) WHERE u.path ^@ %s AND u.path > %s"
        " AND (%s::uuid IS NULL OR c.unit_id = %s) ORDER BY u.path LIMIT %s",
        (scope, after[0] if after else "", unit_id, unit_id, limit),
    )
    return [ContactRow(**row) for row in rows]
