"""A paper as PDF, set by typst from `notice.typ`."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from tiendo_notices.writing.layout import FONT, INDENT_MM, LAYOUTS, SPACING_PT
from tiendo_notices.writing.paper import Grid, Paper, Paragraph

_LIKE_A_MARK = re.compile(
    r" (?=(?:[-–—•·▪*+]|\d{1,2}(?:\.\d{1,2})*[.)/]?|\(?[a-zđ][.)/]|[IVX]{1,5}[.\-–/)])(?:\s|$))"
)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_FONTS = (FONT, "Libertinus Serif")
"""The prescribed one where a folder has it; else one that comes with typst, has serifs too and
every letter of Vietnamese."""


def pdf(paper: Paper, fonts: Path | None = None) -> bytes:
    """The paper as PDF; the same paper and fonts give the same bytes.

    Args:
        paper: What to set.
        fonts: A folder with Times New Roman, which may not be passed on with this package.
    """
    tied: dict[str, Any] = {
        "opening": [_tied(text) for text in paper.opening],
        "body": [_part(part) for part in paper.body],
        "closing": [_tied(text) for text in paper.closing],
    }
    told = {
        **asdict(paper),
        **tied,
        "layout": asdict(LAYOUTS[paper.form]),
        "indent": INDENT_MM,
        "spacing": SPACING_PT,
        "fonts": _FONTS if fonts else _FONTS[1:],
    }
    made: Any = typst.compile(  # bytes, since no output is named
        _template(),
        format="pdf",
        font_paths=[bytes(fonts)] if fonts else [],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(told, ensure_ascii=False)},
        timestamp=_EPOCH,
    )
    return bytes(made)


def _part(part: Paragraph | Grid) -> dict[str, Any]:
    if isinstance(part, Grid):
        return asdict(part)
    return {**asdict(part), "text": _tied(part.text), "heads": part.heads}


def _tied(text: str) -> str:
    """The words with what looks like a number or a dash tied to the word before it.

    A line that began with it would be read as a part of its own.
    """
    return _LIKE_A_MARK.sub("\u00a0", text)


@cache
def _template() -> bytes:
    return files("tiendo_notices.writing").joinpath("notice.typ").read_bytes()
