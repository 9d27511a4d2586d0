"""What the queries of views are asked on."""

from psycopg import Connection
from psycopg.rows import DictRow

Rows = Connection[DictRow]
