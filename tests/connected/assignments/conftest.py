from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.connected.assignments.running import Served

from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database


def prepared(platform: Platform, folder: Path) -> Iterator[Served]:
    with fresh_database(platform.postgres_admin_url) as url:
        found = Served(platform, url, Broker.of(platform.kafka_bootstrap), folder / "log")
        found.prepare()
        yield found


@pytest.fixture(scope="module")
def served(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One process for the tests of a module, which use units of their own."""
    for found in prepared(platform, tmp_path_factory.mktemp("assignments")):
        with found.process():
            yield found


@pytest.fixture
def stopped(platform: Platform, tmp_path: Path) -> Iterator[Served]:
    """The service with its database and topics, not running yet."""
    yield from prepared(platform, tmp_path)
