"""Settings of this room."""

from pydantic import Field

from onething.core.settings import RoomSettings


class WebhooksSettings(RoomSettings):
    """Messages to a city's own systems."""

    webhooks_networks: list[str] = Field(default_factory=list)
    """Networks inside the city that messages may go to although they are not public, for example `["10.20.0.0/16"]`; plain http is taken there too. All other private, loopback and link-local addresses are refused."""
    webhooks_timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """How long a receiver may take to answer."""
    webhooks_attempts: int = Field(default=14, ge=1, le=50)
    """After so many failed attempts a message is given up and waits for `onething webhooks redeliver`."""
    webhooks_keep_days: int = Field(default=30, ge=1)
    """For so many days it stays on record what was delivered or given up."""
