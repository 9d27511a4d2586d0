"""What a source is registered for, and why a sound event of it is not taken all the same."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import is_open
from tiendo_contracts.checking import Incoming
from tiendo_contracts.refusals import Refusal, refusal


@dataclass(frozen=True, slots=True)
class Registration:
    """What a source may publish.

    Attributes:
        name: As it is registered.
        uri: The one `source` of its events.
        types: The CloudEvents types that it may send.
        covers: Whether it may publish about a unit; None where the register does not hold the unit.
    """

    name: str
    uri: str
    types: frozenset[str]
    covers: Callable[[UUID], bool | None]

    def refusal(self, event: Incoming) -> Refusal | None:
        """Why a source that is registered so may not send a sound event, or None."""
        contract = type(event.data)
        if event.source != self.uri:
            return refusal("not_your_source", "/source", uri=self.uri)
        if not is_open(contract):
            return refusal("not_yours_to_publish", "/type", owner=contract.OWNER)
        if event.type not in self.types:
            return refusal("type_not_registered", "/type", name=self.name)
        unit: UUID | None = getattr(event.data, _unit_field(contract), None)
        if unit is not None and not (covered := self.covers(unit)):
            code = "unit_not_known" if covered is None else "unit_not_registered"
            return refusal(code, f"/data/{_unit_field(contract)}", name=self.name)
        if getattr(event.data, "system", self.uri) != self.uri:
            return refusal("not_your_system", "/data/system", uri=self.uri)
        return None


def unit_of(event: Incoming) -> UUID | None:
    """The unit that an event speaks of: whose data they are, or who answers for a definition."""
    return getattr(event.data, _unit_field(type(event.data)), None)


@cache
def _unit_field(contract: type[Contract]) -> str:
    return "unit_id" if "unit_id" in contract.model_fields else "owner_unit_id"
