"""How far a service is, by what its database says: the relay, the consumers, what was set aside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import versions
from tiendo_runtime.paces import Pace
from tiendo_runtime.records import Partition
from tiendo_runtime.service import Service

_SILENT_SECONDS = 10.0
"""A process asks its database for life every two seconds; one that is silent for so long hangs."""


class _Meta(msgspec.Struct):
    recorded_at: datetime


class _Recorded(msgspec.Struct):
    meta: _Meta


_recorded = msgspec.json.Decoder(_Recorded)


@dataclass(frozen=True, slots=True)
class RelayStanding:
    """Where a relay stands; `age` in seconds of the oldest event that Kafka lacks, 0 if none."""

    position: int
    backlog: int
    age: float
    owner: str
    epoch: int
    leads: bool


@dataclass(frozen=True, slots=True)
class ConsumerStanding:
    """Where a consumer goes on; `moved` is how long ago it last did, in seconds."""

    name: str
    places: Sequence[tuple[Partition, int]]
    moved: float | None

    @property
    def offsets(self) -> dict[Partition, int]:
        """Its places by partition."""
        return dict(self.places)


@dataclass(frozen=True, slots=True)
class Lag:
    """What a consumer has not read of a topic; `age` in seconds of the oldest of it, 0 if none."""

    consumer: str
    topic: str
    events: int
    age: float


@dataclass(frozen=True, slots=True)
class Build:
    """A build of a view; `wanted` is the version of this code, `done` a share of the phase."""

    projection: str
    schema: str
    version: int
    wanted: int
    state: str
    phase: str
    done: float


@dataclass(frozen=True, slots=True)
class Letters:
    """Records that are set aside; `age` of the first, in seconds."""

    consumer: str
    code: str
    count: int
    age: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A process that is connected; `silent` is how long its database heard nothing of it.

    Named as its connections are: service, role, host and process id.
    """

    name: str
    silent: float | None

    @property
    def role(self) -> str:
        """What it plays."""
        return self.name.partition("@")[0].rpartition("-")[2]

    @property
    def place(self) -> str:
        """Its host and its id there."""
        return self.name.partition("@")[2]

    @property
    def hangs(self) -> bool:
        """Whether it is there and does nothing: frozen, or cut off from its database."""
        return self.silent is not None and self.silent > _SILENT_SECONDS


def relay(conn: Connection[DictRow]) -> RelayStanding:
    """Where the relay of this database stands."""
    row = conn.execute(
        "SELECT owner, epoch, position, expires_at > clock_timestamp() AS leads,"
        " clock_timestamp() AS now,"
        " (SELECT coalesce(max(notification_id), 0) FROM stored_events) AS last FROM relay"
    ).fetchone()
    assert row is not None  # noqa: S101 - the migration wrote it
    first = conn.execute(
        "SELECT state FROM stored_events WHERE notification_id > %s"
        " ORDER BY notification_id LIMIT 1",
        (row["position"],),
    ).fetchone()
    age = (row["now"] - _recorded.decode(first["state"]).meta.recorded_at) if first else None
    return RelayStanding(
        position=row["position"],
        backlog=max(0, row["last"] - row["position"]) if first else 0,
        age=max(0.0, age.total_seconds()) if age else 0.0,
        owner=row["owner"],
        epoch=row["epoch"],
        leads=row["leads"],
    )


def consumers_of(conn: Connection[DictRow], service: Service) -> Mapping[str, str]:
    """The service's consumers as the database names them, and as people do.

    Its reactions have one name; a projection stands there under its live build's.
    """
    named = {service.reactions.name: service.reactions.name} if service.reactions else {}
    for projection in service.projections:
        build = versions.live(conn, projection.name)
        if build:
            named[build.schema] = projection.name
    return named


def consumers(conn: Connection[DictRow], named: Mapping[str, str]) -> list[ConsumerStanding]:
    """Where consumers stand; those that never began stand nowhere."""
    rows = conn.execute(
        "SELECT consumer, topic, partition, next_offset,"
        " extract(epoch FROM clock_timestamp() - moved_at)::float8 AS moved"
        " FROM positions WHERE consumer = ANY(%s)",
        (list(named),),
    ).fetchall()
    return [_consumer(name, [r for r in rows if r["consumer"] == at]) for at, name in named.items()]


def _consumer(name: str, rows: Iterable[DictRow]) -> ConsumerStanding:
    places = [(Partition(row["topic"], row["partition"]), row["next_offset"]) for row in rows]
    return ConsumerStanding(name, places, min((row["moved"] for row in rows), default=None))


def letters(conn: Connection[DictRow], named: Mapping[str, str]) -> list[Letters]:
    """What consumers set aside and nobody discarded."""
    rows = conn.execute(
        "SELECT consumer, code, count(*) AS count,"
        " extract(epoch FROM clock_timestamp() - min(parked_at))::float8 AS age"
        " FROM dead_letters WHERE discarded_at IS NULL AND consumer = ANY(%s)"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        (list(named),),
    )
    return [Letters(named[r["consumer"]], r["code"], r["count"], r["age"]) for r in rows]


def builds(conn: Connection[DictRow], service: Service) -> list[Build]:
    """The builds of a service's views, the oldest first."""
    return [
        Build(
            projection.name,
            one.schema,
            one.version,
            projection.version,
            one.state,
            *_progress(one.facts.get("progress", {})),
        )
        for projection in service.projections
        for one in versions.builds(conn, projection.name)
    ]


def _progress(noted: Mapping[str, Any]) -> tuple[str, float]:
    total = noted.get("total", 0)
    return noted.get("phase", ""), noted.get("done", 0) / total if total else 0.0


def processes(conn: Connection[DictRow], service: str) -> list[Seen]:
    """The service's processes that are connected to this database.

    How long they are silent is told only to their own user and to monitors (`pg_read_all_stats`).
    """
    rows = conn.execute(
        "SELECT application_name AS name,"
        " extract(epoch FROM clock_timestamp() - max(state_change))::float8 AS silent"
        " FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE %s GROUP BY 1 ORDER BY 1",
        (f"{service}-%",),
    )
    return [Seen(**row) for row in rows]


def tell_paces(conn: Connection[DictRow], paces: Sequence[Pace]) -> None:
    """Tell how long this process's work takes now, in place of what it told before."""
    conn.execute(
        "DELETE FROM paces WHERE process = current_setting('application_name')"
        " OR told_at < clock_timestamp() - interval '1 hour'"
    )
    with conn.cursor() as curs:
        curs.executemany(
            "INSERT INTO paces (process, work, count, median, slow)"
            " VALUES (current_setting('application_name'), %s, %s, %s, %s)",
            [(one.work, one.count, one.median, one.slow) for one in paces],
        )


def paces(conn: Connection[DictRow]) -> list[Pace]:
    """How long the work of this database's processes takes now: of several, the slowest's."""
    rows = conn.execute(
        "SELECT work, sum(count)::int AS count, max(median) AS median, max(slow) AS slow"
        " FROM paces WHERE told_at > clock_timestamp() - interval '30 seconds'"
        " GROUP BY work ORDER BY work"
    )
    return [Pace(**row) for row in rows]


def lags(
    standings: Iterable[ConsumerStanding],
    ends: Mapping[Partition, int],
    written_at: Mapping[str, Mapping[Partition, float]],
    now: float,
) -> Sequence[Lag]:
    """What each consumer has before it in each topic.

    `written_at` tells, for each consumer, when the first records that it has not read were
    written; `now` is on the same clock (Kafka's producers').
    """
    found: list[Lag] = []
    for one in standings:
        for topic in sorted({partition.topic for partition in one.offsets}):
            unread = {
                p: ends[p] - at
                for p, at in one.offsets.items()
                if p.topic == topic and ends.get(p, at) > at
            }
            times = written_at.get(one.name, {})
            oldest = min((times[p] for p in unread if p in times), default=now)
            found.append(Lag(one.name, topic, sum(unread.values()), max(0.0, now - oldest)))
    return found


def unread(standing: ConsumerStanding, ends: Mapping[Partition, int]) -> Mapping[Partition, int]:
    """The places of the first records that a consumer has not read."""
    return {p: at for p, at in standing.offsets.items() if ends.get(p, at) > at}
