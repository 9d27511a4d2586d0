"""How long work took lately."""

from tiendo_runtime.paces import Pace, Paces


def test_the_middle_and_the_slow_end_of_each_kind_of_work_are_told() -> None:
    found = Paces()
    for millis in range(1, 101):
        found.note("append", millis / 1000)
    found.note("http", 0.5)
    assert found.told() == [Pace("append", 100, 0.051, 0.096), Pace("http", 1, 0.5, 0.5)]


def test_what_is_older_than_a_minute_says_nothing_any_more() -> None:
    clock = [0.0]
    found = Paces(lambda: clock[0])
    found.note("append", 9.0)
    clock[0] = 59.0
    found.note("append", 1.0)
    clock[0] = 61.0
    assert found.told() == [Pace("append", 1, 1.0, 1.0)]
    clock[0] = 200.0
    assert found.told() == []
