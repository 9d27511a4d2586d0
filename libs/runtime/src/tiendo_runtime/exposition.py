"""Metrics in Prometheus' text format (0.0.4), as `/metrics` answers.

OpenTelemetry's own exporter for Prometheus is a beta without type information that brings a second
metrics library along; what is needed of it are these lines. Names follow OpenTelemetry's rules:
dots become underscores, the unit is appended in words, counters end in `_total`.
"""

from collections.abc import Iterable, Iterator, Mapping

from opentelemetry.sdk.metrics.export import (
    Gauge,
    Histogram,
    HistogramDataPoint,
    InMemoryMetricReader,
    Metric,
    NumberDataPoint,
    Sum,
)
from opentelemetry.util.types import AttributeValue

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_UNITS = {"s": "_seconds", "By": "_bytes", "1": "_ratio"}
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Labels = Mapping[str, AttributeValue] | None


class Scrape:
    """The metrics of this process as they are when somebody asks."""

    def __init__(self) -> None:
        self.reader = InMemoryMetricReader()

    def text(self) -> str:
        """All metrics, and what the process is (`target_info`)."""
        data = self.reader.get_metrics_data()
        lines: list[str] = []
        for resource in data.resource_metrics if data else ():
            lines += ["# TYPE target_info gauge"]
            lines += [_sample("target_info", resource.resource.attributes, 1)]
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    lines += _family(metric)
        return "".join(f"{line}\n" for line in lines)


def _family(metric: Metric) -> Iterator[str]:
    data = metric.data
    match data:
        case Histogram():
            kind, name = "histogram", _name(metric)
            samples = [s for point in data.data_points for s in _buckets(name, point)]
        case Sum(is_monotonic=True):
            kind, name = "counter", f"{_name(metric)}_total"
            samples = list(_numbers(name, data.data_points))
        case Sum() | Gauge():
            kind, name = "gauge", _name(metric)
            samples = list(_numbers(name, data.data_points))
        case _:
            return  # no instrument here makes another kind
    if samples:
        about = (metric.description or "").replace("\\", r"\\").replace("\n", r"\n")
        yield f"# HELP {name} {about}"
        yield f"# TYPE {name} {kind}"
        yield from samples


def _name(metric: Metric) -> str:
    return metric.name.replace(".", "_") + _UNITS.get(metric.unit or "", "")


def _numbers(name: str, points: Iterable[NumberDataPoint]) -> Iterator[str]:
    for point in points:
        yield _sample(name, point.attributes, point.value)


def _buckets(name: str, point: HistogramDataPoint) -> Iterator[str]:
    labels, below = dict(point.attributes or {}), 0
    for bound, count in zip(
        (*map(_number, point.explicit_bounds), "+Inf"), point.bucket_counts, strict=True
    ):
        below += count
        yield _sample(f"{name}_bucket", {**labels, "le": bound}, below)
    yield _sample(f"{name}_sum", labels, point.sum)
    yield _sample(f"{name}_count", labels, point.count)


def _sample(name: str, labels: Labels, value: float) -> str:
    named = ",".join(
        f'{label.replace(".", "_")}="{str(one).translate(_ESCAPES)}"'
        for label, one in sorted((labels or {}).items())
    )
    return f"{name}{{{named}}} {_number(value)}" if named else f"{name} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
