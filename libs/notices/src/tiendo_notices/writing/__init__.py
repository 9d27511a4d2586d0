"""A notice out again: laid out in either official form, as DOCX or PDF.

`compose` puts the parts of a text in their places; `docx` and `pdf` set them. Reading what was
written gives back the same items.
"""

from tiendo_notices.writing.composing import compose, issued
from tiendo_notices.writing.paper import Annex, Grid, Paper, Paragraph

__all__ = ["Annex", "Grid", "Paper", "Paragraph", "compose", "issued"]
