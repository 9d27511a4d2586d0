"""A process is killed at any instant: nothing is lost, and each subject stays in order."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.connected.publisher.events import arrived, messages, sent
from tests.connected.publisher.topics import records

from tiendo_contracts.publisher import Load, Outbox
from tiendo_local.testing import Broker

pytestmark = pytest.mark.timeout(300)  # many processes, one after another

PUTTING = """
import sys
from tests.connected.publisher.events import messages
from tiendo_contracts.publisher import Outbox
outbox = Outbox(sys.argv[1])
for message in messages(3000):
    outbox.put(message)
    print(message.id, flush=True)
"""
ROOT = Path(__file__).resolve().parents[3]


def until(condition: Callable[[], bool]) -> None:
    patience = threading.Event()
    while not condition():
        patience.wait(0.01)


@contextmanager
def running(*arguments: object) -> Generator[subprocess.Popen[str]]:
    """A process that is killed at the end of the block, wherever it is."""
    command = [sys.executable, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def drain(outbox: Outbox, kafka: Broker, topic: str, *more: str) -> tuple[object, ...]:
    module = ("-m", "tiendo_contracts.publisher", "drain", outbox.file)
    return (*module, "--kafka", kafka.bootstrap, "--topic", topic, *more)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.db")


@pytest.fixture
def topic(kafka: Broker) -> str:
    return asyncio.run(kafka.create_topic("inbound"))


def test_drainers_that_are_killed_again_and_again_lose_nothing(
    outbox: Outbox, kafka: Broker, topic: str
) -> None:
    put = messages(5_000)
    outbox.put(*put)
    for left in (4_500, 3_500, 2_500, 1_500):
        with running(*drain(outbox, kafka, topic)):
            until(lambda: outbox.load().waiting <= left)  # noqa: B023 - waited for here
    with running(*drain(outbox, kafka, topic, "--once")) as last:
        assert last.wait() == 0
    assert outbox.load() == Load(0, 0, 0)
    assert arrived(records(kafka.bootstrap, topic)) == sent(put)


def test_whoever_stands_by_goes_on_when_the_drainer_is_killed(
    outbox: Outbox, kafka: Broker, topic: str
) -> None:
    put = messages(2_000)
    outbox.put(*put[:1_000])
    with running(*drain(outbox, kafka, topic)) as leading:
        until(lambda: outbox.load().waiting == 0)
        with running(*drain(outbox, kafka, topic)):
            outbox.put(*put[1_000:])
            leading.kill()
            until(lambda: outbox.load().waiting == 0)
    assert arrived(records(kafka.bootstrap, topic)) == sent(put)


def test_what_was_put_before_a_kill_is_there(outbox: Outbox, kafka: Broker, topic: str) -> None:
    with running("-c", PUTTING, outbox.file) as putting:
        assert putting.stdout is not None
        said = [putting.stdout.readline().strip() for _ in range(100)]
        putting.kill()
        said += putting.stdout.read().split()
    with running(*drain(outbox, kafka, topic, "--once")) as last:
        assert last.wait() == 0
    arrived_ids = {one.event.id for one in records(kafka.bootstrap, topic)}
    assert set(said) <= arrived_ids
    assert len(arrived_ids - set(said)) <= 1  # stored, and killed before it could say so


def test_a_drainer_leaves_when_it_is_told_to(outbox: Outbox, kafka: Broker, topic: str) -> None:
    outbox.put(*messages(10))
    with running(*drain(outbox, kafka, topic)) as draining:
        until(lambda: outbox.load().waiting == 0)
        draining.send_signal(signal.SIGTERM)
        assert draining.wait() == 0
