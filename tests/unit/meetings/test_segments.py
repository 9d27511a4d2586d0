"""The notice's text, cut into pieces to be coloured."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from meetings.domain import Deadline, DraftItem, FieldRead, ItemKind, Named
from meetings.pages.segments import Piece, pieces


def item(path: str, span: tuple[int, int], lead: str = "", words: str = "") -> DraftItem:
    leads = (Named(lead, None, (), ""),) if lead else ()
    deadline = Deadline(None, None, words)
    return DraftItem(path, ItemKind.ASSIGNMENT, "", span, leads, (), deadline, None, None, (), ())


_SPANS = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=8)


@given(st.text(alphabet="ab ắ.\n", max_size=50), _SPANS)
def test_no_letter_is_lost_or_doubled_whatever_the_spans(text: str, spans: list[tuple[int, int]]):
    items = [item(str(i), span, "ab", "a") for i, span in enumerate(spans)]
    assert "".join(piece.text for piece in pieces(text, items)) == text


def test_the_innermost_item_owns_its_words():
    found = pieces("1. X a) Y hết", [item("1", (0, 9)), item("1.a", (5, 9))])
    assert [(p.text, p.path) for p in found] == [("1. X ", "1"), ("a) Y", "1.a"), (" hết", "")]


def test_a_field_is_marked_where_it_was_read_and_nowhere_else():
    text = "Sở X: 1. Sở X làm với Sở X."
    read = FieldRead("lead", (9, 13), "lead.giao", 0.9)
    found = pieces(text, [replace(item("1", (6, 27), "Sở X"), fields=(read,))])
    marked = [(p.text, p.field) for p in found if p.path]
    assert marked == [("1. ", ""), ("Sở X", "lead"), (" làm với Sở X.", "")]


def test_what_two_items_take_from_their_heading_is_marked_there_as_the_first_ones():
    text = "Sở X: a) một b) hai"
    read = FieldRead("lead", (0, 4), "lead.heading", 0.9)
    both = [replace(item(p, at), fields=(read,)) for p, at in (("a", (6, 13)), ("b", (13, 19)))]
    assert pieces(text, both)[0] == Piece("Sở X", "a", "lead")


@given(st.text(alphabet="ab ắ.\n", max_size=50), _SPANS, _SPANS)
def test_no_letter_is_lost_or_doubled_wherever_fields_were_read(
    text: str, spans: list[tuple[int, int]], fields: list[tuple[int, int]]
):
    read = tuple(FieldRead("due", span, "due.day", 0.9) for span in fields)
    items = [replace(item(str(i), span), fields=read) for i, span in enumerate(spans)]
    assert "".join(piece.text for piece in pieces(text, items)) == text


def test_names_and_words_of_time_are_marked_inside_of_their_own_item_only():
    text = "Sở A làm trước 15/12. Sở A nghỉ."
    found = pieces(text, [item("1", (0, 21), "Sở A", "trước 15/12")])
    marked = [(p.text, p.field) for p in found if p.field]
    assert marked == [("Sở A", "lead"), ("trước 15/12", "due")]
