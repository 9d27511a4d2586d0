"""An array that is taken apart is read as the whole text would be, right or wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiendo_contracts.refusals import RefusedError
from tiendo_contracts.strict_json import parse, parse_array

SPACE = st.text(" \t\n\r", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
PIECES = st.one_of(
    SPACE,
    st.sampled_from(
        ["[", "]", ",", "{", "}", ":", '"', "[]", '{"a":1,"a":2}', "1e999", "x", "\xa0"]
    ),
    VALUES.map(json.dumps),
)


@st.composite
def arrays(draw: st.DrawFn) -> str:
    """Arrays with space wherever it may stand."""
    elements = draw(st.lists(VALUES.map(json.dumps), max_size=4))
    spaced = [draw(SPACE) + one + draw(SPACE) for one in elements] or [draw(SPACE)]
    return draw(SPACE) + "[" + ",".join(spaced) + "]" + draw(SPACE)


def outcome(text: str, *, apart: bool) -> object:
    body = text.encode("utf-8", "surrogatepass")
    try:
        parsed = parse_array(body)[0] if apart else parse(body)
    except RefusedError as error:
        return [(one.code, one.path) for one in error.refusals]
    return repr(parsed)


@given(arrays() | st.lists(PIECES, max_size=8).map("".join))
def test_an_array_taken_apart_is_read_as_the_whole(text: str) -> None:
    assert outcome(text, apart=True) == outcome(text, apart=False)


@pytest.mark.parametrize(
    ("text", "letters"),
    [("[]", 0), ("[ ]", 0), (" [ 1 , 22,  333 ] ", 3), ('["ế", {"a": [1, 2]}]', 13), ("{}", 0)],
)
def test_the_longest_element_is_told_in_letters(text: str, letters: int) -> None:
    assert parse_array(text.encode())[1] == letters
