"""The stores against what was promised, and the topics against the stores.

promises    each acknowledged command is in its store once, under its key, as it was answered
topics      each public event of a store is on its topic once in each of its forms, in order; what
            stands there twice is a repeat that can be told: the same id, sequence and bytes
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from tests.chaos.findings import Findings
from tests.chaos.ledger import Promise
from tests.chaos.logs import Record

SERVICES = ("meetings", "assignments", "reporting", "notifications", "monitoring")
_PRIVATE = {"TakenIn", "ItemsReviewed", "HeaderCorrected", "DoubtsConfirmed", "MailPrepared"}
_ALSO = {"Submitted": {"Submitted", "Resubmitted"}}
_TELLS_MARKS = {"meetings", "assignments", "reporting"}
"""Those whose public events repeat what a command said."""
_MARK = re.compile(r"#(\w+)-\d+#")


@dataclass(frozen=True)
class Stored:
    """An event as its store has it; `kind` is the last part of its class's name."""

    number: int
    aggregate: str
    version: int
    kind: str
    state: str


def load(url: str) -> list[Stored]:
    """All events of a store, in the order of their numbers."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state"
            " FROM stored_events ORDER BY notification_id"
        ).fetchall()
    return [
        Stored(row[0], str(row[1]), row[2], re.split(r"[.:]", row[3])[-1], bytes(row[4]).decode())
        for row in rows
    ]


def check(
    findings: Findings,
    service: str,
    url: str,
    promises: Iterable[Promise],
    records: Iterable[Record],
) -> None:
    """Hold a service's store against what it promised, and its topics against its store."""
    events = load(url)
    kept = [promise for promise in promises if promise.service == service]
    check_promises(findings, service, url, events, kept)
    own = [record for record in records if owner_of(record) == service]
    check_topics(findings, service, events, own)


def check_promises(
    findings: Findings, service: str, url: str, stored: Sequence[Stored], kept: Sequence[Promise]
) -> None:
    """Hold a store against the commands that were acknowledged."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT key, answer FROM idempotency_keys").fetchall()
    answers = Counter(key for key, _ in rows)
    told = {key: json.loads(bytes(answer)) for key, answer in rows}
    expected = {promise.key: promise.answer for promise in kept}
    findings.looked_at["acknowledged commands"] += len(kept)
    findings.none(f"{service}: keys kept twice", [k for k, times in answers.items() if times > 1])
    findings.none(
        f"{service}: acknowledged, but answered otherwise in the store",
        [promise.path for promise in kept if told.get(promise.key) != expected[promise.key]],
    )
    _check_marks(findings, service, stored, kept)


def _check_marks(
    findings: Findings, service: str, stored: Sequence[Stored], kept: Sequence[Promise]
) -> None:
    """See that each command's mark stands in one event alone: the one that it was answered with."""
    places: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for event in stored:
        for mark in {found.group() for found in _MARK.finditer(event.state)}:
            kind = mark[1:].partition("-")[0]
            if event.kind in _ALSO.get(kind, {kind}):
                places[mark].append((event.aggregate, event.version))
    versions = {(event.aggregate, event.version) for event in stored}
    answered = {
        promise.key: (str(promise.answer["id"]), int(promise.answer["version"]))
        for promise in kept
        if "version" in promise.answer
    }
    findings.none(
        f"{service}: acknowledged, but not in the store",
        [f"{key} {place}" for key, place in answered.items() if place not in versions],
    )
    twice = Counter(answered.values())
    findings.none(
        f"{service}: events that were told of two commands",
        [place for place, times in twice.items() if times > 1],
    )
    marked = {promise.mark: [answered[promise.key]] for promise in kept if promise.mark}
    findings.same(f"{service}: commands by their marks", dict(places), marked)


def check_topics(
    findings: Findings, service: str, stored: Sequence[Stored], records: Iterable[Record]
) -> None:
    """Hold the topics of a service against its store."""
    firsts: dict[tuple[int, str], Record] = {}
    newest: dict[int, Record] = {}
    highest: Counter[tuple[str, int]] = Counter()
    latest: Counter[bytes] = Counter()
    for record in records:
        first = firsts.setdefault((record.sequence, record.headers["ce_type"]), record)
        place = record.topic, record.partition
        if first is not record:
            findings.looked_at["repeats on topics"] += 1
            if _content(first) != _content(record):
                findings.wrong.append(f"{place}: {record.sequence} is there in two forms")
            continue
        if _is_form(record, newest.setdefault(record.sequence, record)):
            findings.looked_at["earlier forms on topics"] += 1
            continue
        version = int(record.headers["ce_subjectversion"])
        if record.sequence <= highest[place] or version <= latest[record.key]:
            findings.wrong.append(f"{place}: {record.sequence} stands out of order")
        highest[place], latest[record.key] = record.sequence, version
    marks = _marks if service in _TELLS_MARKS else _no_marks
    found = {
        number: (
            record.headers["ce_subject"],
            int(record.headers["ce_subjectversion"]),
            marks(record.value.decode()),
        )
        for number, record in newest.items()
    }
    public = {
        event.number: (event.aggregate, event.version, marks(event.state))
        for event in stored
        if event.kind not in _PRIVATE
    }
    findings.same(f"{service}: public events on topics", found, public)
    ids = Counter(record.id for record in firsts.values())
    findings.none(f"{service}: ids given twice", [one for one, times in ids.items() if times > 1])


def _content(record: Record) -> tuple[bytes, bytes, Mapping[str, str]]:
    return record.key, record.value, record.headers


def _is_form(record: Record, newest: Record) -> bool:
    """Whether a record tells what the newest form before it tells, in another form."""
    same = ("ce_subject", "ce_subjectversion", "ce_sequence", "ce_source", "ce_time")
    (stem, _, form), (other, _, latest) = (
        one.headers["ce_type"].rpartition(".v") for one in (record, newest)
    )
    return (
        record is not newest
        and stem == other
        and int(form) < int(latest)
        and record.id != newest.id
        and all(record.headers[name] == newest.headers[name] for name in same)
    )


def _marks(text: str) -> frozenset[str]:
    return frozenset(found.group() for found in _MARK.finditer(text))


def _no_marks(_: str) -> frozenset[str]:
    return frozenset()


def owner_of(record: Record) -> str:
    """The service whose relay sent a record; empty where none did."""
    return record.headers.get("ce_source", "").removeprefix("/tiendo/")
