"""What `/metrics` tells of a real process, and how it tells of trouble."""

import re
from datetime import date

import httpx
import psycopg
from tests.connected.assignments.running import IDS, Served, until
from tests.connected.assignments.test_assignments_over_http import conclusion

from tiendo_contracts.base import Deadline

NOWHERE = "127.0.0.1:1"
Samples = dict[str, float]


def scrape(served: Served) -> Samples:
    """The samples by name and labels, as Prometheus reads them."""
    answer = httpx.get(f"http://127.0.0.1:{served.port}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def total(samples: Samples, name: str, **labels: str) -> float:
    """The sum of the samples with these labels."""
    wanted = {f'{label}="{value}"' for label, value in labels.items()}
    return sum(
        value
        for key, value in samples.items()
        if key.partition("{")[0] == name and wanted <= set(re.findall(r'\w+="[^"]*"', key))
    )


def until_told(served: Served, *wanted: str) -> Samples:
    """The samples, once all these are among them with these values (`name{labels} value`)."""
    pairs = {name: float(value) for name, _, value in (w.rpartition(" ") for w in wanted)}
    return until(lambda: now if pairs.items() <= (now := scrape(served)).items() else {}, 60)


def test_a_process_tells_what_it_did_and_how_far_it_is(stopped: Served) -> None:
    units = [IDS.new() for _ in range(3)]
    with stopped.process():
        stopped.register(*units)
        stopped.publish(*(conclusion(stopped, u, Deadline.on(date(2030, 1, 15))) for u in units))
        until(lambda: len(stopped.query("SELECT 1 FROM deadlines")) >= 3)
        topic = f"{stopped.broker.prefix}.tiendo.meetings.v1"
        found = until_told(
            stopped,
            "tiendo_relay_leader 1",
            "tiendo_relay_backlog 0",
            "tiendo_relay_age_seconds 0",
            f'tiendo_consumer_lag{{consumer="reactions",topic="{topic}"}} 0',
            f'tiendo_consumer_age_seconds{{consumer="reactions",topic="{topic}"}} 0',
            'tiendo_dead_letters{code="failed",consumer="deadlines"} 0',
            'tiendo_part_ready{part="relay"} 1',
            'tiendo_part_ready{part="job sweep_deadlines"} 1',
        )
        requests = "http_server_request_duration_seconds_count"
        assert total(found, requests, http_route="/v1/units", http_request_method="POST") == 2
        assert total(found, requests, http_route="/readyz") == 0
        assert total(found, "tiendo_commands_total", outcome="saved") == 2
        assert total(found, "tiendo_store_append_duration_seconds_count") >= 2
        assert total(found, "tiendo_store_group_size_sum") >= 2
        sent, consumed = (
            "messaging_client_sent_messages_total",
            "messaging_process_duration_seconds",
        )
        assert total(found, sent, messaging_system="kafka") >= 7  # four units, three assignments
        well = {name: value for name, value in found.items() if "error_type=" not in name}
        reacted = total(well, f"{consumed}_count", messaging_operation_name="react")
        assert 1 <= reacted <= 3
        assert total(found, f"{consumed}_count", tiendo_consumer="deadlines") >= 1
        assert total(found, "messaging_client_consumed_messages_total") >= 3
        assert total(found, "target_info", service_name="assignments", tiendo_role="all") == 1
        assert found["process_memory_usage_bytes"] > 30e6
        assert 0 < found["process_cpu_time_seconds_total"] < 60


def test_what_waits_for_kafka_is_told_with_its_age(stopped: Served) -> None:
    with stopped.process(ready=False, TIENDO_KAFKA_BOOTSTRAP_SERVERS=NOWHERE):
        stopped.register(IDS.new())
        found = until_told(
            stopped,
            "tiendo_relay_backlog 2",
            'tiendo_part_ready{part="relay"} 0',
            'tiendo_part_ready{part="database"} 1',
        )
        age = found["tiendo_relay_age_seconds"]
        assert until(lambda: scrape(stopped)["tiendo_relay_age_seconds"] > age)
        assert total(found, "tiendo_consumer_lag") == 0


def test_what_a_consumer_has_before_it_is_told_by_whoever_is_there(stopped: Served) -> None:
    unit = IDS.new()
    with stopped.process("react"):
        until(lambda: stopped.query("SELECT 1 FROM positions"))
    stopped.publish(conclusion(stopped, unit, Deadline.on(date(2030, 1, 15))))
    with psycopg.connect(stopped.url) as guard:
        guard.execute("LOCK TABLE positions IN SHARE MODE")  # nobody moves on
        with stopped.process("react", ready=False):
            topic = f"{stopped.broker.prefix}.tiendo.meetings.v1"
            lag = f'{{consumer="reactions",topic="{topic}"}}'
            found = until_told(stopped, f"tiendo_consumer_lag{lag} 1")
            assert found[f"tiendo_consumer_age_seconds{lag}"] > 0
            guard.rollback()
            until_told(stopped, f"tiendo_consumer_lag{lag} 0")
