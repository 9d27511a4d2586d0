"""The catalogue of events as people meet it: pages opened from a folder, an AsyncAPI document."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from playwright.sync_api import Browser, Page

from tiendo_contracts.asyncapi import asyncapi
from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.pages import write_pages
from tiendo_local import browser as chromium

ROOT = Path(__file__).resolve().parents[2]
SPECS = ".local/browser/node_modules/@asyncapi/specs/schemas"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    write_pages(made)
    return made


@pytest.fixture
def index(browser: Browser, folder: Path) -> Page:
    """The first page, with no network behind it; anything that it complains of is an error."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"{error}"))
    page.on("console", lambda message: pytest.fail(message.text))
    page.goto((folder / "index.html").as_uri())
    return page


def names(page: Page) -> list[str]:
    shown = page.locator(".card:visible .name")
    return [re.sub("v[0-9]+$", "", name) for name in shown.all_text_contents()]


def test_every_event_is_on_the_first_page(index: Page) -> None:
    assert sorted(names(index)) == sorted(model.__name__ for model in catalogue().values())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gia hạn", "ExtensionRefused"),
        ("GIA HAN", "ExtensionRefused"),
        ("don vi chu tri bao hoan thanh", "CompletionReported"),
        ("extension refused", "ExtensionRefused"),
        ("measured_at", "IndicatorMeasured"),
        ("tiendo.quality FindingRaised", "FindingRaised"),
    ],
)
def test_search_finds_names_fields_and_words_without_marks(
    words: str, found: str, index: Page
) -> None:
    index.fill("#search", words)
    assert found in names(index)
    assert len(names(index)) < len(catalogue())
    assert index.text_content("#found") == str(len(names(index)))


def test_search_says_where_nothing_is_found(index: Page) -> None:
    assert not index.is_visible("#none")
    index.fill("#search", "pond")
    assert names(index) == []
    assert index.is_visible("#none")
    index.fill("#search", "")
    assert len(names(index)) == len(catalogue())


def test_an_event_has_its_page_with_fields_example_and_schema(index: Page) -> None:
    index.click("text=ConclusionIssued")
    assert index.text_content(".type") == "vn.tiendo.meetings.ConclusionIssued.v1"
    fields = index.locator(".fields td:first-child").all_text_contents()
    assert "items[].deadline.due_on" in fields
    assert json.loads(index.locator("main > pre").inner_text())["type"] == (
        "vn.tiendo.meetings.ConclusionIssued.v1"
    )
    index.click("text=JSON Schema (2020-12)")
    assert index.locator("details[open] pre").is_visible()
    index.click(".brand a")
    assert index.locator("#search").is_visible()


@pytest.mark.parametrize("event_type", catalogue(), ids=str)
def test_no_page_is_wider_than_a_phone(event_type: str, browser: Browser, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto((folder / f"{event_type}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_the_asyncapi_document_satisfies_the_schema_of_asyncapi_3() -> None:
    chromium.provide(ROOT)  # the schema comes with it
    schema: dict[str, Any] = json.loads((ROOT / SPECS / "3.0.0.json").read_text("utf-8"))
    validator: Any = Draft7Validator(schema)  # its methods are typed in part only
    found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(asyncapi())]
    assert found == []
