"""How far everything has come, seen from outside: in the databases, in Kafka, at the probes."""

import http.client
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
from aiokafka.errors import KafkaError
from tests.chaos import logs
from tests.chaos.layout import Place
from tests.chaos.stored import SERVICES

from tiendo_local.platform import Platform

_LIVE = """
    SELECT coalesce(projection, consumer), topic, partition, next_offset
    FROM positions LEFT JOIN view_versions ON schema = consumer
    WHERE state IS NULL OR state = 'live'
"""
_LETTERS = """
    SELECT id, coalesce(projection, consumer), topic, partition, "offset", encode(key, 'escape'),
        code, reason
    FROM dead_letters LEFT JOIN view_versions ON schema = consumer
    WHERE (state IS NULL OR state = 'live') AND discarded_at IS NULL
"""


@dataclass(frozen=True, order=True)
class Letter:
    """A dead letter that waits; `consumer` is the reactions' name, or the view's."""

    service: str
    number: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str
    code: str
    reason: str

    @property
    def name(self) -> str:
        """How operators call it."""
        return f"{self.service}/{self.number}"


class Progress:
    """Looks at databases and topics; nothing here asks a service, except for its probe."""

    def __init__(self, platform: Platform, urls: Mapping[Place, str] | None = None) -> None:
        self._platform = platform
        self._urls = urls or {}
        self._connections: dict[str, psycopg.Connection[Any]] = {}

    def events(self) -> dict[str, int]:
        """The last event of each store now."""
        asked = "SELECT coalesce(max(notification_id), 0) FROM stored_events"
        return {service: self._rows(service, asked)[0][0] for service in SERVICES}

    def unsent(self, events: Mapping[str, int]) -> list[str]:
        """The relays that have not come so far."""
        return [
            f"{service}: the relay stands at {at} of {event}"
            for service, event in events.items()
            if service != "monitoring"
            and (at := self._rows(service, "SELECT position FROM relay")[0][0]) < event
        ]

    def behind(self, ends: Mapping[logs.Place, int]) -> list[str]:
        """The consumers that have not come so far."""
        return [
            f"{service}: {consumer} at {at} of {ends[topic, partition]} in {topic}[{partition}]"
            for service in SERVICES
            for consumer, topic, partition, at in self._rows(service, _LIVE)
            if at < ends[topic, partition]
        ]

    def consumers(self, topic: str) -> set[tuple[str, str]]:
        """Service and name of each consumer of a topic."""
        return {
            (service, row[0])
            for service in SERVICES
            for row in self._rows(service, _LIVE)
            if row[1] == topic
        }

    def letters(self) -> list[Letter]:
        """The dead letters that wait."""
        return [
            Letter(service, *row) for service in SERVICES for row in self._rows(service, _LETTERS)
        ]

    def unready(self, besides: Collection[Place] = ()) -> list[str]:
        """The processes whose probe does not say that they can work."""
        return [
            f"{at.name}: {said}"
            for at, url in self._urls.items()
            if at not in besides and (said := probe(url))
        ]

    def ends(self) -> dict[logs.Place, int]:
        """The ends of all topics now."""
        return logs.ends(self._platform.kafka_bootstrap)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections.values():
            connection.close()

    def _rows(self, service: str, sql: LiteralString) -> list[tuple[Any, ...]]:
        kept = self._connections.get(service)
        if kept is None or kept.closed:
            url = self._platform.postgres_url(service)
            kept = psycopg.connect(url, autocommit=True, connect_timeout=2)
            self._connections[service] = kept
        try:
            return kept.execute(sql).fetchall()
        except psycopg.Error:
            kept.close()
            raise


AWAY = (psycopg.Error, KafkaError, OSError)
"""What a look raises while a server is away."""


def probe(url: str) -> str:
    """What a process's readiness probe has to say; nothing where it is ready."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=2)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
    return "" if answer.status < 300 else said[:200]


def first_of(sentences: Iterable[str]) -> str:
    """One of them, and how many there are."""
    every = list(sentences)
    return f"{every[0]} (of {len(every)})" if every else ""
