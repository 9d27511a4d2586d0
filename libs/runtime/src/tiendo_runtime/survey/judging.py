"""What of a state needs a person, and what that person can do. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tiendo_runtime.kafka import PARTITIONS
from tiendo_runtime.standing import Lag
from tiendo_runtime.survey.state import ServiceState, State
from tiendo_runtime.survey.topics import differences

PATIENCE_SECONDS = 30.0
"""How long something may wait before somebody should look."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not mend itself, or has not for a while."""

    where: str
    what: str
    do: str


def troubles(state: State) -> Sequence[Trouble]:
    """All troubles, the deepest first: what others stand on comes before them."""
    found = list(_kafka(state))
    for service in state.services:
        found += _service(service)
        if not service.away:
            for lag in (state.lags or {}).get(service.name, ()):
                found += _lag(service, lag)
    return found


def _kafka(state: State) -> Iterator[Trouble]:
    if state.cluster is None:
        do = "look at the brokers; commands are taken meanwhile, and flow when it is back"
        yield Trouble("kafka", f"cannot be reached: {state.kafka_away}", do)
        return
    for one in differences(state.cluster, state.topics, PARTITIONS):
        yield Trouble(f"kafka {one.topic}", one.what, one.do)
    kept_for = {cluster: service.name for service in state.services for cluster in service.clusters}
    for cluster, service in kept_for.items():
        if cluster != state.cluster.id:
            what = f"has read cluster {cluster}, and this is {state.cluster.id}"
            yield Trouble(service, what, "see “Kafka lost” in deploy/README.md")
    for stray in state.strays:
        do = "was Kafka restored from an older backup? See “Kafka lost” in deploy/README.md"
        yield Trouble("kafka", stray, do)


def _service(service: ServiceState) -> Iterator[Trouble]:
    name = service.name
    if service.away:
        yield Trouble(name, f"PostgreSQL cannot be reached: {service.away}", "look at PostgreSQL")
        return
    if service.schema:
        yield Trouble(name, service.schema, "do what it says")
    yield from _processes(service)
    yield from _relay(service)
    for letters in service.letters:
        if letters.code != "behind":
            what = f"{letters.consumer} set {letters.count} records aside ({letters.code})"
            do = f"tiendo ops deadletters list --service {name} --consumer {letters.consumer}"
            yield Trouble(name, what, do)


def _processes(service: ServiceState) -> Iterator[Trouble]:
    up = {seen.role for seen in service.processes}
    missing = [role for role in service.roles if role not in up] if "all" not in up else []
    if missing:
        what = f"no process plays {', '.join(missing)}"
        yield Trouble(service.name, what, f"tiendo run {service.name} --role {missing[0]}")
    for seen in service.processes:
        if seen.hangs:
            what = f"process {seen.name} has been silent for {seen.silent:.0f} s"
            yield Trouble(service.name, what, "it hangs or is frozen: end it, others take over")


def _relay(service: ServiceState) -> Iterator[Trouble]:
    relay = service.relay
    if relay is None or not relay.backlog or relay.age < PATIENCE_SECONDS:
        return
    waits = f"{relay.backlog} events wait for Kafka, the first for {relay.age:.0f} s"
    who = f"{relay.owner} leads" if relay.leads else "nobody leads"
    do = "see part `relay` at the leader's /readyz, and its log" if relay.leads else "start a relay"
    yield Trouble(service.name, f"{waits}; {who}", do)


def _lag(service: ServiceState, lag: Lag) -> Iterator[Trouble]:
    moved = {one.name: one.moved for one in service.consumers}.get(lag.consumer)
    moves = moved is not None and moved < PATIENCE_SECONDS
    if lag.events and lag.age > PATIENCE_SECONDS and not moves:
        what = f"{lag.consumer} has {lag.events} events of {lag.topic} before it and does not move"
        do = f"see part `consumer {lag.consumer}` at /readyz of who plays it, and its log"
        yield Trouble(service.name, what, do)
