"""How a survey looks on a terminal. Every colour also stands there as a word."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tiendo_runtime.paces import Pace
from tiendo_runtime.standing import Build, ConsumerStanding, Lag, Letters, RelayStanding, Seen
from tiendo_runtime.survey import ServiceState, State, Trouble

_WELL, _BUSY, _BAD, _FAINT = "green", "yellow", "bold red", "dim"
_COLUMNS = ("service", "processes", "part", "state", "behind", "moved", "set aside")
_FIGURES = ("behind", "moved")
_UNITS = (("d", 86400), ("h", 3600), ("min", 60))
_FEW_SECONDS = 10
_MILLI = 0.01

Line = tuple[Text, Text, Text, Text, Text]
"""Part, state, behind, moved, set aside."""


def screen(state: State, found: Sequence[Trouble]) -> RenderableType:
    """The whole state, and what needs a person."""
    return Group(_head(state, found), _kafka(state), "", _services(state), *_needs(found))


def _head(state: State, found: Sequence[Trouble]) -> Text:
    verdict = (f"needs a person: {len(found)}", _BAD) if found else ("all is well", _WELL)
    at = (f"{state.at:%Y-%m-%d %H:%M:%S} UTC, looked for {state.seconds:.1f} s", _FAINT)
    return Text.assemble(("Tiến Độ", "bold"), "  ", verdict, "  ", at)


def _kafka(state: State) -> Text:
    if state.cluster is None:
        return Text.assemble("Kafka  ", ("AWAY", _BAD))
    kept = state.cluster.topics.values()
    return Text(
        f"Kafka  cluster {state.cluster.id} · brokers {state.cluster.brokers}"
        f" · topics {len(kept)} of {len(state.topics)}"
        f" · partitions {_all(topic.partitions for topic in kept)}"
        f" · replicas {_all(topic.replicas for topic in kept)}"
    )


def _all(values: Iterable[int]) -> str:
    return "/".join(map(str, sorted(set(values)))) or "none"


def _services(state: State) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=_FAINT)
    for name in _COLUMNS:
        table.add_column(name, justify="right" if name in _FIGURES else "left", no_wrap=True)
    for service in state.services:
        lines = _lines(service, None if state.lags is None else state.lags.get(service.name, ()))
        parts = [Text("\n").join(cells) for cells in zip(*lines, strict=True)]
        processes = Text("\n").join(_processes(service))
        table.add_row(Text(service.name, "bold"), processes, *parts)
        table.add_row()
    return table


def _processes(service: ServiceState) -> list[Text]:
    if service.away:
        return [Text("unknown", _FAINT)]
    return [_process(seen) for seen in service.processes] or [Text("none is up", _BAD)]


def _process(seen: Seen) -> Text:
    text = Text(f"{seen.role} {seen.place}")
    return text.append(f" SILENT {_span(seen.silent)}", _BAD) if seen.hangs else text


def _lines(service: ServiceState, lags: Sequence[Lag] | None) -> list[Line]:
    if service.away:
        return [_line("database", Text("AWAY", _BAD))]
    schema = Text("WRONG", _BAD) if service.schema else Text("current", _WELL)
    lines = [_line("schema", schema)]
    if service.relay:
        lines.append(_relay(service.relay))
    lines += [_consumer(service, one, lags) for one in service.consumers]
    lines += [_build(one) for one in service.builds if one.state == "building"]
    lines += [_pace(one) for one in service.paces]
    return lines


def _line(
    part: str, state: Text, behind: str = "", moved: str = "", aside: Text | None = None
) -> Line:
    return (Text(part), state, Text(behind), Text(moved, _FAINT), aside or Text(""))


def _relay(relay: RelayStanding) -> Line:
    leads = f"{relay.owner.rpartition('/')[0]} leads"
    state = Text(leads, _WELL) if relay.leads else Text("NOBODY LEADS", _BAD)
    behind = f"{relay.backlog:,} · {_span(relay.age)}" if relay.backlog else "0"
    return _line("relay", state, behind)


def _consumer(service: ServiceState, one: ConsumerStanding, lags: Sequence[Lag] | None) -> Line:
    live = {b.projection: b for b in service.builds if b.state == "live"}.get(one.name)
    part = f"view {one.name} v{live.version}" if live else one.name
    aside = _aside([letters for letters in service.letters if letters.consumer == one.name])
    moved = "never" if one.moved is None else f"{_span(one.moved)} ago"
    if lags is None:
        return _line(part, Text("unknown", _FAINT), "?", moved, aside)
    mine = [lag for lag in lags if lag.consumer == one.name]
    events, age = sum(lag.events for lag in mine), max((lag.age for lag in mine), default=0.0)
    behind = f"{events:,} · {_span(age)}" if events else "0" if one.places else ""
    return _line(part, _flow(one, events), behind, moved, aside)


def _flow(one: ConsumerStanding, events: int) -> Text:
    if not one.places:
        return Text("never began", _BUSY)
    return Text("catching up", _BUSY) if events else Text("has all", _WELL)


def _aside(letters: Sequence[Letters]) -> Text:
    told = ", ".join(f"{one.count} {one.code}" for one in letters)
    return Text(told, _BAD) if told else Text("none", _FAINT)


def _build(build: Build) -> Line:
    return _line(f"view {build.schema}", Text(f"building: {build.phase} {build.done:.0%}", _BUSY))


def _pace(pace: Pace) -> Line:
    took = f"{_millis(pace.median)}, slow {_millis(pace.slow)}"
    return _line(f"time of {pace.work}", Text(took, _FAINT), f"{pace.count:,} a min")


def _millis(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds >= _MILLI else f"{seconds * 1000:.1f} ms"


def _span(seconds: float | None) -> str:
    """A span in its largest unit, as people say it."""
    if seconds is None:
        return "?"
    for unit, size in _UNITS:
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s" if seconds < _FEW_SECONDS else f"{seconds:.0f} s"


def _needs(found: Sequence[Trouble]) -> list[RenderableType]:
    return [
        Text.assemble(
            (f"! {one.where}: ", _BAD), one.what, "\n  → ", (one.do, "bold"), overflow="fold"
        )
        for one in found
    ]
