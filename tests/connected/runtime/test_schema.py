"""Migrations: once, in order, by one at a time; nobody runs on another schema."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.connected.runtime.workshop import opened, rows

from tiendo_local.platform import Platform
from tiendo_local.testing import fresh_database
from tiendo_runtime import schema
from tiendo_runtime.projection import Projection, Table
from tiendo_runtime.schema import SchemaError


@pytest.fixture
def empty(platform: Platform) -> Iterator[str]:
    with fresh_database(platform.postgres_admin_url) as url:
        yield url


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service's package with one migration and one view; its migrations' folder."""
    folder = tmp_path / "migrated_service" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "0001_first.sql").write_text("CREATE TABLE own (a int); INSERT INTO own VALUES (1);")
    (folder / "0002_second.sql").write_text("INSERT INTO own VALUES (2);")
    (folder / "list_v1.sql").write_text("CREATE TABLE list (a int PRIMARY KEY);")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "migrated_service", raising=False)
    return folder


@dataclass
class _Row:
    a: int


LIST = (Projection("list", 1, (), (Table("list", _Row),), {}),)
NEXT = (Projection("list", 2, (), (Table("list", _Row),), {}),)
NAME = "migrated_service"


def test_migrations_are_applied_once_and_in_order(empty: str, package: Path) -> None:
    assert package.exists()
    done = schema.migrate(empty, NAME, LIST)
    assert done[0] == "tiendo_runtime/0001_store.sql"
    assert done[-3:] == [f"{NAME}/0001_first.sql", f"{NAME}/0002_second.sql", "list_v1"]
    assert schema.migrate(empty, NAME, LIST) == []
    assert rows(empty, "SELECT a FROM own ORDER BY a") == [(1,), (2,)]
    assert rows(empty, "SELECT * FROM list") == rows(empty, "SELECT * FROM list_v1.list") == []
    schema.check(empty, NAME, LIST)


def test_two_that_migrate_at_once_do_each_step_once(empty: str, package: Path) -> None:
    assert package.exists()
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(schema.migrate, empty, NAME, LIST) for _ in range(2)]
        steps = [one.result() for one in both]
    assert [] in steps
    assert "list_v1" in steps[0] + steps[1]


@pytest.mark.parametrize("name", ["0001_first.sql", "list_v1.sql"])
def test_an_applied_file_that_was_changed_is_refused(empty: str, package: Path, name: str) -> None:
    schema.migrate(empty, NAME, LIST)
    (package / name).write_text((package / name).read_text() + "-- more")
    with pytest.raises(SchemaError, match=f"{name} was changed"):
        schema.migrate(empty, NAME, LIST)
    with pytest.raises(SchemaError, match=name):
        schema.check(empty, NAME, LIST)


def test_a_migration_that_fails_leaves_nothing_and_can_be_mended(empty: str, package: Path) -> None:
    broken = package / "0002_second.sql"
    broken.write_text("INSERT INTO own VALUES (2); SELECT no_such_function();")
    with pytest.raises(psycopg.Error):
        schema.migrate(empty, NAME, LIST)
    assert rows(empty, "SELECT a FROM own") == [(1,)]
    broken.write_text("INSERT INTO own VALUES (3);")
    assert schema.migrate(empty, NAME, LIST) == [f"{NAME}/0002_second.sql", "list_v1"]


def test_a_step_that_is_missing_is_named(empty: str, package: Path) -> None:
    with pytest.raises(SchemaError, match=r"0001_store.sql is not applied: run `tiendo ops migr"):
        schema.check(empty, NAME, LIST)
    schema.migrate(empty, NAME, ())
    with pytest.raises(SchemaError, match="no version of list is live: run `tiendo ops mi"):
        schema.check(empty, NAME, LIST)
    (package / "0003_third.sql").write_text("SELECT 1;")
    with pytest.raises(SchemaError, match=r"0003_third.sql is not applied"):
        schema.check(empty, NAME, ())


def test_another_version_than_the_live_one_is_left_to_a_rebuild(empty: str, package: Path) -> None:
    schema.migrate(empty, NAME, LIST)
    (package / "list_v2.sql").write_text("CREATE TABLE list (a int PRIMARY KEY, b int);")
    assert schema.migrate(empty, NAME, NEXT) == []
    (sentence,) = schema.other_versions(empty, NEXT)
    assert "version 1 of list is live" in sentence
    assert "tiendo ops rebuild list" in sentence
    with pytest.raises(
        SchemaError, match="version 1 of list is live and this code is of version 2"
    ):
        schema.check(empty, NAME, NEXT)
    schema.check(empty, NAME, ())  # what reads no view may run
    assert schema.other_versions(empty, LIST) == []


def test_the_tables_are_as_the_library_would_make_them(url: str) -> None:
    """The library's own table, made by it in another database schema, has the same columns."""
    with opened(url) as store:
        own = store.recorder.sql_create_statements
        made = [s.as_string().replace("stored_events", "theirs") for s in own]
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in made:
            if "CREATE TABLE" in statement and "theirs" in statement:
                conn.execute(statement.encode())
        sql = (
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = %s ORDER BY ordinal_position"
        )
        columns = [conn.execute(sql, (name,)).fetchall() for name in ("stored_events", "theirs")]
        conn.execute("DROP TABLE theirs")
    assert columns[0] == columns[1] != []


def start_service(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {
        "TIENDO_DATABASE_URL": url,
        "TIENDO_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "TIENDO_TOKEN_ISSUER": "http://127.0.0.1:1",
        "TIENDO_JWKS_URL": "http://127.0.0.1:1/jwks.json",
    }
    return subprocess.run(
        [sys.executable, "-m", "tiendo_runtime", "run", "assignments"],
        env=os.environ | given | environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_a_service_does_not_start_on_a_database_that_was_not_migrated(empty: str) -> None:
    ended = start_service(empty)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("run `tiendo ops migrate`")
    assert "Traceback" not in ended.stderr


def test_a_service_does_not_start_without_its_database() -> None:
    ended = start_service("postgresql://nobody@127.0.0.1:1/none")
    assert ended.returncode == 1
    assert "PostgreSQL cannot be reached" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_wrong_settings_are_told_one_by_one() -> None:
    ended = start_service("mysql://x", TIENDO_HTTP_PORT="many")
    assert ended.returncode == 2
    assert "TIENDO_DATABASE_URL" in ended.stderr
    assert "TIENDO_HTTP_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
