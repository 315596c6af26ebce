"""The certificates' public log: cosigned, proven from a file alone, and every false proof is called false."""

import copy
import json
import os
import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.credentials import sdjwt, trustlist
from onething.trust.credentials.checking import Against, check_file
from onething.trust.credentials.evidence import LOG_KEY, OWNER, WITNESS_KEY, CertificateLog, included, policy_of
from onething.trust.credentials.models import Issue, Verdict
from onething.trust.credentials.signing import FORMAT, SIGNING, AgencyInfo, Keyring, chain_id_of, sign
from onething.trust.ledger.canonical import canonical
from onething.trust.models import b64url
from onething.trust.sealing.owners import key_store

WITNESSES = ("health", "medins", "police")


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", "only-for-tests")
    from onething.core.settings import get_settings

    get_settings.cache_clear()


@pytest.fixture
def log(db: Database, tmp_path: Path) -> CertificateLog:
    return CertificateLog(db, "shanghai", WITNESSES, tmp_path / "witnesses")


def proven(log: CertificateLog, count: int = 5) -> list[tuple[bytes, dict[str, Any]]]:
    digests = [os.urandom(32) for _ in range(count)]
    indices = log.append([(f"certificate:{digest.hex()}", digest) for digest in digests])
    return list(zip(digests, log.prove(indices), strict=True))


def test_a_proof_holds_for_its_own_digest_and_no_other(log: CertificateLog) -> None:
    found = proven(log)
    for at, (digest, proof) in enumerate(found):
        assert included(log.policy(), proof, digest)
        assert len(proof["cosigned_by"]) == 3
        assert not included(log.policy(), proof, found[at - 1][0])
    again = log.append([(f"certificate:{found[0][0].hex()}", found[0][0])])
    assert again == [found[0][1]["index"]], "appended twice it stands there once"


@pytest.mark.slow
def test_no_change_of_a_proof_is_believed(log: CertificateLog) -> None:
    digest, proof = proven(log)[2]
    chance = random.Random(5)
    text = json.dumps(proof)
    tried = 0
    for _ in range(300):
        place, bit = chance.randrange(len(text)), 1 << chance.randrange(7)
        flipped = text[:place] + chr(ord(text[place]) ^ bit) + text[place + 1 :]
        try:
            changed = json.loads(flipped)
        except ValueError:
            continue
        tried += 1
        assert not included(log.policy(), changed, digest), (place, bit)
    assert tried > 100
    for broken in ({}, {"index": 0}, {**proof, "path": 7}, {**proof, "size": "x"}, {**proof, "checkpoint": ""}):
        assert not included(log.policy(), broken, digest)


def test_one_cosignature_does_not_make_a_checkpoint_count(db: Database, log: CertificateLog, tmp_path: Path) -> None:
    proven(log)
    stranger = CertificateLog(db, "shanghai", ("health",), tmp_path / "other")
    digest = os.urandom(32)
    stranger.append([("certificate:x", digest)])
    alone = stranger.prove([5])[0]
    assert included(stranger.policy(), alone, digest)
    assert not included(policy_of("shanghai", WITNESSES, 2), alone, digest), "one cosignature is not enough here"


@pytest.mark.slow
def test_a_rolled_back_log_gets_no_cosignature(db: Database, log: CertificateLog, tmp_path: Path) -> None:
    proven(log)
    head = log.log.store.head()
    proven(log, 3)
    with sqlite3.connect(tmp_path / "onething.db") as link:  # an administrator's silent edit
        link.execute("UPDATE trust_log_head SET size = 5, head = ?, published = ''", ((head or b"").decode(),))
        link.execute("DELETE FROM trust_log_key WHERE position >= 5")
    rewritten = CertificateLog(db, "shanghai", WITNESSES, tmp_path / "witnesses")
    rewritten.append([("certificate:forged", os.urandom(32)), *((f"f{n}", os.urandom(32)) for n in range(4))])
    with pytest.raises(Problem, match="not_enough_witnesses"):
        rewritten.prove([5])


@pytest.mark.slow
def test_the_trust_list_says_what_the_log_needs_and_no_bit_of_it_can_be_changed(log: CertificateLog) -> None:
    ring = Keyring({"health": AgencyInfo({"zh": "卫健委", "en": "Health"}, frozenset({"birth"}))}, log.policy)
    listed = ring.trust_list()
    assert listed.log is not None
    assert trustlist.load(listed.text, ring.root.key_id).log == listed.log
    weaker = json.loads(listed.text)
    weaker["log"]["needed"] = 0
    with pytest.raises(Problem, match="broken"):
        trustlist.load(json.dumps(weaker), ring.root.key_id)
    chance, data = random.Random(3), listed.text.encode()
    for _ in range(200):
        place = chance.randrange(len(data))
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(7)
        with pytest.raises(Problem):
            trustlist.load(bytes(flipped), ring.root.key_id)


def _document(ring: Keyring, log: CertificateLog) -> dict[str, Any]:
    """A certificate with all that lies in its PDF."""
    issue = Issue(
        "cert_a", "birth", "health", "1", {"zh": "证", "en": "c"}, datetime.now(UTC), None, {"name": "李一诺"}
    )
    credential, seal = sign(issue, ring)
    digest = sdjwt.digest_of(credential)
    proof = log.prove(log.append([("certificate:cert_a", digest)]))[0]
    listed = json.loads(ring.trust_list().text)
    return {"format": FORMAT, "credential": credential, "seal": seal, "proof": {"log": proof}, "trust": listed}


def test_a_document_with_anothers_proof_seal_or_list_is_forged(log: CertificateLog) -> None:
    ring = Keyring({"health": AgencyInfo({"zh": "卫健委", "en": "Health"}, frozenset({"birth"}))}, log.policy)
    document, root = _document(ring, log), ring.root.key_id
    assert check_file(canonical(document), Against(root=root)).verdict is Verdict.STATUS_UNKNOWN
    _, foreign = proven(log, 1)[0]
    changes: list[tuple[str, ...] | Any] = [
        ("proof", "log", foreign), ("seal", "digest", "00" * 32), ("seal", "signature", b64url(os.urandom(64))),
        ("proof", "log", {**document["proof"]["log"], "cosigned_by": ["health-witness", "police-witness", "x"]}),
    ]  # fmt: skip
    for part, name, value in changes:
        forged = copy.deepcopy(document)
        forged[part][name] = value
        assert check_file(canonical(forged), Against(root=root)).verdict is Verdict.FORGED, (part, name)


def test_a_stolen_and_revoked_key_signs_nothing_that_this_installation_believes(log: CertificateLog) -> None:
    ring = Keyring({"health": AgencyInfo({"zh": "卫健委", "en": "Health"}, frozenset({"birth"}))}, log.policy)
    ring.trust_list()
    store = key_store("health")
    thief = store.signer(SIGNING)
    store.rotate(SIGNING)
    store.revoke(thief.key_id, since=datetime.now(UTC), reason="stolen")
    ring.forget()
    public = {
        "iss": "health", "vct": "birth", "id": "cert_f", "number": "1", "title": {"zh": "假", "en": "false"},
        "iat": int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()),
        "status": {"onething": {"id": chain_id_of("cert_f").hex()}},
    }  # fmt: skip
    forged = sdjwt.issue(public, {"name": "某人"}, thief)
    assert check_file(forged.encode(), Against(ring.trust_list())).verdict is Verdict.FORGED


@pytest.mark.slow
def test_a_log_goes_on_under_a_rotated_key(db: Database, log: CertificateLog, tmp_path: Path) -> None:
    digest, proof = proven(log)[0]
    key_store(OWNER).rotate(LOG_KEY)
    key_store("police").rotate(WITNESS_KEY)
    later = CertificateLog(db, "shanghai", WITNESSES, tmp_path / "witnesses")
    fresh = proven(later)
    assert included(later.policy(), proof, digest), "what was proven stays proven"
    assert all(included(later.policy(), each, its) for its, each in fresh)
