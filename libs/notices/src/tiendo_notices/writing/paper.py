"""An official paper as it is laid out: what stands in each of its places.

A notice of conclusion is one; other kinds (a programme) have the same places under another title.
"""

from dataclasses import dataclass

from tiendo_notices.model import Form

_ENDS = (".", ";", ",", "!", "?", "…", "”", '"', ")", "/")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One printed paragraph of the body.

    `label` is its number as printed ("II-", "3.", "a)", "-") and empty in one that goes on without.
    `section` says that it is the heading of a section.
    """

    text: str
    label: str = ""
    section: bool = False

    @property
    def printed(self) -> str:
        """Number and words."""
        return f"{self.label} {self.text}".strip()

    @property
    def heads(self) -> bool:
        """Whether it only introduces what follows, and stays on the same page with that."""
        return self.section or not self.text.endswith(_ENDS)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table within the body; the first row holds the headings.

    `widths` are shares of the page's width, one for each column.
    """

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """A table of assignments behind the signature; the first row holds the headings."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The parts of a paper in the order of the page.

    `above` is the body that the issuer belongs to, `number` as printed without "Số" (blank in a
    draft), `dated` the line of place and date, `authority` who is signed for ("T/M BAN CHỈ ĐẠO"),
    `office` what the signer is, `kept` the archive's line of the recipients.
    """

    form: Form
    issuer: tuple[str, ...]
    number: str
    dated: str
    title: str
    abstract: str
    opening: tuple[str, ...]
    body: tuple[Paragraph | Grid, ...]
    above: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    kept: str = ""
    authority: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    signer: str = ""
    annexes: tuple[Annex, ...] = ()
