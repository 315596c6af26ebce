"""Witnesses and policy: forks and roll-backs get no cosignature, a lying minority changes nothing, a stolen key neither."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from log_world import ORIGIN, World, fresh_signer

from onething.core.clock import frozen, now
from onething.core.errors import Problem
from onething.trust.log.cosigning import HttpWitness, ask_one, publish
from onething.trust.log.notes import (
    Checkpoint,
    Note,
    NoteError,
    NoteKey,
    NoteSignature,
    parse_checkpoint,
    parse_note,
)
from onething.trust.log.policy import LogPolicy, NotCountingError, TrustedKey
from onething.trust.log.store import FileLogStore
from onething.trust.log.witness import WitnessRefusal
from onething.trust.log.witness_app import make_app
from onething.trust.log.witness_requests import make_request
from onething.trust.models import Algorithm, HashName, PublicKey


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.fill(10)
    return made


def forked(world: World, name: str, count: int, word: str) -> World:
    """The same log, same key, with another history."""
    other = World(world.folder / name)
    other.log_signer, other.policy, other.signers = world.log_signer, world.policy, world.signers
    other.log = other.make_log(FileLogStore(world.folder / name / "fork"))
    other.fill(count, word)
    return other


def test_a_cosigned_checkpoint_counts_and_says_who_and_when(world: World) -> None:
    published = world.publish()
    assert set(published.counted.witnesses) == {"police", "civil", "health"}
    assert published.counted.checkpoint == world.log.head()[0]
    assert world.log.store.published() == published.note
    world.fill(400)
    assert world.publish().counted.checkpoint.size == 410


def test_sm2_and_sm3_all_the_way(tmp_path: Path) -> None:
    world = World(tmp_path, HashName.SM3, Algorithm.SM2)
    world.fill(5)
    assert world.publish().counted.checkpoint.size == 5
    assert LogPolicy.from_json(world.policy.as_json()) == world.policy


def test_a_fork_gets_no_cosignature_from_a_witness_that_saw_the_log(world: World) -> None:
    world.publish()
    before = world.witnesses[0].seen(ORIGIN)
    for count in (10, 12):
        fork = forked(world, f"fork{count}", count, "forged")
        checkpoint, note = fork.log.head()
        with pytest.raises(WitnessRefusal) as refusal:
            ask_one(world.witnesses[0], checkpoint.size, note.encode(), fork.log.reader().consistency, 10)
        assert refusal.value.status == (409 if count == 10 else 422)
    assert world.witnesses[0].seen(ORIGIN) == before is not None


def test_a_log_rolled_back_gets_no_cosignature(world: World) -> None:
    old, note = world.log.head()
    world.publish()
    world.fill(10)
    world.publish()
    with pytest.raises(WitnessRefusal) as refusal:
        ask_one(world.witnesses[0], old.size, note.encode(), world.log.reader(old.size).consistency, 0)
    assert (refusal.value.status, refusal.value.size) == (409, 20)


def test_a_fork_shown_to_one_witness_never_counts(world: World) -> None:
    """The log shows police a fork from the beginning; two of three are needed."""
    fork = forked(world, "fork", 10, "forged")
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        publish(fork.log, world.policy, [world.witnesses[0]])
    assert fork.log.store.published() is None
    assert publish(world.log, world.policy, world.witnesses).refusals["police"].startswith("409")


def test_a_lying_minority_cannot_make_a_fork_count(world: World) -> None:
    """Police forgets what it saw and cosigns everything; the honest two do not follow."""
    world.publish()
    fork = forked(world, "fork", 10, "forged")
    liar = world.make_witness("police", memory="forgetful")
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        publish(fork.log, world.policy, [liar, *world.witnesses[1:]])
    assert world.policy.sound_against == 0, "with 2 of 3 not even one liar is harmless if the rest is split"
    assert replace(world.policy, needed=3).sound_against == 2


def test_many_signatures_of_one_witness_count_once(world: World) -> None:
    _, note = world.log.head()
    key = NoteKey("police", world.signers["police"].public_key, cosigner=True)
    stuffed = note.with_signatures(*(key.sign(note.text, world.signers["police"], at) for at in range(1, 9)))
    with pytest.raises(NotCountingError, match="1 of 2"):
        world.policy.check(stuffed.encode())


def test_a_witness_that_is_away_or_answers_nonsense_is_told_and_does_no_harm(world: World) -> None:
    class Broken:
        name = "health"

        def cosign(self, old: int, proof: list[bytes], note: bytes) -> list[NoteSignature]:
            return [NoteSignature("health", b"abcd", bytes(72)), NoteSignature("police", b"abcd", bytes(72))]

        def seen(self, origin: str) -> bytes | None:
            raise OSError("away")

    away = HttpWitness("civil", "http://127.0.0.1:9", timeout=1)
    with pytest.raises(Problem, match=r"trust\.not_enough_witnesses"):
        publish(world.log, world.policy, [world.witnesses[0], away, Broken()])
    published = publish(world.log, world.policy, [*world.witnesses[:2], Broken()])
    assert b"abcd" not in published.note
    assert set(published.counted.witnesses) == {"police", "civil"}


def test_a_restarted_witness_remembers(world: World) -> None:
    world.publish()
    again = world.make_witness("police")
    fork = forked(world, "fork", 10, "forged")
    checkpoint, note = fork.log.head()
    with pytest.raises(WitnessRefusal):
        ask_one(again, checkpoint.size, note.encode(), fork.log.reader().consistency, 0)


def test_a_stolen_witness_key_counts_only_for_what_is_proven_older(world: World) -> None:
    note = world.publish().note
    stolen = now() + timedelta(seconds=5)
    police, *others = world.policy.witnesses
    policy = replace(world.policy, witnesses=(replace(police, revoked_at=stolen), *others), needed=3)
    with pytest.raises(NotCountingError, match="2 of 3"):
        policy.check(note)
    assert policy.check(note, proven_at=stolen - timedelta(seconds=1)).checkpoint.size == 10
    with pytest.raises(NotCountingError):
        policy.check(note, proven_at=stolen)


def test_the_thief_of_a_revoked_log_key_cannot_back_date(world: World) -> None:
    """He signs with the stolen key and writes an old time into everything; only somebody else's clock counts."""
    stolen = now()
    log_key = world.policy.logs[0]
    policy = replace(world.policy, logs=(replace(log_key, revoked_at=stolen),))
    with frozen(stolen - timedelta(days=9)):
        note = world.publish().note
    with pytest.raises(NotCountingError, match="not signed by the log"):
        policy.check(note)
    rotated = fresh_signer()
    policy = replace(policy, logs=(*policy.logs, TrustedKey(NoteKey(ORIGIN, rotated.public_key))))
    old = world.log_signer.public_key
    world.log_signer = rotated
    log = type(world.log)(ORIGIN, lambda: rotated, world.log.store, former=[old])
    log.append(b"after the rotation")
    assert policy.signed_by_log(log.head()[1]).size == 11


@pytest.mark.slow
def test_any_bit_of_a_published_checkpoint_matters(world: World) -> None:
    note = world.publish().note
    good = world.policy.check(note).checkpoint
    strict = replace(world.policy, needed=3)
    for bit in range(len(note) * 8):
        bent = bytearray(note)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotCountingError):
            strict.check(bytes(bent))
    assert strict.check(note).checkpoint == good


def test_the_service_speaks_tlog_witness(world: World) -> None:
    witness = world.witnesses[0]._witness  # pyright: ignore
    client = TestClient(make_app(witness))
    checkpoint, note = world.log.head()
    answer = client.post("/add-checkpoint", content=make_request(0, [], note.encode()))
    assert answer.status_code == 200
    cosigned = parse_note(note.encode()[:-1] + b"\n" + answer.content)
    assert witness.key.signed(cosigned)
    conflict = client.post("/add-checkpoint", content=make_request(3, [], note.encode()))
    assert (conflict.status_code, conflict.text) == (409, "10\n")
    assert conflict.headers["content-type"].startswith("text/x.tlog.size")
    assert client.post("/add-checkpoint", content=make_request(11, [], note.encode())).status_code == 400
    text = Checkpoint("unknown.example", 1, bytes(32)).text()
    unknown = Note(text, (NoteKey("unknown.example", world.log_signer.public_key).sign(text, world.log_signer),))
    assert client.post("/add-checkpoint", content=make_request(0, [], unknown.encode())).status_code == 404
    unsigned = Note(note.text, (replace(note.signatures[0], signature=bytes(64)),))
    assert client.post("/add-checkpoint", content=make_request(10, [], unsigned.encode())).status_code == 403
    world.fill(1)
    bad = make_request(10, [bytes(32)], world.log.head()[1].encode())
    assert client.post("/add-checkpoint", content=bad).status_code == 422
    assert client.post("/add-checkpoint", content=b"old 1\n" + b"a" * 70_000).status_code == 413
    assert parse_checkpoint(parse_note(client.get(f"/seen/{ORIGIN}").content).text) == checkpoint


@given(st.binary(max_size=400))
def test_noise_is_no_note_and_no_request(noise: bytes) -> None:
    from onething.trust.log.witness_requests import parse_request

    for read in (parse_note, parse_request):
        try:
            read(noise)
        except (NoteError, WitnessRefusal):
            continue


@pytest.mark.parametrize("text", [
    "o\n01\n{root}\n", "o\n-1\n{root}\n", "\n1\n{root}\n", "o\n1\nAAAA\n", "o\n1\n{root}\n\n", "o\n1\n{root}",
    "o\n99999999999999999\n{root}\n", "o\n１\n{root}\n",
])  # fmt: skip
def test_a_crooked_checkpoint_is_none(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text.format(root="A" * 43 + "="))


def test_the_note_of_the_signed_note_specification_verifies() -> None:
    """The example of the Go package sumdb/note, whose format C2SP signed-note describes."""
    note = parse_note(
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        .encode()
    )  # fmt: skip
    import base64

    typed = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    key = NoteKey("PeterNeumann", PublicKey(Algorithm.ED25519, typed[1:]))
    assert key.vkey() == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert key.signed(note)
