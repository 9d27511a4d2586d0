"""One ingest for the tests of a module; every test has sources and units of its own."""

from collections.abc import Iterator

import pytest
from tests.connected.ingest.running import Served

from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database


@pytest.fixture(scope="module")
def prepared(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service's database and topics; it does not run yet."""
    with fresh_database(platform.postgres_admin_url) as url:
        log = tmp_path_factory.mktemp("ingest") / "log"
        served = Served(platform, url, Broker.of(platform.kafka_bootstrap), log)
        served.prepare()
        yield served


@pytest.fixture(scope="module")
def served(prepared: Served) -> Iterator[Served]:
    """The running service."""
    with prepared.process():
        yield prepared
