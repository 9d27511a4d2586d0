import re
from pathlib import Path

import pytest

import reporting
from reporting.messages import MESSAGES
from tiendo_runtime.http.messages import BASE

SOURCES = sorted(Path(str(reporting.__file__)).parent.rglob("*.py"))
CODES = sorted(
    {
        code
        for source in SOURCES
        for code in re.findall(r'Error\(\s*"([a-z_0-9]+)"', source.read_text("utf-8"))
    }
)


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_a_sentence_in_both_languages(code: str) -> None:
    sentence = {**BASE, **MESSAGES}[code]
    assert sentence.vi
    assert sentence.en


def test_no_sentence_is_left_over() -> None:
    assert set(MESSAGES) <= set(CODES)
