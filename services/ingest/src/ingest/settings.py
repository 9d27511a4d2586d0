"""What the ingest is told by the environment, beside what every service needs."""

from pydantic import Field

from tiendo_runtime.service import Runtime
from tiendo_runtime.settings import Settings


class IngestSettings(Settings):
    """The settings of the ingest."""

    ingest_rate: int = Field(
        5000, ge=1, le=1_000_000, description="events a second that a process takes of one source"
    )
    ingest_burst: int = Field(
        20_000, ge=1000, le=10_000_000, description="events of one source that may come at once"
    )
    refused_days: int = Field(
        90, ge=1, le=3650, description="how long the receipts of refused events are kept"
    )


def settings_of(runtime: Runtime) -> IngestSettings:
    """The settings that this process was started with."""
    assert isinstance(runtime.settings, IngestSettings)  # noqa: S101 - see main.service
    return runtime.settings
