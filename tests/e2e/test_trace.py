"""One trace from the HTTP request of a report to the board."""

import pytest
from tests.e2e.played import Played, eventually
from tests.e2e.spans import Span, SpanSink

pytestmark = pytest.mark.timeout(420)

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
FOLLOWS = {
    ("reporting", "POST /v1/reports"),
    ("assignments", "reactions ReportSubmitted"),
    ("monitoring", "board ReportSubmitted"),
    ("monitoring", "board CompletionReported"),
}


def test_a_report_is_followed_from_its_request_to_the_board(played: Played, spans: SpanSink):
    fates = played.silent_unit()
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
    answer = played.submit(fates, 100, done=True, headers=headers)
    assert answer.status_code == 201

    def arrived() -> list[Span]:
        found = spans.of_trace(TRACE)
        return found if {(span.service, span.name) for span in found} >= FOLLOWS else []

    found = eventually(arrived)
    # The web framework tells the request as well, beside our own span of it.
    roots = {(span.service, span.name) for span in found if span.parent_id == CALLER}
    assert roots == {("reporting", "POST /v1/reports")}
    known = {span.span_id for span in found} | {CALLER}
    assert all(span.parent_id in known for span in found), "a span of the trace hangs in the air"
