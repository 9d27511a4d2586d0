"""The page on the life of an assignment says what the code does."""

from tests.unit.assignments import life_page

from assignments.domain import LIFE
from assignments.messages import MESSAGES


def test_the_page_is_as_the_table_in_the_code_has_it() -> None:
    page = life_page.PAGE.read_text()
    assert page == life_page.written(page), "run `python -m tests.unit.assignments.life_page`"


def test_every_error_of_the_table_has_a_sentence_in_both_languages() -> None:
    codes = {error for step in LIFE.values() for error in step.errors.values() if error}
    assert not [code for code in codes if not (MESSAGES[code].vi and MESSAGES[code].en)]
