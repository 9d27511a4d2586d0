"""`tiendo notice`: read a notice from a file and show what was understood, or lay it out anew."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from tiendo_notices.classified import is_classified
from tiendo_notices.documents import text_from, text_of
from tiendo_notices.errors import NoticeError, UnreadableDocumentError
from tiendo_notices.model import Form, Item, Reading
from tiendo_notices.reader import read as read_notice
from tiendo_notices.writing import Paper, compose

app = typer.Typer(
    help="Read and write notices of conclusion (Thông báo kết luận).", no_args_is_help=True
)

_KINDS = {"assignment": "nhiệm vụ", "statement": "nhận định"}
_PERIODS = {
    "daily": "hằng ngày",
    "weekly": "hằng tuần",
    "monthly": "hằng tháng",
    "quarterly": "hằng quý",
    "half-yearly": "6 tháng một lần",
    "yearly": "hằng năm",
    "continuous": "thường xuyên",
}
_FIELDS = {
    "kind": "loại",
    "lead": "chủ trì",
    "coordinators": "phối hợp",
    "due": "thời hạn",
    "recurring": "chu kỳ",
}


@app.callback()
def notice() -> None:
    """Read and write notices of conclusion (Thông báo kết luận)."""


@app.command()
def read(
    file: Annotated[
        str,
        typer.Argument(help="TXT, Markdown, DOCX or PDF with one notice; `-` is standard input."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Show who must do what by when, and what a person must check before signing."""
    text = _open_text(file)
    try:
        reading = read_notice(text)
    except NoticeError as error:
        _refuse(str(error))
    if as_json:
        sys.stdout.write(json.dumps(reading.to_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(reading)


@app.command()
def write(
    file: Annotated[
        str,
        typer.Argument(help="TXT, Markdown, DOCX or PDF with one notice; `-` is standard input."),
    ],
    out: Annotated[Path, typer.Argument(help="Where to write: a name that ends in .docx or .pdf.")],
    form: Annotated[
        Form | None,
        typer.Option(help="party (36-HD/VPTW) or state (30/2020/NĐ-CP); else the text's own."),
    ] = None,
    fonts: Annotated[
        Path | None,
        typer.Option(help="A folder with Times New Roman, for PDF.", exists=True, file_okay=False),
    ] = None,
) -> None:
    """Lay a notice out in its official form, as DOCX or PDF; its words stay as they are."""
    text = _open_text(file)
    kind = out.suffix.lower()
    if kind not in (".docx", ".pdf"):
        _refuse(f"The name {out.name} must end in .docx or .pdf: it says what to write.")
    try:
        paper = compose(text, form)
        out.write_bytes(_made(paper, kind, fonts))
    except NoticeError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{out} cannot be written ({error.strerror}). Choose another place.")
    Console().print(f"{out}: {len(paper.body)} đoạn / paragraphs", markup=False, highlight=False)


def _made(paper: Paper, kind: str, fonts: Path | None) -> bytes:
    try:
        if kind == ".pdf":
            from tiendo_notices.writing.typeset import pdf  # noqa: PLC0415 # an optional extra

            return pdf(paper, fonts)
        from tiendo_notices.writing.word import docx  # noqa: PLC0415 # an optional extra

        return docx(paper)
    except ImportError:
        _refuse(f"Writing {kind} needs the extra: pip install 'tiendo-notices[documents]'.")


def _open_text(file: str) -> str:
    """The text of a file that may be worked with."""
    text = _text(file)
    if is_classified(text):
        _refuse(
            "The text is marked MẬT, TỐI MẬT or TUYỆT MẬT. "
            "Classified notices must not be read with this tool."
        )
    return text


def _refuse(sentence: str) -> NoReturn:
    Console(stderr=True, soft_wrap=True).print(sentence, style="red", markup=False, highlight=False)
    raise typer.Exit(1)


def _text(file: str) -> str:
    try:
        return text_from(sys.stdin.buffer.read()) if file == "-" else text_of(Path(file))
    except FileNotFoundError:
        _refuse(f"There is no file {file}. Check the path, or use - to read standard input.")
    except OSError as error:
        _refuse(
            f"The file {file} cannot be read ({error.strerror}). Check that it is a readable file."
        )
    except UnreadableDocumentError as error:
        _refuse(str(error))


def _show(reading: Reading) -> None:
    console = Console()
    for label, value in _header(reading):
        console.print(f"{label:<11} {value}", markup=False, highlight=False)
    console.print(_table(reading))
    flagged = sum(bool(item.doubts) for item in reading.items)
    console.print(
        f"{len(reading.items)} mục, {flagged} mục cần người đọc kiểm tra trước khi ký.",
        markup=False,
        highlight=False,
    )


def _header(reading: Reading) -> list[tuple[str, str]]:
    form = {"party": "Đảng", "state": "Nhà nước", None: "chưa rõ"}[reading.form]
    rows = [
        ("Số", reading.number or "(để trống)"),
        ("Thể thức", form),
        ("Ban hành", f"{reading.issued_on:%d/%m/%Y}" if reading.issued_on else "(chưa có ngày)"),
        ("Ngày họp", f"{reading.meeting_on:%d/%m/%Y}" if reading.meeting_on else "(chưa rõ)"),
        ("Trích yếu", reading.abstract or "(chưa rõ)"),
    ]
    return [*rows, *(("Lưu ý", doubt.vi) for doubt in reading.doubts)]


def _table(reading: Reading) -> Table:
    table = Table(show_lines=True, expand=False)
    for name in ("Mục", "Loại", "Chủ trì", "Phối hợp", "Thời hạn", "Cần kiểm tra"):
        table.add_column(name, overflow="fold", no_wrap=name in ("Mục", "Loại"))
    for item in reading.items:
        table.add_row(*(_plain(cell) for cell in _row(item)))
    return table


def _plain(cell: str) -> str:
    """Square brackets of the notice are no markup."""
    return cell.replace("[", r"\[")


def _row(item: Item) -> tuple[str, ...]:
    doubts = "\n".join(f"{_FIELDS.get(d.field, d.field)}: {d.vi}" for d in item.doubts)
    return (
        item.path,
        _KINDS[item.kind],
        "\n".join(item.lead),
        "\n".join(item.coordinators),
        _when(item),
        doubts,
    )


def _when(item: Item) -> str:
    parts: list[str] = []
    if item.due and item.due_at:
        whole_day = (item.due_at.hour, item.due_at.minute) == (23, 59)
        parts.append(f"{item.due:%d/%m/%Y}" if whole_day else f"{item.due_at:%H:%M %d/%m/%Y}")
    elif item.due_text:
        parts.append(f"“{item.due_text}”")
    if item.recurring:
        parts.append(_PERIODS[item.recurring])
    return "\n".join(parts)
