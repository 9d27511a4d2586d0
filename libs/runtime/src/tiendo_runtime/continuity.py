"""Whether topics are the continuation of what a store has sent so far.

Receivers drop what is not above the highest sequence that they have seen, and a topic keeps all
events for ever. So neither side may be put back on its own: a topic that was made anew would lack
what was sent before, and a database that was restored to an earlier state would give old numbers to
new events, which nobody would take. Both are noticed before anything is sent to a topic.

What stands last on a partition need not be the newest: a former leader that slept over its lease
may have sent the rest of its page behind what came since. So before a topic is found not to
continue, it is looked at as far back as such repeats can reach.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence

from eventsourcing.persistence import Notification

from tiendo_contracts.cloudevents import Envelope, MalformedRecordError, source_of
from tiendo_contracts.partitions import partition_of
from tiendo_runtime import codec
from tiendo_runtime.kafka_producer import Producer
from tiendo_runtime.positions import ForeignLogError
from tiendo_runtime.publishing import Publisher, event_id
from tiendo_runtime.records import Outgoing, Partition, Raw
from tiendo_runtime.store import Store

_BACK = 500
_LAST = 20
_REPEATED = 5000
"""More records than former leaders can have sent again: each a page, each event in two forms."""

Newest = Mapping[Partition, Envelope | None]
"""Our newest event on each partition; None where only what others wrote was seen."""


class Continuity:
    """Checks each topic once, before a leader's first event goes there.

    `position` is up to where everything was acknowledged.
    """

    def __init__(self, store: Store, publisher: Publisher, position: int) -> None:
        self._store = store
        self._publisher = publisher
        self._position = position
        self._checked: set[str] = set()

    async def begin(self, producer: Producer) -> None:
        """Check the topics of what was sent lately; raises as `check`."""
        sent = await asyncio.to_thread(self._sent_lately)
        await self.check(producer, {record.topic for record in sent})

    async def check(self, producer: Producer, topics: Collection[str]) -> None:
        """Check topics that were not checked yet.

        Raises:
            ForeignLogError: One of them does not continue what the store has sent.
            KafkaError: They cannot be looked at.
        """
        new = set(topics) - self._checked
        if new:
            try:
                await self._look(producer, new, _LAST)
            except ForeignLogError:
                await self._look(producer, new, _REPEATED)
            self._checked |= new

    async def _look(self, producer: Producer, topics: Collection[str], back: int) -> None:
        last = await producer.last(topics, back)
        await asyncio.to_thread(self._compare, last)

    def _compare(self, last: Mapping[Partition, Sequence[Raw]]) -> None:
        source = source_of(self._publisher.service)
        newest = {place: newest_of(raws, source) for place, raws in last.items() if raws}
        for place, envelope in newest.items():
            if envelope is not None and not self._is_ours(envelope):
                raise ForeignLogError(
                    f"{place.topic}/{place.number} holds event {envelope.id} as number"
                    f" {envelope.sequence}, and this"
                    " database has another one there or none: it was restored to an earlier state,"
                    " and what it would send now nobody would take"
                )
        check_acknowledged(self._sent_lately(), last, newest)

    def _is_ours(self, envelope: Envelope) -> bool:
        for stored in self._store.notifications(envelope.sequence - 1, 1):
            identity = event_id(
                self._publisher.service,
                str(stored.originator_id),
                stored.originator_version,
                envelope.type,
            )
            recorded_at = codec.decode(stored)[1].recorded_at
            return (stored.id, identity, recorded_at) == (
                envelope.sequence,
                envelope.id,
                envelope.time,
            )
        return False

    def _sent_lately(self) -> list[Outgoing]:
        first = max(self._position - _BACK, 0)
        stored = self._store.notifications(first, _BACK)
        return list(self._records(one for one in stored if one.id <= self._position))

    def _records(self, stored: Iterator[Notification]) -> Iterator[Outgoing]:
        for one in stored:
            event, meta = codec.decode(one)
            yield from self._publisher.records(event, meta, one.id)


def newest_of(raws: Sequence[Raw], source: str) -> Envelope | None:
    """The event of a source with the highest sequence among records."""
    newest: Envelope | None = None
    for raw in raws:
        try:
            envelope = Envelope.parse(raw.headers)
        except MalformedRecordError:
            continue
        if envelope.source == source and (not newest or envelope.sequence > newest.sequence):
            newest = envelope
    return newest


def check_acknowledged(
    sent: Sequence[Outgoing], last: Mapping[Partition, object], newest: Newest
) -> None:
    """See that what was acknowledged is still there, as far as the ends of partitions tell.

    Raises:
        ForeignLogError: A partition ends before it.
    """
    counts: dict[str, int] = {}
    for place in last:
        counts[place.topic] = counts.get(place.topic, 0) + 1
    for record in sent:
        if record.topic not in counts:
            continue
        place = Partition(record.topic, partition_of(record.key, counts[record.topic]))
        found = newest.get(place)
        if place not in newest or (found is not None and found.sequence < record.sequence):
            raise ForeignLogError(
                f"{place.topic}/{place.number} ends before event {record.sequence}, which it had"
                " acknowledged: the topic"
                " was deleted and made again, or restored from an older copy"
            )
