"""Fixtures on real parts: one platform for the whole run, a database and topics for each test.

The platform runs under `.local/test`, is shared by all workers and by parallel runs of this
checkout, starts empty and is stopped by the last who uses it. POSTGRES_URL and
KAFKA_BOOTSTRAP_SERVERS replace its servers where they are set.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database

ROOT = Path(__file__).resolve().parents[1]

# A busy machine is no failure: how long an example takes is nothing that a property speaks of.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with Platform.join(ROOT) as shared:
        yield shared


@pytest.fixture
def database_url(platform: Platform) -> Iterator[str]:
    with fresh_database(platform.postgres_admin_url) as url:
        yield url


@pytest.fixture
def kafka(platform: Platform) -> Broker:
    return Broker.of(platform.kafka_bootstrap)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let reports cross process boundaries: half a surrogate pair in a log cannot."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report
