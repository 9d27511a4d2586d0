import asyncio
from collections.abc import Iterator

import pytest
from tests.connected.monitoring.world import Country, Running, World, running, until

from monitoring.main import service
from tiendo_contracts.base import Level
from tiendo_contracts.catalogue import topics
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime import schema
from tiendo_runtime.kafka import ensure_topics


@pytest.fixture(scope="session")
def environment(
    platform: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    prefix = Broker.of(platform.kafka_bootstrap).name("")
    with fresh_database(platform.postgres_admin_url) as url:
        schema.migrate(url, "monitoring", service.projections)
        asyncio.run(ensure_topics(platform.kafka_bootstrap, [prefix + t for t in topics()], 3))
        yield {
            "TIENDO_DATABASE_URL": url,
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": platform.kafka_bootstrap,
            "TIENDO_TOPIC_PREFIX": prefix,
            "TIENDO_TOKEN_ISSUER": platform.issuer_url,
            "TIENDO_JWKS_URL": platform.jwks_url,
            "TEST_LOG": str(tmp_path_factory.mktemp("log") / "monitoring.log"),
        }


@pytest.fixture(scope="session")
def board(environment: dict[str, str], platform: Platform) -> Iterator[Running]:
    with running(environment, platform) as process:
        yield process


@pytest.fixture
def world(board: Running) -> World:
    return World(board)


@pytest.fixture
def country(world: World) -> Country:
    centre = world.unit("Ban Chỉ đạo", Level.CENTRAL)
    agency = world.unit("Bộ Khoa học", Level.CENTRAL, centre)
    province = world.unit("Tỉnh Bình Sơn", Level.PROVINCIAL, centre)
    first = world.unit("Xã Đồng Lúa", Level.COMMUNAL, province)
    second = world.unit("Phường Sông Trà", Level.COMMUNAL, province)
    with world.asking(centre) as client:
        for unit in (centre, agency, province, first, second):
            until(lambda unit=unit: client.get(f"/v1/units/{unit}").status_code == 200)
    return Country(centre, agency, province, first, second)
