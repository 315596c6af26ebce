"""The door of the gateway: ask another member of the network as a member."""

from onething.exchange.gateway.asking import Asker
from onething.exchange.gateway.setup import KEY_NAME

__all__ = [
    "KEY_NAME",
    "Asker",
]
