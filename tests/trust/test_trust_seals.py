"""The seal in the PDF: a stranger's reader agrees, for years, and nobody can lay anything over it; old seals stay checkable."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from credential_world import AGENCIES, FIELDS, drawn
from cryptography import x509 as real_x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from onething.trust.credentials import sdjwt, service, signing
from onething.trust.credentials.checking import Against, check_file
from onething.trust.credentials.cms import parts_of
from onething.trust.credentials.models import Issue, Report, Verdict
from onething.trust.credentials.sealed_files import is_of_old
from onething.trust.credentials.seals import DOCUMENT, RENEWED_AFTER
from onething.trust.credentials.signing import Keyring
from onething.trust.keys.der import elements, tlv
from onething.trust.keys.p256 import ORDER, P256Signer, P256Verifier, new_secret
from onething.trust.sealing.owners import key_store
from strangers_reader import StrangersReader

OLD = Path(__file__).parent / "data" / "sealed-with-ed25519.pdf"
VALID, TRUSTED = "Signature is Valid.", "Certificate is Trusted."


class Bureau:
    """Keys and a certificate of the health commission, without database or chain."""

    def __init__(self) -> None:
        self.ring = Keyring(AGENCIES, city="示范市")

    def pdf(self) -> bytes:
        return self.sealed().content

    def sealed(self, at: datetime | None = None) -> service.SealedFile:
        one = Issue(
            "cert_1", "birth", "health", "T310012345", {"zh": "出生医学证明", "en": "Birth certificate"},
            at or datetime.now(UTC), None, FIELDS,
        )  # fmt: skip
        credential, seal = signing.sign(one, self.ring)
        inside = service.ToSeal("health", signing.document(credential, seal, {}, self.ring.trust_list()))
        return service.sealed_pdf(inside, drawn(), self.ring)

    def check(self, pdf: bytes) -> Report:
        return check_file(pdf, Against(self.ring.trust_list()))

    @property
    def reader(self) -> StrangersReader:
        return StrangersReader(self.ring.seals.root())


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def steps(report: Report) -> dict[str, bool | None]:
    return {step.id: step.ok for step in report.steps}


def test_a_strangers_reader_says_valid_and_trusted_and_whole(bureau: Bureau) -> None:
    said = bureau.reader.says(bureau.pdf())
    assert (said.signatures, said.certificates, said.whole) == ([VALID], [TRUSTED], [True]), said.text
    assert "市卫生健康委电子印章" in said.text
    assert steps(bureau.check(bureau.pdf())) == {
        "file": True, "signature": True, "file_seal": True, "time": True, "seal": True, "log": None, "valid": True, "status": None,
    }  # fmt: skip


def test_without_the_citys_root_the_reader_trusts_nobody(bureau: Bureau, tmp_path: Path, monkeypatch: Any) -> None:
    pdf = bureau.pdf()
    monkeypatch.setenv("ONETHING_DATA_DIR", str(tmp_path / "another"))
    from onething.core.settings import get_settings

    get_settings.cache_clear()
    said = Bureau().reader.says(pdf)
    assert said.signatures == [VALID]
    assert said.certificates != [TRUSTED]


def changed_inside(pdf: bytes) -> bytes:
    """A byte of what is drawn."""
    at = pdf.index(b"stream\n") + 40
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def laid_over(pdf: bytes) -> bytes:
    """The incremental update attack: a second page content over the signed one, in a revision of its own."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page: Any = writer.find_page_for_modification(0)[0]
    over = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 100 400 300 80 re f Q"))
    found = page.get_object()
    before = found.raw_get("/Contents")
    found["/Contents"] = generic.ArrayObject([*(before if isinstance(before, list) else [before]), over])
    writer.update_container(found)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def second_signature(pdf: bytes) -> bytes:
    """A field of another's making beside the seal: the file would list a signature nobody vouches for."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    append_signature_field(writer, SigFieldSpec("Other"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_altered_file_is_invalid_to_the_stranger_and_forged_to_us(bureau: Bureau) -> None:
    altered = changed_inside(bureau.pdf())
    said = bureau.reader.says(altered)
    assert said.signatures
    assert VALID not in said.signatures
    assert bureau.check(altered).verdict is Verdict.FORGED


@pytest.mark.parametrize("attack", [laid_over, second_signature])
def test_what_is_laid_over_a_sealed_file_is_seen_though_its_seal_still_fits(bureau: Bureau, attack: Any) -> None:
    attacked = attack(bureau.pdf())
    said = bureau.reader.says(attacked)
    assert said.whole != [True], "the stranger's reader says that something came after"
    report = bureau.check(attacked)
    assert report.verdict is Verdict.FORGED
    assert report.steps[-1].words.zh == "文件在盖章以后被改动过。"


def test_a_seal_with_a_signature_of_two_forms_or_another_frame_is_refused(bureau: Bureau) -> None:
    pdf = bureau.pdf()
    start = pdf.index(b"/Contents <") + 11
    contents = bytes.fromhex(pdf[start : pdf.index(b">", start)].decode())
    r_and_s = parts_of(contents)[0].signature
    r, s = (part[1] for part in elements(elements(r_and_s)[0][1]))
    other = ORDER - int.from_bytes(s, "big")
    high = tlv(0x30, tlv(2, r), tlv(2, other.to_bytes(other.bit_length() // 8 + 1, "big")))
    if len(high) == len(r_and_s):  # the same length: the frame stays, only the signature has its other form
        forged = pdf.replace(r_and_s.hex().encode(), high.hex().encode())
        assert forged != pdf
        assert bureau.check(forged).verdict is Verdict.FORGED
    padded = pdf[: pdf.index(b">", start) - 2] + b"01" + pdf[pdf.index(b">", start) :]
    assert bureau.check(padded).verdict is Verdict.FORGED


def test_the_file_alone_proves_itself_long_after_everything_ran_out(bureau: Bureau) -> None:
    """PAdES B-LT by somebody else's library: only the root is known, nobody is asked, revocation must be proven by what is inside."""
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    reader = PdfFileReader(io.BytesIO(bureau.pdf()))
    root = asn1_x509.Certificate.load(bureau.ring.seals.root())
    known = {"trust_roots": [root], "allow_fetching": False, "revocation_mode": "hard-fail"}
    inside = DocumentSecurityStore.read_dss(reader).as_validation_context(known | {"moment": datetime.now(UTC)})
    status = validate_pdf_signature(reader.embedded_signatures[0], inside, ts_validation_context=inside)
    assert status.bottom_line, status.pretty_print_details()
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted


def test_certificates_say_what_they_are_for_and_where_revocation_is_told(bureau: Bureau) -> None:
    root = real_x509.load_der_x509_certificate(bureau.ring.seals.root())
    seal = real_x509.load_der_x509_certificate(bureau.ring.seals.of("health").certificate)
    authority = root.extensions.get_extension_for_class(real_x509.BasicConstraints)
    assert (authority.value.ca, authority.value.path_length, authority.critical) == (True, 0, True)
    usage = seal.extensions.get_extension_for_class(real_x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    points = seal.extensions.get_extension_for_class(real_x509.CRLDistributionPoints).value
    assert points[0].full_name[0].value.endswith("/.well-known/onething-seals.crl")
    seal.verify_directly_issued_by(root)
    assert root.not_valid_before_utc <= seal.not_valid_before_utc
    assert seal.not_valid_after_utc < root.not_valid_after_utc


def test_a_revoked_seal_is_in_the_roots_list_and_files_without_older_stamps_stop_counting(bureau: Bureau) -> None:
    before, store = bureau.pdf(), key_store("health")
    seal = bureau.ring.seals.of("health")
    record = store.records(DOCUMENT)[0]
    store.rotate(DOCUMENT)
    store.revoke(record.key_id, since=datetime.now(UTC) + timedelta(seconds=1), reason="stolen")
    bureau.ring.forget()
    listed = real_x509.load_der_x509_crl(bureau.ring.seals.revoked())
    root = real_x509.load_der_x509_certificate(bureau.ring.seals.root())
    key = root.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert listed.is_signature_valid(key)
    serial = real_x509.load_der_x509_certificate(seal.certificate).serial_number
    assert listed.get_revoked_certificate_by_serial_number(serial) is not None
    assert steps(bureau.check(before))["file_seal"] is True, "its time stamp is older than the revocation"
    store.revoke(record.key_id, since=datetime.now(UTC) - timedelta(days=1), reason="stolen earlier")
    bureau.ring.forget()
    assert bureau.check(before).verdict is Verdict.FORGED
    assert steps(bureau.check(bureau.pdf()))["file_seal"] is True, "the new seal counts"


def test_a_time_stamp_of_an_unknown_authority_is_no_time(bureau: Bureau, monkeypatch: Any, tmp_path: Path) -> None:
    pdf, real = bureau.pdf(), bureau.ring.trust_list()
    nobody = replace(real, time_roots=())
    assert steps(check_file(pdf, Against(nobody)))["time"] is False


def test_a_seal_that_served_long_is_replaced_and_what_it_sealed_stays_good(bureau: Bureau, monkeypatch: Any) -> None:
    before, first = bureau.pdf(), bureau.ring.seals.signer("health").key_id
    later = datetime.now(UTC) + RENEWED_AFTER + timedelta(days=1)
    with monkeypatch.context() as patched:
        patched.setattr("onething.trust.credentials.seals.now", lambda: later)
        assert bureau.ring.seals.signer("health").key_id != first
    bureau.ring.forget()
    assert steps(bureau.check(before))["file_seal"] is True


@lru_cache(maxsize=1)
def _old() -> bytes:
    return OLD.read_bytes()


def test_a_file_sealed_with_ed25519_before_is_still_checked(bureau: Bureau) -> None:
    report = check_file(_old(), Against(root="XGXoeS_Cg91K7JiPs9hte3maw50Zoz64CSzlOm5OSLA"))
    assert report.verdict is Verdict.STATUS_UNKNOWN
    assert steps(report)["file"] is True
    assert steps(report)["file_seal"] is True
    assert steps(report)["time"] is None
    assert report.fields == FIELDS
    assert (is_of_old(_old()), is_of_old(bureau.pdf())) == (True, False)
    for altered in (changed_inside(_old()), laid_over(_old())):
        assert check_file(altered, Against()).verdict is Verdict.FORGED
    assert bureau.check(_old()).verdict is Verdict.FORGED, "another installation's keys are not ours"


@given(message=st.binary(max_size=200))
def test_one_message_and_key_have_one_signature(message: bytes) -> None:
    signer = P256Signer(b"\x07" * 32)
    signature, verifier = signer.sign(message), P256Verifier(signer.public_key)
    assert signature == signer.sign(message)
    assert verifier.verify(signature, message)
    high = signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    assert not verifier.verify(high, message)
    assert not verifier.verify(signature, message + b"x")
    assert len(new_secret()) == 32


def test_signing_again_gives_the_same_digest_that_other_chains_may_hold_already(bureau: Bureau) -> None:
    """After a backup a certificate may be signed a second time: its salts come from what was accepted, not from chance."""
    one = Issue(
        "cert_1", "birth", "health", "T310012345", {"zh": "出生医学证明", "en": "Birth certificate"}, datetime.now(UTC), None, FIELDS,
        replaces="cert_0", salt=b"s" * 32,
    )  # fmt: skip
    first, second = (signing.sign(one, Keyring(AGENCIES))[0] for _ in range(2))
    assert first == second
    parsed = sdjwt.parse(first)
    salts = {sdjwt.parse_json(sdjwt.unb64url(text))[0] for text in parsed.texts.values()}
    assert len(salts) == len(FIELDS), "no two fields share a salt"
    assert parsed.payload["replaces"] == signing.chain_id_of("cert_0").hex(), "the log holds the link to the one before"
    other = signing.sign(replace(one, salt=b"t" * 32), bureau.ring)[0]
    assert sdjwt.digest_of(other) != sdjwt.digest_of(first)


def test_an_authority_outside_stamps_where_the_settings_name_one_and_its_stamp_counts(
    bureau: Bureau, tmp_path: Path, monkeypatch: Any
) -> None:
    import threading

    import uvicorn
    from tests.conftest import free_port

    from onething.core.settings import get_settings
    from onething.sandbox.justice.authority import make_app

    port = free_port()
    server = uvicorn.Server(uvicorn.Config(make_app(tmp_path / "tsa"), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    monkeypatch.setenv("ONETHING_TSA_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("ONETHING_TSA_ROOT", str(tmp_path / "tsa" / "root.pem"))
    get_settings.cache_clear()
    stamped = bureau.sealed()
    assert stamped.lasting
    assert steps(bureau.check(stamped.content))["time"] is True
    said = bureau.reader.says(stamped.content)
    assert (said.signatures, said.certificates) == ([VALID], [TRUSTED]), said.text
    server.should_exit = True
    thread.join(10)
    bureau.ring.forget()
    alone = bureau.sealed()
    assert not alone.lasting, "it is sealed anew once the authority answers"
    assert steps(bureau.check(alone.content))["time"] is True, "with our own stamp meanwhile"
