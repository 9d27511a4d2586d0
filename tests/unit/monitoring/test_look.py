import re
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from monitoring.pages.charts import REPORTED, STATES, parts, reported
from monitoring.pages.look import Look
from monitoring.pages.words import WORDS
from monitoring.views.entries import KINDS
from monitoring.views.obligations import Rates
from monitoring.views.sums import Figures

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # half past midnight of the 23rd in Vietnam
VI, EN = Look("vi", NOW), Look("en", NOW)


def test_times_are_those_of_vietnam() -> None:
    assert VI.time(NOW) == "23/11/2026 00:30"
    assert VI.clock(NOW) == "00:30:00"
    assert VI.day(date(2026, 1, 2)) == VI.day("2026-01-02") == "02/01/2026"
    assert VI.day(None) == "–"


def test_lateness_starts_with_a_day_or_with_an_hour() -> None:
    assert VI.since(datetime(2026, 11, 20, 17, 0, tzinfo=UTC)) == "21/11/2026"
    assert VI.since(datetime(2026, 11, 20, 10, 0, tzinfo=UTC)) == "20/11/2026 17:00"


@pytest.mark.parametrize(
    ("hours", "vi", "en"),
    [
        (0, "hôm nay", "today"),
        (23, "hôm nay", "today"),
        (24, "1 ngày", "1 day"),
        (60, "2 ngày", "2 days"),
    ],
)
def test_lateness_is_told_in_whole_days(hours: int, vi: str, en: str) -> None:
    since = NOW - timedelta(hours=hours)
    assert (VI.overdue(since), EN.overdue(since)) == (vi, en)


def test_numbers_are_written_as_each_language_does() -> None:
    assert (VI.number(1287), EN.number(1287)) == ("1.287", "1,287")
    assert (VI.rate(1, 3), EN.rate(1, 3), VI.rate(0, 0)) == ("33,3%", "33.3%", "0,0%")
    assert VI.t("see_all", n=1287) == "Xem tất cả 1.287"


def test_only_all_of_them_is_a_hundred_percent() -> None:
    assert VI.rate(9999, 10000) == "99,9%"
    assert VI.rate(5, 5) == "100,0%"


def test_the_other_language_stands_beside() -> None:
    assert str(VI.two("overdue")) == 'Quá hạn <small class="beside" lang="en">Overdue</small>'
    assert str(EN.two("overdue")) == 'Overdue <small class="beside" lang="vi">Quá hạn</small>'


def test_weeks_have_words() -> None:
    assert (VI.week("2026-W07"), EN.week("2026-W07")) == ("Tuần 7 năm 2026", "Week 7 of 2026")
    assert (VI.week("2026-08"), EN.week("2026-08")) == ("Tháng 8/2026", "Month 8 of 2026")


def test_services_are_the_system() -> None:
    assert (VI.who("service:assignments"), VI.who("user:7f3c")) == ("hệ thống", "user:7f3c")


def test_parts_fill_the_whole_without_a_gap() -> None:
    found = parts(Figures(total=10, overdue=2, done_late=3, regular=5))
    assert [(part.state, part.count) for part in found] == [
        ("overdue", 2),
        ("done_late", 3),
        ("regular", 5),
    ]
    assert [part.start for part in found] == [0.0, 0.2, 0.5]
    assert sum(part.size for part in found) == 1.0


def test_nothing_has_no_parts() -> None:
    assert parts(Figures()) == []
    assert reported(Rates()) == []


def test_reports_that_were_excused_are_no_part_of_the_picture() -> None:
    found = reported(Rates(on_time=6, missed=2, excused=5, waiting=2))
    assert [(part.state, part.count) for part in found] == [
        ("missed", 2),
        ("on_time", 6),
        ("waiting", 2),
    ]
    assert sum(part.size for part in found) == pytest.approx(1)
    half = reported(Rates(on_time=5), whole=10)
    assert [part.size for part in half] == [0.5]


def _templates() -> dict[str, str]:
    folder = files("monitoring.pages") / "templates"
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_every_word_of_a_template_is_in_the_table() -> None:
    said = re.compile(r"""\b(?:t|two)\(\s*["']([a-z_0-9-]+)["']\s*[,)]""")
    asked = {key for text in _templates().values() for key in said.findall(text)}
    assert asked
    assert asked <= WORDS.keys()


def test_every_code_that_is_shown_is_in_the_table() -> None:
    codes = [*STATES, *REPORTED, "claimed_unverified", *(f"e_{kind}" for kind in KINDS.values())]
    codes += ["central", "academy", "provincial", "communal", "unknown"]
    codes += ["on_time", "late", "returned", "silent", "k_assignment", "k_statement", "k_set_aside"]
    codes += ["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly", "continuous"]
    codes += ["m_scheduled", "m_held", "m_cancelled"]
    assert set(codes) <= WORDS.keys()


def test_every_word_is_said_in_both_languages_with_the_same_facts() -> None:
    facts = re.compile(r"{(\w+)}")
    for key, word in WORDS.items():
        assert word.vi.strip(), key
        assert word.en.strip(), key
        assert sorted(facts.findall(word.vi)) == sorted(facts.findall(word.en)), key


def test_pages_ask_nobody_else_for_anything() -> None:
    styles = (files("monitoring.pages") / "static" / "board.css").read_text("utf-8")
    outside = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""")
    for name, text in {**_templates(), "board.css": styles}.items():
        assert not outside.search(text), name
        assert "style=" not in text, name
        assert "<script>" not in text, name


def test_periods_are_told_in_words_of_both_languages() -> None:
    assert (VI.week("2026-W07"), EN.week("2026-W07")) == ("Tuần 7 năm 2026", "Week 7 of 2026")
    assert (VI.week("2026-07"), EN.week("2026-07")) == ("Tháng 7/2026", "Month 7 of 2026")
