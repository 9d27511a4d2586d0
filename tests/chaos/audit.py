"""The look from outside at the end: stores, topics, views, board, positions, dead letters."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from tests.chaos import logs, shown, stored
from tests.chaos.calling import Line, NoAnswerError
from tests.chaos.country import Country
from tests.chaos.crew import Crew
from tests.chaos.findings import Findings
from tests.chaos.ledger import Ledger
from tests.chaos.poison import Poisoner
from tests.chaos.progress import Progress
from tests.chaos.reference import Reference
from tests.chaos.workload import Workload

_QUIET_SECONDS = 120.0
_LOOKS = 10


def settle(progress: Progress) -> None:
    """Wait until nothing moves any more: every relay and every consumer is at the end.

    Raises:
        AssertionError: Something is still behind after two minutes.
    """
    deadline = time.monotonic() + _QUIET_SECONDS
    quiet_since, before = time.monotonic(), None
    while time.monotonic() - quiet_since < 3.0:
        assert time.monotonic() < deadline, "it does not come to rest"
        events, ends = progress.events(), progress.ends()
        behind = [*progress.unsent(events), *progress.behind(ends)]
        if behind or (events, ends) != before:
            quiet_since, before = time.monotonic(), (events, ends)
        time.sleep(0.5)


def audit(crew: Crew, workload: Workload, ledger: Ledger, poisoner: Poisoner) -> Findings:
    """Look at everything, while nothing moves: deadlines go by whether anybody looks or not.

    Raises:
        AssertionError: It does not come to rest.
    """
    for _ in range(_LOOKS):
        settle(poisoner.progress)
        before = poisoner.progress.events()
        findings = _look(crew, workload, ledger, poisoner)
        if poisoner.progress.events() == before:
            return findings
    raise AssertionError("something happens whenever it is looked at")


def _look(crew: Crew, workload: Workload, ledger: Ledger, poisoner: Poisoner) -> Findings:
    findings = Findings()
    records = [
        record
        for record in logs.read(crew.platform.kafka_bootstrap)
        if _is_readable(record, poisoner)
    ]
    findings.looked_at["records on topics"] = len(records)
    for service in stored.SERVICES:
        url = crew.platform.postgres_url(service)
        stored.check(findings, service, url, ledger.promises.values(), records)
    reference = Reference(records)
    for service in stored.SERVICES:
        shown.check_rows(findings, service, crew.platform.postgres_url(service), reference)
    shown.check_board(findings, _reader(workload.country, Line(crew.replicas())), reference)
    _check_chains(findings, workload, reference)
    _check_letters(findings, poisoner)
    findings.none("told different things under one key", ledger.broken)
    findings.none("refused", [f"{one.kind} {one.status} {one.problem}" for one in ledger.refusals])
    findings.none("stories", workload.stage.failures)
    return findings


def _is_readable(record: logs.Record, poisoner: Poisoner) -> bool:
    """Whether a record is an event; poison that is well formed is one."""
    spot = record.topic, record.partition, record.offset
    return spot not in poisoner.spots or record.value.startswith(b'{"')


def _check_chains(findings: Findings, workload: Workload, reference: Reference) -> None:
    """What reactions of other services made of commands: each once."""
    issued = {key: row["lead"] for key, row in reference.assignments.items() if "lead" in row}
    findings.same("assignments of signed notices", issued, workload.issued)
    findings.same("claims of reports", dict(reference.claims), workload.claims)
    told = reference.types
    expected = {
        "assigned": told["AssignmentIssued"],
        "overdue": told["DeadlinePassed"],
        "extension_decided": told["ExtensionGranted"] + told["ExtensionRefused"],
        "refused": told["CompletionRefused"],
        "returned": told["ReportReturned"],
    }
    found = dict.fromkeys(expected, 0)
    for row in reference.notifications.values():
        if row["occasion"] in found:
            found[row["occasion"]] += 1
    findings.same("notifications by occasion", found, expected)


def _check_letters(findings: Findings, poisoner: Poisoner) -> None:
    found = {
        (one.service, one.consumer, one.topic, one.partition, one.offset)
        for one in poisoner.progress.letters()
    }
    kept = {
        (one.service, one.consumer, one.topic, one.partition, one.offset) for one in poisoner.kept
    }
    findings.same("dead letters of poison", dict.fromkeys(found), dict.fromkeys(kept))


def _reader(country: Country, line: Line) -> Callable[..., object]:
    headers = {"Authorization": f"Bearer {country.operator}"}

    def read(path: str, **query: object) -> object:
        for _ in range(20):
            try:
                answer = line.call("monitoring", "GET", f"{path}?{urlencode(query)}", None, headers)
            except NoAnswerError:
                continue
            if answer.status == 200:
                return answer.body
            time.sleep(0.3)
        raise AssertionError(f"{path} cannot be read")

    return read
