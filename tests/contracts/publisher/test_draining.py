import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.contracts.publisher.scripted import LOST_ANSWER, NONE, Call, ScriptedSender, message

from tiendo_contracts.publisher import (
    AlreadyDrainedError,
    Load,
    Message,
    Outbox,
    Outcome,
    Progress,
    Unsent,
    drain,
    keep_draining,
)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.db")


def sender(*calls: Call, refuses: frozenset[str] = frozenset()) -> ScriptedSender:
    return ScriptedSender(iter(calls), refuses)


def test_what_waits_is_sent_in_order_and_removed(outbox: Outbox) -> None:
    outbox.put(*(message(number) for number in range(2500)))
    to = sender()
    assert asyncio.run(drain(outbox, to)) == Progress(sent=2500)
    assert [one.id for one in to.log] == [str(number) for number in range(2500)]
    assert to.pages == [1000, 1000, 500]
    assert outbox.load() == Load(0, 0, 0)


def test_an_empty_outbox_asks_nothing_of_the_sender(outbox: Outbox) -> None:
    to = sender()
    assert asyncio.run(drain(outbox, to)) == Progress()
    assert to.pages == []


def test_what_nobody_acknowledged_stays_and_is_sent_again(outbox: Outbox) -> None:
    outbox.put(message(1), message(2, "b"), message(3))
    to = sender(LOST_ANSWER)
    cut = asyncio.run(drain(outbox, to))
    assert cut == Progress(unsent=Unsent("the line is cut"))
    assert asyncio.run(drain(outbox, to)) == Progress(sent=3)
    assert [one.id for one in to.log] == ["1", "2", "3", "1", "2", "3"]
    assert to.taken() == [message(1), message(2, "b"), message(3)]


def test_after_a_failure_no_other_page_is_tried(outbox: Outbox) -> None:
    outbox.put(*(message(number) for number in range(1500)))
    to = sender(NONE)
    asyncio.run(drain(outbox, to))
    assert to.pages == [1000]


def test_what_is_refused_is_set_aside_and_the_others_go_on(outbox: Outbox) -> None:
    outbox.put(message(1), message(2), message(3))
    to = sender(refuses=frozenset({"2"}))
    assert asyncio.run(drain(outbox, to)) == Progress(sent=2, refused=1)
    assert [one.id for one in to.log] == ["1", "3"]
    [aside] = outbox.set_aside()
    assert aside.message == message(2)
    assert aside.refusals[0].code == "unknown_type"


class Meddling:
    """A sender that does something else while it sends."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.second: BaseException | None = None

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        try:
            await drain(self._outbox, sender())
        except AlreadyDrainedError as error:
            self.second = error
        return [Unsent("later")] * len(messages)


def test_only_one_drains_a_file_at_a_time(outbox: Outbox) -> None:
    outbox.put(message(1))
    meddling = Meddling(outbox)
    asyncio.run(drain(outbox, meddling))
    assert isinstance(meddling.second, AlreadyDrainedError)
    assert asyncio.run(drain(outbox, sender())) == Progress(sent=1)


def test_it_goes_on_through_trouble_and_takes_what_comes_later(outbox: Outbox) -> None:
    async def scenario() -> None:
        stop = asyncio.Event()
        outbox.put(message(1))
        running = asyncio.create_task(keep_draining(outbox, to, stop))
        assert await to.accepted.get() == "1"
        outbox.put(message(2))
        assert await to.accepted.get() == "2"
        stop.set()
        await running

    to = sender(NONE, LOST_ANSWER)
    asyncio.run(scenario())
    assert to.taken() == [message(1), message(2)]
    assert outbox.load().waiting == 0


def test_an_outage_is_one_line_in_the_log(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        stop = asyncio.Event()
        outbox.put(message(1))
        running = asyncio.create_task(keep_draining(outbox, to, stop))
        await to.accepted.get()
        stop.set()
        await running

    to = sender(NONE, NONE, NONE)
    asyncio.run(scenario())
    waits = [one.message for one in caplog.records if "waits" in one.message]
    assert waits == ["the outbox waits: the line is cut"]


def test_whoever_stands_by_goes_on_when_the_other_leaves(outbox: Outbox) -> None:
    async def scenario() -> None:
        stop_first, stop_second = asyncio.Event(), asyncio.Event()
        leading = asyncio.create_task(keep_draining(outbox, first, stop_first))
        outbox.put(message(1))
        assert await first.accepted.get() == "1"
        standing_by = asyncio.create_task(keep_draining(outbox, second, stop_second))
        stop_first.set()
        await leading
        outbox.put(message(2))
        assert await second.accepted.get() == "2"
        stop_second.set()
        await standing_by

    first, second = sender(), sender()
    asyncio.run(scenario())
    assert first.taken() == [message(1)]
    assert second.taken() == [message(2)]


def test_whoever_is_told_to_stop_leaves_behind_the_page_that_is_on_its_way(outbox: Outbox) -> None:
    class Stopping(ScriptedSender):
        async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
            stop.set()
            return await super().send(messages)

    async def scenario() -> None:
        await keep_draining(outbox, to, stop)

    stop, to = asyncio.Event(), Stopping(iter(()))
    outbox.put(*(message(number) for number in range(1500)))
    asyncio.run(scenario())
    assert to.pages == [1000]
    assert outbox.load().waiting == 500


def test_who_is_cancelled_leaves_the_file_to_others(outbox: Outbox) -> None:
    class Endless:
        async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
            assert messages
            begun.set()
            await asyncio.Event().wait()
            raise AssertionError

    async def scenario() -> None:
        draining = asyncio.create_task(drain(outbox, Endless()))
        await begun.wait()
        draining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await draining

    begun = asyncio.Event()
    outbox.put(message(1))
    asyncio.run(scenario())
    assert asyncio.run(drain(outbox, sender())) == Progress(sent=1)
