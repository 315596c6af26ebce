"""The key store: a passphrase guards it, keys have a history, and nobody rewrites that history from outside."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from onething.core.clock import now
from onething.core.errors import Problem
from onething.trust.service import Algorithm, FileKeyStore, KeyStatus, key_store, make_verifier

FAST = 2**10
"""scrypt's cost is no part of what these tests are about."""


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    return FileKeyStore(tmp_path / "keys", "correct horse", cost=FAST)


def test_a_key_is_the_same_after_reopening_and_its_secret_is_not_on_disk(store: FileKeyStore) -> None:
    made = store.create("seal", Algorithm.SM2, signer_id=b"civil@city")
    again = FileKeyStore(store.folder, "correct horse").signer("seal")
    assert again.public_key == made.public_key
    assert make_verifier(made.public_key).verify(again.sign(b"x"), b"x")
    assert all((path.stat().st_mode & 0o077) == 0 for path in store.folder.glob("*.json"))


def test_a_wrong_or_empty_passphrase_opens_nothing(store: FileKeyStore) -> None:
    with pytest.raises(Problem, match=r"trust\.passphrase_wrong"):
        FileKeyStore(store.folder, "wrong")
    with pytest.raises(Problem, match=r"trust\.passphrase_missing"):
        FileKeyStore(store.folder, "")


def test_a_new_passphrase_replaces_the_old_one_and_keys_stay(store: FileKeyStore) -> None:
    made = store.create("seal", Algorithm.ED25519)
    wrapped = store.wrap("subjects", b"data key", b"s1")
    with pytest.raises(Problem, match=r"trust\.passphrase_wrong"):
        store.change_passphrase("wrong", "new")
    store.change_passphrase("correct horse", "battery staple")
    with pytest.raises(Problem, match=r"trust\.passphrase_wrong"):
        FileKeyStore(store.folder, "correct horse")
    again = FileKeyStore(store.folder, "battery staple")
    assert again.signer("seal").key_id == made.key_id
    assert again.unwrap("subjects", wrapped, b"s1") == b"data key"
    with pytest.raises(Problem, match=r"trust\.altered"):
        again.unwrap("subjects", wrapped, b"s2")


def test_rotation_keeps_the_old_key_for_those_who_verify(store: FileKeyStore) -> None:
    old = store.create("log", Algorithm.ED25519)
    signature = store.signer("log").sign(b"old")
    new = store.rotate("log")
    first, second = store.records("log")
    assert (first.key_id, first.status) == (old.key_id, KeyStatus.RETIRED)
    assert (second.key_id, second.status) == (new.key_id, KeyStatus.ACTIVE)
    assert store.signer("log").key_id == new.key_id
    assert make_verifier(first.public_key).verify(signature, b"old")
    assert first.counts_at(now())
    with pytest.raises(Problem, match=r"trust\.key_exists"):
        store.create("log", Algorithm.ED25519)


def test_a_stolen_key_signs_no_more_and_counts_only_for_what_is_proven_older(store: FileKeyStore) -> None:
    made = store.create("seal", Algorithm.ED25519)
    stolen = made.created_at + timedelta(seconds=5)
    revoked = store.revoke(made.key_id, since=stolen, reason="laptop stolen")
    assert revoked.counts_at(stolen - timedelta(seconds=1))
    assert not revoked.counts_at(stolen)
    with pytest.raises(Problem, match=r"trust\.key_not_usable"):
        store.signer("seal")
    later = store.revoke(made.key_id, since=stolen + timedelta(days=1), reason="un-revoke a day")
    assert later.revoked_at == stolen, "a revocation never moves forward"
    assert FileKeyStore(store.folder, "correct horse").records("seal")[0].status is KeyStatus.REVOKED


def test_a_running_process_notices_a_revocation_by_another(store: FileKeyStore) -> None:
    made = store.create("seal", Algorithm.ED25519)
    store.signer("seal")
    FileKeyStore(store.folder, "correct horse").revoke(made.key_id, since=now(), reason="theft")
    with pytest.raises(Problem, match=r"trust\.key_not_usable"):
        store.signer("seal")


@pytest.mark.parametrize("field", ["status", "revoked_at", "name", "created_at", "sealed", "reason", "public"])
def test_a_key_file_that_was_edited_is_refused(store: FileKeyStore, field: str) -> None:
    made = store.create("seal", Algorithm.ED25519)
    other = store.create("other", Algorithm.ED25519)
    store.revoke(made.key_id, since=now(), reason="theft")
    path, other_path = store.folder / f"{made.key_id}.json", store.folder / f"{other.key_id}.json"
    told, untouched = json.loads(path.read_text()), json.loads(other_path.read_text())
    told[field] = untouched[field] if told[field] != untouched[field] else "x"
    path.write_text(json.dumps(told))
    with pytest.raises(Problem, match=r"trust\.passphrase_wrong"):
        store.records()


def test_every_bit_of_a_key_file_matters(store: FileKeyStore) -> None:
    made = store.create("seal", Algorithm.ED25519)
    path = store.folder / f"{made.key_id}.json"
    good, original = path.read_bytes(), store.records()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        try:
            found = store.records()
        except Problem:
            continue
        assert found == original, "white space may change; meaning may not"


def test_each_owner_has_a_store_of_its_own_and_no_path_escapes() -> None:
    police, hospital = key_store("police"), key_store("hospital")
    police.create("seal", Algorithm.ED25519)
    assert not hospital.records()
    with pytest.raises(Problem, match=r"trust\.key_unknown"):
        key_store("../police")
