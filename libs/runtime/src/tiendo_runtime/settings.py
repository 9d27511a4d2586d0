"""Settings from the environment, prefix `TIENDO_`, checked at start."""

import sys
from pathlib import Path
from typing import Literal, NoReturn, TypeVar

from pydantic import AnyHttpUrl, Field, FilePath, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Role = Literal["all", "api", "relay", "react", "project"]
T = TypeVar("T")


class KafkaSecurity(BaseSettings):
    """How clients prove to brokers who they are, and brokers to clients; see `kafka_security`."""

    model_config = SettingsConfigDict(env_prefix="TIENDO_", frozen=True, extra="ignore")

    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
    )
    kafka_ca_file: FilePath | None = Field(
        None, description="certificates (PEM) that brokers are trusted by; the system's without it"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"
    )
    kafka_sasl_username: str = Field(
        "", validate_default=True, description="user at the brokers, with SASL"
    )
    kafka_sasl_password_file: FilePath | None = Field(
        None, validate_default=True, description="file with that user's password, read at start"
    )

    @field_validator("kafka_ca_file", "kafka_sasl_password_file", mode="before")
    @classmethod
    def _empty_is_none(cls, value: str | Path | None) -> str | Path | None:
        return value or None

    @field_validator("kafka_sasl_username", "kafka_sasl_password_file")
    @classmethod
    def _needed_with_sasl(cls, value: T, given: ValidationInfo) -> T:
        if not value and str(given.data.get("kafka_security_protocol", "")).startswith("SASL"):
            raise ValueError("needed with SASL")
        return value


class KafkaGroup(BaseSettings):
    """How a consumer is a member of its group."""

    model_config = SettingsConfigDict(env_prefix="TIENDO_", frozen=True, extra="ignore")

    kafka_session_seconds: float = Field(
        10, ge=1, le=300, description="silence after which a consumer's partitions go to others"
    )


class Settings(KafkaSecurity, KafkaGroup):
    """What every service needs; a service adds its own."""

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


S = TypeVar("S", bound=BaseSettings)


def read(kind: type[S]) -> S:
    """Read the settings, or leave the program with a sentence for each that is wrong."""
    try:
        return kind()  # pyright: ignore[reportCallIssue] - from the environment
    except ValidationError as errors:
        _leave(kind, errors)


def _leave(kind: type[BaseSettings], errors: ValidationError) -> NoReturn:
    lines = ["The settings cannot be used; set these in the environment:"]
    for error in errors.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else "?"
        field = kind.model_fields.get(name)
        about = f" ({field.description})" if field and field.description else ""
        lines.append(f"  TIENDO_{name.upper()}{about}: {error['msg']}")
    sys.stderr.write("\n".join(lines) + "\n")
    raise SystemExit(2)
