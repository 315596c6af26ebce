"""A certificate's PDF: the signed document inside as an attachment, the agency's signature over the whole file (PAdES).

Whatever lies in the file is under the signature: every byte but the signature itself, and that is read strictly, so no
bit of the file can be changed unseen.
"""
# pyright: standard
# asn1crypto and pyHanko carry no types: strict checking would only see Any.

import asyncio
import hashlib
import io
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asn1crypto import algos, cms, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from onething.core.errors import Problem
from onething.trust.credentials.errors import BROKEN
from onething.trust.keys.base import Signer

ATTACHMENT = "onething-certificate.json"
ROOM = 12_288
LARGEST = 8 * 1024 * 1024


class _PdfSigner(signers.Signer):
    """pyHanko asks our `Signer`, wherever its key lies."""

    def __init__(self, signer: Signer, certificate: x509.Certificate) -> None:
        mechanism = algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
        super().__init__(signing_cert=certificate, signature_mechanism=mechanism, embed_roots=False)
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        return b"\0" * 64 if dry_run else self._signer.sign(data)


def seal(pdf: bytes, document: bytes, signer: Signer, certificate: x509.Certificate, *, reason: str) -> bytes:
    """Attach `document` and sign. `pdf` is the drawn certificate; the result is what its holder keeps."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    attached = embed.EmbeddedFileObject.from_file_data(writer, document, mime_type="application/json")
    embed.embed_file(
        writer, embed.FileSpec(ATTACHMENT, file_name=ATTACHMENT, embedded_data=attached, description=generic.pdf_string("signed credential"))  # type: ignore[arg-type]
    )  # fmt: skip
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal", reason=reason, md_algorithm="sha512", subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    out = io.BytesIO()
    pdf_signer = signers.PdfSigner(metadata, signer=_PdfSigner(signer, certificate))
    _finish(pdf_signer.async_sign_pdf(writer, output=out, bytes_reserved=ROOM))
    return _lower(out.getvalue())


def _finish(work: Coroutine[Any, Any, Any]) -> None:
    """pyHanko signs in coroutines; whoever calls from inside a running loop waits for a thread instead."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]+)>")


def _lower(pdf: bytes) -> bytes:
    """The signature's hex digits in one form."""
    return _CONTENTS.sub(lambda found: found.group(0).replace(found.group(1), found.group(1).lower()), pdf)


_SHA512 = bytes.fromhex("300d06096086480165030402030500")
_ED25519 = bytes.fromhex("300506032b6570")


def _signature_is_in_its_one_form(pdf: bytes) -> bool:
    """The signature's frame lies outside what it signs: digits in two cases, padding, lengths and algorithm names of the
    CMS, the certificate. All of it is written again as `seal` writes it, and must come out the same."""
    found = _CONTENTS.findall(pdf)
    if len(found) != 1 or len(found[0]) != ROOM or found[0] != found[0].lower():
        return False
    content = bytes.fromhex(found[0].decode())
    try:
        frame = _frame_again(cms.ContentInfo.load(content)["content"])
    except (ValueError, TypeError, KeyError, IndexError):
        return False
    return content.startswith(frame) and not content[len(frame) :].strip(b"\0")


def _frame_again(data: Any) -> bytes:
    """The CMS of one signature from its certificate, signed attributes and signature alone. The attributes are under the
    signature and hold the certificate's digest (RFC 5035), which is checked here."""
    certificate, signer = data["certificates"][0].chosen, data["signer_infos"][0]
    named = next(each for each in signer["signed_attrs"] if each["type"].native == "signing_certificate_v2")
    if named["values"][0]["certs"][0]["cert_hash"].native != hashlib.sha256(certificate.dump()).digest():
        raise ValueError("another certificate")
    again = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}
        ),
        "digest_algorithm": algos.DigestAlgorithm.load(_SHA512), "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": algos.SignedDigestAlgorithm.load(_ED25519), "signature": signer["signature"].native,
    })  # fmt: skip
    whole = cms.SignedData({
        "version": "v1", "digest_algorithms": [algos.DigestAlgorithm.load(_SHA512)],
        "encap_content_info": {"content_type": "data"}, "certificates": [certificate], "signer_infos": [again],
    })  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": whole}).dump(force=True))


def open_sealed(pdf: bytes, trusted: Callable[[bytes], bool]) -> tuple[bytes, bytes]:
    """Check the file's signature; returns the attached document and the signing key (32 bytes).

    `trusted` says of a public key whether it may have signed. Raises `Problem(credentials.broken)` with the step that failed.
    """
    if len(pdf) > LARGEST or not pdf.startswith(b"%PDF-"):
        raise Problem(BROKEN, why="not a PDF")
    if b"/ByteRange" not in pdf:
        raise Problem(BROKEN, why="not signed as our certificates are")
    try:
        return _open(pdf, trusted)
    except Problem:
        raise
    except Exception as error:  # a damaged file may fail anywhere in the parser
        raise Problem(BROKEN, why="the file cannot be read", detail=type(error).__name__) from error


def _open(pdf: bytes, trusted: Callable[[bytes], bool]) -> tuple[bytes, bytes]:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    found = reader.embedded_signatures
    if len(found) != 1:
        raise Problem(BROKEN, why="not signed as our certificates are")
    signature = found[0]
    signature.compute_integrity_info()
    key = bytes(signature.signer_cert.public_key["public_key"].native)
    if not trusted(key):
        raise Problem(BROKEN, why="signed by a key that is not trusted")
    whole = signature.coverage is not None and signature.coverage.name == "ENTIRE_FILE"
    if not whole or not _signature_is_in_its_one_form(pdf) or not _signed(signature, key):
        raise Problem(BROKEN, why="the file was changed after it was signed")
    return _attachment(reader), key


def _signed(signature: Any, key: bytes) -> bool:
    """The CMS signature (RFC 5652, 5.4; RFC 8419): digest of the file in the signed attributes, attributes signed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    info = signature.signer_info
    attributes = info["signed_attrs"]
    digests = [each["values"][0].native for each in attributes if each["type"].native == "message_digest"]
    if info["digest_algorithm"]["algorithm"].native != "sha512" or digests != [signature.compute_digest()]:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(info["signature"].native, attributes.untag().dump(force=True))
    except InvalidSignature:
        return False
    return True


def _attachment(reader: PdfFileReader) -> bytes:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(names) != 2 or str(names[0]) != ATTACHMENT:
        raise Problem(BROKEN, why="no signed document inside")
    stream: Any = names[1]["/EF"]["/F"]
    return bytes(stream.data)
