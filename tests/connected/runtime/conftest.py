from collections.abc import Iterator

import psycopg
import pytest
from tests.connected.runtime import workshop

from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.context import acting
from tiendo_runtime.store import Store

_CLEAN = """
DELETE FROM stored_events; DELETE FROM idempotency_keys; DELETE FROM reservations;
DELETE FROM positions; DELETE FROM dead_letters;
UPDATE relay SET owner = '', epoch = 0, expires_at = '-infinity', position = 0;
"""


@pytest.fixture(scope="session")
def shared_url(platform: Platform) -> Iterator[str]:
    """A database with the runtime's own tables, shared by all tests here."""
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "tiendo_runtime", ())
        yield url


@pytest.fixture
def url(shared_url: str) -> str:
    """The shared database, emptied."""
    with psycopg.connect(shared_url, autocommit=True) as conn:
        conn.execute(_CLEAN)
    return shared_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with workshop.opened(url) as opened:
        yield opened


@pytest.fixture
def acted() -> Iterator[None]:
    """Everything in the test has an author."""
    with acting(workshop.CAUSE):
        yield
