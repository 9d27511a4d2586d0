"""Poison: records on topics that no handler can digest, and what an operator does about them."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from aiokafka import AIOKafkaProducer
from tests.chaos import logs
from tests.chaos.calling import Line, NoAnswerError
from tests.chaos.country import Country
from tests.chaos.crew import Crew
from tests.chaos.operating import ops
from tests.chaos.progress import AWAY, Letter, Progress

from tiendo_runtime.clock import SystemClock, Uuid7

_PATIENCE_SECONDS = 40.0
_MEETINGS, _REPORTING = "tiendo.meetings.v1", "tiendo.reporting.v1"
_Spot = tuple[str, int, int]
_ids = Uuid7()


class PoisonError(Exception):
    """The product did not deal with the poison as it must; the message says how."""


@dataclass
class Poisoner:
    """Poisons, and knows which dead letters are there for it.

    `spots` are the places of poisoned records, `kept` the letters that stay.
    """

    crew: Crew
    country: Country
    line: Line
    progress: Progress
    spots: set[_Spot] = field(default_factory=set[_Spot])
    kept: set[Letter] = field(default_factory=set[Letter])

    def poison(self, how: str, topic: str) -> str:
        """Put poison on a topic; answers what was seen.

        Raises:
            PoisonError: It was not parked, or an operator could not clean up behind it.
        """
        match how:
            case "no event":
                return self._no_event(topic)
            case "malformed":
                return self._malformed()
            case _:
                return self._failing()

    def _no_event(self, topic: str) -> str:
        """Bytes that are no event at all: every consumer of the topic parks them, nothing waits."""
        identity = str(_ids.new())
        spot = self._send(topic, identity.encode(), b"\x00 no event", [], None)
        letters = self._parked(lambda letter: _spot(letter) == spot, self._readers(topic))
        self.kept |= letters
        return f"parked by {len(letters)} consumers"

    def _failing(self) -> str:
        """An event in the store of reporting that speaks of an assignment that never was.

        It is well formed, so that views show it; the reaction to it fails.
        """
        identity = _ids.new()
        with psycopg.connect(self.crew.platform.postgres_url("reporting")) as connection:
            connection.execute("LOCK TABLE stored_events IN EXCLUSIVE MODE")
            row = connection.execute(
                "SELECT topic, state FROM stored_events WHERE topic LIKE '%.Submitted'"
                " ORDER BY notification_id DESC LIMIT 1"
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
                " VALUES (%s, 1, %s, %s)",
                (identity, row[0], _ghost(bytes(row[1]))),
            )
            connection.execute("NOTIFY stored_events")
        found = self._parked(
            lambda letter: letter.topic == _REPORTING and letter.key == str(identity),
            {("assignments", "reactions")},
        )
        self.spots |= {_spot(letter) for letter in found}
        self.kept |= found
        return "parked by the reaction that fails"

    def _malformed(self) -> str:
        """An event of a meeting that cannot be read, and one behind it that has to wait.

        The operator discards the first, and has the other tried again.
        """
        meeting = self._command("/v1/meetings", _meeting(self.country))
        spot = self._send_malformed(meeting["id"])
        readers = self._readers(_MEETINGS)
        heads = self._parked(lambda letter: _spot(letter) == spot, readers)
        start = {"starts_at": "2027-02-01T09:00:00+07:00"}
        self._command(f"/v1/meetings/{meeting['id']}/moves", start, version=meeting["version"])
        behind = self._parked(
            lambda letter: letter.key == meeting["id"] and letter.code == "behind", readers
        )
        for letter in heads:
            because = ("--because", "poison", "--by", "chaos")
            ops(self.crew, "deadletters", "discard", letter.name, *because)
        ops(self.crew, "deadletters", "retry", "--key", meeting["id"])
        left = [one for one in self.progress.letters() if one.key == meeting["id"]]
        if left:
            raise PoisonError(f"still parked after discard and retry: {left[0]}")
        return f"parked by {len(heads)}, {len(behind)} behind it; discarded, retried"

    def _send_malformed(self, key: str) -> _Spot:
        """Send what cannot be read under a number of its publisher that no event on topics has.

        It must be above all that its partition holds and below all that will come: the number of a
        draft of a notice, which stays private, as soon as the relay has passed it.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        url = self.crew.platform.postgres_url("meetings")
        while time.monotonic() < deadline:
            with psycopg.connect(url) as connection:
                row = connection.execute(
                    "SELECT max(notification_id) FROM stored_events, relay"
                    " WHERE topic LIKE '%.ItemsReviewed' AND notification_id <= position"
                ).fetchone()
            number = int(row[0] or 0) if row else 0
            records = logs.read(self.crew.platform.kafka_bootstrap, [_MEETINGS])
            partition = next(r.partition for r in records if r.key == key.encode())
            last = max(r.sequence for r in records if r.partition == partition and r.id)
            if number > last:
                headers = _headers(key, number)
                return self._send(_MEETINGS, key.encode(), b"{not JSON", headers, partition)
            time.sleep(0.1)  # the next draft is on its way
        raise PoisonError("there was no private number to use")

    def _send(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Sequence[tuple[str, bytes]],
        partition: int | None,
    ) -> _Spot:
        async def send() -> _Spot:
            producer: Any = AIOKafkaProducer(bootstrap_servers=self.crew.platform.kafka_bootstrap)
            await producer.start()
            try:
                sent = await producer.send_and_wait(
                    topic, value, key=key, headers=list(headers), partition=partition
                )
            finally:
                await producer.stop()
            return topic, int(sent.partition), int(sent.offset)

        spot = asyncio.run(send())
        self.spots.add(spot)
        return spot

    def _readers(self, topic: str) -> set[tuple[str, str]]:
        return self.progress.consumers(topic)

    def _parked(self, is_meant: Callable[[Letter], bool], by: set[tuple[str, str]]) -> set[Letter]:
        """Wait until exactly these consumers have parked something."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        found: set[Letter] = set()
        while time.monotonic() < deadline:
            try:
                found = {letter for letter in self.progress.letters() if is_meant(letter)}
            except AWAY:
                continue
            if {(letter.service, letter.consumer) for letter in found} == by:
                return found
            time.sleep(0.2)
        have = sorted((letter.service, letter.consumer) for letter in found)
        raise PoisonError(f"parked by {have}, not by {sorted(by)}")

    def _command(
        self, path: str, body: Mapping[str, Any], version: int | None = None
    ) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self.country.secretary}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(_ids.new()),
        }
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        said: object = None
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = self.line.call("meetings", "POST", path, _json(body), headers)
            except NoAnswerError as error:
                said = error
                continue
            if answer.status < 300:
                return answer.body
            said = answer
            time.sleep(0.3)  # as Retry-After asks
        raise PoisonError(f"{path}: {said}")


def _spot(letter: Letter) -> _Spot:
    return letter.topic, letter.partition, letter.offset


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _meeting(country: Country) -> dict[str, str]:
    return {
        "committee_id": country.committee.id,
        "title": "Phiên họp bị đầu độc",
        "starts_at": "2027-01-01T09:00:00+07:00",
    }


def _headers(key: str, sequence: int) -> list[tuple[str, bytes]]:
    texts = {
        "specversion": "1.0",
        "id": str(_ids.new()),
        "source": "/tiendo/meetings",
        "type": "vn.tiendo.meetings.MeetingMoved.v1",
        "subject": key,
        "time": SystemClock().now().isoformat().replace("+00:00", "Z"),
        "sequence": str(sequence),
        "subjectversion": "1",
        "actor": "chaos",
        "correlationid": "chaos",
    }
    return [(f"ce_{name}", text.encode()) for name, text in texts.items()]


def _ghost(state: bytes) -> bytes:
    """A report as stored, turned into one on an assignment that never was."""
    content: dict[str, Any] = json.loads(state)
    ghost = str(UUID(int=_ids.new().int ^ 1))
    line = {**content["data"]["lines"][0], "assignment_id": ghost, "difficulties": ""}
    content["data"]["lines"] = [{**line, "percent": 100, "done": True}]
    return json.dumps(content).encode()
