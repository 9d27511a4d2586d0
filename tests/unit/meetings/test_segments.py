"""The notice's text, cut into pieces to be coloured."""

from hypothesis import given
from hypothesis import strategies as st

from meetings.domain import Deadline, DraftItem, ItemKind, Named
from meetings.pages.segments import pieces


def item(path: str, span: tuple[int, int], lead: str = "", words: str = "") -> DraftItem:
    leads = (Named(lead, None, ()),) if lead else ()
    deadline = Deadline(None, None, words)
    return DraftItem(path, ItemKind.ASSIGNMENT, "", span, leads, (), deadline, None, (), ())


_SPANS = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=8)


@given(st.text(alphabet="ab ắ.\n", max_size=50), _SPANS)
def test_no_letter_is_lost_or_doubled_whatever_the_spans(text: str, spans: list[tuple[int, int]]):
    items = [item(str(i), span, "ab", "a") for i, span in enumerate(spans)]
    assert "".join(piece.text for piece in pieces(text, items)) == text


def test_the_innermost_item_owns_its_words():
    found = pieces("1. X a) Y hết", [item("1", (0, 9)), item("1.a", (5, 9))])
    assert [(p.text, p.path) for p in found] == [("1. X ", "1"), ("a) Y", "1.a"), (" hết", "")]


def test_names_and_words_of_time_are_marked_inside_of_their_own_item_only():
    text = "Sở A làm trước 15/12. Sở A nghỉ."
    found = pieces(text, [item("1", (0, 21), "Sở A", "trước 15/12")])
    marked = [(p.text, p.field) for p in found if p.field]
    assert marked == [("Sở A", "lead"), ("trước 15/12", "due")]
