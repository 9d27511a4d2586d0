"""The event store of a service, which is its outbox as well.

A command or a batch of reactions decides inside a `Work`, and one transaction then holds its
events, its idempotency key with the answer, the consumed positions and the reservations. What
cannot be published is refused before it is saved.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from tiendo_runtime import codec, metrics
from tiendo_runtime.clock import Clock, Ids
from tiendo_runtime.context import CommandKey, Meta, current_cause
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.domain import Aggregate, ConflictError, NotFoundError, RuleError
from tiendo_runtime.publishing import (
    MAX_EVENT_BYTES,
    EventTooLargeError,
    Publisher,
    UnpublishableError,
)
from tiendo_runtime.recorder import (
    Answer,
    Effects,
    KeyRepeatedError,
    Recorder,
    Saving,
    VersionConflictError,
    Write,
    datastore_of,
    reaching,
)
from tiendo_runtime.records import Move
from tiendo_runtime.together import Together

__all__ = ["Answer", "Effects", "KeyRepeatedError", "Store", "VersionConflictError", "Work"]

A = TypeVar("A", bound=Aggregate)
T = TypeVar("T")

_RACES = 20


def _is_of_one(error: Exception) -> bool:
    """Whether one of many decisions that were saved together may have broken the transaction."""
    return not isinstance(error, DatabaseAwayError)


@dataclass(slots=True)
class Work:
    """One decision, or one batch of them: loads aggregates once, collects what they record."""

    _store: "Store"
    clock: Clock
    ids: Ids
    _after_race: bool = False
    _seen: dict[UUID, Aggregate] = field(default_factory=dict[UUID, Aggregate])
    _touched: dict[UUID, Aggregate] = field(default_factory=dict[UUID, Aggregate])
    _events: list[StoredEvent] = field(default_factory=list[StoredEvent])
    _reserved: list[tuple[str, str, UUID]] = field(default_factory=list[tuple[str, str, UUID]])
    _released: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _written: list[Write] = field(default_factory=list[Write])
    _absent: set[UUID] = field(default_factory=set[UUID])

    def expect(self, identities: Iterable[UUID]) -> None:
        """Load aggregates that are likely to be asked for, at once instead of one by one."""
        unknown = {one for one in identities if one not in self._seen and one not in self._absent}
        if unknown:
            loaded = self._store.load_all(unknown)
            self._seen |= loaded
            self._absent |= unknown - loaded.keys()

    def get(self, kind: type[A], identity: UUID) -> A:
        """The aggregate as it stands.

        Raises:
            NotFoundError: There is none of that kind.
        """
        found = self.find(kind, identity)
        if found is None:
            raise NotFoundError(kind.__name__, identity)
        return found

    def find(self, kind: type[A], identity: UUID) -> A | None:
        """The aggregate as it stands, or None."""
        if identity not in self._seen:
            loaded = None if identity in self._absent else self._store.load(identity)
            if loaded is None:
                return None
            self._seen[identity] = loaded
        found = self._touched[identity] = self._seen[identity]
        return found if isinstance(found, kind) else None

    def add(self, aggregate: A) -> A:
        """Take in a new aggregate.

        An id that is in use shows when it is saved: decided again, it is a ConflictError
        `already_taken`, unless the decision looks for the id first.
        """
        if aggregate.id in self._seen or (self._after_race and self._store.load(aggregate.id)):
            raise ConflictError("already_taken")
        self._seen[aggregate.id] = self._touched[aggregate.id] = aggregate
        return aggregate

    def reserve(self, name: str, value: str, holder: UUID) -> None:
        """Claim a value that may exist only once; a taken one is a ConflictError `name_taken`."""
        self._reserved.append((name, value, holder))

    def release(self, name: str, value: str) -> None:
        """Give a claimed value back."""
        self._released.append((name, value))

    def write(self, write: Write) -> None:
        """Write to the service's own tables, in the transaction that saves; it may refuse."""
        self._written.append(write)

    def flush(self) -> None:
        """Collect what was recorded since the last time under the cause that is open now."""
        touched, self._touched = self._touched, {}
        for aggregate in touched.values():
            pending = aggregate.collect_events()
            if pending:
                meta = current_cause().meta(self.clock.now())
                self._events += [self._store.encode(event, meta) for event in pending]

    def commit(self, effects: Effects) -> None:
        """Write everything in one transaction; nothing at all if there is nothing to write."""
        self._touched = self._seen
        self.flush()
        effects = replace(
            effects,
            reserved=tuple(self._reserved),
            released=tuple(self._released),
            written=tuple(self._written),
        )
        if self._events or effects != Effects():
            self._store.insert(self._events, effects)


class Store:
    """A service's aggregates.

    `publisher` is tried before anything is saved.
    """

    def __init__(self, url: str, publisher: Publisher, clock: Clock, ids: Ids) -> None:
        self._publisher = publisher
        self.clock = clock
        self.ids = ids
        self._datastore = datastore_of(url)
        self.recorder = Recorder(self._datastore)
        self._together = Together(metrics.saves(self.recorder.save), _is_of_one)

    def close(self) -> None:
        """Close all connections."""
        self._datastore.close()

    def transact(
        self,
        decide: Callable[[Work], T],
        *,
        key: CommandKey | None = None,
        answer: Callable[[T], Answer] | None = None,
        moves: tuple[Move, ...] = (),
        parked: tuple[Parked, ...] = (),
    ) -> T:
        """Decide and save; a lost race is decided again on fresh aggregates, up to 20 times.

        Raises:
            RuleError: The domain says no; nothing was saved.
            KeyRepeatedError: The key has an answer already; nothing was saved.
            StalePositionError: Another consumer moved on; nothing was saved.
            VersionConflictError: The race was lost too often.
            DatabaseAwayError: PostgreSQL is away; whether it was saved is told by the key.
        """
        for attempt in range(1, _RACES + 1):
            work = Work(self, self.clock, self.ids, attempt > 1)
            result = decide(work)
            told = answer(result) if answer else None
            try:
                work.commit(Effects(key, told, moves, parked))
            except VersionConflictError:
                if attempt == _RACES:
                    raise
            else:
                return result
        raise AssertionError

    def load(self, identity: UUID) -> Aggregate | None:
        """Rebuild an aggregate from its events."""
        with reaching():
            stored = self.recorder.select_events(identity)
        aggregate: Aggregate | None = None
        for event in stored:
            aggregate = codec.decode(event)[0].mutate(aggregate)
        return aggregate

    def load_all(self, identities: Iterable[UUID]) -> dict[UUID, Aggregate]:
        """Rebuild those of several aggregates that are there."""
        with reaching():
            stored = self.recorder.select_all(identities)
        loaded: dict[UUID, Aggregate] = {}
        for event in stored:
            decoded = codec.decode(event)[0]
            aggregate = decoded.mutate(loaded.get(decoded.originator_id))
            if aggregate is not None:
                loaded[decoded.originator_id] = aggregate
        return loaded

    def encode(self, event: codec.DomainEvent, meta: Meta) -> StoredEvent:
        """The event as stored, if it can be published.

        Raises:
            RuleError: `event_too_large` or `unpublishable`, with the reason.
        """
        try:
            self._publisher.records(event, meta, sequence=0)
            return codec.encode(event, meta)
        except EventTooLargeError as large:
            facts = {"size": large.size, "limit": MAX_EVENT_BYTES}
            raise RuleError("event_too_large", **facts) from large
        except (UnpublishableError, UnicodeEncodeError) as wrong:
            raise RuleError("unpublishable", reason=str(wrong)) from wrong

    def insert(self, events: Sequence[StoredEvent], effects: Effects) -> None:
        """Write events and effects; says which uniqueness was broken by its constraint's name."""
        saving = Saving(events, effects)
        if effects.moves or effects.parked:
            self.recorder.save([saving])  # a consumer's batch is a group already
        else:
            self._together(saving)

    def notifications(
        self, after: int, limit: int, most_bytes: int | None = None
    ) -> Sequence[Notification]:
        """Stored events behind a notification id, in the order in which they were saved.

        At least one where there is one; further ones up to `limit` and `most_bytes` of state.
        """
        with reaching():
            return self.recorder.select_page(after, limit, most_bytes)

    def answer(self, key: CommandKey) -> tuple[bytes, Answer] | None:
        """The body's digest and the answer that are stored under a key, if any."""
        with reaching(), self._datastore.get_connection() as conn:
            row = conn.execute(
                "SELECT body_sha256, status, answer FROM idempotency_keys"
                " WHERE principal = %s AND method = %s AND path = %s AND key = %s",
                (key.principal, key.method, key.path, key.key),
            ).fetchone()
        return (row["body_sha256"], Answer(row["status"], row["answer"])) if row else None

    def forget_keys(self) -> int:
        """Drop up to 10,000 idempotency keys older than seven days; answers how many."""
        with reaching(), self._datastore.transaction(commit=True) as curs:
            curs.execute(
                "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid"
                " FROM idempotency_keys WHERE created_at < clock_timestamp() - interval '7 days'"
                " LIMIT 10000))"
            )
            return curs.rowcount
