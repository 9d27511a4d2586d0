"""A model of the log, two owners of it, two retries and whatever may come between their steps.

The pure code is the real one: sorting, applying, draining. The database is a model whose
transactions are atomic; between any two of them anybody else may step, be killed or begin anew.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tiendo_contracts.base import identity
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.units import UnitRenamed
from tiendo_runtime.applying import Applier, Owned
from tiendo_runtime.deadletters import Letter, Limit, Parked, ReleasedError
from tiendo_runtime.deadletters.parking import LetterGoneError
from tiendo_runtime.deadletters.retrying import drain
from tiendo_runtime.positions import StalePositionError
from tiendo_runtime.records import Key, Move, Partition, Position, Raw, Received

Place = tuple[Partition, int]
PLACES = (Partition("t", 0), Partition("t", 1))
UNITS = [UUID(int=n) for n in range(4)]
KEYS = [identity(unit) for unit in UNITS]
BLOCKING = ("failed", "malformed", "behind")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """What a relay sends: `kind` is good, poison (until it is mended) or malformed (for good)."""

    key: int
    kind: str
    sequence: int

    def record(self, offset: int) -> Raw:
        unit = UNITS[self.key]
        renamed = UnitRenamed(unit_id=unit, effective_on=date(2026, 1, 1), name="n", aliases=())
        envelope = Envelope(
            id=str(self.sequence), source="/tiendo/assignments", type=UnitRenamed.TYPE,
            subject=str(unit), time=NOW, sequence=self.sequence, subjectversion=1, actor="a",
            correlationid="c",
        )  # fmt: skip
        value = b"{" if self.kind == "malformed" else encode(renamed)
        place = PLACES[self.key % len(PLACES)]
        return Raw(place, offset, KEYS[self.key], value, envelope.headers())


def logs(sent: Sequence[Sent]) -> dict[Partition, list[Raw]]:
    found: dict[Partition, list[Raw]] = {place: [] for place in PLACES}
    for one in sent:
        log = found[PLACES[one.key % len(PLACES)]]
        log.append(one.record(len(log)))
    return found


class PoisonError(Exception):
    pass


@dataclass
class Database:
    """Positions, letters and effects; each method is a transaction, and leaves all or nothing."""

    poison: set[int]
    positions: dict[Partition, Position] = field(
        default_factory=lambda: {place: Position(place, 0, -1) for place in PLACES}
    )
    letters: dict[Place, Letter] = field(default_factory=dict[Place, Letter])
    effects: dict[bytes, list[int]] = field(default_factory=lambda: defaultdict(list))

    def handle(
        self, events: Sequence[Received], moves: tuple[Move, ...], parked: Sequence[Parked]
    ) -> None:
        positions, letters = dict(self.positions), dict(self.letters)
        for step in moves:
            if positions[step.before.partition] != step.before:
                raise StalePositionError
            positions[step.before.partition] = step.after
        _park(letters, parked)
        if any(received.envelope.sequence in self.poison for received in events):
            raise PoisonError
        self.positions, self.letters = positions, letters
        for received in events:
            self.effects[received.raw.key].append(received.envelope.sequence)

    def waiting(self) -> set[Key]:
        return {letter.key for letter in self._blocking()}

    def discarded(self) -> frozenset[Place]:
        return frozenset(place for place, letter in self.letters.items() if letter.discarded_at)

    def head(self, key: Key) -> Letter | None:
        waiting = [letter for letter in self._blocking() if letter.key == key]
        return min(waiting, key=lambda letter: letter.raw.offset, default=None)

    def renew(self, letter: Letter, error: Exception) -> None:
        here = self.letters.get(_place(letter.raw))
        if here and not here.discarded_at:
            self.letters[_place(letter.raw)] = replace(here, code="failed", reason=str(error))

    def discard(self, letter: Letter) -> None:
        self.letters[_place(letter.raw)] = replace(letter, discarded_at=NOW)

    def _blocking(self) -> Iterator[Letter]:
        return (x for x in self.letters.values() if x.code in BLOCKING and not x.discarded_at)


def _place(raw: Raw) -> Place:
    return (raw.partition, raw.offset)


def _park(letters: dict[Place, Letter], parked: Sequence[Parked]) -> None:
    for one in sorted(parked, key=lambda one: one.code == "behind"):
        place = _place(one.raw)
        there = letters.get(place)
        if one.code == "retried":
            if there is None or there.discarded_at:
                raise LetterGoneError
            del letters[place]
            continue
        others = [x for x in letters.values() if x.key == one.key and not x.discarded_at]
        if one.code == "behind" and not others:
            raise ReleasedError({one.key})
        letters.setdefault(
            place,
            Letter(
                0, one.consumer, one.raw, one.code, one.reason, "", NOW, 0, None, None, None, None
            ),
        )


class _Turn:
    """Lets somebody else step."""

    def __await__(self) -> Generator[None]:
        yield


async def in_turn(call: Callable[..., Any], *args: Any) -> Any:
    """A transaction: others may step before it, and after it is saved but not yet known to be."""
    await _Turn()
    try:
        answer = call(*args)
    except Exception:
        await _Turn()
        raise
    await _Turn()
    return answer


async def own(database: Database, log: dict[Partition, list[Raw]], size: int) -> None:
    """A member that believes that it owns everything, for ever."""
    applier = Applier("c", database, Limit(), in_turn)
    while True:
        positions = await in_turn(lambda: dict(database.positions))
        waiting = await in_turn(database.waiting)
        owned = Owned(positions, waiting, await in_turn(database.discarded))
        with suppress(StalePositionError):
            while True:
                await _Turn()
                batch = [
                    raw
                    for place, at in owned.positions.items()
                    for raw in log[place][at.next_offset : at.next_offset + size]
                ]
                if batch:
                    await applier.apply(owned, batch)


async def retry(database: Database) -> None:
    """Somebody who retries whatever waits, over and over."""
    while True:
        for key in sorted(await in_turn(database.waiting)):
            async for _ in drain(database, database, key, in_turn):
                await _Turn()
        await _Turn()


@dataclass
class World:
    """Everybody, and what happened so far."""

    sent: list[Sent]
    sizes: tuple[int, int]
    database: Database = field(init=False)
    actors: dict[str, Coroutine[Any, Any, None]] = field(init=False)

    def __post_init__(self) -> None:
        self.log = logs(self.sent)
        self.database = Database({one.sequence for one in self.sent if one.kind == "poison"})
        self.actors = {name: self._begin(name) for name in ("a", "b", "r", "s")}

    def _begin(self, name: str) -> Coroutine[Any, Any, None]:
        if name in "rs":
            return retry(self.database)
        return own(self.database, self.log, self.sizes["ab".index(name)])

    def act(self, action: str) -> None:
        match action.split():
            case ["mend"]:
                self.database.poison -= set(sorted(self.database.poison)[:1])
            case ["discard"]:
                self._discard()
            case ["kill", name]:
                self.actors[name].close()
                self.actors[name] = self._begin(name)
            case [name]:
                self.actors[name].send(None)
            case _:
                raise AssertionError(action)
        self.look()

    def _discard(self) -> None:
        """A person gives up the first event that waits and failed."""
        for place, letter in sorted(self.database.letters.items()):
            if letter.code in ("failed", "malformed") and not letter.discarded_at:
                self.database.discard(self.database.letters[place])
                return

    def expected(self, key: bytes) -> list[int]:
        """The sequences of a key, less what was discarded."""
        given_up = {
            int(dict(letter.raw.headers)["ce_sequence"] or b"")
            for letter in self.database.letters.values()
            if letter.discarded_at
        }
        return sorted({one.sequence for one in self.sent if KEYS[one.key] == key} - given_up)

    def look(self) -> None:
        """At any instant: each key's effects are a beginning of what was sent, each once."""
        for key, seen in self.database.effects.items():
            assert seen == self.expected(key)[: len(seen)], (key, seen)

    def settle(self) -> None:
        """With the cause mended, and malformed events discarded, everything comes to its end."""
        self.database.poison.clear()
        for _ in range(100):
            for name in ("a", "r") * 40:
                self.act(name)
            while any(x.code in ("failed", "malformed") for x in self._waiting()):
                self._discard()  # nothing is poison any more: it is malformed
            if not self._waiting() and self._is_read():
                return
        raise AssertionError((self.database.positions, self.database.letters))

    def _waiting(self) -> list[Letter]:
        return [letter for letter in self.database.letters.values() if not letter.discarded_at]

    def _is_read(self) -> bool:
        at = self.database.positions
        return all(at[place].next_offset == len(log) for place, log in self.log.items())

    def close(self) -> None:
        for actor in self.actors.values():
            actor.close()


@contextmanager
def quiet() -> Generator[None]:
    log = logging.getLogger("tiendo_runtime.applying")
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False


KINDS = st.sampled_from(["good", "good", "good", "poison", "malformed"])
EVENTS = st.lists(st.tuples(st.integers(0, 3), KINDS), min_size=1, max_size=14)
STEP = st.sampled_from(["a", "a", "a", "b", "b", "r", "r", "r", "s"])
ACTION = STEP | st.sampled_from(["kill a", "kill b", "kill r", "kill s", "mend", "discard"])
RESTARTS = st.dictionaries(st.integers(0, 13), st.integers(1, 6), max_size=3)


def as_sent(events: Sequence[tuple[int, str]], restarts: dict[int, int]) -> list[Sent]:
    """As a relay sends it, which now and then begins again some way back."""
    sent: list[Sent] = []
    stream = [Sent(key, kind, sequence) for sequence, (key, kind) in enumerate(events)]
    for sequence, one in enumerate(stream):
        sent.append(one)
        back = restarts.get(sequence, 0)
        sent += stream[max(0, sequence + 1 - back) : sequence + 1]
    return sent


@settings(max_examples=300)
@given(
    EVENTS, RESTARTS, st.tuples(st.integers(1, 5), st.integers(1, 5)),
    st.lists(st.lists(ACTION, max_size=30), max_size=8),
)  # fmt: skip
def test_every_event_has_its_effect_once_and_in_the_order_of_its_key(
    events: list[tuple[int, str]],
    restarts: dict[int, int],
    sizes: tuple[int, int],
    actions: list[list[str]],
) -> None:
    with quiet(), closing(World(as_sent(events, restarts), sizes)) as world:
        for action in (one for part in actions for one in part):
            world.act(action)
        event(f"letters: {len(world.database.letters) > 0}")
        world.settle()
        for key in KEYS:
            assert world.database.effects[key] == world.expected(key)


def test_when_one_key_is_released_the_others_go_on_waiting() -> None:
    sent = [Sent(0, "poison", 0), Sent(2, "poison", 1), Sent(0, "good", 2), Sent(2, "good", 3)]
    with quiet(), closing(World(sent[:2], (5, 5))) as world:
        for _ in range(60):
            world.act("a")  # both wait, as "a" knows
        world.act("mend")
        for _ in range(60):
            world.act("r")  # the first is drained, the second fails again
        assert [letter.key for letter in world.database.letters.values()] == [("t", KEYS[2])]
        world.sent[:] = sent
        world.log.update(logs(sent))
        for _ in range(60):
            world.act("a")
        assert world.database.effects == {KEYS[0]: [0, 2]}
        assert len(world.database.letters) == 2
        world.settle()
        assert world.database.effects == {KEYS[0]: [0, 2], KEYS[2]: [1, 3]}
