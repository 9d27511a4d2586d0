"""Settings of the board, from the environment."""

from datetime import timedelta

from pydantic import Field

from tiendo_runtime.settings import Settings


class BoardSettings(Settings):
    """What the board needs beside what every service needs."""

    public_url: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="where browsers reach the board, such as https://board.example.vn;"
        " without it, the address that is listened on",
    )
    oidc_client_id: str = Field(
        "tiendo-board", min_length=1, description="the board's name at the issuer"
    )

    report_grace_seconds: int = Field(
        172_800,
        ge=0,
        le=28 * 86_400,
        description="seconds after it is due until a missing report has missed its period",
    )

    @property
    def report_grace(self) -> timedelta:
        """How long a report that is due is still waited for, as reporting does."""
        return timedelta(seconds=self.report_grace_seconds)

    @property
    def address(self) -> str:
        """Where browsers reach the board, without a slash at the end."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"
