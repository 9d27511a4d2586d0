"""Rebuilds of views under attack: killed, gone on with, rolled back; readers notice nothing."""

import itertools
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from tests.chaos.crew import Crew
from tests.chaos.operating import OperatorError, again_until_done, ops

VIEWS = (
    ("monitoring", "board", "assignments"),
    ("monitoring", "board", "assignments"),
    ("reporting", "assignments_copy", "assignments_copy"),
    ("notifications", "notifications", "notifications"),
)
"""Views that are built anew: the service, the view, and a table of it that only grows."""
_AGAIN_SECONDS = 0.02


def rebuild(crew: Crew, number: int, how: str, seconds: float) -> str:
    """Build a view anew while the live one goes on; answers what was seen.

    Raises:
        OperatorError: It was not switched, or readers noticed.
    """
    service, view, table = VIEWS[number]
    command = ("rebuild", view, "--service", service, "--workers", "1")
    begun = time.monotonic()
    with _reading(crew.platform.postgres_url(service), table) as reads:
        if how == "killed":
            told = f"begun {again_until_done(crew, *command, seconds=seconds)} times"
        else:
            ops(crew, *command)
            told = "switched"
        if how == "rolled back":
            ops(crew, "rollback", view, "--service", service)
            told = "switched and rolled back"
    took = time.monotonic() - begun
    return f"{told} in {took:.0f} s, {len(reads)} reads meanwhile noticed nothing"


@contextmanager
def _reading(url: str, table: str) -> Generator[list[int]]:
    """Count a table's rows over and over: rows must never be fewer than before."""
    reads: list[int] = []
    wrong: list[str] = []
    enough = threading.Event()

    def read() -> None:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                while not enough.wait(_AGAIN_SECONDS):
                    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
                    reads.append(int(row[0]) if row else 0)
        except psycopg.Error as error:
            wrong.append(str(error))

    reader = threading.Thread(target=read, name="reader", daemon=True)
    reader.start()
    try:
        yield reads
    finally:
        enough.set()
        reader.join()
    fewer = [(a, b) for a, b in itertools.pairwise(reads) if b < a]
    if fewer or wrong or not reads:
        raise OperatorError(
            f"a reader of {table} noticed: {fewer[:3]} {wrong}, in {len(reads)} reads"
        )
