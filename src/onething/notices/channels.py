"""The contract of a channel and how one is chosen: entry points `onething.notices.channels`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from onething.core.errors import Problem, define
from onething.core.settings import Settings, get_settings
from onething.notices.models import State

GROUP = "onething.notices.channels"

NO_CHANNEL = define(
    "notices.no_channel", 500, exit_code=2,
    zh=("没有名为“{name}”的短信通道。", "请检查 ONETHING_SMS_CHANNEL,可用的有：{known}。"),
    en=("There is no SMS channel “{name}”.", "Check ONETHING_SMS_CHANNEL; there are: {known}."),
)  # fmt: skip


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


ChannelFactory = Callable[[Settings], Channel]


@cache
def _factories() -> dict[str, ChannelFactory]:
    return {point.name: point.load() for point in entry_points(group=GROUP)}


def channel_names() -> list[str]:
    """Every channel installed here."""
    return sorted(_factories())


def chosen(settings: Settings) -> str:
    """The name of the channel that these settings mean."""
    if settings.sms_channel:
        return settings.sms_channel
    return "sandbox" if settings.sms_sandbox_url else "apprise" if settings.sms_url else "null"


def make_channel(settings: Settings | None = None) -> Channel:
    """The channel of this installation; raises `Problem(NO_CHANNEL)` naming those that exist."""
    settings = settings or get_settings()
    name = chosen(settings)
    factory = _factories().get(name)
    if factory is None:
        raise Problem(NO_CHANNEL, name=name, known=", ".join(channel_names()))
    return factory(settings)
