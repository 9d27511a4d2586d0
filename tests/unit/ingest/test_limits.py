"""The bucket of tokens: what a source may send at once, and what it waits for afterwards."""

from ingest.limits import Rates


class Watch:
    """Tells seconds."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_passes_and_what_is_over_it_is_waited_for() -> None:
    watch = Watch()
    rates = Rates(rate=10, burst=100, now=watch)
    rates.spend("a", 100)
    assert rates.wait("a") == 0
    rates.spend("a", 50)
    assert rates.wait("a") == 5
    watch.seconds += 3
    assert rates.wait("a") == 2
    watch.seconds += 2
    assert rates.wait("a") == 0


def test_a_source_that_rests_gets_no_more_than_a_burst() -> None:
    watch = Watch()
    rates = Rates(rate=10, burst=100, now=watch)
    rates.spend("a", 10)
    watch.seconds += 1_000_000
    rates.spend("a", 110)
    assert rates.wait("a") == 1


def test_sources_do_not_wait_for_each_other() -> None:
    rates = Rates(rate=10, burst=100, now=Watch())
    rates.spend("a", 1000)
    assert rates.wait("a") > 0
    assert rates.wait("b") == 0
