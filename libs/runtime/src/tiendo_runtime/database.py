"""Connections to a service's PostgreSQL database.

Pools are small (decision: min 1, max 4, two seconds): a database that is away is told to the
caller at once, who answers 503 or backs off. Sessions that stop in the middle of a transaction (a
frozen process) are ended by the server, so that nobody waits for their locks: after 10 s between
two statements, after 30 s within one, since a COPY whose sender sleeps counts as work. A server
that takes a statement and does not answer (frozen itself) is given up by the connection: no
time-out of the network notices it, since its kernel goes on acknowledging.
"""

import select
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

import psycopg
from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Row = DictRow
T = TypeVar("T")

RECONNECT_SECONDS = 2.0
"""How long a pool tries on its own. It then waits to be asked: its growing pauses would keep it
away for a minute from a database that is back."""

SESSION: Mapping[str, str | int] = MappingProxyType(
    {
        "connect_timeout": 2,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 5000,
        "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=10s"
        " -c transaction_timeout=30s",
    }
)
"""Parameters of every connection: silence of the network or of a frozen peer does not last."""


ANSWER_SECONDS = 8.0
"""How long an answer to a statement may take; longer than the server itself waits for a lock."""


class DatabaseAwayError(Exception):
    """PostgreSQL cannot be reached or broke off; the same call may pass later."""


_FROZEN = {"25P03", "25P04"}  # idle_in_transaction_session_timeout, transaction_timeout: we slept
_LIMITS = "54"  # too long, too many, too complex: it will be so next time as well


def is_away(error: BaseException | None) -> bool:
    """Whether an error of the driver says that the same call may pass later."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate or ""
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return not state.startswith(_LIMITS)
    return state in _FROZEN


class Bounded(Connection[DictRow]):
    """A connection that breaks itself off when an answer does not come in `ANSWER_SECONDS`."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait for an answer.

        Raises:
            psycopg.OperationalError: It did not come; the connection is closed.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, ANSWER_SECONDS)
        except psycopg.errors._WaitTimeout:  # pyright: ignore[reportPrivateUsage] - has no other name
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"PostgreSQL has not answered for {ANSWER_SECONDS:.0f} s"
            ) from None


def check(conn: Connection[Any]) -> None:
    """Let a pool throw away a connection that broke while it was idle.

    Nothing is to be read from an idle connection but the server's last words, so it is asked only
    when there is something: a round trip for each use of a pool would cost more than most uses.
    """
    poll = select.poll()
    poll.register(conn.fileno(), select.POLLIN)
    if poll.poll(0):
        conn.execute("SELECT 1")


class Database:
    """A pool of connections whose rows are dictionaries."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            url,
            connection_class=Bounded,
            kwargs={"row_factory": dict_row, "application_name": name, **SESSION},
            min_size=1,
            max_size=4,
            timeout=2,
            reconnect_timeout=RECONNECT_SECONDS,
            check=check,
            open=False,
        )

    def open(self) -> None:
        """Start the pool; connections come up in the background."""
        self._pool.open()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def transaction(self) -> Generator[Connection[DictRow]]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            DatabaseAwayError: No connection could be had, or it broke.
        """
        try:
            with self._pool.connection() as conn, conn.transaction():
                yield conn
        except psycopg.Error as error:
            if is_away(error):
                raise DatabaseAwayError(str(error)) from error
            raise

    @contextmanager
    def statements(self) -> Generator[Connection[DictRow]]:
        """A connection on which each statement is a transaction of its own.

        What one statement locks is released as soon as it is done, however slow its caller is.

        Raises:
            DatabaseAwayError: No connection could be had, or it broke; what was asked may be done.
        """
        try:
            with self._pool.connection() as conn:
                conn.autocommit = True
                try:
                    yield conn
                finally:
                    if not conn.closed:
                        conn.autocommit = False
        except psycopg.Error as error:
            if is_away(error):
                raise DatabaseAwayError(str(error)) from error
            raise

    def ping(self) -> None:
        """See that a query gets an answer.

        Raises:
            DatabaseAwayError: It does not.
        """
        with self.transaction() as conn:
            conn.execute("SELECT 1")


def connected(url: str) -> Connection[DictRow]:
    """A connection of its own for the steps of an operator, which may take their time."""
    return Connection[DictRow].connect(
        url, autocommit=True, row_factory=dict_row, connect_timeout=5, application_name="tiendo-ops"
    )
