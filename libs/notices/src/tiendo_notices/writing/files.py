"""A paper as the file that people ask for."""

from collections.abc import Callable, Mapping
from typing import Literal

from tiendo_notices.writing.paper import Paper
from tiendo_notices.writing.typeset import pdf
from tiendo_notices.writing.word import docx

Kind = Literal["docx", "pdf"]
"""How the name of the file ends."""

MEDIA_TYPES: Mapping[Kind, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_WRITERS: Mapping[Kind, Callable[[Paper], bytes]] = {"docx": docx, "pdf": pdf}


def written(paper: Paper, kind: Kind) -> bytes:
    """The paper as a file of that kind; the same paper gives the same bytes."""
    return _WRITERS[kind](paper)
