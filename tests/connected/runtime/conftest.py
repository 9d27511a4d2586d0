import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from tests.connected.runtime import workshop
from tests.connected.runtime.bench import TALLY, Bench
from tests.connected.runtime.site import Ask, Site, ask_site, site
from tests.connected.runtime.workshop import TOPIC

from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime import schema
from tiendo_runtime.context import acting
from tiendo_runtime.database import Database
from tiendo_runtime.http.principals import Tokens
from tiendo_runtime.kafka import ensure_topics
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


@pytest.fixture(scope="session")
def shared_store(shared_url: str) -> Iterator[Store]:
    with workshop.opened(shared_url) as opened:
        yield opened


@pytest.fixture
def store(url: str, shared_store: Store) -> Store:
    """The store of the shared database, emptied."""
    assert url
    return shared_store


@pytest.fixture
def acted() -> Iterator[None]:
    """Everything in the test has an author."""
    with acting(workshop.CAUSE):
        yield


@pytest.fixture(scope="session")
def tokens(platform: Platform) -> Tokens:
    return Tokens(platform.jwks_url, platform.issuer_url, "tiendo")


@pytest.fixture(scope="session")
def database(shared_url: str) -> Iterator[Database]:
    opened = Database(shared_url, "site")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def here(store: Store, database: Database, tokens: Tokens) -> Site:
    return site(store, database, tokens)


@pytest.fixture
def token(platform: Platform) -> str:
    return platform.token("operator", subject="op", unit=str(workshop.IDS.new()), unit_path="/a/")


@pytest.fixture
def ask(here: Site, token: str) -> Ask:
    """One request; `key`, `match` and `language` stand for their headers."""
    return lambda *request, **options: asyncio.run(ask_site(here, token, *request, **options))


@pytest.fixture
def bench(url: str, kafka: Broker) -> Bench:
    with psycopg.connect(url) as conn:
        conn.execute(TALLY)
    topic = f"{kafka.prefix}.{TOPIC}"
    asyncio.run(ensure_topics(kafka.bootstrap, [topic], partitions=1))
    return Bench(url, kafka, topic)
