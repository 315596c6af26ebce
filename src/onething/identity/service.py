"""The door of identity: sign in with the city's provider, and who somebody is by her claims.

Signing in:
`get_provider`: the identity provider of this installation, or of the settings given.
`principal_from`: claims of an id token → who signed in: official, company or citizen, made in the register if new.
    web.identity_incomplete when the claims lack what is needed.

Nouns: `Handshake` (kept between leaving for the provider and coming back), `SIGN_IN_FAILED` (the Problem of a
    sign-in).
"""

from onething.identity.errors import SIGN_IN_FAILED
from onething.identity.oidc import Handshake, get_provider
from onething.identity.principals import principal_from

__all__ = [
    "SIGN_IN_FAILED",
    "Handshake",
    "get_provider",
    "principal_from",
]
