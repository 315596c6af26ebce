"""ECDSA on NIST P-256 with SHA-256 (FIPS 186-5), from `cryptography`: the signature that ordinary readers of PDF know.

Signatures are deterministic (RFC 6979) and take the lower of the two possible s, so that one message and key have one signature;
the higher one is refused.
"""

import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onething.trust.models import Algorithm, PublicKey

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SIGN = ec.ECDSA(SHA256(), deterministic_signing=True)
_CHECK = ec.ECDSA(SHA256())


def new_secret() -> bytes:
    """A fresh scalar, 32 bytes big-endian."""
    return (secrets.randbelow(ORDER - 1) + 1).to_bytes(32, "big")


class P256Signer:
    """A private key in this process's memory."""

    algorithm = Algorithm.P256

    def __init__(self, secret: bytes) -> None:
        """`secret` is the scalar, 32 bytes big-endian. Raises `ValueError` when it is out of range."""
        scalar = int.from_bytes(secret, "big")
        if len(secret) != 32 or not 0 < scalar < ORDER:
            raise ValueError("a P-256 secret is a number below the curve's order, in 32 bytes")
        self._key = ec.derive_private_key(scalar, ec.SECP256R1())
        raw = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = PublicKey(Algorithm.P256, raw)
        self.key_id = self.public_key.key_id

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, _SIGN))
        return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")


class P256Verifier:
    algorithm = Algorithm.P256

    def __init__(self, public_key: PublicKey) -> None:
        """Raises `ValueError` when the point is not on the curve."""
        self.public_key, self.key_id = public_key, public_key.key_id
        self._key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key.raw)

    def verify(self, signature: bytes, message: bytes) -> bool:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if len(signature) != 64 or not 0 < r < ORDER or not 0 < s <= ORDER // 2:
            return False
        try:
            self._key.verify(encode_dss_signature(r, s), message, _CHECK)
        except InvalidSignature:
            return False
        return True
