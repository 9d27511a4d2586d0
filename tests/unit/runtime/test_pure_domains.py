"""Domains can be loaded where no driver is installed: each in a fresh interpreter."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

DRIVERS = ("psycopg", "psycopg_pool", "aiokafka", "fastapi", "starlette", "httpx", "uvicorn")
SERVICES = ("meetings", "assignments", "reporting", "notifications", "ingest")
LOOK = """
import sys, importlib
importlib.import_module({module!r})
print(*sorted(set(sys.modules) & set({drivers!r})))
"""


def loaded_by(module: str) -> str:
    code = LOOK.format(module=module, drivers=DRIVERS)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_what_domains_build_on_loads_no_driver() -> None:
    assert loaded_by("tiendo_runtime.domain") == ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_loads_no_driver(service: str) -> None:
    if find_spec(f"{service}.domain") is None:
        pytest.skip(f"{service} has no domain yet")
    assert loaded_by(f"{service}.domain") == ""


def test_the_check_would_notice_a_driver() -> None:
    assert "psycopg" in loaded_by("psycopg")
