"""The sample notices are read as their labels say."""

import json
from pathlib import Path
from typing import Any

import pytest

from tiendo_notices import read
from tiendo_notices.samples import NAMES, sample

HERE = Path(__file__).parent
FIELDS = ("kind", "lead", "coordinators", "due", "due_at", "recurring", "unsure")


def expected(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"sample-{name}.expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_item_of_a_sample_is_read_as_labelled(name: str) -> None:
    items = {i["path"]: i for i in read(sample(name)).to_dict()["items"]}
    labels = expected(name)["items"]
    assert list(items) == [label["path"] for label in labels]
    for label in labels:
        found = {key: items[label["path"]][key] for key in label if key in FIELDS}
        assert found == {key: label[key] for key in label if key in FIELDS}, label["path"]


@pytest.mark.parametrize("name", NAMES)
def test_the_header_of_a_sample_is_read_as_labelled(name: str) -> None:
    reading = read(sample(name)).to_dict()
    labels = {key: value for key, value in expected(name).items() if key != "items"}
    assert {key: reading[key] for key in labels} == labels


def test_a_sample_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        sample("other")
