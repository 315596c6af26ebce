"""The door of the gateway: ask another member of the network as a member, and what people allow partners to ask.

Consents:
`give`: records a consent as the purpose stands now, no longer than the purpose allows.
`withdraw`: from now on nothing flows; True when there was one of hers that still held.
`consents_of`: what a person allowed, newest first.
`allowed_words`: a consent with partner, purpose and each thing by name.
`asked_words`: one operation and the fields that may be asked of it, by name.

Nouns: `Allowed` (a consent in words), `Asker` (one member's asking side, for one event loop), `Consent`, `KEY_NAME` (of the member's key in its key
    store).
"""

from onething.exchange.gateway.asking import Asker
from onething.exchange.gateway.consent_words import Allowed, allowed_words, asked_words
from onething.exchange.gateway.consents import Consent, consents_of, give, withdraw
from onething.exchange.gateway.setup import KEY_NAME

__all__ = [
    "KEY_NAME",
    "Allowed",
    "Asker",
    "Consent",
    "allowed_words",
    "asked_words",
    "consents_of",
    "give",
    "withdraw",
]
