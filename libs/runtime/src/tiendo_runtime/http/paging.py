"""Keyset paging: an opaque cursor behind the last row, never an offset."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar, cast

import msgspec
from fastapi import Query
from pydantic import BaseModel

from tiendo_runtime.http.problems import ProblemError

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="rows a page")]
Cursor = Annotated[str, Query(max_length=500, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """A page of rows; `next` is None on the last one."""

    items: list[T]
    next: str | None = None


def cursor_of(*key: Any) -> str:
    """The cursor behind a row with that sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(cursor: str, *types: type) -> tuple[Any, ...] | None:
    """The sort key in a cursor, or None for the first page.

    Raises:
        ProblemError: 422, where the cursor was not made here.
    """
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return cast("tuple[Any, ...]", msgspec.json.decode(raw, type=tuple[types]))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise ProblemError(422, "bad_cursor") from None
