"""Settings of this room."""

from pydantic import Field, SecretStr

from onething.core.settings import RoomSettings, WebAddress


class PolicySettings(RoomSettings):
    """Policies for companies."""

    policy_city: str = ""
    """The city package whose company profiles and policies are served; the city's own when empty."""
    policy_object_days: int = Field(default=3, ge=0, le=60)
    """Days a company has to object or choose an account before money that it did not apply for is paid."""
    policy_model_url: WebAddress | None = None
    """Base address of an OpenAI-compatible model that may draft rules from regulations (`…/v1`); unset, only the parser does."""
    policy_model_key: SecretStr = SecretStr("")
    policy_model_timeout: float = Field(default=60.0, gt=0)
