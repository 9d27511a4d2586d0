"""What is measured: every instrument with its name, unit, labels and meaning, in one place.

Names are OpenTelemetry's where it has one (`http.*`, `messaging.*`, `process.*`), else `tiendo.*`.
Recording costs some microseconds, so it is done once a request, a save or a batch, never once an
event; until `telemetry.configure` it costs nothing. docs/operations.md has the same table.
"""

import os
import threading
import time
from collections import Counter as Counts
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Counter, Histogram, Observation, UpDownCounter

from tiendo_runtime.paces import PACES

T = TypeVar("T")

KAFKA = {"messaging.system": "kafka"}

_KEPT_SECONDS = 60.0
_FAST = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_COUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500)

_meter = metrics.get_meter("tiendo")


@dataclass(frozen=True, slots=True)
class Declared:
    """An instrument as it is documented; `unit` in UCUM, as OpenTelemetry writes it."""

    name: str
    kind: str
    unit: str
    labels: tuple[str, ...]
    about: str


TABLE: dict[str, Declared] = {}
"""All instruments, in the order of the page that tells of them."""

Values = Mapping[tuple[str, ...], float]
"""Values of a gauge by the values of its labels."""


class Gauge:
    """A gauge that is told all its values at once; those that nobody renews within a minute go.

    So a figure that cannot be had any more goes missing, instead of standing still.
    """

    def __init__(self, declared: Declared) -> None:
        self._labels = declared.labels
        self._told: tuple[float, Values] = (0.0, {})
        self._look: Callable[[], Values] | None = None
        _meter.create_observable_gauge(
            declared.name, [self._observe], declared.unit, declared.about
        )

    def tell(self, values: Values) -> None:
        """Replace all values."""
        self._told = (time.monotonic(), dict(values))

    def follow(self, look: Callable[[], Values]) -> None:
        """Look at the values whenever they are asked for."""
        self._look = look

    def values(self) -> Values:
        """The values that are told now."""
        if self._look:
            return self._look()
        at, values = self._told
        return values if time.monotonic() - at < _KEPT_SECONDS else {}

    def _observe(self, _: CallbackOptions) -> Iterable[Observation]:
        return [
            Observation(value, dict(zip(self._labels, labels, strict=True)))
            for labels, value in self.values().items()
        ]


def _declare(kind: str, name: str, unit: str, labels: tuple[str, ...], about: str) -> Declared:
    declared = TABLE[name] = Declared(name, kind, unit, labels, about)
    return declared


def _counter(name: str, unit: str, labels: tuple[str, ...], about: str) -> Counter:
    _declare("counter", name, unit, labels, about)
    return _meter.create_counter(name, unit, about)


def _up_down(name: str, unit: str, labels: tuple[str, ...], about: str) -> UpDownCounter:
    _declare("sum", name, unit, labels, about)
    return _meter.create_up_down_counter(name, unit, about)


def _histogram(
    name: str, unit: str, labels: tuple[str, ...], about: str, bounds: tuple[float, ...] = _FAST
) -> Histogram:
    _declare("histogram", name, unit, labels, about)
    return _meter.create_histogram(
        name, unit, about, explicit_bucket_boundaries_advisory=list(bounds)
    )


def _gauge(name: str, unit: str, labels: tuple[str, ...], about: str) -> Gauge:
    return Gauge(_declare("gauge", name, unit, labels, about))


def _fact(kind: str, name: str, unit: str, about: str, look: Callable[[], float | None]) -> None:
    """A figure of this process, looked at when it is asked for."""

    def observe(_: CallbackOptions) -> Iterable[Observation]:
        value = look()
        return [] if value is None else [Observation(value)]

    _declare(kind, name, unit, (), about)
    create = (
        _meter.create_observable_counter if kind == "counter" else _meter.create_observable_gauge
    )
    create(name, [observe], unit, about)


# HTTP

REQUESTS = _histogram(
    "http.server.request.duration",
    "s",
    ("http.request.method", "http.route", "http.response.status_code"),
    "time to answer a request; a stream counts when it ends; probes are left out",
)
OPEN_REQUESTS = _up_down(
    "http.server.active_requests",
    "{request}",
    ("http.request.method",),
    "requests that are being answered now, open streams among them",
)

# Commands and the store

COMMANDS = _counter(
    "tiendo.commands",
    "{command}",
    ("outcome",),
    "commands over HTTP: saved, repeated (the key had its answer), refused, conflict, away"
    " (PostgreSQL), failed",
)
TAKEN = _counter(
    "tiendo.ingest.events",
    "{event}",
    ("way", "outcome"),
    "events of other systems that came by http or kafka: accepted, already_seen, refused",
)
APPENDS = _histogram(
    "tiendo.store.append.duration",
    "s",
    (),
    "time to write one transaction of commands: events, keys, answers, reservations",
)
GROUPS = _histogram(
    "tiendo.store.group.size",
    "{command}",
    (),
    "commands that were written in one transaction",
    _COUNTS,
)

# The relay

RELAY_BACKLOG = _gauge(
    "tiendo.relay.backlog", "{event}", (), "stored events that Kafka has not got yet"
)
RELAY_AGE = _gauge(
    "tiendo.relay.age",
    "s",
    (),
    "time since the oldest event was recorded that Kafka lacks; 0: none",
)
RELAY_LEADS = _gauge(
    "tiendo.relay.leader", "{leader}", (), "1 where this process leads; the sum of a service is 1"
)
SENT = _counter(
    "messaging.client.sent.messages",
    "{message}",
    ("messaging.system", "messaging.destination.name"),
    "records that the relay sent and Kafka acknowledged",
)


def saves(save: Callable[[Sequence[T]], None]) -> Callable[[Sequence[T]], None]:
    """A function that saves several commands at once, measured."""

    def measured(items: Sequence[T]) -> None:
        begun = time.perf_counter()
        save(items)
        took = time.perf_counter() - begun
        APPENDS.record(took)
        PACES.note("append", took)
        GROUPS.record(len(items))

    return measured


def sent(topics: Iterable[str]) -> None:
    """Count records that Kafka acknowledged, by their topics."""
    for topic, count in Counts(topics).items():
        SENT.add(count, {**KAFKA, "messaging.destination.name": topic})


# Reactions and projections

LAG = _gauge(
    "tiendo.consumer.lag",
    "{event}",
    ("consumer", "topic"),
    "records in Kafka that had no effect yet; each replica tells the whole, so take the maximum",
)
AGE = _gauge(
    "tiendo.consumer.age",
    "s",
    ("consumer", "topic"),
    "time since the oldest of these records was written to Kafka; 0: none waits",
)
BATCHES = _histogram(
    "messaging.process.duration",
    "s",
    ("messaging.system", "messaging.operation.name", "tiendo.consumer", "error.type"),
    "time to handle one batch of records, its transaction included; react or project",
)
CONSUMED = _counter(
    "messaging.client.consumed.messages",
    "{message}",
    ("messaging.system", "tiendo.consumer"),
    "events whose effects were saved",
)
DEAD_LETTERS = _gauge(
    "tiendo.dead_letters",
    "{record}",
    ("consumer", "code"),
    "records that are set aside now: failed, malformed, no_event; behind (their key waits)",
)
REBUILT = _gauge(
    "tiendo.rebuild.progress",
    "1",
    ("projection", "phase"),
    "share of a rebuild's present phase that is done, while one is under way",
)

# The process

READY = _gauge(
    "tiendo.part.ready", "{part}", ("part",), "1 where a part of the process can work, else 0"
)


def _memory() -> float | None:
    try:
        with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - half the cost of Path
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except FileNotFoundError:  # not Linux
        return None


def _files() -> float | None:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - half the cost of Path
    except FileNotFoundError:  # not Linux
        return None


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system


_begun = time.monotonic()
_fact("counter", "process.cpu.time", "s", "CPU time spent, user and system", _cpu)
_fact("gauge", "process.memory.usage", "By", "memory that is resident", _memory)
_fact("gauge", "process.thread.count", "{thread}", "threads of Python", threading.active_count)
_fact("gauge", "process.unix.file_descriptor.count", "{file_descriptor}", "open files", _files)
_fact("gauge", "process.uptime", "s", "time since start", lambda: time.monotonic() - _begun)
