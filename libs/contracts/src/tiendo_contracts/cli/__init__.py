"""The command `tiendo-contracts`: check events offline, look the catalogue up.

It needs nothing but this package. What is wrong with an event is told on standard output; the exit
status is 0 where all is well, 1 where something is refused, 2 where the command was not understood.
"""

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from tiendo_contracts.asyncapi import asyncapi
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue, entry
from tiendo_contracts.cli.validating import Report, validate
from tiendo_contracts.examples import example, structured
from tiendo_contracts.freezing import FOLDER, check, freeze
from tiendo_contracts.pages import write_pages
from tiendo_contracts.schemas import schema

_NOT_UNDERSTOOD = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    options = _parser().parse_args(arguments)
    run: Callable[[Namespace], int] = options.run
    return run(options)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="tiendo-contracts",
        description="Kiểm tra sự kiện ngoại tuyến, tra cứu danh mục sự kiện của Tiến Độ.\n"
        "Check events offline, look up the catalogue of events of Tiến Độ.",
        epilog="Mã thoát: 0 tốt, 1 có sự kiện bị từ chối, 2 lệnh sai.\n"
        "Exit status: 0 all is well, 1 an event is refused, 2 not understood.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="LỆNH/COMMAND")
    _add_validate(commands)
    _add_lookups(commands)
    _add_freeze(commands)
    return parser


def _add(commands: Any, name: str, run: Callable[[Namespace], int], vi: str, en: str) -> Any:
    told = f"{vi} / {en}"
    command = commands.add_parser(name, help=told, description=told)
    command.set_defaults(run=run)
    return command


def _add_validate(commands: Any) -> None:
    command = _add(
        commands,
        "validate",
        _validate,
        "kiểm tra tệp sự kiện: một sự kiện, một lô, hoặc mỗi dòng một sự kiện",
        "check files of events: one, a batch (JSON array), or one a line",
    )
    command.add_argument(
        "files", nargs="+", metavar="FILE", help="tệp, - là đầu vào chuẩn / files, - for stdin"
    )
    command.add_argument(
        "--type",
        metavar="TYPE",
        help="tệp chỉ chứa data của loại này / the files hold the data of this type alone",
    )
    command.add_argument("--json", action="store_true", help="kết quả dạng JSON / answer in JSON")


def _add_lookups(commands: Any) -> None:
    found = _add(
        commands, "catalogue", _catalogue, "liệt kê các loại sự kiện", "list the types of events"
    )
    found.add_argument("--json", action="store_true", help="dạng JSON / as JSON")
    for name, run, vi, en in (
        ("example", _example, "in một sự kiện mẫu", "print an example event (structured mode)"),
        ("schema", _schema, "in JSON Schema của data", "print the JSON Schema of the data"),
    ):
        command = _add(commands, name, run, vi, en)
        command.add_argument(
            "type", metavar="TYPE", help="loại đầy đủ hoặc tên ngắn: MeetingHeld / type or name"
        )
    _add(commands, "asyncapi", _asyncapi, "in tài liệu AsyncAPI 3", "print the AsyncAPI 3 document")
    pages = _add(
        commands, "pages", _pages, "ghi danh mục dạng trang HTML", "write the catalogue as HTML"
    )
    pages.add_argument("--out", type=Path, required=True, metavar="DIR", help="thư mục / folder")


def _add_freeze(commands: Any) -> None:
    command = _add(
        commands,
        "freeze",
        _freeze,
        "(cho người phát triển) ghi các tệp đóng băng",
        "(for developers) write the frozen files; refuses what breaks a reader",
    )
    command.add_argument(
        "--check", action="store_true", help="chỉ so sánh / compare, write nothing"
    )
    command.add_argument("--folder", type=Path, default=FOLDER, help="thư mục / folder")


def _validate(options: Namespace) -> int:
    model = _model(options.type) if options.type else None
    reports: list[Report] = []
    for name in options.files:
        try:
            body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            sys.stderr.write(f"{name}: không đọc được / cannot be read: {error.strerror}\n")
            return _NOT_UNDERSTOOD
        reports.append(validate(name, body, model))
    if options.json:
        _print_json(
            {
                "valid": sum(report.valid for report in reports),
                "refused": sum(report.refused for report in reports),
                "errors": [error for report in reports for error in report.errors()],
            }
        )
    else:
        sys.stdout.writelines(line for report in reports for line in report.lines())
    return 1 if any(report.refused for report in reports) else 0


def _catalogue(options: Namespace) -> int:
    if options.json:
        return _print_json([entry(model) for model in catalogue().values()])
    rows = [(m.TYPE, m.TOPIC, m.OWNER, m.SINCE.isoformat(), m.STATUS) for m in catalogue().values()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    return 0


def _example(options: Namespace) -> int:
    return _print_json(structured(example(_model(options.type).TYPE)))


def _schema(options: Namespace) -> int:
    return _print_json(schema(_model(options.type)))


def _asyncapi(options: Namespace) -> int:
    del options
    return _print_json(asyncapi())


def _pages(options: Namespace) -> int:
    files = write_pages(options.out)
    sys.stdout.write(f"{options.out / 'index.html'}: {files} trang / pages\n")
    return 0


def _freeze(options: Namespace) -> int:
    act = check if options.check else freeze
    complaints = act(map(example, catalogue()), options.folder)
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


def _print_json(content: object) -> int:
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return 0


def _model(name: str) -> type[Contract]:
    """A contract by its type, or by its name in the newest version that has it."""
    if name in catalogue():
        return catalogue()[name]
    named = {model.__name__.lower(): model for model in catalogue().values()}
    if name.lower() in named:
        return named[name.lower()]
    close = get_close_matches(name.lower(), named, n=1)
    meant = f" – {named[close[0]].TYPE}?" if close else ""
    sys.stderr.write(f"Không có loại sự kiện này / There is no such type of event{meant}\n")
    raise SystemExit(_NOT_UNDERSTOOD)
