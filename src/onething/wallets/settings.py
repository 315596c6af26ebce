"""Settings of this room."""

from pydantic import Field

from onething.core.settings import RoomSettings


class WalletsSettings(RoomSettings):
    """Certificates on people's own phones."""

    wallets_offer_minutes: int = Field(default=10, ge=1, le=60)
    """For so long the code on the screen can be taken into a wallet."""
    wallets_credential_days: int = Field(default=365, ge=1, le=3650)
    """A certificate in a wallet is good for so long at most, and never longer than the certificate itself; the wallet takes it anew then."""
    wallets_status_minutes: int = Field(default=5, ge=1, le=1440)
    """For so long whoever checks may keep the status list before asking again."""
