"""Pieces of HTML."""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape

_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?|true|false|null)')


def both(vi: str, en: str) -> str:
    """Vietnamese, and English beside it."""
    return f'<span class="vi">{escape(vi)}</span> <span class="en" lang="en">{escape(en)}</span>'


def code(content: object) -> str:
    """JSON, coloured."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return f'<pre tabindex="0"><code>{coloured(text)}</code></pre>'


def coloured(text: str) -> str:
    """A JSON text with its names, texts and numbers marked."""
    made, end = "", 0
    for token in _TOKEN.finditer(text):
        kind = "k" if token[2] else "s" if token[1] else "n"
        shown = escape(token[1] or token[3], quote=False)
        made += escape(text[end : token.start()], quote=False)
        made += f'<i class="{kind}">{shown}</i>{token[2] or ""}'
        end = token.end()
    return made + escape(text[end:], quote=False)


def table(head: Sequence[str], body: Iterable[Sequence[str]], name: str) -> str:
    """A table of cells that are HTML already."""
    top = "".join(f"<th scope=col>{cell}</th>" for cell in head)
    lines = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in body
    )
    return (
        f'<div class="scroll"><table class="{name}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def page(title: str, style: str, body: str) -> str:
    """A whole document that loads nothing from elsewhere."""
    return f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>{body}
</body>
</html>
"""
