import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.connected.secured.guarded import Guarded

from tiendo_local.room import Room
from tiendo_runtime.cli.environment import services
from tiendo_runtime.kafka_grants import OPERATOR, user_of

CACHE = Path(__file__).resolve().parents[3] / ".local" / "cache"
MEMBERS = ("so-y-te", "so-xay-dung")


@pytest.fixture(autouse=True)
def refused_connections_are_collected() -> Iterator[None]:
    """Take away what a client leaves that was refused in the midst of a handshake.

    Its transport closes a turn of the event loop later than the loop of one call lives; in a
    process, whose loop goes on, nothing is left.
    """
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """One broker for all tests; what they do on it has names of their own."""
    room = Room(Room.of(tmp_path_factory.mktemp("guarded")).path, CACHE)
    users = [*map(user_of, (*services(), OPERATOR)), *MEMBERS]
    with Guarded.start(room, users) as broker:
        yield broker
