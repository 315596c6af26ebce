"""Mutual TLS between gateways: TLS 1.3, certificates of one authority that serves the exchange alone, names checked on both sides.

Private keys lie in files under a random password, which is sealed under the member's key store (`tls.pass` beside `tls.key`).
`Authority` is a small certification authority for sandboxes and trials; an installation uses the city's own.
"""

import os
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from onething.core.clock import now
from onething.core.durable import write_whole
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.exchange.directory import AUTHORITY
from onething.exchange.errors import UNFIT_OPEN_TLS
from onething.trust.service import KeyStore, key_store, open_secret, seal_secret


def _context(folder: Path, member: str, purpose: ssl.Purpose) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if purpose is ssl.Purpose.CLIENT_AUTH else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(folder / AUTHORITY)
    home = folder / member
    context.load_cert_chain(home / "tls.pem", home / "tls.key", password_of(home, member))
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def server_context(folder: Path, member: str) -> ssl.SSLContext:
    """Takes only clients with a certificate of the authority."""
    return _context(folder, member, ssl.Purpose.CLIENT_AUTH)


def client_context(folder: Path, member: str) -> ssl.SSLContext:
    """Believes only servers whose certificate bears the name asked for."""
    context = _context(folder, member, ssl.Purpose.SERVER_AUTH)
    context.check_hostname = True
    return context


def password_of(home: Path, member: str) -> Callable[[], bytes]:
    """What opens a member's TLS key. Raises `Problem(exchange.unfit_open_keys)` in production for a key in the clear."""
    key, sealed = home / "tls.key", home / "tls.pass"
    if get_settings().production and in_the_clear(key):
        raise Problem(UNFIT_OPEN_TLS, files=key)
    # Asked only for a key that wants one; without, OpenSSL would ask at the terminal.
    return lambda: open_secret(sealed, key_store(member)) if sealed.exists() else b"no password here"


def in_the_clear(key: Path) -> bool:
    """Whether a PEM file holds its private key without encryption."""
    try:
        content = key.read_bytes()
    except FileNotFoundError:
        return False
    return b"PRIVATE KEY" in content and b"ENCRYPTED" not in content


def seal_key(key: Path, store: KeyStore) -> bool:
    """Encrypt a PEM key that lies in the clear; False when there is nothing to do."""
    if not in_the_clear(key):
        return False
    _write_key(key, _elliptic(key.read_bytes(), None), store)
    return True


def names_in(certificate: dict[str, Any] | None) -> set[str]:
    """DNS names of a peer's certificate as `ssl` gives it."""
    return {name for kind, name in (certificate or {}).get("subjectAltName", ()) if kind == "DNS"}


@dataclass(frozen=True)
class Authority:
    """A key and its self-signed certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, name: str = "onething exchange (trial)", days: int = 3650) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _builder(subject, subject, key.public_key(), days)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        return cls(key, builder.sign(key, hashes.SHA256()))

    @classmethod
    def load(cls, folder: Path, store: KeyStore | None = None) -> "Authority":
        """`store` opens a key that is sealed."""
        sealed = folder / "authority.pass"
        password = open_secret(sealed, store) if store is not None and sealed.exists() else None
        key = _elliptic((folder / "authority.key").read_bytes(), password)
        return cls(key, x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes()))

    def save(self, folder: Path, store: KeyStore | None = None) -> None:
        """`store` seals the key; without, it lies open."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_key(folder / "authority.key", self.key, store)
        write_whole(folder / AUTHORITY, self.certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)

    def issue(self, folder: Path, member: str, name: str, days: int = 397, store: KeyStore | None = None) -> None:
        """A certificate for one member's DNS `name`, for both directions, into `folder/member/`; `store` seals its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, member)])
        both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = _builder(subject, self.certificate.subject, key.public_key(), days)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        builder = builder.add_extension(both, critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        made = builder.sign(self.key, hashes.SHA256())
        home = folder / member
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_key(home / "tls.key", key, store)
        write_whole(home / "tls.pem", made.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    start = now() - timedelta(minutes=5)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    serial = int.from_bytes(os.urandom(16)) >> 1
    return builder.serial_number(serial).not_valid_before(start).not_valid_after(start + timedelta(days=days))


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _elliptic(pem: bytes, password: bytes | None) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, password)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a TLS key of the exchange is of an elliptic curve")
    return key


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey, store: KeyStore | None) -> None:
    """The password first: cut off between the two, the old key still is what it was."""
    how: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if store is not None:
        sealed = path.with_suffix(".pass")
        # A key that is there already keeps its password, so that it opens whichever of the two was written.
        password = open_secret(sealed, store) if sealed.exists() else secrets.token_urlsafe(32).encode()
        seal_secret(sealed, password, store)
        how = serialization.BestAvailableEncryption(password)
    write_whole(path, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how), mode=0o600)
