"""Settings from the environment, prefix `TIENDO_`, checked at start."""

import sys
from typing import Literal, NoReturn, TypeVar

from pydantic import AnyHttpUrl, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Role = Literal["all", "api", "relay", "react", "project"]


class Settings(BaseSettings):
    """What every service needs; a service adds its own."""

    model_config = SettingsConfigDict(env_prefix="TIENDO_", frozen=True, extra="ignore")

    database_url: str = Field(
        pattern=r"^postgres(ql)?://", description="PostgreSQL database of this service"
    )
    kafka_bootstrap_servers: str = Field(min_length=3, description="host:port, comma-separated")
    topic_prefix: str = Field(
        "", pattern=r"^[A-Za-z0-9._-]*$", description="before all topics, for a shared cluster"
    )
    http_host: str = Field("127.0.0.1", description="address to listen on")
    http_port: int = Field(0, ge=0, le=65535, description="port to listen on, 0 for any")
    token_issuer: str = Field(description="`iss` that tokens must have")
    token_audience: str = Field("tiendo", description="`aud` that tokens must have")
    jwks_url: AnyHttpUrl = Field(description="where the issuer's public keys are (RFC 7517)")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: str = Field("", description="where traces go (OTLP over HTTP), or nothing")


S = TypeVar("S", bound=Settings)


def read(kind: type[S]) -> S:
    """Read the settings, or leave the program with a sentence for each that is wrong."""
    try:
        return kind()  # pyright: ignore[reportCallIssue] - from the environment
    except ValidationError as errors:
        _leave(kind, errors)


def _leave(kind: type[Settings], errors: ValidationError) -> NoReturn:
    lines = ["The settings cannot be used; set these in the environment:"]
    for error in errors.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else "?"
        field = kind.model_fields.get(name)
        about = f" ({field.description})" if field and field.description else ""
        lines.append(f"  TIENDO_{name.upper()}{about}: {error['msg']}")
    sys.stderr.write("\n".join(lines) + "\n")
    raise SystemExit(2)
