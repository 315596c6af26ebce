"""From an issued certificate to something that anybody can check, and every way to cheat that we could think of."""

import contextlib
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from credential_world import FIELDS, Office, office

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.credentials import keeping, sdjwt, service, trustlist
from onething.trust.credentials.checking import check_file
from onething.trust.credentials.models import Status, Verdict
from onething.trust.credentials.pdf import open_sealed
from onething.trust.credentials.sdjwt import digest_of
from onething.trust.credentials.signing import SIGNING, Keyring
from onething.trust.credentials.tables import CredentialRow
from onething.trust.sealing.owners import key_store

pytestmark = pytest.mark.slow


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Office:
    return office(db, tmp_path)


def steps(report: service.Report) -> dict[str, bool | None]:
    return {step.id: step.ok for step in report.steps}


def test_a_certificate_becomes_provable_and_its_pdf_says_so(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    row = here.row(certificate)
    assert row.stage == "anchored"
    assert "王芳".encode() not in row.content
    report = check_file(here.pdf(certificate), here.against())
    assert report.verdict is Verdict.GENUINE
    assert steps(report) == {
        "file": True, "signature": True, "file_seal": True, "time": True, "seal": True, "log": None, "valid": True, "status": True,
    }  # fmt: skip
    assert report.agency_name is not None
    assert report.agency_name.en == "Health Commission"
    assert report.fields == FIELDS


def test_offline_the_package_alone_proves_who_signed_but_not_that_it_still_holds(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    root = here.keyring.root.key_id
    report = check_file(here.pdf(certificate), service.Against(root=root))
    assert report.verdict is Verdict.STATUS_UNKNOWN
    assert steps(report)["signature"] is True
    assert steps(report)["status"] is None
    other = check_file(here.pdf(certificate), service.Against(root="somebody-elses-root"))
    assert other.verdict is Verdict.FORGED


def test_any_single_bit_flipped_in_the_pdf_is_noticed(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    pdf, chance = here.pdf(certificate), random.Random(7)
    start = pdf.index(b"/Contents")
    places = [chance.randrange(len(pdf)) for _ in range(250)] + [
        chance.randrange(start, start + 12_000) for _ in range(60)
    ]
    against = here.against(status_of=None)
    for place in places:
        flipped = bytearray(pdf)
        flipped[place] ^= 1 << chance.randrange(8)
        assert check_file(bytes(flipped), against).verdict in {Verdict.FORGED, Verdict.UNKNOWN}, place


def test_any_single_bit_flipped_in_the_credential_is_noticed(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    text, chance = here.credential(certificate).encode(), random.Random(7)
    for place in [chance.randrange(len(text)) for _ in range(250)]:
        flipped = bytearray(text)
        flipped[place] ^= 1 << chance.randrange(7)
        report = check_file(bytes(flipped), here.against(status_of=None))
        assert report.verdict in {Verdict.FORGED, Verdict.UNKNOWN}, place


def test_cut_off_and_appended_files_are_not_genuine(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    pdf = here.pdf(certificate)
    for forged in (pdf[:-30], pdf + b"\n% more", pdf + pdf, pdf[: len(pdf) // 2], b"%PDF-1.7", b"", b"{}", b"~"):
        assert check_file(forged, here.against()).verdict in {Verdict.FORGED, Verdict.UNKNOWN}


def test_suspended_revoked_and_replaced_certificates_are_never_shown_as_genuine(here: Office) -> None:
    ids = [here.issue() for _ in range(4)]
    here.settle()
    with here.db.transaction() as session:
        service.change(session, [ids[0]], Status.SUSPENDED, "asked for a correction")
        service.change(session, [ids[1]], Status.REVOKED, "issued by mistake")
        service.change(session, [ids[2]], Status.SUPERSEDED, "name corrected", successor=ids[3])
    here.settle()
    verdicts = [check_file(here.pdf(each), here.against()).verdict for each in ids]
    assert verdicts == [Verdict.SUSPENDED, Verdict.WITHDRAWN, Verdict.REPLACED, Verdict.GENUINE]
    with here.db.transaction() as session:
        service.change(session, [ids[0]], Status.ISSUED)
    here.settle()
    assert check_file(here.pdf(ids[0]), here.against()).verdict is Verdict.GENUINE
    with pytest.raises(Problem, match="not_changed"), here.db.transaction() as session:
        service.change(session, [ids[1]], Status.ISSUED)


def test_revoked_before_it_was_anchored_it_ends_revoked(here: Office) -> None:
    certificate = here.issue()
    with here.db.transaction() as session:
        service.change(session, [certificate], Status.REVOKED, "taken back at once")
    here.settle()
    assert check_file(here.pdf(certificate), here.against()).verdict is Verdict.WITHDRAWN


def test_an_expired_certificate_is_expired_not_forged(here: Office) -> None:
    certificate = here.issue(days=30)
    here.settle()
    later = datetime.now(UTC) + timedelta(days=31)
    assert check_file(here.pdf(certificate), here.against()).verdict is Verdict.GENUINE
    assert check_file(here.pdf(certificate), here.against(at=later)).verdict is Verdict.EXPIRED


def test_an_agency_without_the_right_is_refused_by_list_and_contract(here: Office) -> None:
    certificate = here.issue(kind="household")  # the health commission does not keep the household register
    here.settle(lambda: here.row(certificate).stage == "refused")
    report = check_file(here.pdf(certificate), here.against())
    assert report.verdict is Verdict.FORGED
    assert steps(report)["signature"] is False


def test_one_refused_certificate_does_not_hold_up_the_others(here: Office) -> None:
    good, bad = here.issue(), here.issue(kind="household")
    here.settle(lambda: here.row(good).stage == "anchored" and here.row(bad).stage == "refused")


def test_a_stolen_key_dates_back_in_vain(here: Office) -> None:
    certificate, store = here.issue(), key_store("health")
    here.settle()
    thief = store.signer(SIGNING)
    store.rotate(SIGNING)
    store.revoke(thief.key_id, since=datetime.now(UTC), reason="stolen")
    here.keyring.forget()
    # What was anchored before the theft stays good.
    assert check_file(here.credential(certificate).encode(), here.against()).verdict is Verdict.GENUINE
    old = int((datetime.now(UTC) - timedelta(days=100)).timestamp())
    public = {
        "iss": "health", "vct": "birth", "id": "cert_forged", "number": "1", "title": {"zh": "假", "en": "false"}, "iat": old,
        "status": {"onething": {"id": service.chain_id_of("cert_forged").hex()}},
    }  # fmt: skip
    forged = sdjwt.issue(public, {"child_name": "某人"}, thief)
    assert check_file(forged.encode(), here.against()).verdict is Verdict.FORGED


def test_somebody_elses_trust_list_and_keys_prove_nothing(here: Office, tmp_path: Path) -> None:
    certificate = here.issue()
    here.settle()
    real = here.keyring.trust_list()
    forger = key_store("forger")
    from onething.trust.models import Algorithm

    forger.create("root", Algorithm.ED25519)
    false = trustlist.sign(real.agencies, forger.signer("root"), datetime.now(UTC))
    with pytest.raises(Problem, match="broken"):
        trustlist.load(false.text, here.keyring.root.key_id)
    changed = json.loads(real.text)
    changed["agencies"][0]["kinds"].append("household")
    with pytest.raises(Problem, match="broken"):
        trustlist.load(json.dumps(changed))
    assert here.row(certificate).stage == "anchored"


@pytest.mark.parametrize(
    "broken",
    [
        '{"format":"onething-certificate/1","format":"x","credential":""}',
        '{"format":1e400}',
        '{"format":123456789012345678901234567890}',
        '{"format":"\\ud800"}',
        '{"format":NaN}',
        "[" * 100_000,
        '{"format":"onething-certificate/1","credential":1,"seal":[],"proof":0,"trust":null}',
        "{" + '"a":' * 70 + "1" + "}" * 70,
    ],
)  # fmt: skip
def test_json_of_two_meanings_is_refused(here: Office, broken: str) -> None:
    report = check_file(broken.encode(), here.against())
    assert report.verdict in {Verdict.FORGED, Verdict.UNKNOWN}


def test_only_chosen_fields_are_shown_and_none_can_be_slipped_in(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    credential = here.credential(certificate)
    shown = sdjwt.present(credential, ["child_name"])
    assert "王芳" not in json.dumps(sdjwt.parse(shown).payload, ensure_ascii=False)
    report = check_file(shown.encode(), here.against())
    assert report.verdict is Verdict.GENUINE
    assert report.fields == {"child_name": "李一诺"}
    other = sdjwt.issue({"iss": "x"}, {"child_name": "别人"}, here.keyring.signer("health")).split("~")[1]
    for forged in (f"{shown}{other}~", shown.replace(shown.split("~")[1], other), f"{shown}{shown.split('~')[1]}~"):
        assert check_file(forged.encode(), here.against()).verdict is Verdict.FORGED


def test_a_second_implementation_reads_what_we_sign(here: Office) -> None:
    verifier = pytest.importorskip("sd_jwt.verifier")
    from jwcrypto.jwk import JWK

    certificate = here.issue()
    here.settle()
    credential = here.credential(certificate)
    jwk = {k: v for k, v in here.keyring.signer("health").public_key.jwk().items() if k != "alg"}
    shown = sdjwt.present(credential, ["mother_name", "weight_g"])
    payload = verifier.SDJWTVerifier(shown, lambda *_: JWK(**jwk)).get_verified_payload()
    assert payload["mother_name"] == "王芳"
    assert payload["weight_g"] == 3250
    assert "child_name" not in payload


def test_police_and_insurance_fetch_the_birth_certificate_by_contract(here: Office) -> None:
    certificate = here.issue(wanted_by=(("police", "household_registration"), ("medins", "enrolment")))
    here.settle(lambda: set(here.requests(certificate).values()) == {"verified"})
    with here.db.reading() as session:
        proof = service.proofs_of(session, [certificate])[certificate]
    assert {(each.asker, each.step) for each in proof.requests} == {("police", "verified"), ("medins", "verified")}


def test_what_was_altered_on_the_way_is_found_wrong_by_the_contract(here: Office) -> None:
    certificate = here.issue(wanted_by=(("police", "household_registration"),))
    here.settle(lambda: here.row(certificate).stage == "anchored")
    other = here.issue()
    here.settle(lambda: here.row(other).stage == "anchored")
    forged, digest = here.credential(other), here.row(certificate).digest
    with here.db.transaction() as session:
        row = session.get_one(CredentialRow, certificate)
        row.content = keeping.sealed_text(session, row, forged)
    here.settle(lambda: here.requests(certificate)["police"] in {"wrong", "verified"})
    assert here.requests(certificate) == {"police": "wrong"}
    assert digest_of(forged).hex() != digest


def test_rounds_cut_off_anywhere_are_taken_up_again(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = here.issue(wanted_by=(("police", "household_registration"),))
    real, chance = Database.transaction, random.Random(11)

    def dying(self: Database):  # type: ignore[no-untyped-def]
        if chance.random() < 0.2:
            raise RuntimeError("killed")
        return real(self)

    monkeypatch.setattr(Database, "transaction", dying)
    for _ in range(400):
        with contextlib.suppress(RuntimeError):
            here.pipeline.round()
        if here.requests(certificate)["police"] == "verified":
            break
    assert here.requests(certificate) == {"police": "verified"}
    assert here.row(certificate).stage == "anchored"


def test_the_document_in_the_pdf_is_what_was_signed(here: Office) -> None:
    certificate = here.issue()
    here.settle()
    opened = open_sealed(here.pdf(certificate))
    assert json.loads(opened.document)["credential"] == here.credential(certificate)
    assert opened.key == here.keyring.seals.signer("health").public_key


def test_a_keyring_made_anew_has_the_same_keys(here: Office) -> None:
    again = Keyring(here.keyring.agencies)
    assert again.signer("health").key_id == here.keyring.signer("health").key_id
    assert again.root.key_id == here.keyring.root.key_id
