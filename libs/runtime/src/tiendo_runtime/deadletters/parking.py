"""The steps of dead letters that are taken inside of the transaction of effects and positions.

Which keys have to wait is told by this table alone. A consumer's memory of it may be too long, as
somebody else retries or discards; it is never too short, as a letter is written only together with
the position of its partition. So whoever wants to park an event behind others looks here first, and
holds one of them fast until it is done; whoever takes the last one away has to wait for that.
"""

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_contracts.cloudevents import MalformedRecordError
from tiendo_runtime.positions import StalePositionError
from tiendo_runtime.records import Key, Partition, Raw

_BLOCKS = "discarded_at IS NULL AND code <> 'no_event'"


class ReleasedError(Exception):
    """Events were to be parked behind letters that are gone: now it is their turn."""

    def __init__(self, keys: set[Key]) -> None:
        super().__init__(f"{len(keys)} keys were released")
        self.keys = keys


class LetterGoneError(StalePositionError):
    """Somebody else retried or discarded the letter; what was decided for it must not count."""


@dataclass(frozen=True, slots=True)
class Parked:
    """What becomes of a record that was not handled in its turn.

    `code`: failed; malformed (an event whose data cannot be read); behind (an earlier one of its
    key waits); no_event (it lacks an event's attributes: no relay sent it, nothing waits for it);
    or retried: it was handled after all, and waits no longer.
    """

    consumer: str
    raw: Raw
    code: str
    reason: str
    stack: str = ""

    @classmethod
    def because(cls, consumer: str, raw: Raw, code: str, error: Exception) -> "Parked":
        """Park a record for an error."""
        return cls(consumer, raw, code, reason_of(error), stack_of(error))

    @classmethod
    def retried(cls, consumer: str, raw: Raw) -> "Parked":
        """Let a record go, together with its effects."""
        return cls(consumer, raw, "retried", "")

    @property
    def key(self) -> Key:
        """The key whose order is kept."""
        return (self.raw.partition.topic, self.raw.key)


def code_of(error: Exception) -> str:
    """What is said of an event in a word."""
    return "malformed" if isinstance(error, MalformedRecordError) else "failed"


def reason_of(error: Exception) -> str:
    """An error in a line, as PostgreSQL can store it."""
    return _storable(f"{type(error).__name__}: {error}")


def stack_of(error: Exception) -> str:
    """The end of an error's stack, as PostgreSQL can store it."""
    return _storable("".join(traceback.format_exception(error))[-8000:])


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def park(conn: Connection[DictRow], parked: Iterable[Parked]) -> None:
    """Write down what becomes of records, inside of the caller's transaction.

    One that is there already stays as it is.

    Raises:
        ReleasedError: Some were to wait behind others that are not there any more.
        LetterGoneError: One that was retried is not there any more.
    """
    by_fate: dict[str, list[Parked]] = {"first": [], "behind": [], "retried": []}
    for letter in parked:
        by_fate[letter.code if letter.code in by_fate else "first"].append(letter)
    _write(conn, by_fate["first"])
    _hold(conn, by_fate["behind"])
    _write(conn, by_fate["behind"])
    for letter in by_fate["retried"]:
        _remove(conn, letter)


def _write(conn: Connection[DictRow], letters: Sequence[Parked]) -> None:
    if not letters:
        return
    with conn.cursor() as curs:
        curs.executemany(
            'INSERT INTO dead_letters (consumer, topic, partition, "offset", key, value, headers,'
            " code, reason, stack) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) ON CONFLICT DO NOTHING",
            [
                (
                    letter.consumer,
                    letter.raw.partition.topic,
                    letter.raw.partition.number,
                    letter.raw.offset,
                    letter.raw.key,
                    letter.raw.value,
                    msgspec.msgpack.encode(letter.raw.headers),
                    letter.code,
                    letter.reason,
                    letter.stack,
                )
                for letter in letters
            ],
        )


def _hold(conn: Connection[DictRow], letters: Sequence[Parked]) -> None:
    """Lock the last letter of each key until the transaction ends; where none is left, refuse."""
    free: set[Key] = set()
    for consumer, (topic, key) in sorted({(letter.consumer, letter.key) for letter in letters}):
        held = conn.execute(
            f"SELECT 1 FROM dead_letters WHERE consumer = %s AND topic = %s AND key = %s"
            f' AND {_BLOCKS} ORDER BY "offset" DESC LIMIT 1 FOR SHARE',
            (consumer, topic, key),
        ).fetchone()
        if held is None:
            free.add((topic, key))
    if free:
        raise ReleasedError(free)


def _remove(conn: Connection[DictRow], letter: Parked) -> None:
    partition = letter.raw.partition
    removed = conn.execute(
        "DELETE FROM dead_letters WHERE consumer = %s AND topic = %s AND partition = %s"
        ' AND "offset" = %s AND discarded_at IS NULL',
        (letter.consumer, partition.topic, partition.number, letter.raw.offset),
    )
    if removed.rowcount != 1:
        raise LetterGoneError(f"{letter.consumer} at {partition} offset {letter.raw.offset}")


def waiting_keys(conn: Connection[DictRow], consumer: str) -> set[Key]:
    """The (topic, key) pairs that have an event parked."""
    rows = conn.execute(
        f"SELECT DISTINCT topic, key FROM dead_letters WHERE consumer = %s AND {_BLOCKS}",
        (consumer,),
    )
    return {(row["topic"], bytes(row["key"])) for row in rows}


def discarded(conn: Connection[DictRow], consumer: str) -> frozenset[tuple[Partition, int]]:
    """The places of records that people set aside for good; a replay passes over them as well."""
    rows = conn.execute(
        'SELECT topic, partition, "offset" FROM dead_letters'
        " WHERE consumer = %s AND discarded_at IS NOT NULL",
        (consumer,),
    )
    return frozenset((Partition(row["topic"], row["partition"]), row["offset"]) for row in rows)


def lately(conn: Connection[DictRow], consumer: str) -> int:
    """How many records failed within the last hour and still wait."""
    row = conn.execute(
        "SELECT count(*) AS failed FROM dead_letters WHERE consumer = %s AND code <> 'behind'"
        " AND discarded_at IS NULL AND parked_at > clock_timestamp() - interval '1 hour'",
        (consumer,),
    ).fetchone()
    return row["failed"] if row else 0
