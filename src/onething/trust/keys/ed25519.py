"""Ed25519 (RFC 8032) from `cryptography`."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onething.trust.models import Algorithm, PublicKey


class Ed25519Signer:
    """A private key in this process's memory."""

    algorithm = Algorithm.ED25519

    def __init__(self, secret: bytes) -> None:
        """`secret` is the 32-byte seed. Raises `ValueError` for another length."""
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public_key = PublicKey(Algorithm.ED25519, self._key.public_key().public_bytes_raw())
        self.key_id = self.public_key.key_id

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class Ed25519Verifier:
    algorithm = Algorithm.ED25519

    def __init__(self, public_key: PublicKey) -> None:
        self.public_key, self.key_id = public_key, public_key.key_id
        self._key = Ed25519PublicKey.from_public_bytes(public_key.raw)

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True
