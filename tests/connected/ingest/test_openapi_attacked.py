"""Requests made up from the service's own OpenAPI document, right and wrong: never a 5xx."""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from tests.connected.ingest.running import IDS, Served

EXAMPLES = int(os.environ.get("TIENDO_EXAMPLES", "15"))
_ROLES = ("publisher", "operator")

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("role", _ROLES)
def test_whatever_fits_the_document_or_not_is_answered(served: Served, role: str) -> None:
    who = served.source()
    token = served.platform.token(role, subject=who.name)
    schema: Any = schemathesis.openapi.from_url(f"http://127.0.0.1:{served.port}/openapi.json")
    asked = 0
    for found in schema.get_all_operations():
        operation: Any = found.ok()

        @settings(
            max_examples=EXAMPLES,
            database=None,
            derandomize=True,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.filter_too_much,
                HealthCheck.data_too_large,
                HealthCheck.large_base_example,
            ],
        )
        @given(case=operation.as_strategy())
        def attack(case: Any) -> None:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(IDS.new())}
            answer = case.call(headers=headers)
            assert answer.status_code < 500, answer.text
            if answer.status_code >= 400:
                problem = answer.json()
                assert (problem["status"], bool(problem["detail"])) == (answer.status_code, True)

        attack()
        asked += 1
    assert asked >= 7
