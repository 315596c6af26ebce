"""Settings of this room."""

from onething.core.settings import RoomSettings, WebAddress


class NoticesSettings(RoomSettings):
    """Carriers of messages."""

    sms_channel: str = ""
    """Name of the part that carries SMS (`onething notices list` shows them); empty: the one whose address is set below."""
    sms_url: str | None = None
    """Apprise address of the SMS carrier; unset, messages stay in the outbox marked as not configured."""
    sms_gather_seconds: int = 60
    """How long a message about one thing done waits for others of the same case, so that a phone buzzes once and not for
    each; 0 sends each at once."""
    sms_sandbox_url: WebAddress | None = None
    """Base address of the sandbox phone."""
