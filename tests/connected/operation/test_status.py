"""`tiendo ops status`, on five databases and a broker, with processes and without."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from tests.connected.assignments.running import IDS, Served, until
from typer.testing import CliRunner

from assignments.views import DEADLINES
from tiendo_contracts.catalogue import topics
from tiendo_local.platform import Platform
from tiendo_local.testing import Broker, fresh_database
from tiendo_runtime.cli.environment import services
from tiendo_runtime.cli.parts import app

NOWHERE = "127.0.0.1:1"


@dataclass(frozen=True)
class Country:
    """All services' databases and topics; nothing runs."""

    platform: Platform
    broker: Broker
    urls: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TIENDO_KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap,
            "TIENDO_TOPIC_PREFIX": f"{self.broker.prefix}.",
            **{f"TIENDO_{name.upper()}_DATABASE_URL": url for name, url in self.urls.items()},
        }

    def run(self, *command: str, **changed: str) -> tuple[int, str]:
        """Run a command; its exit status and what it printed."""
        done = CliRunner().invoke(app, ["ops", *command], env=self.environment | changed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done.exit_code, done.output

    def status(self, **changed: str) -> tuple[int, dict[str, Any]]:
        code, output = self.run("status", "--json", **changed)
        return code, json.loads(output)

    def troubles(self, where: str, **changed: str) -> list[str]:
        """What is said of one place, once it is said."""
        told = self.status(**changed)[1]["troubles"]
        return [f"{one['what']} → {one['do']}" for one in told if one["where"] == where]

    def assignments(self, log: Any) -> Served:
        return Served(self.platform, self.urls["assignments"], self.broker, log / "log")


@pytest.fixture(scope="module")
def country(platform: Platform) -> Iterator[Country]:
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(fresh_database(platform.postgres_admin_url))
            for name in services()
        }
        found = Country(platform, Broker.of(platform.kafka_bootstrap), urls)
        code, output = found.run("migrate")
        assert code == 0, output
        yield found


def test_without_processes_it_works_and_names_each_service_that_is_down(country: Country) -> None:
    code, told = country.status()
    assert code == 1
    assert {one["where"] for one in told["troubles"]} == set(services())
    assert country.troubles("meetings") == [
        "no process plays api, relay, project → tiendo run meetings --role api"
    ]
    assert [s["schema"] for s in told["state"]["services"]] == [""] * len(services())
    assert len(told["state"]["cluster"]["topics"]) == len(topics())


def test_who_is_up_and_leads_is_told_and_all_is_well_there(country: Country, tmp_path: Any) -> None:
    served = country.assignments(tmp_path)
    with served.process() as process:
        served.register(IDS.new())
        until(lambda: country.troubles("assignments") == [], 60)
        [found] = [
            s for s in country.status()[1]["state"]["services"] if s["name"] == "assignments"
        ]
        assert [p["name"].rpartition("/")[2] for p in found["processes"]] == [str(process.pid)]
        assert found["relay"]["leads"]
        assert found["relay"]["backlog"] == 0
        assert {one["name"] for one in found["consumers"]} == {"reactions", "register", "deadlines"}
        code, text = country.run("status", COLUMNS="160")
        assert code == 1  # the other services
        assert f"/{process.pid} leads" in text
        assert "has all" in text

        def paced() -> dict[str, Any]:
            [now] = [
                s for s in country.status()[1]["state"]["services"] if s["name"] == "assignments"
            ]
            return {pace["work"]: pace for pace in now["paces"]}

        until(lambda: {"append", "http", "project register"} <= paced().keys(), 30)
        assert paced()["append"]["count"] >= 1
        assert 0 < paced()["append"]["median"] <= paced()["append"]["slow"] < 60
        assert "time of append" in country.run("status", COLUMNS="160")[1]
        assert f"view deadlines v{DEADLINES.version}" in text


def test_letters_are_told_with_the_command_that_lists_them(country: Country) -> None:
    with psycopg.connect(country.urls["assignments"], autocommit=True) as conn:
        conn.execute(
            'INSERT INTO dead_letters (consumer, topic, partition, "offset", key, headers, code,'
            " reason, stack) SELECT 'reactions', 't', 0, n, 'k', '', 'failed', 'r', ''"
            " FROM generate_series(1, 3) n"
        )
        try:
            told = country.troubles("assignments")
        finally:
            conn.execute("DELETE FROM dead_letters")
    assert (
        "reactions set 3 records aside (failed)"
        " → tiendo ops deadletters list --service assignments --consumer reactions"
    ) in told


def test_events_that_wait_for_a_relay_are_told(country: Country) -> None:
    with psycopg.connect(country.urls["meetings"], autocommit=True) as conn:
        conn.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES"
            """ (gen_random_uuid(), 1, 't', '{"meta": {"recorded_at": "2026-01-01T00:00:00Z"}}')"""
        )
        try:
            told = country.troubles("meetings")
        finally:
            conn.execute("DELETE FROM stored_events")
    assert any("1 events wait for Kafka" in one and "nobody leads" in one for one in told)


def test_without_kafka_the_databases_are_still_told(country: Country) -> None:
    code, told = country.status(TIENDO_KAFKA_BOOTSTRAP_SERVERS=NOWHERE)
    assert code == 1
    assert told["troubles"][0]["where"] == "kafka"
    assert told["state"]["services"][0]["relay"]["backlog"] == 0


def test_without_a_database_the_other_services_are_still_told(country: Country) -> None:
    away = "postgresql://somebody@127.0.0.1:1/none"
    found = country.troubles("reporting", TIENDO_REPORTING_DATABASE_URL=away)
    assert len(found) == 1
    assert "PostgreSQL cannot be reached" in found[0]


def test_a_database_without_a_schema_says_what_to_run(country: Country) -> None:
    with fresh_database(country.platform.postgres_admin_url) as empty:
        found = country.troubles("meetings", TIENDO_MEETINGS_DATABASE_URL=empty)
    assert any("run `tiendo ops migrate`" in one for one in found)


async def _alter(broker: Broker, topic: str, **settings: str) -> None:
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

    admin: Any = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        named = {name.replace("_", "."): value for name, value in settings.items()}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, named)])
    finally:
        await admin.close()


def test_a_topic_that_loses_events_is_told_and_stops_the_migration(country: Country) -> None:
    topic = f"{country.broker.prefix}.tiendo.units.v1"
    asyncio.run(_alter(country.broker, topic, retention_ms="86400000", cleanup_policy="compact"))
    try:
        code, output = country.run("migrate")
        told = country.troubles(f"kafka {topic}")
    finally:
        asyncio.run(_alter(country.broker, topic, retention_ms="-1", cleanup_policy="delete"))
    assert code == 1
    assert f"{topic} has cleanup.policy=compact" in output
    assert any("retention.ms=86400000" in one and "kafka-configs" in one for one in told)
    assert country.run("migrate")[0] == 0
