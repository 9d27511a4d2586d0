"""What a service does when another service's event arrives.

A reaction decides inside a `Work` like a command does; its events and the consumed positions are
saved in one transaction. It acts as `service:<name>` on behalf of whoever caused the event.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tiendo_contracts.base import Contract
from tiendo_runtime import telemetry
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.records import Move, Received
from tiendo_runtime.store import Store, Work

React = Callable[[Work, Any], None]
"""Decides on one `Received` event of the type it is registered for."""


Expect = Callable[[Any], Iterable[UUID]]
"""Tells the ids of aggregates that a reaction is likely to ask for, by the `Received` event."""


@dataclass(frozen=True, slots=True)
class Reactions:
    """The reactions of a service, by the contract they react to.

    What `expects` names for a batch is loaded at once. It is for speed alone: a reaction finds what
    was not named as well.
    """

    name: str
    on: Mapping[type[Contract], React]
    expects: Mapping[type[Contract], Expect] = field(default_factory=dict[type[Contract], Expect])

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that must be read."""
        return tuple(sorted({contract.TOPIC for contract in self.on}))


@dataclass(frozen=True, slots=True)
class ReactionHandler:
    """Handles batches for the consumer loop by deciding and saving them at once."""

    service: str
    reactions: Reactions
    store: Store

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        """React to all events and move on, in one transaction."""

        def decide(work: Work) -> None:
            work.expect(self._expected(events))
            for received in events:
                react = self.reactions.on.get(type(received.event))
                if react is not None:
                    with self._caused(received):
                        react(work, received)
                        work.flush()

        with acting(Cause(actor=f"service:{self.service}", correlation_id="batch")):
            self.store.transact(decide, moves=moves, parked=tuple(parked))

    def _expected(self, events: Sequence[Received]) -> Iterator[UUID]:
        for received in events:
            expect = self.reactions.expects.get(type(received.event))
            if expect is not None:
                yield from expect(received)

    @contextmanager
    def _caused(self, received: Received) -> Generator[None]:
        """What is decided inside carries on the event's chain and trace."""
        with telemetry.consuming(self.reactions.name, received), acting(self._cause(received)):
            yield

    def _cause(self, received: Received) -> Cause:
        envelope = received.envelope
        return Cause(
            actor=f"service:{self.service}",
            on_behalf_of=envelope.actor,
            correlation_id=envelope.correlationid,
            causation_id=envelope.id,
            traceparent=telemetry.traceparent() if telemetry.exports() else envelope.traceparent,
        )
