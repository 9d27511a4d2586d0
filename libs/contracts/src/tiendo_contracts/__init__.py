"""The public language of Tiến Độ: the events that cross services.

A contract is a frozen pydantic model with a stable CloudEvents type; the catalogue lists them all.
Readers ignore fields and types that they do not know; publishers send every field of the model.
For those who read in other languages, `frozen/` holds a JSON Schema (2020-12) and an example per
type; `python -m tiendo_contracts freeze` writes them.
"""

from tiendo_contracts.base import Contract, ContractError
from tiendo_contracts.catalogue import UnknownEventTypeError, by_type, catalogue
from tiendo_contracts.cloudevents import Envelope, MalformedRecordError

__all__ = [
    "Contract",
    "ContractError",
    "Envelope",
    "MalformedRecordError",
    "UnknownEventTypeError",
    "by_type",
    "catalogue",
]
