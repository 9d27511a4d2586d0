"""`python -m tiendo_contracts`: write the frozen files, compare them, list the catalogue."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.examples import example
from tiendo_contracts.freezing import FOLDER, check, freeze


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 1 where something was refused or differs."""
    options = _parser().parse_args(arguments)
    if options.command == "catalogue":
        return _print_catalogue()
    act = check if options.check else freeze
    complaints = act(map(example, catalogue()), options.folder)
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tiendo_contracts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("catalogue", help="print type, topic, owner and first day of each contract")
    frozen = commands.add_parser("freeze", help="write the JSON Schemas and examples")
    frozen.add_argument("--check", action="store_true", help="compare, write nothing")
    frozen.add_argument("--folder", type=Path, default=FOLDER, help="where the files lie")
    return parser


def _print_catalogue() -> int:
    rows = [(m.TYPE, m.TOPIC, m.OWNER, m.SINCE.isoformat()) for m in catalogue().values()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
