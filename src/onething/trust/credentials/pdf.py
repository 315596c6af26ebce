"""A certificate's PDF: the signed document inside as an attachment, the agency's signature over the whole file (PAdES B-LT).

ECDSA on P-256, a time stamp in the signature, certificates and the list of revoked ones in the file (DSS) under the same signature:
an ordinary reader that knows the city's root says valid, years later and without a connection too. Files that were sealed before, with
Ed25519, stay checkable (`ed25519_files.py`).

Whatever lies in the file is under the signature: every byte but the signature itself, and that is read strictly (`cms.py`), so no
bit of the file can be changed unseen, and nothing can be laid over it by a later update. (A time stamp of an authority outside lies in
a frame of that authority's making, of which only what it signed is judged.)
"""
# pyright: standard
# pyHanko carries few types: strict checking would only see Any.

import asyncio
import hashlib
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asn1crypto import cms as asn1_cms  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from onething.core.errors import Problem
from onething.trust.credentials import cms, ed25519_files, x509
from onething.trust.credentials.errors import BROKEN
from onething.trust.credentials.sealed_files import CONTENTS, OpenedFile, SealedFile
from onething.trust.credentials.seals import Seal
from onething.trust.keys.der import from_der, to_der
from onething.trust.keys.p256 import P256Verifier
from onething.trust.models import PublicKey

ATTACHMENT = "onething-certificate.json"
ROOM, WIDE_ROOM = 12_288, 49_152
"""Hex digits kept free for a signature; the second where an authority outside stamps it, whose certificates may be many."""
LARGEST = 8 * 1024 * 1024


class _PdfSigner(signers.Signer):
    """pyHanko lays out the file; the signature is made here, by our `Signer`, wherever its key lies."""

    def __init__(self, seal: Seal) -> None:
        super().__init__(signing_cert=asn1_x509.Certificate.load(seal.certificate), embed_roots=False)
        self._seal, self.lasting = seal, True

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, **_: Any) -> asn1_cms.ContentInfo:  # type: ignore[override]  # noqa: ARG002
        certificate = self._seal.certificate
        signed = cms.attributes(data_digest, certificate)
        signature = to_der(self._seal.signer.sign(signed))
        token, self.lasting = self._seal.stamps.token(signature)
        return asn1_cms.ContentInfo.load(cms.container(signed, certificate, signature, token))


def seal(pdf: bytes, document: bytes, by: Seal, *, outside: bool = False) -> SealedFile:
    """Attach `document` and sign. `pdf` is the drawn certificate. `outside`: the time stamp comes from another authority."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    attached = embed.EmbeddedFileObject.from_file_data(writer, document, mime_type="application/json")
    embed.embed_file(
        writer, embed.FileSpec(ATTACHMENT, file_name=ATTACHMENT, embedded_data=attached, description=generic.pdf_string("signed credential"))  # type: ignore[arg-type]
    )  # fmt: skip
    _add_validation_data(writer, by)
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal", reason=f"{by.name}电子印章；下载这份文件时加盖，签发日期以正文为准", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    out, signer = io.BytesIO(), _PdfSigner(by)
    pdf_signer = signers.PdfSigner(metadata, signer=signer)
    _finish(pdf_signer.async_sign_pdf(writer, output=out, bytes_reserved=WIDE_ROOM if outside else ROOM))
    return SealedFile(_lower(out.getvalue()), signer.lasting)


def _add_validation_data(writer: IncrementalPdfFileWriter, by: Seal) -> None:
    """The document security store (ISO 32000-2, 12.8.4.3), before the signature and so under it: who certified whom, what is revoked."""

    def streams(contents: list[bytes]) -> generic.ArrayObject:
        made = [writer.add_object(generic.StreamObject(stream_data=each)) for each in contents]
        return generic.ArrayObject(made)

    certificates = [by.certificate, by.stamps.own.certificate, by.root]
    store = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/DSS"),
        generic.pdf_name("/Certs"): streams(certificates),
        generic.pdf_name("/CRLs"): streams([by.revoked]),
    })  # fmt: skip
    writer.root["/DSS"] = writer.add_object(store)
    writer.update_root()


def _finish(work: Coroutine[Any, Any, Any]) -> None:
    """pyHanko signs in coroutines; whoever calls from inside a running loop waits for a thread instead."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def _lower(pdf: bytes) -> bytes:
    """The signature's hex digits in one form."""
    return CONTENTS.sub(lambda found: found.group(0).replace(found.group(1), found.group(1).lower()), pdf)


def open_sealed(pdf: bytes) -> OpenedFile:
    """Check the file's signature by the key it names.

    Raises `Problem(credentials.broken)` with the step that failed.
    """
    if len(pdf) > LARGEST or not pdf.startswith(b"%PDF-"):
        raise Problem(BROKEN, why="not a PDF")
    if b"/ByteRange" not in pdf:
        raise Problem(BROKEN, why="not signed as our certificates are")
    try:
        return _open(pdf)
    except Problem:
        raise
    except Exception as error:  # a damaged file may fail anywhere in the parser
        raise Problem(BROKEN, why="the file cannot be read", detail=type(error).__name__) from error


def _open(pdf: bytes) -> OpenedFile:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    found = reader.embedded_signatures
    if len(found) != 1:
        raise Problem(BROKEN, why="not signed as our certificates are")
    signature = found[0]
    signature.compute_integrity_info(skip_diff=True)  # whatever came after is an alteration: nobody need know which
    whole = signature.coverage is not None and signature.coverage.name == "ENTIRE_FILE"
    place = _only_contents(pdf)
    if not whole or place is None:
        raise Problem(BROKEN, why="the file was changed after it was signed")
    start, end = place
    contents = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    covered: Any = signature.byte_range
    if [int(each) for each in covered] != [0, start, end, len(pdf) - end] or bytes(signature.pkcs7_content) != contents:
        raise Problem(BROKEN, why="the file was changed after it was signed")
    if ed25519_files.is_one(contents):
        key = ed25519_files.signed_by(signature, contents)
        return OpenedFile(_attachment(reader), _or_changed(key))
    signed, key = _signed(pdf[:start] + pdf[end:], contents)
    return OpenedFile(_attachment(reader), _or_changed(key), signed.token, signed.signature)


def _or_changed(key: PublicKey | None) -> PublicKey:
    if key is None:
        raise Problem(BROKEN, why="the file was changed after it was signed")
    return key


def _only_contents(pdf: bytes) -> tuple[int, int] | None:
    """Where the one signature stands, from its < to behind its >; None where it is not written as `seal` writes it."""
    found = list(CONTENTS.finditer(pdf))
    if len(found) != 1 or len(found[0][1]) not in {ROOM, WIDE_ROOM} or found[0][1] != found[0][1].lower():
        return None
    return found[0].start(1) - 1, found[0].end(1) + 1


def _signed(around: bytes, contents: bytes) -> tuple[cms.Signed, PublicKey | None]:
    """The signature, and the key that made it over the bytes around it; no key where it did not."""
    signed, content, length = cms.parts_of(contents)
    attributes = cms.attributes(hashlib.sha256(around).digest(), signed.certificate)
    frame = cms.container(attributes, signed.certificate, signed.signature, signed.token)
    key = x509.key_of(signed.certificate)
    good = (
        content is None and frame == contents[:length] and not contents[length:].strip(b"\0")
        and P256Verifier(key).verify(from_der(signed.signature), attributes)
    )  # fmt: skip
    return signed, key if good else None


def _attachment(reader: PdfFileReader) -> bytes:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    if len(names) != 2 or str(names[0]) != ATTACHMENT:
        raise Problem(BROKEN, why="no signed document inside")
    stream: Any = names[1]["/EF"]["/F"]
    return bytes(stream.data)
