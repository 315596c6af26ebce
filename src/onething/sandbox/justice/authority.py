"""The sandbox time stamp authority: RFC 3161 over HTTP, with a root certificate of its own and a clock it vouches for."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, core, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI, Request, Response

POLICY = "1.3.6.1.4.1.99999.3161.1"
MOST = 64 * 1024


class Authority:
    """Keys and certificates in a folder, made once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._key_file, self._leaf_file = folder / "stamper.key", folder / "stamper.pem"
        self.root_file = folder / "root.pem"
        if not self.root_file.exists():
            self._make()
        key = serialization.load_pem_private_key(self._key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the stamper's key is on a curve")
        self._key = key
        self._leaf = x509.load_pem_x509_certificate(self._leaf_file.read_bytes())

    @property
    def root(self) -> bytes:
        return self.root_file.read_bytes()

    def _make(self) -> None:
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name, name = (_name(text) for text in ("sandbox time root", "sandbox time stamp authority"))
        authority = x509.BasicConstraints(ca=True, path_length=0)
        root = _certificate(root_name, root_name, root_key.public_key()).add_extension(authority, critical=True)
        leaf = _certificate(name, root_name, key.public_key()).add_extension(
            x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        self._leaf_file.write_bytes(leaf.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        self._key_file.touch(mode=0o600)
        self._key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.root_file.write_bytes(root.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def answer(self, query: bytes, at: datetime) -> bytes:
        """A TimeStampResp to a TimeStampReq. Raises `ValueError` for what is none."""
        asked = tsp.TimeStampReq.load(query, strict=True)
        imprint = asked["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native not in {"sha256", "sha384", "sha512"}:
            return tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_alg"}}}).dump()
        told: dict[str, Any] = {
            "version": "v1", "policy": POLICY, "message_imprint": imprint, "gen_time": at.replace(microsecond=0),
            "serial_number": int.from_bytes(secrets.token_bytes(15), "big"), "accuracy": {"seconds": 1},
        }  # fmt: skip
        if asked["nonce"].native is not None:
            told["nonce"] = asked["nonce"].native
        info = tsp.TSTInfo(told).dump()
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": self._token(info)}).dump()

    def _token(self, info: bytes) -> Any:
        der = self._leaf.public_bytes(serialization.Encoding.DER)
        leaf = asn1_x509.Certificate.load(der)
        attributes = cms.CMSAttributes([
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [_sha256(info)]}),
            cms.CMSAttribute({
                "type": "signing_certificate_v2",
                "values": [tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": _sha256(der)})]})],
            }),
        ])  # fmt: skip
        signer = cms.SignerInfo({
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber({"issuer": leaf.issuer, "serial_number": leaf.serial_number})}),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        })  # fmt: skip
        content = {"content_type": "tst_info", "content": core.ParsableOctetString(info)}
        signed = cms.SignedData({
            "version": "v3", "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": content, "certificates": [leaf], "signer_infos": [signer],
        })  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, text)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(start).not_valid_after(start + timedelta(days=3650))


def make_app(folder: Path) -> FastAPI:
    """The authority over its folder."""
    authority = Authority(folder)
    app = FastAPI(title="沙盒时间戳", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/")
    async def stamp(request: Request) -> Response:
        query = await request.body()
        if request.headers.get("content-type") != "application/timestamp-query" or len(query) > MOST:
            return Response("not a time stamp query\n", 415, media_type="text/plain")
        try:
            answer = authority.answer(query, datetime.now(UTC))
        except (ValueError, TypeError):
            return Response("not a time stamp query\n", 400, media_type="text/plain")
        return Response(answer, media_type="application/timestamp-reply")

    @app.get("/root.pem")
    async def root() -> Response:
        return Response(authority.root, media_type="application/x-pem-file")

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response("ok\n", media_type="text/plain")

    _ = stamp, root, healthz
    return app
