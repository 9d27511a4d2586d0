"""What a survey found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tiendo_runtime.kafka_lookout import Cluster
from tiendo_runtime.paces import Pace
from tiendo_runtime.standing import Build, ConsumerStanding, Lag, Letters, RelayStanding, Seen


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A service as its database tells it; with `away`, nothing else is known."""

    name: str
    roles: tuple[str, ...]
    """The roles that have work in this service."""
    away: str = ""
    schema: str = ""
    """What is wrong with the schema, or nothing."""
    relay: RelayStanding | None = None
    """None where the service publishes nothing."""
    consumers: Sequence[ConsumerStanding] = ()
    letters: Sequence[Letters] = ()
    processes: Sequence[Seen] = ()
    builds: Sequence[Build] = ()
    paces: Sequence[Pace] = ()
    """How long work took within the last minute."""
    clusters: Sequence[str] = ()
    """The ids of the clusters that its positions were kept for."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one instant (UTC). Without `cluster` Kafka is away, and `lags` are unknown."""

    at: datetime
    seconds: float
    """How long it took to look."""
    services: Sequence[ServiceState]
    topics: Sequence[str]
    """The topics that must be there."""
    cluster: Cluster | None = None
    kafka_away: str = ""
    lags: "dict[str, Sequence[Lag]] | None" = None
    """By service."""
    strays: Sequence[str] = ()
    """Positions that do not lie in the log, in words."""
