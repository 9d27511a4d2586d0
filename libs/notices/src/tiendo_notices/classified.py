"""Whether a text is marked secret. Such a text must be refused before it is stored or logged."""

import re
import unicodedata

_CELL = re.compile(r"\t|\||\s{2,}")
_AROUND = " []()*_{}«»“”\"'.:;!-–—\u200b\ufeff"
_CAPITALS = re.compile(r"(?:(?:T ?U ?Y ?Ệ ?T|T ?Ố ?I) {1,3})?M ?Ậ ?T")
_LABELLED = re.compile(r"(?:độ mật ?:? ?)?(?:tuyệt mật|tối mật|mật)")
_FIRST_LINES = 15
_LONGEST_MARKING = 40


def is_classified(text: str) -> bool:
    """Whether a line, or a cell of a line, reads nothing but MẬT, TỐI MẬT or TUYỆT MẬT.

    The word inside a sentence ("bảo mật", "tài liệu mật") is no marking. In capitals it counts
    anywhere, since page headers repeat; in small letters, or after "Độ mật:", in the first lines.
    Never raises, whatever the text.
    """
    first_lines = _FIRST_LINES
    for line in text.splitlines():
        if not line.strip():
            continue
        first_lines -= 1
        if any(_is_marking(cell, header=first_lines >= 0) for cell in _CELL.split(line.strip())):
            return True
    return False


def _is_marking(cell: str, *, header: bool) -> bool:
    if len(cell) > _LONGEST_MARKING:
        return False
    words = " ".join(unicodedata.normalize("NFC", cell).split()).strip(_AROUND)
    if _CAPITALS.fullmatch(words):
        return True
    return header and _LABELLED.fullmatch(words.lower()) is not None
