"""What the harness of the benches says of figures."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import report
from bench.harness import Block, Peer, Row, Run, at_least, at_most, quartiles

from tiendo_local.addresses import Addresses
from tiendo_local.platform import Platform
from tiendo_local.room import Room
from tiendo_local.supervisor import Supervisor


@pytest.fixture
def run(tmp_path: Path) -> Run:
    room = Room(tmp_path, tmp_path)
    nowhere = Addresses("postgresql://", "kafka", "issuer", "smtp", "mail")
    return Run(rounds=4, size=100).on(Platform(room, nowhere, Supervisor(room)))


def fixed(figures: Iterator[float], order: list[str], name: str) -> Peer:
    """A side whose blocks have these figures, and which notes when it has its turn."""

    def measure(block: Block) -> float:
        order.append(f"{name}{block.number}")
        return next(figures)

    return Peer(name, measure, at_least(2))


def test_sides_take_turns_from_the_front_and_from_the_back(run: Run):
    order: list[str] = []
    ours, peer = (fixed(iter([1.0] * 4), order, name) for name in ("a", "b"))

    run.compare("relay", "events/s", ours.measure, peer)

    assert order == ["a0", "b0", "b1", "a1", "a2", "b2", "b3", "a3"]


def test_a_ratio_is_of_one_round_and_is_told_with_its_quartiles(run: Run):
    order: list[str] = []
    ours = fixed(iter([10.0, 20.0, 30.0, 40.0]), order, "ours")
    peer = fixed(iter([10.0, 10.0, 10.0, 10.0]), order, "peer")

    (row,) = run.compare("relay", "events/s", ours.measure, peer)

    assert (row.ours, row.peer, row.ratio) == (25.0, 10.0, 2.5)
    assert (row.ratio_q1, row.ratio_q3) == (1.75, 3.25)
    assert row.ratios == (1.0, 2.0, 3.0, 4.0)


def test_what_warms_up_does_not_count(run: Run):
    run.warm = 5
    order: list[str] = []
    ours = fixed(iter([99.0, 1.0, 1.0, 1.0, 1.0]), order, "ours")
    peer = fixed(iter([99.0, 1.0, 1.0, 1.0, 1.0]), order, "peer")

    (row,) = run.compare("relay", "events/s", ours.measure, peer)

    assert row.ratios == (1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "least", "most"),
    [(2.1, 9.0, True, False), (1.9, 9.0, False, False), (0.5, 1.9, False, True)],
)
def test_a_goal_is_met_by_the_worse_quartile(low: float, high: float, least: bool, most: bool):
    row = Row("x", "s", ours=1.0, ratio=2.0, ratio_q1=low, ratio_q3=high, goal=at_least(2))
    assert row.is_met is least
    row = Row("x", "s", ours=1.0, ratio=2.0, ratio_q1=low, ratio_q3=high, goal=at_most(2))
    assert row.is_met is most


def test_a_goal_without_a_peer_is_about_our_figure():
    assert Row("fan-out", "s", ours=0.9, goal=at_most(1)).is_met
    assert Row("fan-out", "s", ours=0.9).is_met is None


def test_one_round_is_its_own_quartiles():
    assert quartiles([3.0]) == (3.0, 3.0, 3.0)


def test_rows_of_other_benches_stay_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(report, "OUT", tmp_path)
    monkeypatch.setattr(report, "LATEST", tmp_path / "latest.json")

    report.write([Row("append", "1/s", ours=1.0), Row("relay", "1/s", ours=2.0)])
    report.write([Row("relay", "1/s", ours=3.0, peer_name="a"), Row("relay", "1/s", ours=4.0)])

    rows = json.loads((tmp_path / "latest.json").read_text())
    assert [(row["name"], row["ours"]) for row in rows] == [
        ("append", 1.0),
        ("relay", 3.0),
        ("relay", 4.0),
    ]
