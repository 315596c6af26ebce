"""The door of identity: sign in with the city's provider, and who somebody is by her claims."""

from onething.identity.errors import SIGN_IN_FAILED
from onething.identity.oidc import Handshake, Provider, get_provider
from onething.identity.principals import principal_from

__all__ = [
    "SIGN_IN_FAILED",
    "Handshake",
    "Provider",
    "get_provider",
    "principal_from",
]
