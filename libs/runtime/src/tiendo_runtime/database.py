"""Connections to a service's PostgreSQL database.

Pools are small (decision: min 1, max 4, two seconds): a database that is away is told to the
caller at once, who answers 503 or backs off.
"""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

Row = DictRow


class DatabaseAwayError(Exception):
    """PostgreSQL cannot be reached or broke off; the same call may pass later."""


def _check(conn: Connection[DictRow]) -> None:
    """Let the pool throw away a connection that broke while it was idle."""
    conn.execute("SELECT 1")


class Database:
    """A pool of connections whose rows are dictionaries."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self._pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
            url,
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row, "application_name": name, "connect_timeout": 2},
            min_size=1,
            max_size=4,
            timeout=2,
            check=_check,
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
        except (PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError) as away:
            raise DatabaseAwayError(str(away)) from away

    def ping(self) -> None:
        """See that a query gets an answer.

        Raises:
            DatabaseAwayError: It does not.
        """
        with self.transaction() as conn:
            conn.execute("SELECT 1")
