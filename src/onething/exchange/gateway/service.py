"""The door of the gateway: ask another member of the network as a member, and what people allow partners to ask."""

from onething.exchange.gateway.asking import Asker
from onething.exchange.gateway.consents import Consent, consents_of, give, withdraw
from onething.exchange.gateway.setup import KEY_NAME

__all__ = [
    "KEY_NAME",
    "Asker",
    "Consent",
    "consents_of",
    "give",
    "withdraw",
]
