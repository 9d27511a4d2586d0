"""Mails under way: a table with their exact bytes, leased by whoever sends one.

`free_at` is by the database's clock: before it, nobody but the leaseholder touches the mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

_LEASE_SECONDS = 90
"""Longer than one conversation with the mail server may take (see `transport`)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it goes out: to one recipient, with the notifications that it tells."""

    mail_id: UUID
    message_id: str
    recipient: str
    content: bytes
    enclosed: tuple[UUID, ...]


def keep(conn: Connection[DictRow], mail: Mail) -> bool:
    """Put a mail out, free to be sent at once; False where a mail has one of the enclosed already.

    The caller's transaction stays usable.
    """
    try:
        with conn.transaction(), conn.cursor() as cursor:
            cursor.execute(
                "INSERT INTO mails (mail_id, message_id, recipient, content)"
                " VALUES (%s, %s, %s, %s)",
                (mail.mail_id, mail.message_id, mail.recipient, mail.content),
            )
            cursor.executemany(
                "INSERT INTO enclosures (notification_id, mail_id) VALUES (%s, %s)",
                sorted((notification, mail.mail_id) for notification in mail.enclosed),
            )
    except UniqueViolation:
        return False
    return True


def lease(conn: Connection[DictRow]) -> Mail | None:
    """Take the mail that has been free for longest; None where none is free."""
    row = conn.execute(
        "UPDATE mails SET free_at = clock_timestamp() + %s * interval '1 second',"
        " attempts = attempts + 1 WHERE mail_id = (SELECT mail_id FROM mails"
        "  WHERE free_at <= clock_timestamp() ORDER BY free_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
        " RETURNING mail_id, message_id, recipient, content",
        (_LEASE_SECONDS,),
    ).fetchone()
    if row is None:
        return None
    row["enclosed"] = _enclosed(conn, row["mail_id"])
    return Mail(**row)


def _enclosed(conn: Connection[DictRow], mail_id: UUID) -> tuple[UUID, ...]:
    rows: Sequence[DictRow] = conn.execute(
        "SELECT notification_id FROM enclosures WHERE mail_id = %s ORDER BY notification_id",
        (mail_id,),
    ).fetchall()
    return tuple(row["notification_id"] for row in rows)


def postpone(conn: Connection[DictRow], mail_id: UUID, longest: float) -> None:
    """Let a mail wait: 1, 2, 4 … seconds by its number of attempts, `longest` seconds at most."""
    conn.execute(
        "UPDATE mails SET free_at = clock_timestamp()"
        " + least(2 ^ least(attempts - 1, 20), %s) * interval '1 second' WHERE mail_id = %s",
        (longest, mail_id),
    )


def drop(conn: Connection[DictRow], mail_id: UUID) -> None:
    """Forget a mail whose end is recorded, or that must not go out."""
    conn.execute("DELETE FROM mails WHERE mail_id = %s", (mail_id,))
