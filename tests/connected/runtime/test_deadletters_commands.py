"""`tiendo ops deadletters`, as an operator types it, on a service's own database and handlers."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from tests.connected.runtime.workshop import one, rows
from typer.testing import CliRunner

from notifications.main import service
from tiendo_contracts.base import Contract, identity
from tiendo_contracts.cloudevents import Envelope, encode
from tiendo_contracts.examples import envelope
from tiendo_contracts.examples.assignments import ASSIGNMENT_ISSUED
from tiendo_contracts.examples.units import UNIT_RENAMED
from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.cli.apps import app
from tiendo_runtime.cli.environment import services
from tiendo_runtime.deadletters import Parked, park
from tiendo_runtime.records import Partition, Raw

CUT = b'{"cut'
LETTERS: Sequence[tuple[str, Contract, bytes | None]] = (
    ("failed", ASSIGNMENT_ISSUED, None),
    ("behind", ASSIGNMENT_ISSUED, CUT),
    ("behind", ASSIGNMENT_ISSUED, None),
    ("failed", UNIT_RENAMED, None),
)


@pytest.fixture
def url(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database of notifications, with two keys that wait."""
    with fresh_database(platform.postgres_admin_url) as fresh:
        schema.migrate(fresh, service.package, service.projections)
        for name in services():
            monkeypatch.setenv(f"TIENDO_{name.upper()}_DATABASE_URL", fresh)
        with psycopg.Connection[DictRow].connect(fresh, row_factory=dict_row) as conn:
            park(conn, [letter(n, *one) for n, one in enumerate(LETTERS)])
        yield fresh


def letter(
    offset: int, code: str, event: Contract, value: bytes | None, consumer: str = "reactions"
) -> Parked:
    attributes: Envelope = envelope(event)
    raw = Raw(
        Partition(event.TOPIC, 0),
        offset,
        identity(UUID(attributes.subject)),
        value or encode(event),
        attributes.headers(),
    )
    return Parked(consumer, raw, code, f"because {code}", "a stack")


def say(*arguments: str, status: int = 0) -> str:
    ran = CliRunner().invoke(app, ["ops", "deadletters", *arguments])
    assert ran.exit_code == status, ran.output
    return ran.output


def listed(*arguments: str) -> list[dict[str, Any]]:
    return json.loads(say("list", "--json", "--service", "notifications", *arguments))


def test_letters_are_listed_page_by_page(url: str) -> None:
    assert url
    first = listed("--limit", "2")
    assert [one["name"] for one in first] == ["notifications/1", "notifications/2"]
    rest = listed("--after", "notifications/2")
    assert [one["code"] for one in first + rest] == ["failed", "failed", "behind", "behind"]
    assert len(listed("--key", first[0]["key"])) == 3
    assert listed("--consumer", "nobody") == []
    table = say("list", "--service", "notifications", "--limit", "2")
    assert "because failed" in table
    assert "--after notifications/" in table


def test_a_letter_is_shown_with_all_that_helps_to_judge_it(url: str) -> None:
    name = listed()[0]["name"]
    page = say("show", name)
    for part in ("because failed", "a stack", "offset 0", "behind  2", "ce_correlationid"):
        assert part in page
    assert str(ASSIGNMENT_ISSUED.assignment_id) in page
    assert "like monitoring/17" in say("show", "17", status=1)
    assert "no letter" in say("show", "notifications/999", status=1)
    assert url


def test_what_waits_is_retried_in_order_by_the_services_own_handlers(url: str) -> None:
    first = listed()[0]
    told = say("retry", first["name"], status=1)
    assert "1 handled, 1 keys stopped" in told
    issued = one(url, "SELECT count(*) FROM stored_events")
    assert issued > 0
    cut = listed("--key", first["key"])[0]
    assert (cut["code"], cut["tries"]) == ("malformed", 1)
    assert "say why" in say("discard", cut["name"], "--because", " ", status=1)
    told = say("discard", cut["name"], "--because", "cut short by a test", "--by", "op")
    assert "retry notifications/" in told
    assert "2 handled, 0 keys stopped" in say("retry", "--all", "--service", "notifications")
    assert listed() == []
    (kept,) = listed("--discarded")
    assert (kept["discarded_by"], kept["discarded_because"]) == ("op", "cut short by a test")
    assert rows(url, "SELECT count(*) FROM dead_letters") == [(1,)]
    assert one(url, "SELECT count(*) FROM stored_events") == issued  # derived ids: no second effect


def test_a_views_letter_is_folded_into_its_build(url: str) -> None:
    (view,) = (p for p in service.projections if p.name == "assignments")
    of = ("--service", "notifications", "--consumer", view.schema)
    with psycopg.Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        park(conn, [letter(9, "failed", ASSIGNMENT_ISSUED, None, view.schema)])
    assert "1 handled" in say("retry", "--all", *of)
    assert one(url, f"SELECT count(*) FROM {view.schema}.assignments") == 1
    with psycopg.Connection[DictRow].connect(url, row_factory=dict_row) as conn:
        park(conn, [letter(9, "failed", ASSIGNMENT_ISSUED, None, view.schema)])
        conn.execute("UPDATE view_versions SET state = 'building'")
    told = say("retry", "--all", *of, status=1)
    assert "is building" in told
    assert len(listed("--consumer", view.schema)) == 1


def test_a_retry_wants_to_know_of_what(url: str) -> None:
    assert url
    assert "--all" in say("retry", status=1)
    assert "no consumer" in _of_a_consumer_that_is_gone(url)


def _of_a_consumer_that_is_gone(url: str) -> str:
    with psycopg.connect(url) as conn:
        conn.execute("UPDATE dead_letters SET consumer = 'former_v3'")
    return say("retry", "--all", "--service", "notifications", status=1)
