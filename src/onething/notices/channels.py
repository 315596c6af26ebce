"""The contract of a channel and how one is chosen: parts of group `notices.channels` in the manifests."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from onething.core.errors import Problem
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load
from onething.core.settings import settings_of
from onething.notices.errors import NO_CHANNEL
from onething.notices.models import State
from onething.notices.settings import NoticesSettings

GROUP = "notices.channels"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message: `SENT`, `FAILED` (trying again is useless), `NOT_CONFIGURED`, or `DUE` (try again)."""

    state: State
    code: str = ""


class Channel(Protocol):
    """One way out. The same `key` must reach a person once however often it is sent, if the carrier can do that."""

    async def send(self, to: str, text: str, key: str) -> Receipt:
        """Hand one message to the carrier. `to` is an eleven-digit mobile number. What it raises counts as `DUE`."""
        ...

    async def aclose(self) -> None:
        """Give back connections."""
        ...


ChannelFactory = Callable[[NoticesSettings], Channel]


@cache
def _factories() -> dict[str, ChannelFactory]:
    return {name: load(ref) for name, ref in parts_of(GROUP).items()}


def channel_names() -> list[str]:
    """Every channel installed here."""
    return sorted(_factories())


def chosen(settings: NoticesSettings) -> str:
    """The name of the channel that these settings mean."""
    if settings.sms_channel:
        return settings.sms_channel
    return "sandbox" if settings.sms_sandbox_url else "apprise" if settings.sms_url else "null"


def make_channel(settings: NoticesSettings | None = None) -> Channel:
    """The channel of this installation; raises `Problem(NO_CHANNEL)` naming those that exist."""
    settings = settings or settings_of(NoticesSettings)
    name = chosen(settings)
    factory = _factories().get(name)
    if factory is None:
        raise Problem(NO_CHANNEL, name=name, known=", ".join(channel_names()))
    return factory(settings)
