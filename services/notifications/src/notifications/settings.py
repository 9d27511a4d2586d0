"""Settings of notifications, beside what every service needs."""

from typing import Self, cast

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator

from tiendo_runtime.service import Runtime
from tiendo_runtime.settings import Settings as Common


class Settings(Common):
    """Where mail goes out, and when people are reminded."""

    smtp_host: str = Field(min_length=1, description="mail server that takes our mail")
    smtp_port: int = Field(25, ge=1, le=65535, description="its port")
    smtp_from: str = Field(
        "tien-do@localhost",
        pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$",
        description="sender's address; its domain ends every Message-ID",
    )
    smtp_starttls: bool = Field(False, description="encrypt by STARTTLS, or do not send")
    smtp_username: str | None = Field(None, description="user at the mail server, or none")
    smtp_password: SecretStr | None = Field(None, description="password at the mail server")
    public_url: AnyHttpUrl = Field(description="address of the board, for links in mails")
    due_soon_days: int = Field(3, ge=0, le=365, description="days before a deadline to remind")
    report_due_soon_seconds: int = Field(
        86_400,
        ge=0,
        le=2_419_200,
        description="seconds before a report is due to remind, Saturdays and Sundays not counted;"
        " 0 reminds nobody",
    )
    address_patience_seconds: float = Field(
        0, ge=0, description="how long a notification waits for its unit's address"
    )
    mail_gather_seconds: float = Field(
        2, ge=0, le=3600, description="silence after which what waits together becomes one mail"
    )

    @model_validator(mode="after")
    def _login(self) -> Self:
        if (self.smtp_username is None) != (self.smtp_password is None):
            raise ValueError("TIENDO_SMTP_USERNAME and TIENDO_SMTP_PASSWORD go together")
        return self


def settings_of(runtime: Runtime) -> Settings:
    """The settings that this service's process was started with."""
    return cast("Settings", runtime.settings)
