"""Settings of the board, from the environment."""

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

    @property
    def address(self) -> str:
        """Where browsers reach the board, without a slash at the end."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"
