from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tiendo_local import browser as chromium

ROOT = Path(__file__).resolve().parents[2]


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
