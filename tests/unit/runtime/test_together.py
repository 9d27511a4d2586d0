"""Group commit: everybody's item is written once, and everybody learns of his own alone."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiendo_runtime.together import Together

SECONDS = 10


class AwayError(Exception):
    pass


def harmless(error: Exception) -> bool:
    return not isinstance(error, AwayError)


@dataclass
class Slow:
    """Writes when it is let go; refuses what is below zero."""

    groups: list[list[int]] = field(default_factory=list[list[int]])
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    may_go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __call__(self, items: Sequence[int]) -> None:
        self.begun.release()
        assert self.may_go.acquire(timeout=SECONDS)
        self.groups.append(list(items))
        for item in items:
            if item < 0:
                raise ValueError(item)
            if item == 0:
                raise AwayError


def meanwhile(write: Slow, items: Sequence[int]) -> list[Future[None]]:
    """The outcome of items that came while the write of another item was under way."""
    together = Together(write, harmless)
    with ThreadPoolExecutor(len(items) + 1) as pool:
        first = pool.submit(together, 100)
        assert write.begun.acquire(timeout=SECONDS)
        rest: list[Future[None]] = []
        for n, item in enumerate(items, 1):
            rest.append(pool.submit(together, item))
            wait_for(lambda n=n: len(together._queue) == n)  # pyright: ignore[reportPrivateUsage]
        for _ in range(100):
            write.may_go.release()
        first.result(SECONDS)
        for one in rest:
            one.exception(SECONDS)
    return rest


def wait_for(ask: Callable[[], bool]) -> None:
    for _ in range(SECONDS * 1000):
        if ask():
            return
        threading.Event().wait(0.001)  # between looks
    raise AssertionError


def test_a_lone_item_is_written_at_once_by_who_brings_it() -> None:
    threads: list[threading.Thread] = []
    Together[int](lambda _: threads.append(threading.current_thread()), harmless)(1)
    assert threads == [threading.current_thread()]


def test_what_comes_during_a_write_is_written_together_by_the_next_one() -> None:
    write = Slow()
    outcomes = meanwhile(write, [1, 2, 3, 4])
    assert write.groups == [[100], [1, 2, 3, 4]]
    assert [one.exception() for one in outcomes] == [None] * 4


def test_one_that_breaks_its_group_does_not_harm_the_others() -> None:
    write = Slow()
    outcomes = meanwhile(write, [1, 2, -3, 4, -5])
    assert [str(one.exception()) for one in outcomes] == ["None", "None", "-3", "None", "-5"]
    written = [item for group in write.groups if min(group) > 0 for item in group]
    assert sorted(written) == [1, 2, 4, 100]


def test_an_error_that_is_nobodys_own_is_told_to_all_and_nothing_is_tried_again() -> None:
    write = Slow()
    outcomes = meanwhile(write, [1, 0, 2])
    assert [type(one.exception()) for one in outcomes] == [AwayError] * 3
    assert len(write.groups) == 2


def test_a_group_is_not_larger_than_it_may_be() -> None:
    write = Slow()
    meanwhile(write, list(range(1, 101)))
    assert max(len(group) for group in write.groups) == 64
    assert list(chain.from_iterable(write.groups)) == [100, *range(1, 101)]


def test_nobody_is_told_of_success_when_a_write_was_broken_off() -> None:
    def broken_off(_: Sequence[int]) -> None:
        raise KeyboardInterrupt

    together = Together(broken_off, harmless)
    with pytest.raises(KeyboardInterrupt):
        together(1)
    with pytest.raises(KeyboardInterrupt):
        together(2)  # and the next one is not kept waiting


@settings(max_examples=25)
@given(st.lists(st.integers(-3, 20).filter(bool), min_size=1, max_size=40), st.integers(2, 12))
def test_each_item_is_written_once_or_refused_to_the_one_who_brought_it(
    items: list[int], threads: int
) -> None:
    written: list[int] = []

    def write(group: Sequence[int]) -> None:
        if min(group) < 0:
            raise ValueError(min(group))
        written.extend(group)

    together = Together(write, harmless)

    def bring(item: int) -> str:
        try:
            together(item)
        except ValueError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(threads) as pool:
        outcomes = list(pool.map(bring, items))
    assert outcomes == ["" if item > 0 else str(item) for item in items]
    assert sorted(written) == sorted(item for item in items if item > 0)
