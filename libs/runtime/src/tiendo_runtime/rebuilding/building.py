"""A build from the log to whole tables: both halves, and what makes them one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from tiendo_runtime import deadletters
from tiendo_runtime.deadletters import Limit, Parked
from tiendo_runtime.projection import Projection
from tiendo_runtime.rebuilding.buckets import slices_for
from tiendo_runtime.rebuilding.facts import Facts
from tiendo_runtime.rebuilding.job import Job
from tiendo_runtime.rebuilding.pieces import Manifest
from tiendo_runtime.rebuilding.pool import Pool
from tiendo_runtime.rebuilding.progress import Progress
from tiendo_runtime.rebuilding.reducing import Bad, Reduced, Slice, parts_table
from tiendo_runtime.rebuilding.workers import index_task, map_task, reduce_task
from tiendo_runtime.records import Partition, Raw


@dataclass(slots=True)
class Building:
    """The work on one build, by the workers of a pool."""

    conn: Connection[DictRow]
    projection: Projection
    schema: str
    database_url: str
    bootstrap: str
    facts: Facts
    progress: Progress
    workers: Pool

    @property
    def _job(self) -> Job:
        return self.facts.job(self.projection, self.schema, self.database_url, self.bootstrap)

    def build(self) -> None:
        """Bring it from wherever it was left to all its rows and indexes.

        Raises:
            WorkerError: A worker failed; what was completed stays.
            TooManyDeadLettersError: So many events cannot be taken that the fault is not in them.
        """
        while self.facts.stage == "reading":
            self._map()
            self._check_letters()
            bad = self._reduce()
            if bad:
                self._set_aside(bad)
            else:
                self._make_whole()
        if self.facts.stage == "whole":
            self._index()

    def _map(self) -> None:
        job = self._job
        left = [unit for unit in job.units if job.room.manifest(unit) is None]
        left.sort(key=lambda unit: job.bounds[unit][0] - job.bounds[unit][1])
        total = sum(job.bounds[unit][1] - job.bounds[unit][0] for unit in left)
        self.progress.phase("map", total, "events")
        for _ in self.workers.run(partial(map_task, job), left, self.progress.advance):
            pass

    def _check_letters(self) -> None:
        manifests = self._manifests(self._job).values()
        letters = [letter for manifest in manifests for letter in manifest.set_aside]
        failed = sum(letter.code != "behind" for letter in letters)
        Limit().check(sum(manifest.events for manifest in manifests), failed)

    def _manifests(self, job: Job) -> dict[Partition, Manifest]:
        found = {unit: job.room.manifest(unit) for unit in job.units}
        return {unit: manifest for unit, manifest in found.items() if manifest is not None}

    def _reduce(self) -> Bad:
        job = self._job
        manifests = self._manifests(job).values()
        done = self.conn.execute("SELECT part FROM view_parts WHERE schema = %s", (self.schema,))
        marks = {row["part"] for row in done}
        slices: list[Slice] = []
        for bucket in range(job.buckets):
            of = slices_for(sum(manifest.size(bucket) for manifest in manifests))
            slices += [Slice(bucket, number, of) for number in range(of)]
        left = [part for part in slices if part.mark not in marks]
        self.progress.phase("reduce", len(left), "parts")
        bad = Bad()
        for _, reduced in self.workers.run(partial(reduce_task, job), left, _nobody):
            assert isinstance(reduced, Reduced)  # noqa: S101 - what the task answers
            bad |= reduced.bad
            self.progress.advance(1)
        return bad

    def _set_aside(self, bad: Bad) -> None:
        """Begin again without some events: they, and what is behind them, are dead letters.

        Raises:
            TooManyDeadLettersError: So many that the fault is not in them.
        """
        known = {tuple(place): why for place, why in self.facts.bad}
        known |= {(p.topic, p.number, offset): why for (p, offset), why in bad.items()}
        Limit().check(self.facts.events - len(known), len(known))
        for partition, _ in bad:
            self._job.room.forget(partition)
        with self.conn.transaction():
            names = [f"{self.schema}.{name}" for name in self.projection.relations]
            names += [f"{self.schema}.{parts_table(c)}" for c in self.projection.counters]
            self.conn.execute(f"TRUNCATE {', '.join(names)}".encode())
            self.conn.execute("DELETE FROM view_parts WHERE schema = %s", (self.schema,))
            self._note(msgspec.structs.replace(self.facts, bad=list(known.items())))

    def _make_whole(self) -> None:
        """Add the counters up, and say where the build stands: from here on it can catch up."""
        job = self._job
        manifests = self._manifests(job)
        with self.conn.transaction():
            for counters in self.projection.counters:
                parts = f"{self.schema}.{parts_table(counters)}"
                names = ", ".join(("cell", *counters.cells._fields))
                self.conn.execute(
                    f"INSERT INTO {self.schema}.{counters.name} ({names}, n)"
                    f" SELECT {names}, sum(n) FROM {parts} GROUP BY {names}".encode()
                )
                self.conn.execute(f"DROP TABLE {parts}".encode())
            left_out = 0
            if self.facts.as_of is None:
                self._place(manifests)
            else:
                left_out = sum(len(manifest.set_aside) for manifest in manifests.values())
            self.conn.execute("DELETE FROM view_parts WHERE schema = %s", (self.schema,))
            self._note(msgspec.structs.replace(self.facts, stage="whole", left_out=left_out))

    def _place(self, manifests: dict[Partition, Manifest]) -> None:
        for partition, manifest in sorted(manifests.items()):
            _, end = self._job.bounds[partition]
            self.conn.execute(
                "INSERT INTO positions (consumer, topic, partition, next_offset, sequence,"
                " cluster_id) VALUES (%s, %s, %s, %s, %s, %s)",
                (
                    self.schema,
                    partition.topic,
                    partition.number,
                    end,
                    manifest.sequence,
                    self.facts.cluster,
                ),
            )
            deadletters.park(self.conn, _letters(self.schema, partition, manifest))

    def _index(self) -> None:
        tables = sorted(self.projection.relations)
        self.progress.phase("index", len(tables), "tables")
        task = partial(index_task, self._job, self.facts.indexes)
        for _ in self.workers.run(task, tables, self.progress.advance):
            pass
        self._note(msgspec.structs.replace(self.facts, stage="ready"))

    def _note(self, facts: Facts) -> None:
        self.conn.execute(
            "UPDATE view_versions SET facts = %s WHERE schema = %s",
            (Jsonb(facts.stored), self.schema),
        )
        self.facts = facts


def _letters(schema: str, partition: Partition, manifest: Manifest) -> Sequence[Parked]:
    return [
        Parked(
            schema,
            Raw(partition, one.offset, one.key, one.value, one.headers),
            one.code,
            one.reason,
            one.stack,
        )
        for one in manifest.set_aside
    ]


def _nobody(_: int) -> None:
    """The pieces of a bucket are not counted beforehand: its parts are."""
