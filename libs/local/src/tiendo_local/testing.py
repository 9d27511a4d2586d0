"""For tests on the real platform: a database and topics that belong to one test alone."""

import contextlib
import secrets
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import psycopg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from psycopg import sql

from tiendo_local import postgres


@contextlib.contextmanager
def fresh_database(admin_url: str) -> Generator[str]:
    """Create an empty database, give its address, drop it at the end with whoever is in it."""
    name = f"test_{secrets.token_hex(8)}"
    database = sql.Identifier(name)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(database))
        try:
            yield postgres.database_url(admin_url, name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


@dataclass(frozen=True)
class Broker:
    """A real broker, with names that no other test uses."""

    bootstrap: str
    prefix: str

    @classmethod
    def of(cls, bootstrap: str) -> "Broker":
        """Return the broker with a prefix of its own."""
        return cls(bootstrap, f"test-{secrets.token_hex(6)}")

    def name(self, suffix: str) -> str:
        """Return a topic's or group's name that belongs to this test alone."""
        return f"{self.prefix}.{suffix}"

    async def create_topic(self, suffix: str, partitions: int = 3) -> str:
        """Create a topic of this test and return its full name."""
        topic = self.name(suffix)
        wanted = NewTopic(topic, num_partitions=partitions, replication_factor=1)
        admin: Any = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            answer = await admin.create_topics([wanted])
        finally:
            await admin.close()
        for name, code, *_ in answer.topic_errors:  # it reports errors, it does not raise them
            if code != 0:
                raise RuntimeError(f"{name} was not created: Kafka's error {code}")
        return topic
