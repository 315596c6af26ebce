"""The nouns of trust: algorithms, public keys, key records. Plain values, no I/O."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

GMT_0009_DEFAULT_ID = b"1234567812345678"
"""The signer id that GM/T 0009-2012 §10 proposes where the parties agreed on none. Never taken silently."""

_SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")
_SPKI_SM2 = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_SPKI_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


class Algorithm(StrEnum):
    """Signature algorithms. All give 64 bytes: Ed25519 as in RFC 8032, SM2 (GB/T 32918.2) and ES256 (RFC 7518) as r ‖ s, big-endian."""

    SM2 = "SM2-SM3"
    ED25519 = "Ed25519"
    P256 = "ES256"
    """ECDSA on NIST P-256 with SHA-256: what readers of PDF know."""


class HashName(StrEnum):
    SM3 = "sm3"
    SHA256 = "sha256"


class CipherName(StrEnum):
    """Authenticated encryption: SM4 (GB/T 32907) or AES-256, both in GCM with a 12-byte nonce and a 16-byte tag."""

    SM4 = "SM4-GCM"
    AES = "AES-256-GCM"


class KeyStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"
    """Signs no more; what it signed stays good."""
    REVOKED = "revoked"
    """Signs no more; what it signed counts only when proven to be older than the revocation."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with all that a check needs. SM2 keys carry their signer id, because it goes into what is hashed."""

    algorithm: Algorithm
    raw: bytes
    """Ed25519: 32 bytes (RFC 8032); SM2 and P-256: 65 bytes, 04 ‖ x ‖ y."""
    signer_id: bytes = b""
    """SM2 only, 1–8,191 bytes."""

    def __post_init__(self) -> None:
        if self.algorithm is Algorithm.ED25519:
            if len(self.raw) != 32 or self.signer_id:
                raise ValueError("an Ed25519 public key has 32 bytes and no signer id")
        elif self.algorithm is Algorithm.P256:
            if len(self.raw) != 65 or self.raw[0] != 4 or self.signer_id:
                raise ValueError("a P-256 public key has 65 bytes (04 ‖ x ‖ y) and no signer id")
        elif len(self.raw) != 65 or self.raw[0] != 4 or not 1 <= len(self.signer_id) <= 8191:
            raise ValueError("an SM2 public key has 65 bytes (04 ‖ x ‖ y) and a signer id of 1–8,191 bytes")

    @property
    def key_id(self) -> str:
        """Thumbprint as in RFC 7638: SHA-256 over the required JWK members in order, base64url, 43 characters."""
        required = {name: value for name, value in self.jwk().items() if name != "alg"}
        text = json.dumps(required, sort_keys=True, separators=(",", ":"))
        return b64url(hashlib.sha256(text.encode()).digest())

    def jwk(self) -> dict[str, str]:
        """JSON Web Key. Ed25519 after RFC 8037, P-256 after RFC 7518; SM2 as `EC` with `crv` SM2 and the signer id in `sid` (base64url)."""
        if self.algorithm is Algorithm.ED25519:
            return {"alg": "Ed25519", "crv": "Ed25519", "kty": "OKP", "x": b64url(self.raw)}
        x, y = b64url(self.raw[1:33]), b64url(self.raw[33:])
        if self.algorithm is Algorithm.P256:
            return {"alg": "ES256", "crv": "P-256", "kty": "EC", "x": x, "y": y}
        return {"alg": "SM2-SM3", "crv": "SM2", "kty": "EC", "sid": b64url(self.signer_id), "x": x, "y": y}

    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, DER (RFC 8410, RFC 5480, GM/T 0009). The signer id is not part of it."""
        prefixes = {Algorithm.ED25519: _SPKI_ED25519, Algorithm.SM2: _SPKI_SM2, Algorithm.P256: _SPKI_P256}
        return prefixes[self.algorithm] + self.raw

    def pem(self) -> str:
        body = base64.b64encode(self.spki()).decode()
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    @classmethod
    def from_jwk(cls, jwk: dict[str, Any]) -> "PublicKey":
        """Raises `ValueError` for a key of another kind or with wrong lengths."""
        kind = (jwk.get("kty"), jwk.get("crv"))
        if kind == ("OKP", "Ed25519"):
            return cls(Algorithm.ED25519, unb64url(jwk["x"]))
        if kind in {("EC", "SM2"), ("EC", "P-256")}:
            x, y = unb64url(jwk["x"]), unb64url(jwk["y"])
            if len(x) != 32 or len(y) != 32:
                raise ValueError("coordinates have 32 bytes")
            point = b"\x04" + x + y
            return cls(Algorithm.SM2, point, unb64url(jwk["sid"])) if kind[1] == "SM2" else cls(Algorithm.P256, point)
        raise ValueError(f"no key kind of ours: {kind}")

    @classmethod
    def from_spki(cls, der: bytes, signer_id: bytes = b"") -> "PublicKey":
        """From SubjectPublicKeyInfo DER; an SM2 key needs its `signer_id` said. Raises `ValueError`."""
        if der.startswith(_SPKI_ED25519) and len(der) == 44:
            return cls(Algorithm.ED25519, der[12:])
        if der.startswith(_SPKI_SM2) and len(der) == len(_SPKI_SM2) + 65:
            return cls(Algorithm.SM2, der[len(_SPKI_SM2) :], signer_id)
        if der.startswith(_SPKI_P256) and len(der) == len(_SPKI_P256) + 65:
            return cls(Algorithm.P256, der[len(_SPKI_P256) :])
        raise ValueError("neither an Ed25519, an SM2 nor a P-256 public key")

    @classmethod
    def from_pem(cls, pem: str, signer_id: bytes = b"") -> "PublicKey":
        """Like `from_spki`."""
        lines = [line.strip() for line in pem.strip().splitlines()]
        if not lines or lines[0] != "-----BEGIN PUBLIC KEY-----" or lines[-1] != "-----END PUBLIC KEY-----":
            raise ValueError("not a PEM public key")
        return cls.from_spki(base64.b64decode("".join(lines[1:-1]), validate=True), signer_id)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What the world may know of one key of a store."""

    name: str
    public_key: PublicKey
    status: KeyStatus
    created_at: datetime
    retired_at: datetime | None = None
    revoked_at: datetime | None = None
    """From this moment on nothing signed by it counts (for a theft: when it was stolen, which may lie in the past)."""
    reason: str = ""

    @property
    def key_id(self) -> str:
        return self.public_key.key_id

    def counts_at(self, moment: datetime) -> bool:
        """Whether a signature *proven* to exist at `moment` (by a time stamp or a cosigned checkpoint) counts."""
        return self.created_at <= moment and (self.revoked_at is None or moment < self.revoked_at)


def b64url(data: bytes) -> str:
    """base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """Strict inverse of `b64url`: refuses padding, other alphabets and spare bits. Raises `ValueError`."""
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (ValueError, AttributeError) as error:
        raise ValueError("not base64url") from error
    if b64url(data) != text:
        raise ValueError("not base64url in its one form")
    return data
