"""A build begins, or one that was left is gone on with."""

import secrets
import tempfile
from pathlib import Path

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow

from tiendo_runtime import positions, schema, versions
from tiendo_runtime.kafka_log import look
from tiendo_runtime.positions import ForeignLogError, Kept, Log
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding import indexes
from tiendo_runtime.rebuilding.buckets import buckets_for
from tiendo_runtime.rebuilding.builds import drop
from tiendo_runtime.rebuilding.catching_up import discarded_of, run
from tiendo_runtime.rebuilding.facts import Facts
from tiendo_runtime.rebuilding.reducing import parts_table
from tiendo_runtime.rebuilding.request import RebuildError, View, Wish
from tiendo_runtime.records import Partition
from tiendo_runtime.versions import Build

_SHARE = 0.5
"""A live build that has less of the log is not waited for: the new one reads everything."""


def begin(conn: Connection[DictRow], view: View, wish: Wish) -> tuple[Build, Facts]:
    """Go on with the build that was left, or begin one."""
    name = view.projection.name
    left = [b for b in versions.builds(conn, name) if b.state == "building"]
    if left and wish.restart:
        drop(conn, left[0].schema)
        left = []
    if left:
        facts = Facts.of(left[0].facts)
        _check_left(view, wish, left[0], facts)
        if facts.stage == "reading":
            _check_log(facts, run(look(view.bootstrap, view.topics)))
        return left[0], facts
    live = versions.live(conn, name)
    if live is None:
        raise RebuildError(f"no version of {name} is live: run `tiendo ops migrate`")
    return _create(conn, view, wish, live)


def _check_left(view: View, wish: Wish, left: Build, facts: Facts) -> None:
    digest = schema.tables_of(view.package, view.projection).digest
    if left.version != view.projection.version or left.digest != digest:
        other = "was begun by other code"
    elif facts.as_of != wish.as_of:
        other = f"is as of {facts.as_of}" if facts.as_of else "is not as of an instant"
    else:
        return
    raise RebuildError(f"the unfinished build {left.schema} {other}: add --restart to drop it")


def _check_log(facts: Facts, log: Log) -> None:
    """See that what is left to be read is there; what was read is held against the log later."""
    other = "" if log.cluster_id == facts.cluster else f"cluster {facts.cluster}"
    for topic, number, begin, end in facts.bounds:
        first, last = log.bounds.get(Partition(topic, number), (0, -1))
        if not first <= begin <= end <= last:
            other = other or f"log: {topic}[{number}] went from {begin} to {end}"
    if other:
        raise RebuildError(f"the unfinished build reads another {other}; add --restart to drop it")


def _create(conn: Connection[DictRow], view: View, wish: Wish, live: Build) -> tuple[Build, Facts]:
    projection = view.projection
    name = _free_name(conn, projection)
    # In this order: what the live build takes meanwhile must not lie behind the log's end.
    stands = positions.load(conn, live.schema, view.topics)
    log = run(look(view.bootstrap, view.topics))
    bounds, incomparable = log.bounds, ""
    if wish.as_of is None:
        bounds, incomparable = _bounds(log, stands)
    with conn.transaction():
        facts = Facts(
            directory=str(_directory(wish, name)),
            buckets=buckets_for(sum(end - begin for begin, end in bounds.values())),
            cluster=log.cluster_id,
            bounds=[(p.topic, p.number, *bounds[p]) for p in sorted(bounds)],
            indexes=[],
            discarded=[
                (p.topic, p.number, offset) for p, offset in discarded_of(conn, projection.name)
            ],
            incomparable=incomparable,
            as_of=wish.as_of,
        )
        build = schema.create(conn, view.package, projection, name, "building", {})
        for counters in projection.counters:
            parts = f"CREATE TABLE {name}.{parts_table(counters)} (LIKE {name}.{counters.name})"
            conn.execute(parts.encode())
        facts = msgspec.structs.replace(facts, indexes=indexes.take_away(conn, name))
        versions.note(conn, name, facts.stored)
    return build, facts


def _free_name(conn: Connection[DictRow], projection: Projection) -> str:
    names = [projection.schema, *(f"{projection.schema}_{n}" for n in range(2, 10_000))]
    taken = conn.execute("SELECT nspname AS name FROM pg_namespace").fetchall()
    taken += conn.execute("SELECT schema AS name FROM view_versions").fetchall()
    return next(name for name in names if name not in {row["name"] for row in taken})


def _bounds(log: Log, live: dict[Partition, Kept]) -> tuple[dict[Partition, tuple[int, int]], str]:
    """What is read: up to where the live build stands, so that the two can be compared.

    A topic that it does not read is read after that. Where it stands nowhere, far behind, or not in
    this log, everything is read and the reason told.
    """
    taken = sum(live[p].position.next_offset - log.bounds[p][0] for p in live.keys() & log.bounds)
    whole = sum(end - begin for begin, end in log.bounds.values())
    if taken <= 0:
        return dict(log.bounds), ""
    try:
        positions.check(live, log)
    except ForeignLogError as error:
        return dict(log.bounds), str(error)
    if taken < _SHARE * whole:
        return dict(log.bounds), f"the live build has taken {taken:,} of {whole:,} events only"
    return {
        p: (begin, live[p].position.next_offset if p in live else begin)
        for p, (begin, _) in log.bounds.items()
    }, ""


def _directory(wish: Wish, name: str) -> Path:
    """Where the files of a build are: its own directory, of this database and this instant."""
    above = wish.directory or Path(tempfile.gettempdir()) / "tiendo-rebuild"
    return above.absolute() / f"{name}-{secrets.token_hex(6)}"
