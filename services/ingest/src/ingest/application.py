"""Use cases of the ingest: sources are managed here; taking events in is `taking`."""

from functools import partial

from ingest import sources
from ingest.domain import Grant, Source, source_id
from tiendo_contracts.catalogue import catalogue, is_open
from tiendo_runtime.context import current_cause
from tiendo_runtime.domain import NotFoundError, RuleError
from tiendo_runtime.store import Work

SERVICE = "ingest"


def open_types() -> tuple[str, ...]:
    """The types that others may publish: those that no service of ours makes itself."""
    return tuple(name for name, contract in catalogue().items() if is_open(contract))


def put_source(work: Work, name: str, grant: Grant) -> Source:
    """Register a source, or let one that is there do this instead.

    Raises:
        RuleError: `unknown_type` or `not_open` with the type, or a rule of the domain.
        ConflictError: `already_taken`: another source has the URI or the subject.
    """
    _check_types(grant)
    now, identity = work.clock.now(), source_id(name)
    source = work.find(Source, identity)
    before = None if source is None or source.is_removed else source.grant
    if source is None:
        source = work.add(Source.register(name, grant, timestamp=now))
    else:
        source.change(grant, timestamp=now)
    _claim(work, source, before, grant)
    write = partial(
        sources.keep,
        name=name,
        version=source.version,
        grant=grant,
        actor=current_cause().actor,
    )
    work.write(write)
    return source


def remove_source(work: Work, name: str) -> Source:
    """Let a source publish nothing any more.

    Raises:
        NotFoundError: There was never one of that name.
        ConflictError: `source_removed`.
    """
    source = work.find(Source, source_id(name))
    if source is None:
        raise NotFoundError("Source", name)
    source.remove(timestamp=work.clock.now())
    _claim(work, source, source.grant, None)
    work.write(partial(sources.drop, name=name))
    return source


def _check_types(grant: Grant) -> None:
    if not grant.types:
        raise RuleError("no_types", path="/types")
    known = catalogue()
    for number, name in enumerate(grant.types):
        if name not in known:
            raise RuleError("unknown_type", path=f"/types/{number}", type=name)
        if not is_open(known[name]):
            owner = known[name].OWNER
            raise RuleError("not_open", path=f"/types/{number}", type=name, owner=owner)


def _claim(work: Work, source: Source, before: Grant | None, after: Grant | None) -> None:
    """Keep what may belong to one source alone: its URI, and the subject of its tokens."""
    for kind in ("uri", "subject"):
        old = getattr(before, kind) if before else None
        new = getattr(after, kind) if after else None
        if old != new:
            if old is not None:
                work.release(f"source.{kind}", old)
            if new is not None:
                work.reserve(f"source.{kind}", new, source.id)
