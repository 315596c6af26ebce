"""SM2 signatures (GB/T 32918.2, GM/T 0003.2) with the signer id always explicit.

The id and the key go into Z, Z and the message into the digest e, all computed here; a native library only signs e. So
no library's own idea of a default id can slip in. See `sm2_native` for the libraries.
"""

from functools import lru_cache

from onething.trust.keys.digests import sm3
from onething.trust.keys.sm2_native import Native, native
from onething.trust.models import Algorithm, PublicKey

_A = bytes.fromhex("fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc")
_B = bytes.fromhex("28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93")
_G = bytes.fromhex(
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)


@lru_cache(maxsize=1024)
def identity_digest(public_key: PublicKey) -> bytes:
    """Z of GB/T 32918.2 §5.5: 32 bytes over the signer id, the curve and the public key."""
    bits = len(public_key.signer_id) * 8
    return sm3(bits.to_bytes(2, "big") + public_key.signer_id + _A + _B + _G + public_key.raw[1:])


def message_digest(public_key: PublicKey, message: bytes) -> bytes:
    """e of GB/T 32918.2 §6.1."""
    return sm3(identity_digest(public_key) + message)


class Sm2Signer:
    """A private key in this process's memory."""

    algorithm = Algorithm.SM2

    def __init__(self, secret: bytes, signer_id: bytes, library: Native | None = None) -> None:
        """`secret` is the scalar, 32 bytes big-endian. Raises `ValueError` when it is out of range."""
        self._native = library or native()
        raw = self._native.public_point(secret)
        self.public_key = PublicKey(Algorithm.SM2, raw, signer_id)
        self.key_id = self.public_key.key_id
        self._key = self._native.private_key(secret, raw)

    def sign(self, message: bytes) -> bytes:
        return self._native.sign(self._key, message_digest(self.public_key, message))


class Sm2Verifier:
    algorithm = Algorithm.SM2

    def __init__(self, public_key: PublicKey, library: Native | None = None) -> None:
        """Raises `ValueError` when the point is not on the curve."""
        self._native = library or native()
        self.public_key, self.key_id = public_key, public_key.key_id
        self._key = self._native.public_key(public_key.raw)

    def verify(self, signature: bytes, message: bytes) -> bool:
        if len(signature) != 64:
            return False
        return self._native.verify(self._key, message_digest(self.public_key, message), signature)
