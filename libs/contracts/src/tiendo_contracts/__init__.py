"""The public language of Tiến Độ: the events that cross services.

A contract is a frozen pydantic model with a stable CloudEvents type; the catalogue lists them all.
Readers ignore fields and types that they do not know; publishers send every field of the model.
`checking` says whether what somebody else wrote is taken. For those who write in other languages,
`frozen/` holds schemas, whole events, records on the wire, and what must be refused;
`tiendo-contracts` is the command. The rules are written in docs/contracts.md of the project.
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
