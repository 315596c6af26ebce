"""Settings of this room."""

from pydantic import Field

from onething.core.settings import RoomSettings, WebAddress


class PaymentsSettings(RoomSettings):
    """The paying bank."""

    bank: str = "http"
    """Name of the part that carries payments to the bank (parts of group `payments.banks`)."""
    bank_url: WebAddress | None = None
    """Base address of the paying bank; unset, orders wait and nothing is paid."""
    bank_account: str = "3301000000000001"
    """Number of the account that pays; a statement of another account is refused."""
    suspense_owner: str = "finance"
    """Agency or desk that looks into lines of a statement which nothing explains."""
    bank_timeout: float = Field(default=10.0, gt=0)
    """Seconds before one answer of the bank is given up; the bank is then asked what it has."""
