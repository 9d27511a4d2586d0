"""The process itself: what it does after a downtime, without Kafka, and when it must leave."""

import signal
import time
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import conclusion

from assignments.application import assignment_id
from tiendo_contracts.base import Deadline

NOWHERE = "127.0.0.1:1"


def test_deadlines_of_a_downtime_are_recorded_once_each_by_two_replicas(stopped: Served) -> None:
    units = [IDS.new() for _ in range(8)]
    notices = [conclusion(stopped, unit, Deadline.on(date(2026, 1, 15))) for unit in units]
    found = [
        assignment_id(n.notice_id, n.items[1].path, u) for n, u in zip(notices, units, strict=True)
    ]
    with stopped.process("api"):
        stopped.register(*units)
    stopped.publish(*notices)  # and nobody is there
    second = Served(stopped.platform, stopped.url, stopped.broker, stopped.log, stopped.root)
    with stopped.process(), second.process():
        until(lambda: all(len(stopped.stored(one)) == 2 for one in found), 40)
        until(lambda: stopped.query("SELECT count(passed) FROM deadlines") == [(8,)])
    assert {tuple(stopped.stored(one)) for one in found} == {("Issued", "DeadlinePassed")}


def test_without_kafka_commands_are_accepted_and_flow_when_it_is_there(stopped: Served) -> None:
    unit = IDS.new()
    with stopped.process(ready=False, TIENDO_KAFKA_BOOTSTRAP_SERVERS=NOWHERE) as process:
        stopped.register(unit)
        found = until(lambda: _readiness(stopped, "degraded"), 30)
        assert {"relay", "consumer reactions"} <= found["degraded"].keys()
        assert found["unready"] == {}
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - begun < 10
    assert _listed(stopped) == 0
    with stopped.process():
        until(lambda: _listed(stopped) == 2)


def test_an_api_process_needs_no_kafka_to_be_ready(stopped: Served) -> None:
    with stopped.process("api", TIENDO_KAFKA_BOOTSTRAP_SERVERS=NOWHERE):
        unit = UUID(int=IDS.new().int)
        stopped.register(unit)
        assert stopped.stored(unit) == ["Registered"]


@pytest.mark.parametrize(("role", "part"), [("relay", "relay"), ("project", "consumer deadlines")])
def test_who_works_with_kafka_alone_is_unready_without_it(
    stopped: Served, role: str, part: str
) -> None:
    with stopped.process(role, ready=False, TIENDO_KAFKA_BOOTSTRAP_SERVERS=NOWHERE):
        found = until(lambda: _readiness(stopped, "unready"), 30)
        assert part in found["unready"]


def test_who_answers_people_is_unready_until_it_can_check_who_they_are(stopped: Served) -> None:
    with stopped.process("api", ready=False, TIENDO_JWKS_URL=f"http://{NOWHERE}/jwks"):
        found = until(lambda: _readiness(stopped, "unready"), 30)
        assert "token keys" in found["unready"]


def _readiness(served: Served, status: str) -> dict[str, Any]:
    """What the probe says, once it says that and is past starting; until then nothing."""
    answer = httpx.get(f"http://127.0.0.1:{served.port}/readyz")
    told = answer.json()
    assert (answer.status_code == 503) == (told["status"] == "unready")
    starting = "starting" in (told["unready"] | told["degraded"]).values()
    return {} if starting or told["status"] != status else told


def _listed(served: Served) -> int:
    return served.query("SELECT count(*) FROM units")[0][0]
