"""Settings of this room."""

from pydantic import SecretStr

from onething.core.settings import RoomSettings


class IdentitySettings(RoomSettings):
    """The provider that signs people in."""

    oidc_issuer: str = "http://127.0.0.1:8100"
    oidc_client_id: str = "onething"
    oidc_client_secret: SecretStr = SecretStr("sandbox-secret")
