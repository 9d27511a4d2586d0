"""The page of mails says what the code does."""

from tests.unit.notifications import mails_page


def test_the_page_of_mails_is_as_the_code():
    page = mails_page.PAGE.read_text()
    assert page == mails_page.written(page), "run `python -m tests.unit.notifications.mails_page`"
