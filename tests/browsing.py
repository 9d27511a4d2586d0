"""The real browser of tests."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tiendo_local import browser as chromium

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def launched() -> Generator[Browser]:
    """A Chromium, installed where it is not.

    For a module, not for the run: Playwright holds the thread's event loop, which other tests need.
    """
    installed = chromium.provide(ROOT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed.path,
            args=list(chromium.FLAGS),
            env=dict(installed.environment),
        )
        yield browser
        browser.close()
