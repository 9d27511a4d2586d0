from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource

from tiendo_runtime.exposition import Scrape


def _scrape() -> tuple[Scrape, MeterProvider]:
    scrape = Scrape()
    return scrape, MeterProvider([scrape.reader], Resource({"service.name": "meetings"}))


def test_a_counter_is_a_total_with_its_labels_in_order() -> None:
    scrape, provider = _scrape()
    counter = provider.get_meter("m").create_counter("tiendo.commands", "{command}", "commands")
    counter.add(2, {"outcome": "saved", "a.b": 1})
    counter.add(1, {"outcome": "saved", "a.b": 1})
    assert scrape.text().splitlines() == [
        "# TYPE target_info gauge",
        'target_info{service_name="meetings"} 1',
        "# HELP tiendo_commands_total commands",
        "# TYPE tiendo_commands_total counter",
        'tiendo_commands_total{a_b="1",outcome="saved"} 3',
    ]


def test_a_histogram_counts_what_is_below_each_bound() -> None:
    scrape, provider = _scrape()
    histogram = provider.get_meter("m").create_histogram(
        "a.duration", "s", "a", explicit_bucket_boundaries_advisory=[0.5, 1]
    )
    for value in (0.25, 0.5, 0.75, 4):
        histogram.record(value)
    assert scrape.text().splitlines()[2:] == [
        "# HELP a_duration_seconds a",
        "# TYPE a_duration_seconds histogram",
        'a_duration_seconds_bucket{le="0.5"} 2',
        'a_duration_seconds_bucket{le="1"} 3',
        'a_duration_seconds_bucket{le="+Inf"} 4',
        "a_duration_seconds_sum 5.5",
        "a_duration_seconds_count 4",
    ]


def test_a_gauge_has_its_unit_in_words_and_a_sum_that_can_fall_is_a_gauge() -> None:
    scrape, provider = _scrape()
    meter = provider.get_meter("m")
    meter.create_gauge("process.memory.usage", "By", "memory").set(1.5)
    meter.create_up_down_counter("open", "{request}", "open").add(-2)
    text = scrape.text()
    assert "# TYPE process_memory_usage_bytes gauge\nprocess_memory_usage_bytes 1.5\n" in text
    assert "# TYPE open gauge\nopen -2\n" in text


def test_nobody_can_break_out_of_a_label() -> None:
    scrape, provider = _scrape()
    counter = provider.get_meter("m").create_counter("c")
    counter.add(1, {"reason": 'a "word"\nc_total 9 \\'})
    assert r'c_total{reason="a \"word\"\nc_total 9 \\"} 1' in scrape.text().splitlines()


def test_what_has_no_value_is_not_shown() -> None:
    scrape, provider = _scrape()
    provider.get_meter("m").create_observable_gauge("g", [lambda _: []])
    assert scrape.text() == ""
