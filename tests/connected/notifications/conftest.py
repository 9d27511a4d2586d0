from collections.abc import Iterator

import pytest
from tests.connected.notifications.harness import Parts, Served, parts

from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database


@pytest.fixture
def bench(platform: Platform, database_url: str) -> Iterator[Parts]:
    """The service's parts on a database of their own."""
    with parts(database_url, platform) as own:
        yield own


@pytest.fixture(scope="module")
def served(platform: Platform) -> Iterator[Served]:
    """The service as a process; shared by the tests of a module, which use units of their own."""
    with fresh_database(platform.postgres_admin_url) as url:
        service = Served.of(platform, url, Broker.of(platform.kafka_bootstrap))
        try:
            service.start()
            yield service
        finally:
            service.stop()


@pytest.fixture
def alone(platform: Platform, database_url: str, kafka: Broker) -> Iterator[Served]:
    """A service of a test's own, not started yet."""
    service = Served.of(platform, database_url, kafka)
    try:
        yield service
    finally:
        service.stop()
