"""Settings of this room."""

from pydantic import SecretStr

from onething.core.settings import RoomSettings


class WebSettings(RoomSettings):
    """Portal and console."""

    metrics_token: SecretStr = SecretStr("")
    """Bearer token that `/metrics` and the details of `/health/ready` want; empty: only callers on this machine get them."""
    rate_limit_per_minute: int = 600
