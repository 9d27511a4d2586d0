"""What scenes decide: units are registered in a store, and their relay carries them on."""

from uuid import UUID

from tests.chaos.findings import Findings
from tests.chaos.mutants.ground import Ground, must, until
from tests.chaos.stored import check_topics, load

from assignments.domain import Level, Unit
from assignments.publishing import publish
from tiendo_contracts.examples import story
from tiendo_contracts.units import UnitRegistered
from tiendo_runtime.clock import SystemClock, Uuid7
from tiendo_runtime.context import Cause, acting
from tiendo_runtime.publishing import Publisher
from tiendo_runtime.store import Store, Work


def store_of(ground: Ground) -> Store:
    return Store(ground.url, Publisher("assignments", publish), SystemClock(), Uuid7())


def register(store: Store, name: str) -> None:
    with acting(Cause(actor="scene", correlation_id="scene")):
        store.transact(lambda work: unit(work, name))


def unit(work: Work, name: str) -> UUID:
    identity = work.ids.new()
    unit = Unit(
        id=identity,
        timestamp=work.clock.now(),
        code=None,
        name=name,
        name_en="",
        aliases=(),
        level=Level.CENTRAL,
        kind="agency",
        parent_id=None,
        path=f"/{identity}/",
        effective_on=story.NOTICE_DAY,
    )
    work.add(unit)
    return identity


def sent(ground: Ground, events_stored: int) -> None:
    """Wait until the relay stands behind so many events."""
    until(lambda: ground.one("SELECT position FROM relay") >= events_stored, "the relay")


def check_log(ground: Ground) -> None:
    """Hold the topic against the store, as at the end of a run."""
    findings = Findings()
    check_topics(findings, ground.service, load(ground.url), ground.log(UnitRegistered.TOPIC))
    must(not findings.wrong, "; ".join(findings.wrong))
