"""A place where traces go: OTLP over HTTP, as a collector would take them."""

import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tiendo_local import ports


@dataclass(frozen=True)
class Span:
    """A span as it was sent: whose, what, and in which trace."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str


class SpanSink:
    """Collects spans; its address is what `TIENDO_OTLP_ENDPOINT` names."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._spans: list[Span] = []
        self._lock = threading.Lock()

    def take(self, body: bytes) -> None:
        """Take one export request in."""
        with self._lock:
            self._spans += _spans(ExportTraceServiceRequest.FromString(body))

    def of_trace(self, trace_id: str) -> list[Span]:
        """The spans of one trace that have come in; one that was sent twice counts once."""
        with self._lock:
            found = {span.span_id: span for span in self._spans if span.trace_id == trace_id}
        return list(found.values())


def _spans(request: Any) -> Iterator[Span]:
    for resource in request.resource_spans:
        names = {a.key: a.value.string_value for a in resource.resource.attributes}
        for scope in resource.scope_spans:
            yield from _of_service(names.get("service.name", ""), scope.spans)


def _of_service(service: str, spans: Iterable[Any]) -> Iterator[Span]:
    for span in spans:
        ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
        yield Span(service, span.name, *ids)


@contextmanager
def span_sink() -> Generator[SpanSink]:
    """Run a sink on a free port of this machine."""
    port = ports.any_free()
    sink = SpanSink(f"http://{ports.HOST}:{port}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path.endswith("/v1/traces"):  # metrics come to the same address
                sink.take(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Keep quiet."""

    server = ThreadingHTTPServer((ports.HOST, port), Handler)
    thread = threading.Thread(target=server.serve_forever, name="span-sink")
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
