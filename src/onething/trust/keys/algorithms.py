"""From an algorithm id to what signs and verifies."""

import secrets

from onething.trust.keys.base import Signer, Verifier
from onething.trust.keys.ed25519 import Ed25519Signer, Ed25519Verifier
from onething.trust.keys.sm2 import Sm2Signer, Sm2Verifier
from onething.trust.keys.sm2_native import new_secret
from onething.trust.models import Algorithm, PublicKey


def generate_secret(algorithm: Algorithm) -> bytes:
    """32 fresh private bytes."""
    return new_secret() if algorithm is Algorithm.SM2 else secrets.token_bytes(32)


def make_signer(algorithm: Algorithm, secret: bytes, signer_id: bytes = b"") -> Signer:
    """A signer from its 32 private bytes; SM2 needs `signer_id`. Raises `ValueError`."""
    return Sm2Signer(secret, signer_id) if algorithm is Algorithm.SM2 else Ed25519Signer(secret)


def make_verifier(public_key: PublicKey) -> Verifier:
    """Raises `ValueError` when an SM2 key is not on the curve."""
    return Sm2Verifier(public_key) if public_key.algorithm is Algorithm.SM2 else Ed25519Verifier(public_key)
