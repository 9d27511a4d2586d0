"""The JSON Schema (2020-12) of a contract."""

from inspect import getdoc
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tiendo_contracts.base import Contract


class _Schema(GenerateJsonSchema):
    """JSON Schema without the titles that pydantic makes up from field names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def schema(model: type[Contract]) -> dict[str, Any]:
    """The JSON Schema of a contract's data."""
    return {
        "$schema": _Schema.schema_dialect,
        "$id": f"urn:tiendo:{model.TYPE}",
        **model.model_json_schema(schema_generator=_Schema),
        "description": f"{model.VI} — {getdoc(model)}",
    }
