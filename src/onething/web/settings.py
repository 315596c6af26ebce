"""Settings of this room."""

from pydantic import SecretStr

from onething.core.settings import RoomSettings


class WebSettings(RoomSettings):
    """Portal and console."""

    secret_key: SecretStr = SecretStr("")
    """Signs sessions. Left empty, a random one is made at start, so sessions end with the process."""
    metrics_token: SecretStr = SecretStr("")
    """Bearer token that `/metrics` and the details of `/health/ready` want; empty: only callers on this machine get them."""
    rate_limit_per_minute: int = 600
