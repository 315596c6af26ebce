"""The door of identity: sign in with the city's provider, and who somebody is by her claims.

Signing in:
`get_provider`: the identity provider of this installation, or of the settings given.
`too_few`: whether an ID token says less than a sign-in needs, so that userinfo is asked.
`principal_from`: claims → who signed in: official, company or citizen, made in the register if new.
    identity.role_unknown, identity.agency_unknown, identity.city_unknown, web.identity_incomplete when the claims do not do.
`principal_known`: the same where the claims say nothing new: reads only; None when `principal_from` has something to write.

Nouns: `Handshake` (kept between leaving for the provider and coming back), `Told` (what it says of somebody),
    `LoggedOut` (whose sessions it has ended), `SIGN_IN_FAILED` (the Problem of a sign-in).
"""

from onething.identity.errors import SIGN_IN_FAILED
from onething.identity.oidc import Handshake, LoggedOut, Told, get_provider
from onething.identity.principals import principal_from, principal_known, too_few

__all__ = [
    "SIGN_IN_FAILED",
    "Handshake",
    "LoggedOut",
    "Told",
    "get_provider",
    "principal_from",
    "principal_known",
    "too_few",
]
