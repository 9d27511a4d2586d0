"""Batches as nearly all are, every event of them plain and right: one reading of the text tells.

What is not plain need not be wrong; `checking` looks at it, and says what is. For what is plain it
would come to the very same outcome, which a test holds against it.
"""

import re
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, cast

from pydantic import BaseModel, ConfigDict, Field, GetPydanticSchema, TypeAdapter, create_model
from pydantic_core import core_schema, from_json

from tiendo_contracts.attributes import MAX_LENGTH, TIME_PATTERN
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue
from tiendo_contracts.strict_json import members

_ODD_ESCAPE = re.compile(rb"\\u(?:00[04-7]|[dD][89a-fA-F])")
"""Escapes that might stand for U+0000, for half a surrogate pair, or for a letter of a name."""
_SPACE = b" \t\n\r"
_OF_EACH = b'"specversion"'

_Text = Annotated[str, Field(pattern="^[ -~]+$", max_length=MAX_LENGTH)]
_Uri = Annotated[
    str,
    Field(
        pattern=r"^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$",
        max_length=MAX_LENGTH,
    ),
]
_Time = Annotated[
    datetime,
    GetPydanticSchema(
        lambda _source, _handler: core_schema.chain_schema(
            [core_schema.str_schema(pattern=f"^{TIME_PATTERN}$"), core_schema.datetime_schema()]
        )
    ),
]


class Plain(BaseModel):
    """An event in the JSON format whose named attributes are ASCII; `time` is as it was given."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: _Text
    source: _Uri
    type: str
    time: _Time
    subject: _Text | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: _Text = "-"
    data: Contract


def read(body: bytes, longest: int) -> list[tuple[Plain, Any]] | None:
    """The events of a batch, each with its JSON tree; None where one of them is not plain.

    None as well where one may be longer than `longest` bytes.
    """
    if _ODD_ESCAPE.search(body):
        return None
    try:
        tree = from_json(body, allow_inf_nan=False, cache_strings="keys")
        events = _batch().validate_json(body)
    except ValueError:
        return None
    # A quote before a colon ends the name of a member, or stands in some text besides: as many of
    # them as there are members means that no name stood twice and was lost.
    if members(tree) != body.translate(None, _SPACE).count(b'":'):
        return None
    # Each event has this name; where it stands but once in each, an event lies between those of the
    # events before and after it.
    between = body.split(_OF_EACH)
    if len(between) != len(events) + 1 or 2 * max(map(len, between)) + len(_OF_EACH) > longest:
        return None
    return list(zip(events, cast("list[Any]", tree), strict=True))


@cache
def _batch() -> TypeAdapter[list[Plain]]:
    kinds = tuple(_kind(model) for model in catalogue().values())
    one = Annotated[Union[kinds], Field(discriminator="type")]  # type: ignore[valid-type]  # noqa: UP007
    return TypeAdapter(cast("Any", list[one]))


def _kind(model: type[Contract]) -> type[Plain]:
    fields: dict[str, Any] = {"type": (Literal[model.TYPE], ...), "data": (model, ...)}
    return create_model(model.__name__, __base__=Plain, **fields)
