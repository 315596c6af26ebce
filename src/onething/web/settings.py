"""Settings of this room."""

from pydantic import Field, SecretStr

from onething.core.settings import RoomSettings


class WebSettings(RoomSettings):
    """Portal and console."""

    session_cookie: str = Field(default="onething_session", pattern=r"^[A-Za-z0-9_-]{1,60}$")
    """Name of the session's cookie. Browsers do not tell ports apart: installations on one host name need different ones."""
    metrics_token: SecretStr = SecretStr("")
    """Bearer token that `/metrics` and the details of `/health/ready` want; empty: only callers on this machine get them."""
    rate_limit_per_minute: int = Field(default=600, ge=1)
    """What one account may ask of the pages in a minute, over all its sessions; dearer requests count several times."""
    rate_limit_network_per_minute: int = Field(default=6000, ge=1)
    """What people and programs who have not signed in may ask from one network in a minute: a hall of 500 signs in at once."""
    api_rate_limit_per_minute: int = Field(default=1200, ge=1)
    """What one account may ask of the API in a minute, over all its tokens."""
