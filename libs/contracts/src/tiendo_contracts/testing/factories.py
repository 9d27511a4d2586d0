"""Valid events to begin with."""

from typing import Any, TypeVar

from tiendo_contracts.base import Contract
from tiendo_contracts.examples import example

E = TypeVar("E", bound=Contract)


def valid(model: type[E], **fields: Any) -> E:
    """The catalogue's example of a type, with other values in some fields.

    Raises:
        TypeError: The type has no such field.
        ValidationError: A value does not fit (pydantic's error).
    """
    if unknown := sorted(fields.keys() - model.model_fields.keys()):
        raise TypeError(f"{model.__name__} has no field {', '.join(unknown)}")
    return model.model_validate({**dict(example(model.TYPE)), **fields})
