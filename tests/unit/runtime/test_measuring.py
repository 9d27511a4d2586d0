from collections.abc import Sequence

import pytest

from tiendo_runtime import metrics
from tiendo_runtime.deadletters import Parked
from tiendo_runtime.measuring import Measured
from tiendo_runtime.records import Move, Received


class _Handler:
    def __init__(self, error: Exception | None = None) -> None:
        self.handled = 0
        self._error = error

    def handle(
        self,
        events: Sequence[Received],  # noqa: ARG002 - a handler's
        moves: tuple[Move, ...],  # noqa: ARG002 - a handler's
        parked: Sequence[Parked],  # noqa: ARG002 - a handler's
    ) -> None:
        self.handled += 1
        if self._error:
            raise self._error


def test_a_measured_handler_does_the_same() -> None:
    handler = _Handler()
    Measured(handler, "register", "project").handle([], (), [])
    assert handler.handled == 1


def test_a_measured_handler_fails_in_the_same_way() -> None:
    with pytest.raises(ValueError, match="no"):
        Measured(_Handler(ValueError("no")), "register", "react").handle([], (), [])


def test_a_save_that_fails_is_told_to_the_caller() -> None:
    def save(_: Sequence[int]) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        metrics.saves(save)([1])


def test_a_gauge_that_nobody_renews_goes_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    gauge = metrics.LAG
    gauge.tell({("register", "t"): 5})
    assert gauge.values() == {("register", "t"): 5}
    monkeypatch.setattr(metrics, "_KEPT_SECONDS", 0.0)
    assert gauge.values() == {}


def test_no_two_instruments_have_one_name_in_prometheus() -> None:
    assert len({name.replace(".", "_") for name in metrics.TABLE}) == len(metrics.TABLE)
