"""The use case of the ingest: events of a source are accepted, known already, or refused.

What is accepted is stored when this returns: the events, with their places in the order in which
they are published, and their receipts are one transaction, a batch wholly or not at all. A batch
that comes again, because its answer was lost, meets its own receipts.
"""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from hashlib import blake2b
from typing import cast
from uuid import UUID

import msgspec
from eventsourcing.utils import get_topic
from psycopg import Connection
from psycopg.rows import DictRow

from ingest import receipts, sources
from ingest.admission import judge, registration
from ingest.arriving import Arrived
from ingest.domain import Subject
from ingest.receipts import Candidate, Refused, Taken
from ingest.sources import SourceRow
from tiendo_contracts.catalogue import by_type
from tiendo_contracts.checking import Incoming, Refusal, RefusedError
from tiendo_contracts.cloudevents import encode
from tiendo_contracts.refusals import refusal
from tiendo_contracts.registration import Registration, unit_of
from tiendo_runtime.context import Meta
from tiendo_runtime.service import Runtime

_TOPIC = get_topic(Subject.Accepted)
_TRACEPARENT = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Outcome(StrEnum):
    """What became of an event."""

    ACCEPTED = "accepted"
    ALREADY_SEEN = "already_seen"
    REFUSED = "refused"


class Reason(msgspec.Struct, frozen=True):
    """Why an event is refused: a stable code, where in the event, and a sentence each."""

    code: str
    path: str
    vi: str
    en: str


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a source is told of one event; `id` is the receipt's."""

    id: str
    outcome: Outcome
    event_id: str
    type: str
    received_at: datetime
    topic: str | None = None
    sequence: int | None = None
    code: str | None = None
    path: str | None = None
    vi: str | None = None
    en: str | None = None
    more: list[Reason] = []


@dataclass(frozen=True, slots=True)
class Came:
    """Who sent events, by which way, and under which trace."""

    source: SourceRow
    way: str
    traceparent: str = ""


def take(runtime: Runtime, came: Came, arrived: Arrived) -> list[Told]:
    """Take in what arrived; answers for each event, in its order.

    Raises:
        DatabaseAwayError: It may be stored nevertheless; the same again tells.
    """
    now = runtime.clock.now()
    with runtime.database.statements() as conn:
        batch = _Batch(came, now, runtime.settings.topic_prefix, arrived)
        batch.judge(_within(conn, came.source, arrived))
        with conn.transaction() if batch.refused else nullcontext():
            if batch.refused:
                batch.keep_refused(conn)
            if batch.candidates:
                batch.take(conn)
        if batch.reused():  # rare, and nothing that is accepted depends on it
            with conn.transaction():
                batch.keep_refused(conn)
    return batch.told()


def _within(conn: Connection[DictRow], source: SourceRow, arrived: Arrived) -> dict[UUID, bool]:
    if source.below is None:
        return {}
    units = {unit_of(one) for one in arrived.checked if isinstance(one, Incoming)}
    asked = units - {None} - set(source.units)
    return sources.units_within(conn, source, cast("set[UUID]", asked)) if asked else {}


class _Batch:
    """Events on their way from what arrived to what is told of them."""

    def __init__(self, came: Came, now: datetime, prefix: str, arrived: Arrived) -> None:
        self._came = came
        self._now = now
        self._prefix = prefix
        self._arrived = arrived
        self._places: list[Candidate | Refused] = []
        self._taken = Taken(0, {})
        self._refused_at: dict[str, datetime] = {}
        self.candidates: dict[str, Candidate] = {}
        self.refused: list[Refused] = []

    def judge(self, within: dict[UUID, bool]) -> None:
        """Tell what may be accepted from what may not."""
        may = registration(self._came.source, within)
        for number, one in enumerate(self._arrived.checked):
            if isinstance(one, RefusedError):
                place = self._refuse(number, one.refusals)
            else:
                place = self._judge(number, one, may)
            self._places.append(place)

    def _judge(self, number: int, event: Incoming, may: Registration) -> Candidate | Refused:
        value = encode(event.data)
        if (why := judge(event, value, may)) is not None:
            return self._refuse(number, (why,))
        made = candidate(event, value, self._came, self._now)
        self.candidates.setdefault(made.receipt_id, made)
        return made

    def take(self, conn: Connection[DictRow]) -> None:
        """Accept what is new."""
        came = self._came
        self._taken = receipts.take_in(
            conn, came.source.name, self._now, came.way, _TOPIC, list(self.candidates.values())
        )

    def reused(self) -> list[Refused]:
        """Find those whose name belongs to another event; they take the place of the refused."""
        self.refused = []
        for number, place in enumerate(self._places):
            if isinstance(place, Candidate) and place.digest != self._digest(place):
                self._places[number] = self._refuse(number, (refusal("id_reused", "/id"),))
        return self.refused

    def keep_refused(self, conn: Connection[DictRow]) -> None:
        """Keep the receipts of what is refused."""
        came = self._came
        self._refused_at |= receipts.keep_refused(
            conn, came.source.name, self._now, came.way, self.refused
        )

    def told(self) -> list[Told]:
        """What the source is told, when all is kept."""
        fresh = (one for one in self.candidates if one not in self._taken.known)
        sequences = dict(zip(fresh, range(self._taken.first, 2**63), strict=False))
        types = {one.type for one in self.candidates.values()}
        topics = {kind: self._prefix + topic_of(kind) for kind in types}
        return [
            self._told_of_refused(place)
            if isinstance(place, Refused)
            else self._told_of_known(place, sequences, topics[place.type])
            for place in self._places
        ]

    def _refuse(self, number: int, why: Sequence[Refusal]) -> Refused:
        shown = self._arrived.show(number)
        reasons = [{"code": w.code, "path": w.path, "vi": w.vi, "en": w.en} for w in why]
        what = b"".join((shown.digest, *(f"\0{w.code}{w.path}".encode() for w in why)))
        receipt_id = receipts.refused_id(self._came.source.name, what)
        is_secret = any(w.code == "classified" for w in why)
        body = "" if is_secret else shown.body
        made = Refused(receipt_id, shown.event_id, shown.type, reasons, body, shown.place)
        self.refused.append(made)
        return made

    def _digest(self, place: Candidate) -> str:
        """What the event of that name says: one of before, or the first of that name here."""
        known = self._taken.known.get(place.receipt_id)
        return known.digest if known else self.candidates[place.receipt_id].digest

    def _told_of_known(self, place: Candidate, sequences: dict[str, int], topic: str) -> Told:
        receipt_id = place.receipt_id
        sequence = sequences.get(receipt_id)
        known = self._taken.known[receipt_id] if sequence is None else None
        is_first = known is None and self.candidates[receipt_id] is place
        return Told(
            id=receipt_id,
            outcome=Outcome.ACCEPTED if is_first else Outcome.ALREADY_SEEN,
            event_id=place.event_id,
            type=place.type,
            received_at=known.received_at if known else self._now,
            topic=topic,
            sequence=known.sequence if known else sequence,
        )

    def _told_of_refused(self, place: Refused) -> Told:
        first, *others = (Reason(**reason) for reason in place.refusals)
        return Told(
            id=place.receipt_id,
            outcome=Outcome.REFUSED,
            event_id=place.event_id,
            type=place.type,
            received_at=self._refused_at[place.receipt_id],
            code=first.code,
            path=first.path,
            vi=first.vi,
            en=first.en,
            more=others,
        )


class _Accepted(msgspec.Struct):
    """The data of `Subject.Accepted`, in the order of its fields."""

    timestamp: datetime
    source: str
    event_id: str
    type: str
    time: datetime
    value: msgspec.Raw


class _State(msgspec.Struct):
    """An accepted event as `codec` stores it, written without making the event: ten times faster.

    A test holds both against each other.
    """

    v: int
    data: _Accepted
    meta: Meta


_encode = msgspec.json.Encoder().encode


def candidate(event: Incoming, value: bytes, came: Came, now: datetime) -> Candidate:
    """An event as it may be accepted; `value` is its data as they are passed on."""
    receipt_id = receipts.accepted_id(event.source, event.id)
    extensions = event.extensions
    meta = Meta(
        actor=event.source,
        recorded_at=now,
        correlation_id=extensions.get("correlationid") or receipt_id,
        causation_id=event.id,
        traceparent=_trace(extensions.get("traceparent")) or came.traceparent,
    )
    data = _Accepted(now, event.source, event.id, event.type, event.time, msgspec.Raw(value))
    said = _encode((event.type, event.time, data.value))  # what makes two events different
    return Candidate(
        receipt_id=receipt_id,
        event_id=event.id,
        type=event.type,
        digest=blake2b(said, digest_size=16).hexdigest(),
        subject=event.subject,
        state=_encode(_State(1, data, meta)),
    )


def _trace(text: str | None) -> str:
    return text if text and _TRACEPARENT.fullmatch(text) else ""


@cache
def topic_of(kind: str) -> str:
    """The topic on which events of a type are published."""
    return by_type(kind).TOPIC
