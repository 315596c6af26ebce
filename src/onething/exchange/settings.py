"""Settings of this room."""

from pathlib import Path

from pydantic import Field

from onething.core.settings import RoomSettings, WebAddress


def installed_chromium() -> Path:
    """Where Debian's packages put the browser that robots use; the last place also when it is not there."""
    places = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
    return next((place for place in places if place.exists()), places[-1])


class ExchangeSettings(RoomSettings):
    """How agencies are asked."""

    gateways: dict[str, WebAddress] = Field(default_factory=dict)
    """Agency id → base address of its gateway, overriding the city package; JSON in the environment."""
    gateways_mocked: bool = False
    """Every agency is asked by plain REST at its address in `gateways`, whatever adapter the city package names: what answers there
    is a mock. For trials of a package only."""
    exchange_timeout: float = Field(default=8.0, gt=0)
    """Seconds before one call to an agency is given up and retried."""
    exchange_attempts: int = Field(default=3, ge=1)
    gateway_dir: Path | None = None
    """Folder with the directory of members and this member's TLS key (`onething gateway setup`); set, every agency that has a
    gateway is asked through it, by signed messages."""
    gateway_member: str = "platform"
    """Who this process is among the members of the exchange."""
    keep_days: int = Field(default=30, ge=1, le=3660)
    """For how long robots' pictures of agencies' screens, and what became of orders to agencies, are kept."""
    chromium: Path = Field(default_factory=installed_chromium)
    """The browser of the robots that operate agencies' old web systems: without windows (`chromium-headless-shell`, which takes half
    the processor time) where it is installed, else `chromium`."""
