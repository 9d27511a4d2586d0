"""Fixtures of the whole product: the stage, raised once with its story played, and a browser."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browsing import launched
from tests.chaos import logs, stored
from tests.chaos.findings import Findings
from tests.chaos.killer import Killer
from tests.chaos.ledger import Ledger
from tests.chaos.progress import Progress
from tests.chaos.witness import Witness
from tests.e2e.played import MEMBER, Played
from tests.e2e.spans import SpanSink, span_sink

from tiendo_local import personas
from tiendo_local.demo.cast import Cast
from tiendo_local.demo.flow import until
from tiendo_local.demo.stage import Stage, raised
from tiendo_local.demo.story import play
from tiendo_local.demo.verdict import Verdict
from tiendo_local.errors import LocalError
from tiendo_local.personas import Persona
from tiendo_local.room import side_checkout
from tiendo_notices.samples import sample

ROOT = Path(__file__).resolve().parents[2]
_SEED = 1


@pytest.fixture(scope="session")
def spans() -> Iterator[SpanSink]:
    """Where the services of the stage send their spans."""
    with span_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def played(spans: SpanSink) -> Iterator[Played]:
    """The whole country on real parts, with the demo's story played; one for the whole run.

    While it is played each service is killed once; `wrong` says what that did harm to.
    """
    root = side_checkout(ROOT, "e2e")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TIENDO_OTLP_ENDPOINT", spans.address)
        with raised(root) as stage:
            _write_personas(stage)
            ledger = Ledger(stage.platform.room.path / "ledger.jsonl")
            cast = Cast(stage.platform, stage.urls, partial(Witness, ledger))
            yield _under_kills(replace(stage, cast=cast), ledger)
            cast.close()
    shutil.rmtree(root)


def _under_kills(stage: Stage, ledger: Ledger) -> Played:
    killer = Killer(stage.platform.supervisor, sorted(stage.urls), ledger, _SEED, rounds=1)
    killer.start()
    try:
        told = play(stage, sample("party"))
        killer.join()
    finally:
        killer.call_off()
    try:
        Verdict(stage, told).pass_()
        wrong = _look(stage, ledger)
    except LocalError as error:
        wrong = [str(error)]
    return Played(stage, told, dict(killer.kills), wrong)


def _look(stage: Stage, ledger: Ledger) -> list[str]:
    """What stores, topics, consumers and the promises that were given have wrong."""
    progress = Progress(stage.platform)
    until(lambda: not progress.unsent(progress.events()), "all relays")
    until(lambda: not progress.behind(progress.ends()), "all consumers")
    findings = Findings()
    records = logs.read(stage.platform.kafka_bootstrap)
    for service in stored.SERVICES:
        url = stage.platform.postgres_url(service)
        stored.check(findings, service, url, ledger.promises.values(), records)
    findings.none("dead letters", progress.letters())
    findings.none("told different things under one key", ledger.broken)
    progress.close()
    return findings.wrong


def _write_personas(stage: Stage) -> None:
    top = stage.unit("BCDTW")
    member = Persona(
        key="thanh-vien",
        name=MEMBER,
        role="member",
        unit=top.id,
        unit_name=top.name,
        unit_path=top.path,
    )
    personas.write(stage.platform.room, [member])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; launched anew for each module."""
    with launched() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own that speaks Vietnamese and lives in Vietnam."""
    context = browser.new_context(
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        viewport={"width": 1280, "height": 900},
    )
    yield context.new_page()
    context.close()
