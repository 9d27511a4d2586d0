"""Batches as nearly all are, every event of them plain and right: one reading of the text tells.

What is not plain need not be wrong; `checking` looks at it, and says what is. For what is plain it
would come to the very same outcome, which a test holds against it.
"""

from functools import cache
from typing import Annotated, Any, Literal, Union, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from tiendo_contracts.attributes import MAX_LENGTH
from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue

_Text = Annotated[str, Field(pattern="^[ -~]+$", max_length=MAX_LENGTH)]
_Uri = Annotated[
    str,
    Field(
        pattern=r"^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$",
        max_length=MAX_LENGTH,
    ),
]


class Plain(BaseModel):
    """An event in the JSON format whose named attributes are ASCII; `time` is looked at later."""

    model_config = ConfigDict(extra="allow")

    specversion: Literal["1.0"]
    id: _Text
    source: _Uri
    type: str
    time: str
    subject: _Text = "-"
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: _Text = "-"
    data: Contract

    @property
    def has_subject(self) -> bool:
        """Whether its subject was given."""
        return "subject" in self.model_fields_set


def read(body: bytes) -> list[Plain] | None:
    """The events of a batch, or None where one of them is not plain."""
    try:
        return _batch().validate_json(body)
    except ValidationError:
        return None


@cache
def _batch() -> TypeAdapter[list[Plain]]:
    kinds = tuple(_kind(model) for model in catalogue().values())
    one = Annotated[Union[kinds], Field(discriminator="type")]  # type: ignore[valid-type]  # noqa: UP007
    return TypeAdapter(cast("Any", list[one]))


def _kind(model: type[Contract]) -> type[Plain]:
    fields: dict[str, Any] = {"type": (Literal[model.TYPE], ...), "data": (model, ...)}
    return create_model(model.__name__, __base__=Plain, **fields)
