import asyncio
import os
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from tiendo_local import jars, kafka, postgres
from tiendo_local.errors import LocalError, StartError
from tiendo_local.platform import Platform
from tiendo_local.processes import kill
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor
from tiendo_local.testing import Broker

CACHE = Path(__file__).resolve().parents[3] / ".local" / "cache"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """A room of its own that shares the checkout's downloads."""
    own = Room.of(tmp_path)
    return Room(own.path, CACHE)


def kill_tree(pid: int) -> None:
    process = psutil.Process(pid)
    tree = [process, *process.children(recursive=True)]
    kill(tree)


def write_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('tiến độ')")


def read_row(url: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT word FROM kept").fetchone()


def test_postgresql_comes_back_with_its_rows_after_a_crash(room: Room):
    with Supervisor(room) as supervisor:
        url = postgres.start(room, supervisor)
        write_row(url)
        kill_tree(supervisor.pid("postgres"))
    with Supervisor(room) as supervisor:
        assert read_row(postgres.start(room, supervisor)) == ("tiến độ",)


def test_postgresql_does_not_run_as_root(room: Room):
    with Supervisor(room) as supervisor:
        postgres.start(room, supervisor)
        assert psutil.Process(supervisor.pid("postgres")).uids().real != 0


def test_an_initialisation_that_was_cut_short_is_begun_again(room: Room):
    (room.path / "postgres" / "data" / "base").mkdir(parents=True)
    with Supervisor(room) as supervisor:
        write_row(postgres.start(room, supervisor))


def test_a_postgresql_that_cannot_start_shows_why(room: Room):
    with Supervisor(room) as supervisor:
        postgres.start(room, supervisor)
    control = room.path / "postgres" / "data" / "global" / "pg_control"
    control.write_bytes(b"\0" * 8192)
    with Supervisor(room) as supervisor, pytest.raises(StartError, match="files are incompatible"):
        postgres.start(room, supervisor)


def test_databases_are_created_where_they_are_missing(room: Room):
    with Supervisor(room) as supervisor:
        url = postgres.start(room, supervisor)
        postgres.create_databases(url, ["one"])
        postgres.create_databases(url, ["one", "two"])
        write_row(postgres.database_url(url, "two"))


def test_a_server_that_does_not_let_us_in_is_named():
    with pytest.raises(LocalError, match="Check POSTGRES_URL"):
        postgres.create_databases("postgresql://nobody@127.0.0.1:1/postgres")


async def send(bootstrap: str, topic: str, value: bytes) -> None:
    producer: Any = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    async with producer:
        await producer.send_and_wait(topic, value)


async def receive(bootstrap: str, topic: str) -> bytes:
    consumer: Any = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    )
    async with consumer:
        return (await consumer.getone()).value


def test_kafka_comes_back_with_its_records_after_a_crash(room: Room):
    with Supervisor(room) as supervisor:
        broker = Broker.of(kafka.start(room, supervisor))
        topic = asyncio.run(broker.create_topic("kept", partitions=1))
        asyncio.run(send(broker.bootstrap, topic, b"kept"))
        kill_tree(supervisor.pid("kafka"))
    with Supervisor(room) as supervisor:
        again = kafka.start(room, supervisor)
        assert asyncio.run(receive(again, topic)) == b"kept"


def test_a_broken_cache_of_classes_never_stops_kafka(room: Room, tmp_path: Path):
    own = Room(room.path, tmp_path / "cache")
    own.cache.mkdir()
    (own.cache / jars.FOLDER).symlink_to(CACHE / jars.FOLDER)
    with Supervisor(own) as supervisor:
        kafka.start(own, supervisor)
    (cache,) = own.cache.glob("*.aot.new")
    with cache.open("r+b") as file:
        file.seek(20_000_000)
        file.write(os.urandom(5_000_000))
    with Supervisor(own) as supervisor:
        kafka.start(own, supervisor)
    assert list(own.cache.glob("*.aot*")) == []


def test_a_kafka_that_cannot_start_shows_why(room: Room):
    with Supervisor(room) as supervisor:
        kafka.start(room, supervisor)
    (room.path / "kafka" / "data" / "meta.properties").write_text("version=1\nnode.id=7\n")
    with (
        Supervisor(room) as supervisor,
        pytest.raises(StartError, match="was not found"),
    ):
        kafka.start(room, supervisor)


def test_those_who_join_get_the_platform_that_runs(platform: Platform):
    root = Path(__file__).resolve().parents[3]
    with Platform.join(root) as other:
        assert other.addresses == platform.addresses
    with psycopg.connect(platform.postgres_admin_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
