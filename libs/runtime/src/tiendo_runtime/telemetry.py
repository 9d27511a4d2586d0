"""Logs, traces and metrics. Logs are one JSON object a line on standard error, with the trace's id.

A trace follows a request through Kafka: the request's span is stored with the events it caused and
becomes the parent of what each consumer does with them. Spans and metrics leave by OTLP where an
endpoint is set (`TIENDO_OTLP_ENDPOINT`); metrics can be scraped always.
"""

import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from opentelemetry import metrics, trace
from opentelemetry.context import attach, detach
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tiendo_runtime.exposition import Scrape
from tiendo_runtime.records import Received

_tracer = trace.get_tracer("tiendo")
_propagator = TraceContextTextMapPropagator()
_exports = threading.Event()
_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, trace and what `extra` gave."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        context = trace.get_current_span().get_span_context()
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if context.is_valid:
            line["trace_id"] = f"{context.trace_id:032x}"
        line |= {k: v for k, v in vars(record).items() if k not in _PLAIN}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        return text.encode("utf-8", "backslashreplace").decode()


def configure(service: str, level: str, otlp_endpoint: str, role: str = "all") -> Scrape:
    """Set up logs, traces and metrics of this process, once; answers what scrapes see."""
    _log(service, level)
    resource = Resource.create(
        {
            "service.name": service,
            "service.instance.id": f"{socket.gethostname()}/{os.getpid()}",
            "tiendo.role": role,
        }
    )
    spans = TracerProvider(resource=resource)
    scrape = Scrape()
    readers: list[MetricReader] = [scrape.reader]
    if otlp_endpoint:
        readers.append(_export(spans, otlp_endpoint.rstrip("/")))
    trace.set_tracer_provider(spans)
    metrics.set_meter_provider(MeterProvider(readers, resource))
    return scrape


def _log(service: str, level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("aiokafka", "httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("aiokafka.consumer.group_coordinator").setLevel(logging.ERROR)


def _export(spans: TracerProvider, endpoint: str) -> MetricReader:
    """Let spans leave by OTLP; answers the reader by which metrics do."""
    # Slow to import, and needed only here.
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
        OTLPMetricExporter,
    )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    _exports.set()
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")
    spans.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    return PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{endpoint}/v1/metrics"))


def exports() -> bool:
    """Whether spans leave this process."""
    return _exports.is_set()


def traceparent() -> str:
    """The current span in W3C form, or nothing."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent", "")


@contextmanager
def serving(method: str, route: str, parent: str) -> Generator[Span]:
    """The span of an HTTP request; `parent` is the caller's traceparent, if it sent one."""
    context = _propagator.extract({"traceparent": parent})
    with _tracer.start_as_current_span(
        f"{method} {route}", context=context, kind=SpanKind.SERVER
    ) as span:
        yield span


@contextmanager
def consuming(consumer: str, received: Received) -> Generator[None]:
    """The span of what one consumer does with one event, inside the trace that caused it.

    Where spans go nowhere there is none; what is done still belongs to the trace.
    """
    envelope = received.envelope
    context = _propagator.extract({"traceparent": envelope.traceparent})
    if not _exports.is_set():
        token = attach(context)
        try:
            yield
        finally:
            detach(token)
        return
    attributes = {"messaging.message.id": envelope.id, "event.type": envelope.type}
    with _tracer.start_as_current_span(
        f"{consumer} {type(received.event).__name__}",
        context=context,
        kind=SpanKind.CONSUMER,
        attributes=attributes,
    ):
        yield
