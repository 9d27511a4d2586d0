"""The client against a server that says what a test tells it to."""

import asyncio
import gzip
import json
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.contracts.publisher.scripted import message

from tiendo_contracts.base import ContractError
from tiendo_contracts.checking import Incoming, check_batch
from tiendo_contracts.examples.reporting import REPORT_SUBMITTED
from tiendo_contracts.publisher import Accepted, Outcome, Refused, Source, Unsent
from tiendo_contracts.publisher.http import HttpSender
from tiendo_contracts.refusals import Refusal

RECEIPT = {"event_id": "1", "type": "t", "received_at": "2026-11-22T01:30:00Z"}
WHY = {"code": "unknown_type", "path": "/type", "vi": "Không có.", "en": "None."}
ALSO = {"code": "missing_field", "path": "/data", "vi": "Thiếu.", "en": "Missing."}


def accepted(number: int = 1, outcome: str = "accepted") -> dict[str, Any]:
    return {**RECEIPT, "id": f"r{number}", "outcome": outcome, "topic": "t", "sequence": number}


REFUSED = {**RECEIPT, "id": "r9", "outcome": "refused", **WHY, "more": [ALSO]}


@dataclass(frozen=True)
class Say:
    status: int = 200
    receipts: Sequence[dict[str, Any]] = ()
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None

    def content(self) -> bytes:
        if self.body is not None:
            return self.body
        return json.dumps({"receipts": self.receipts}).encode()


@dataclass
class Ingest:
    address: str
    answers: list[Say]
    requests: list[tuple[dict[str, str], bytes]] = field(
        default_factory=list[tuple[dict[str, str], bytes]]
    )


@contextmanager
def serving(*answers: Say) -> Generator[Ingest]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            ingest.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
            say = ingest.answers.pop(0)
            content = say.content()
            self.send_response_only(say.status)
            for name, value in {"content-length": str(len(content)), **say.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is inherited
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ingest = Ingest(f"http://127.0.0.1:{server.server_port}", list(answers))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield ingest
        finally:
            server.shutdown()
            thread.join()


def post(count: int, *answers: Say) -> list[Outcome]:
    with serving(*answers) as ingest:
        return list(sender(ingest.address).post([message(n) for n in range(count)]))


def sender(address: str) -> HttpSender:
    return HttpSender(address, lambda: "a-token")


def test_events_go_as_a_batch_that_is_read_as_they_are() -> None:
    source = Source("/hoc-vien/lms")
    messages = [source.message(REPORT_SUBMITTED, id=str(n)) for n in range(3)]
    with serving(Say(receipts=[accepted(n) for n in range(3)])) as ingest:
        outcomes = asyncio.run(sender(ingest.address).send(messages))
    [(headers, body)] = ingest.requests
    assert outcomes == [Accepted("r0"), Accepted("r1"), Accepted("r2")]
    assert headers["content-type"] == "application/cloudevents-batch+json"
    assert headers["authorization"] == "Bearer a-token"
    assert headers["content-encoding"] == "gzip"
    taken = check_batch(gzip.decompress(body))
    assert [one.id for one in taken if isinstance(one, Incoming)] == ["0", "1", "2"]
    assert [one.data for one in taken if isinstance(one, Incoming)] == [REPORT_SUBMITTED] * 3


def test_each_event_has_the_outcome_of_its_receipt() -> None:
    say = Say(207, [accepted(1), accepted(2, "already_seen"), REFUSED])
    assert post(3, say) == [
        Accepted("r1"),
        Accepted("r2", repeated=True),
        Refused((Refusal(**WHY), Refusal(**ALSO)), "r9"),
    ]


def test_all_refused_is_an_answer_too() -> None:
    assert post(1, Say(422, [REFUSED])) == [Refused((Refusal(**WHY), Refusal(**ALSO)), "r9")]


def test_more_than_a_batch_goes_as_several_in_order() -> None:
    first, second = [accepted(n) for n in range(1000)], [accepted(n) for n in range(1000, 1500)]
    outcomes = post(1500, Say(receipts=first), Say(receipts=second))
    assert outcomes == [Accepted(f"r{n}") for n in range(1500)]


def test_after_a_failure_no_later_batch_is_sent() -> None:
    with serving(Say(503), Say(receipts=[accepted(n) for n in range(500)])) as ingest:
        outcomes = sender(ingest.address).post([message(n) for n in range(1500)])
    assert len(ingest.requests) == 1
    assert all(isinstance(outcome, Unsent) for outcome in outcomes)
    assert len(outcomes) == 1500


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        (
            {
                "date": "Sun, 22 Nov 2026 01:30:00 GMT",
                "retry-after": "Sun, 22 Nov 2026 01:31:30 GMT",
            },
            90.0,
        ),
        ({"retry-after": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_who_is_too_fast_is_told_for_how_long_to_wait(
    headers: dict[str, str], seconds: float
) -> None:
    [outcome] = post(1, Say(429, headers=headers))
    assert isinstance(outcome, Unsent)
    assert outcome.retry_after == seconds


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 413, 415, 500, 503])
def test_what_is_not_taken_as_a_whole_is_unsent_with_what_was_said(status: int) -> None:
    problem = {"title": "Forbidden", "detail": "Tài khoản này không phải là nguồn đã đăng ký."}
    say = Say(status, headers={"location": "/"}, body=json.dumps(problem).encode())
    [outcome] = post(1, say)
    assert isinstance(outcome, Unsent)
    assert f"status {status} Tài khoản này" in outcome.reason


@pytest.mark.parametrize(
    "say",
    [
        Say(body=b"<html>It works!</html>"),
        Say(body=b"{}"),
        Say(receipts=[accepted(1)]),
        Say(422, body=b'{"title":"Unprocessable"}'),
        Say(receipts=[accepted(1), {"id": "r2", "outcome": "forgotten"}]),
    ],
)
def test_an_answer_that_is_no_ingests_leaves_events_unsent(say: Say) -> None:
    assert all(isinstance(outcome, Unsent) for outcome in post(2, say))


def test_an_ingest_that_is_away_leaves_events_unsent() -> None:
    with serving() as ingest:
        gone = ingest.address
    [outcome] = sender(gone).post([message(1)])
    assert isinstance(outcome, Unsent)
    assert "refused" in outcome.reason


def test_a_token_that_cannot_be_read_leaves_events_unsent() -> None:
    def token() -> str:
        raise FileNotFoundError("token")

    [outcome] = HttpSender("http://127.0.0.1:9", token).post([message(1)])
    assert outcome == Unsent("http://127.0.0.1:9/v1/events: token")


def test_only_web_addresses_are_taken() -> None:
    with pytest.raises(ContractError):
        HttpSender("file:///etc/passwd", lambda: "")
