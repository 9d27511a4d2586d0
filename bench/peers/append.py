"""A report saved by the event-sourcing library as it comes: stock recorder, stock transcoder."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from bench.harness import Block
from bench.workload import Filed, reports
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from tiendo_runtime.clock import SystemClock


class Report(Aggregate):
    """The same facts as ours in types that the stock transcoder knows."""

    @event("Submitted")
    def __init__(
        self,
        *,
        unit_id: UUID,
        unit_path: str,
        period: str,
        due_at: datetime,
        lines: list[dict[str, Any]],
    ) -> None:
        self.unit_id = unit_id
        self.unit_path = unit_path
        self.period = period
        self.due_at = due_at
        self.lines = lines

    @staticmethod
    def create_id(unit_id: UUID, period: str) -> UUID:
        return uuid5(unit_id, period)


class Reports(Application[UUID]):
    """Saves reports."""

    def submit(self, facts: dict[str, Any]) -> UUID:
        report = Report(**facts)
        self.save(report)
        return report.id


def facts_of(filed: Filed) -> dict[str, Any]:
    """A report's facts as a request brings them; made before anything is measured."""
    return {
        "unit_id": filed.owed.unit_id,
        "unit_path": filed.owed.unit_path,
        "period": filed.owed.period,
        "due_at": filed.owed.due_at,
        "lines": [asdict(line) for line in filed.lines],
    }


def environment(url: str) -> dict[str, str]:
    """The library's settings for a database."""
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.removeprefix("/"),
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": parts.password or "",
    }


def plain_save(block: Block) -> float:
    """Commands a second."""
    asked = [facts_of(one) for one in reports(block.size, SystemClock().now())]
    with block.database() as url, Reports(environment(url)) as application:
        application.submit(asked.pop())
        with block.timed():
            for one in asked:
                application.submit(one)
    return len(asked) / block.seconds
