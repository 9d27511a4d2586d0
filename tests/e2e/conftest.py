"""Fixtures of the whole product: the stage, raised once with its story played, and a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.e2e.played import MEMBER, Played
from tests.e2e.spans import SpanSink, span_sink

from tiendo_local import browser as chromium
from tiendo_local import personas
from tiendo_local.demo.stage import Stage, raised
from tiendo_local.demo.story import play
from tiendo_local.personas import Persona
from tiendo_local.room import side_checkout
from tiendo_notices.samples import sample

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def spans() -> Iterator[SpanSink]:
    """Where the services of the stage send their spans."""
    with span_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def played(spans: SpanSink) -> Iterator[Played]:
    """The whole country on real parts, with the demo's story played; one for the whole run."""
    root = side_checkout(ROOT, "e2e")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TIENDO_OTLP_ENDPOINT", spans.address)
        with raised(root) as stage:
            told = play(stage, sample("party"))
            _write_personas(stage)
            yield Played(stage, told)
    shutil.rmtree(root)


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


# For a module, not for the run: Playwright holds the thread's event loop, which other tests need.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; launched anew for each module."""
    installed = chromium.provide(ROOT)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=installed.path,
            args=list(chromium.FLAGS),
            env=dict(installed.environment),
        )
        yield launched
        launched.close()


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
