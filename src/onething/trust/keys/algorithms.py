"""From an algorithm id to what signs and verifies."""

import secrets

from onething.trust.keys.base import Signer, Verifier
from onething.trust.keys.ed25519 import Ed25519Signer, Ed25519Verifier
from onething.trust.keys.p256 import P256Signer, P256Verifier
from onething.trust.keys.p256 import new_secret as new_p256_secret
from onething.trust.keys.sm2 import Sm2Signer, Sm2Verifier
from onething.trust.keys.sm2_native import new_secret
from onething.trust.models import Algorithm, PublicKey


def generate_secret(algorithm: Algorithm) -> bytes:
    """32 fresh private bytes."""
    match algorithm:
        case Algorithm.SM2:
            return new_secret()
        case Algorithm.P256:
            return new_p256_secret()
        case Algorithm.ED25519:
            return secrets.token_bytes(32)


def make_signer(algorithm: Algorithm, secret: bytes, signer_id: bytes = b"") -> Signer:
    """A signer from its 32 private bytes; SM2 needs `signer_id`. Raises `ValueError`."""
    match algorithm:
        case Algorithm.SM2:
            return Sm2Signer(secret, signer_id)
        case Algorithm.P256:
            return P256Signer(secret)
        case Algorithm.ED25519:
            return Ed25519Signer(secret)


def make_verifier(public_key: PublicKey) -> Verifier:
    """Raises `ValueError` when an SM2 or P-256 key is not on the curve."""
    match public_key.algorithm:
        case Algorithm.SM2:
            return Sm2Verifier(public_key)
        case Algorithm.P256:
            return P256Verifier(public_key)
        case Algorithm.ED25519:
            return Ed25519Verifier(public_key)
