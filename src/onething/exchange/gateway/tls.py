"""Mutual TLS between gateways: TLS 1.3, certificates of one authority that serves the exchange alone, names checked on both sides.

`Authority` is a small certification authority for sandboxes and trials; an installation uses the city's own.
"""

import os
import ssl
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
from onething.exchange.directory import AUTHORITY


def _context(folder: Path, member: str, purpose: ssl.Purpose) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if purpose is ssl.Purpose.CLIENT_AUTH else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(folder / AUTHORITY)
    context.load_cert_chain(folder / member / "tls.pem", folder / member / "tls.key")
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
    def load(cls, folder: Path) -> "Authority":
        key = serialization.load_pem_private_key((folder / "authority.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the authority's key is not of an elliptic curve")
        return cls(key, x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes()))

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(folder / "authority.key", _private(self.key), mode=0o600)
        write_whole(folder / AUTHORITY, self.certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)

    def issue(self, folder: Path, member: str, name: str, days: int = 397) -> None:
        """A certificate for one member's DNS `name`, for both directions, into `folder/member/`."""
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
        write_whole(home / "tls.key", _private(key), mode=0o600)
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


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
