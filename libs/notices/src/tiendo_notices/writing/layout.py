"""What the two official forms prescribe, as figures: millimetres and points on A4.

Party: Hướng dẫn 36-HD/VPTW of 3 April 2018. State: Nghị định 30/2020/NĐ-CP, Phụ lục I. Where a form
leaves a range, the usual figure within it is taken.
"""

from dataclasses import dataclass

from tiendo_notices.model import Form

FONT = "Times New Roman"
INDENT_MM = 10
SPACING_PT = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """One form.

    Margins are in millimetres, sizes in points. `lines` stand at the head's right, the last of
    them with a rule below as long as itself; `bold_office` says whether what the signer is stands
    in bold.
    """

    top: int
    bottom: int
    left: int
    right: int
    lines: tuple[tuple[str, int], ...]
    above: int
    issuer: int
    number: int
    dated: int
    title: int
    abstract: int
    body: int
    signature: int
    recipients_word: int
    recipients: int
    page: int
    mark: str
    numbered: str
    bold_office: bool
    below_abstract: str


LAYOUTS: dict[Form, Layout] = {
    "party": Layout(
        top=20, bottom=20, left=30, right=15,
        lines=(("ĐẢNG CỘNG SẢN VIỆT NAM", 15),),
        above=14, issuer=14, number=14, dated=14, title=16, abstract=15, body=14, signature=14,
        recipients_word=14, recipients=12, page=14, mark="*", numbered="Số",
        bold_office=False, below_abstract="-----",
    ),
    "state": Layout(
        top=20, bottom=20, left=30, right=15,
        lines=(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12), ("Độc lập - Tự do - Hạnh phúc", 13)),
        above=12, issuer=12, number=13, dated=13, title=14, abstract=14, body=14, signature=14,
        recipients_word=12, recipients=11, page=14, mark="", numbered="Số:",
        bold_office=True, below_abstract="",
    ),
}  # fmt: skip
