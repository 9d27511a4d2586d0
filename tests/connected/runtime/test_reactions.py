"""Reactions decide like commands do, and carry on the chain that caused them."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

import pytest
from opentelemetry.sdk.trace import TracerProvider
from tests.connected.runtime.log import event
from tests.connected.runtime.workshop import (
    CAUSE,
    IDS,
    Counter,
    count,
    one,
    publish,
    rows,
    start,
)

from tiendo_contracts.cloudevents import Envelope
from tiendo_contracts.units import UnitRenamed
from tiendo_runtime import codec, positions, telemetry
from tiendo_runtime.context import acting
from tiendo_runtime.database import Database
from tiendo_runtime.positions import Log, StalePositionError
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.reactions import React, ReactionHandler, Reactions
from tiendo_runtime.records import Outgoing, Partition, Position, Raw, Received
from tiendo_runtime.sorting import Sorted, sort_out
from tiendo_runtime.store import Store, Work

PLACE = Partition("t", 0)
START = {PLACE: Position(PLACE, 0, -1)}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def begun(url: str) -> str:
    """The database, with consumers "c" and "d" at the start of their topic."""
    database = Database(url, "begin")
    database.open()
    with database.transaction() as conn:
        for consumer in ("c", "d"):
            positions.begin(conn, consumer, {"t"}, Log("here", {PLACE: (0, 0)}))
    database.close()
    return url


def batch(consumer: str, *sent: Outgoing) -> Sorted:
    records = [Raw(PLACE, n, o.key, o.value, o.headers) for n, o in enumerate(sent)]
    return sort_out(consumer, records, START, set())


def renamed(name: str = "n", sequence: int = 0, key: str = "", **more: Any) -> Outgoing:
    return event("t", key or str(IDS.new()), name, sequence, **more)


def handle(store: Store, react: React, batch: Sorted) -> None:
    handler = ReactionHandler("test", Reactions(batch.consumer, {UnitRenamed: react}), store)
    handler.handle(batch.events, batch.moves, batch.parked)


def labels(store: Store, identity: UUID) -> list[str]:
    found = store.load(identity)
    assert isinstance(found, Counter)
    return found.labels


def test_a_race_that_a_reaction_loses_is_decided_again_on_what_stands_now(
    begun: str, store: Store
) -> None:
    identity, tried = IDS.new(), list[list[str]]()
    with acting(CAUSE):
        store.transact(lambda work: start(work, "first", identity))

    def react(work: Work, received: Received[UnitRenamed]) -> None:
        tried.append(list(work.get(Counter, identity).labels))
        if len(tried) == 1:
            with acting(CAUSE):  # a command is faster
                store.transact(lambda rival: count(rival, identity, "rival"))
        count(work, identity, received.event.name)

    handle(store, react, batch("c", renamed("mine")))
    assert tried == [["first"], ["first", "rival"]]
    assert labels(store, identity) == ["first", "rival", "mine"]
    assert one(begun, "SELECT next_offset FROM positions WHERE consumer = 'c'") == 1


def test_a_stale_owner_of_the_partition_saves_nothing(begun: str, store: Store) -> None:
    def react(work: Work, received: Received[UnitRenamed]) -> None:
        start(work, received.event.name)

    late = batch("c", renamed("a", 0), renamed("b", 1))
    handle(store, react, batch("c", renamed("a", 0)))
    with pytest.raises(StalePositionError):
        handle(store, react, late)
    assert one(begun, "SELECT count(*) FROM stored_events") == 1


def test_what_a_batch_is_expected_to_ask_for_is_loaded_at_once(
    begun: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, absent = IDS.new(), IDS.new()
    with acting(CAUSE):
        store.transact(lambda work: start(work, "first", there))
    singly: list[UUID] = []
    monkeypatch.setattr(store, "load", singly.append)

    def react(work: Work, received: Received[UnitRenamed]) -> None:
        found = work.find(Counter, received.event.unit_id)
        if found is None:
            start(work, received.event.name, received.event.unit_id)
        else:
            found.count(received.event.name, timestamp=work.clock.now())

    sent = batch("c", *(renamed(f"n{n}", n, str(key)) for n, key in enumerate((there, absent) * 2)))
    reactions = Reactions("c", {UnitRenamed: react}, {UnitRenamed: lambda r: (r.event.unit_id,)})
    ReactionHandler("test", reactions, store).handle(sent.events, sent.moves, sent.parked)
    monkeypatch.undo()
    assert singly == []
    assert labels(store, there) == ["first", "n0", "n2"]
    assert labels(store, absent) == ["n1", "n3"]
    assert begun


def published(store: Store, after: int = 0) -> Sequence[Outgoing]:
    """What a relay would send of the store, as the register's events."""
    publisher = Publisher("assignments", publish)
    return [
        record
        for stored in store.notifications(after, 100)
        for record in publisher.records(*codec.decode(stored), stored.id)
    ]


@pytest.mark.usefixtures("exporting")
def test_a_chain_of_two_reactions_carries_the_cause_and_one_trace(begun: str, store: Store) -> None:
    def next_of(work: Work, received: Received[UnitRenamed]) -> None:
        start(work, "next", uuid5(received.event.unit_id, "next"))

    asked = renamed(correlationid="chain", actor="user:7", traceparent=f"00-{TRACE}-{'b' * 16}-01")
    handle(store, next_of, batch("c", asked))
    (first,) = published(store)
    handle(store, next_of, batch("d", first))
    second = published(store)[-1]
    cause, one_, two = (Envelope.parse(sent.headers) for sent in (asked, first, second))
    assert [e.causationid for e in (one_, two)] == [cause.id, one_.id]
    assert {e.correlationid for e in (cause, one_, two)} == {"chain"}
    assert {e.actor for e in (cause, one_, two)} == {"user:7"}
    assert {e.traceparent.split("-")[1] for e in (cause, one_, two)} == {TRACE}
    spans = [e.traceparent.split("-")[2] for e in (cause, one_, two)]
    assert len(set(spans)) == 3, "each reaction has a span of its own"
    assert len(rows(begun, "SELECT 1 FROM stored_events")) == 2


@pytest.fixture
def exporting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Spans are made, as where they leave by OTLP."""
    monkeypatch.setattr(telemetry, "_tracer", TracerProvider().get_tracer("test"))
    switch = telemetry._exports  # pyright: ignore[reportPrivateUsage] - as `configure` does
    switch.set()
    yield
    switch.clear()
