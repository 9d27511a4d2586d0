"""What of a survey needs a person."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from tiendo_runtime.cli.screen import screen
from tiendo_runtime.kafka_lookout import Cluster, Topic
from tiendo_runtime.records import Partition
from tiendo_runtime.standing import (
    Build,
    ConsumerStanding,
    Lag,
    Letters,
    RelayStanding,
    Seen,
    lags,
)
from tiendo_runtime.survey import ServiceState, State, troubles

FOREVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
PLACE = Partition("t", 0)
WELL = ServiceState(
    "meetings",
    ("api", "relay"),
    relay=RelayStanding(7, 0, 0.0, "host/1/ab", 3, leads=True),
    consumers=[ConsumerStanding("register", [(PLACE, 5)], 1.0)],
    processes=[Seen("meetings-all@host/1", 0.5)],
    builds=[Build("register", "register_v1", 1, 1, "live", "", 0.0)],
    clusters=["c"],
)


def _state(service: ServiceState = WELL, *found: Lag, cluster: str = "c") -> State:
    topic = Topic("t", 12, 1, 1, FOREVER)
    return State(
        at=datetime(2026, 11, 22, tzinfo=UTC),
        seconds=0.1,
        services=[service],
        topics=["t"],
        cluster=Cluster(cluster, 1, {"t": topic}),
        lags={"meetings": list(found)},
    )


def _said(state: State) -> list[str]:
    return [f"{one.what} → {one.do}" for one in troubles(state)]


def _shown(state: State) -> str:
    console = Console(width=140)
    with console.capture() as captured:
        console.print(screen(state, troubles(state)))
    return captured.get()


def test_nothing_is_said_when_all_is_well() -> None:
    assert troubles(_state()) == []
    assert "all is well" in _shown(_state())


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"away": "refused"}, "PostgreSQL cannot be reached: refused"),
        ({"schema": "0005 is not applied: run `tiendo ops migrate`"}, "tiendo ops migrate"),
        ({"processes": []}, "no process plays api, relay"),
        ({"processes": [Seen("meetings-api@host/1", 1.0)]}, "no process plays relay"),
        ({"processes": [Seen("meetings-all@host/1", 45.0)]}, "silent for 45 s"),
        ({"letters": [Letters("register", "failed", 3, 9.0)]}, "set 3 records aside (failed)"),
        ({"clusters": ["other"]}, "has read cluster other, and this is c"),
        ({"relay": RelayStanding(1, 9, 31.0, "", 3, leads=False)}, "nobody leads"),
        ({"relay": RelayStanding(1, 9, 31.0, "host/1/ab", 3, leads=True)}, "see part `relay`"),
    ],
)
def test_what_does_not_mend_itself_is_said_once(changed: dict[str, object], word: str) -> None:
    state = _state(replace(WELL, **changed))  # pyright: ignore[reportArgumentType] - by name
    [said] = _said(state)
    assert word in said
    assert "needs a person: 1" in _shown(state)


@pytest.mark.parametrize(
    "relay",
    [
        RelayStanding(1, 9, 3.0, "host/1/ab", 3, leads=True),
        RelayStanding(1, 0, 0.0, "", 3, leads=False),
    ],
)
def test_a_relay_that_has_just_fallen_behind_or_has_nothing_to_send_is_no_trouble(
    relay: RelayStanding,
) -> None:
    assert _said(_state(replace(WELL, relay=relay))) == []


def test_who_catches_up_is_no_trouble_and_who_stands_still_is() -> None:
    lag = Lag("register", "t", 1000, 300.0)
    assert _said(_state(WELL, lag)) == []
    assert "catching up" in _shown(_state(WELL, lag))
    still = replace(WELL, consumers=[ConsumerStanding("register", [(PLACE, 5)], 200.0)])
    [said] = _said(_state(still, lag))
    assert "register has 1000 events of t before it and does not move" in said


def test_letters_that_only_wait_behind_others_are_not_said_twice() -> None:
    letters = [Letters("register", "failed", 1, 9.0), Letters("register", "behind", 40, 8.0)]
    assert len(_said(_state(replace(WELL, letters=letters)))) == 1


def test_without_kafka_that_is_all_that_is_said_of_it() -> None:
    state = replace(_state(), cluster=None, lags=None, kafka_away="refused")
    [said] = _said(state)
    assert said.startswith("cannot be reached: refused")
    assert "AWAY" in _shown(state)


def test_lag_counts_what_is_unread_and_how_long_the_first_of_it_waits() -> None:
    other = Partition("t", 1)
    one = ConsumerStanding("register", [(PLACE, 5), (other, 8)], 1.0)
    [lag] = lags([one], {PLACE: 9, other: 8}, {"register": {PLACE: 70.0}}, now=100.0)
    assert (lag.events, lag.age) == (4, 30.0)
    [none] = lags([one], {PLACE: 5, other: 8}, {}, now=100.0)
    assert (none.events, none.age) == (0, 0.0)
