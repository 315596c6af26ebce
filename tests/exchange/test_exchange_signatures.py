"""Signed messages between gateways: a published vector, and every attack on a question or an answer."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core import clock
from onething.exchange.directory import Directory, MemberEntry, write_directory
from onething.exchange.gateway.guard import Guard, Nonces, RefusedError, seal_question, seal_reply
from onething.exchange.gateway.models import MessageError, Question, SignedReply, parse_question
from onething.exchange.gateway.signatures import HttpMessage, content_digest, signature_base
from onething.trust.service import (
    Algorithm,
    KeyRecord,
    KeyStatus,
    PublicKey,
    Signer,
    generate_secret,
    make_signer,
    make_verifier,
)  # fmt: skip

PATH = "/v1/ask"


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_signature_base_and_signature_are_those_of_rfc_9421_b_2_6() -> None:
    message = HttpMessage(
        {"date": "Tue, 20 Apr 2021 02:07:55 GMT", "content-type": "application/json", "content-length": "18"},
        "POST", "/foo", "example.com",
    )  # fmt: skip
    covered = ("date", "@method", "@path", "@authority", "content-type", "content-length")
    params = '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'
    signer = make_signer(Algorithm.ED25519, unb64("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
    assert signer.public_key.raw == unb64("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
    signed = signer.sign(signature_base(message, covered, params))
    expected = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    assert base64.b64encode(signed).decode() == expected


def test_the_content_digest_is_that_of_rfc_9530() -> None:
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


class World:
    """Two members who know each other's keys, and a thief who has one of his own."""

    def __init__(self, folder: Path, algorithm: Algorithm) -> None:
        self.folder, self.signers, self.records = folder, {}, {}
        for member in ("platform", "police", "bank"):
            signer = make_signer(
                algorithm, generate_secret(algorithm), b"" if algorithm is Algorithm.ED25519 else member.encode()
            )
            self.signers[member] = signer
            self.records[member] = KeyRecord(
                "exchange", signer.public_key, KeyStatus.ACTIVE, clock.now() - timedelta(days=9)
            )
        self.publish()
        self.directory = Directory(folder)
        self.police, self.platform = Guard("police", self.directory), Guard("platform", self.directory)

    def publish(self) -> None:
        write_directory(self.folder, [MemberEntry(m, "", f"{m}.test", (r,)) for m, r in self.records.items()])

    def question(self, **changes: Any) -> Question:
        values = {
            "id": "msg_1", "at": clock.now().isoformat(), "from": "platform", "to": "police", "nonce": "n" * 22,
            "operation": "police.resident", "params": {"id_number": "310"}, "purpose": "household", "ground": "第七条", "key": "k1",
        }  # fmt: skip
        return Question.model_validate(values | changes)

    def reply(self, question: Question, asked: HttpMessage, **changes: Any) -> SignedReply:
        values = {
            "id": "msg_2", "at": clock.now().isoformat(), "from": "police", "to": "platform", "nonce": question.nonce,
            "question": asked.headers["content-digest"], "outcome": "ok", "data": {"name": "王小丽"},
        }  # fmt: skip
        return SignedReply.model_validate(values | changes)

    def ask(self, **changes: Any) -> tuple[Question, bytes, HttpMessage]:
        question = self.question(**changes)
        return question, *seal_question(question, self.signers["platform"], PATH)


@pytest.fixture(params=[Algorithm.SM2, Algorithm.ED25519])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return World(tmp_path, request.param)


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(RefusedError) as error:
        call()
    return error.value.code


def test_a_question_and_its_answer_are_taken(world: World) -> None:
    question, body, message = world.ask()
    assert world.police.take_question(message, body, "platform") == question
    answer, headers = seal_reply(world.reply(question, message), world.signers["police"], message)
    taken = world.platform.take_reply(HttpMessage(headers, status=200, request=message), answer, question)
    assert taken.data == {"name": "王小丽"}


def test_a_replayed_question_is_refused_also_when_others_used_the_nonce_first(world: World) -> None:
    question, body, message = world.ask()
    stolen = seal_question(world.question(**{"from": "bank"}), world.signers["bank"], PATH)
    world.police.take_question(stolen[1], stolen[0], "bank")
    assert world.police.take_question(message, body, "platform") == question
    assert refused(lambda: world.police.take_question(message, body, "platform")) == "replayed"


def test_a_question_cannot_be_taken_from_one_connection_to_another(world: World) -> None:
    _, body, message = world.ask()
    assert refused(lambda: world.police.take_question(message, body, "bank")) == "unknown_key"


def test_a_question_for_another_member_is_refused(world: World) -> None:
    _, body, message = world.ask(to="medins")
    assert refused(lambda: world.police.take_question(message, body, "platform")) == "addressee"


def test_a_question_in_the_name_of_another_is_refused(world: World) -> None:
    forged = seal_question(world.question(), world.signers["bank"], PATH)
    assert refused(lambda: world.police.take_question(forged[1], forged[0], "bank")) == "addressee"


@pytest.mark.parametrize("seconds", [-3600, -180, 180, 3600])
def test_a_clock_that_is_off_is_refused(world: World, seconds: int) -> None:
    with clock.frozen(clock.now() + timedelta(seconds=seconds)):
        _, body, message = world.ask()
    assert refused(lambda: world.police.take_question(message, body, "platform")) == "clock"


def test_a_revoked_key_stops_counting_at_once(world: World) -> None:
    _, body, message = world.ask()
    old = world.records["platform"]
    world.records["platform"] = replace(old, status=KeyStatus.REVOKED, revoked_at=clock.now(), reason="stolen")
    world.publish()
    assert refused(lambda: world.police.take_question(message, body, "platform")) == "revoked_key"


def test_a_retired_key_signs_no_more(world: World) -> None:
    retired = clock.now() - timedelta(seconds=30)
    world.records["platform"] = replace(world.records["platform"], status=KeyStatus.RETIRED, retired_at=retired)
    world.publish()
    _, body, message = world.ask()
    assert refused(lambda: world.police.take_question(message, body, "platform")) == "retired_key"


def test_a_truncated_or_changed_body_is_refused(world: World) -> None:
    _, body, message = world.ask()
    for changed in (body[:-1], body + b" ", body.replace(b"310", b"311"), b""):
        assert refused(lambda changed=changed: world.police.take_question(message, changed, "platform")) == "digest"


def test_a_body_with_a_digest_made_to_fit_is_refused(world: World) -> None:
    _, body, message = world.ask()
    changed = body.replace(b"310", b"311")
    headers = {**message.headers, "content-digest": content_digest(changed)}
    forged = replace(message, headers=headers)
    assert refused(lambda: world.police.take_question(forged, changed, "platform")) == "signature"


def test_another_path_or_method_is_refused(world: World) -> None:
    _, body, message = world.ask()
    for forged in (replace(message, path="/v1/other"), replace(message, method="PUT")):
        assert refused(lambda forged=forged: world.police.take_question(forged, body, "platform")) == "signature"


def test_a_signature_that_covers_less_is_refused(world: World) -> None:
    _, body, message = world.ask()
    thin = message.headers["signature-input"].replace(' "content-digest"', "")
    forged = replace(message, headers={**message.headers, "signature-input": thin})
    assert refused(lambda: world.police.take_question(forged, body, "platform")) == "coverage"


def test_an_unsigned_question_is_refused(world: World) -> None:
    _, body, message = world.ask()
    bare = {k: v for k, v in message.headers.items() if not k.startswith("signature")}
    assert refused(lambda: world.police.take_question(replace(message, headers=bare), body, "platform")) == "unsigned"


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("members"), Algorithm.SM2)


@given(
    place=st.integers(0, 10_000),
    bit=st.integers(0, 7),
    header=st.sampled_from(["signature", "signature-input", "content-digest"]),
)
def test_no_bit_of_the_headers_can_be_flipped(lasting: World, place: int, bit: int, header: str) -> None:
    _, body, message = lasting.ask()
    text = bytearray(message.headers[header].encode())
    text[place % len(text)] ^= 1 << bit
    headers = {**message.headers, header: text.decode("latin-1")}
    with pytest.raises(RefusedError):
        Guard("police", lasting.directory).take_question(replace(message, headers=headers), body, "platform")


def test_an_answer_cannot_be_given_to_another_question(world: World) -> None:
    first, _, asked_first = world.ask()
    second, _, asked_second = world.ask(id="msg_9", nonce="m" * 22, params={"id_number": "320"})
    answer, headers = seal_reply(world.reply(first, asked_first), world.signers["police"], asked_first)
    crossed = HttpMessage(headers, status=200, request=asked_second)
    assert refused(lambda: world.platform.take_reply(crossed, answer, second)) == "signature"


def test_an_answer_signed_by_another_member_or_changed_is_refused(world: World) -> None:
    question, _, asked = world.ask()
    reply = world.reply(question, asked)
    answer, headers = seal_reply(reply, world.signers["bank"], asked)
    message = HttpMessage(headers, status=200, request=asked)
    assert refused(lambda: world.platform.take_reply(message, answer, question)) == "unknown_key"
    answer, headers = seal_reply(reply, world.signers["police"], asked)
    message = HttpMessage(headers, status=200, request=asked)
    assert refused(lambda: world.platform.take_reply(message, answer[:-2] + b"}", question)) == "digest"
    assert refused(lambda: world.platform.take_reply(replace(message, status=500), answer, question)) == "signature"


def test_a_question_is_no_answer_and_an_answer_no_question(world: World) -> None:
    question, body, asked = world.ask()
    answer, headers = seal_reply(world.reply(question, asked), world.signers["police"], asked)
    assert (
        refused(lambda: world.police.take_question(HttpMessage(headers, "POST", PATH), answer, "police")) == "coverage"
    )
    assert refused(lambda: world.platform.take_reply(replace(asked, request=asked), body, question)) == "coverage"


BAD = [
    ("twice", b'{"v":1,"v":1}'),
    ("surrogate", b'{"id":"\\ud800"}'),
    ("huge", b'{"v":1e999}'),
    ("list", b"[]"),
]


@pytest.mark.parametrize(("name", "body"), BAD)
def test_json_that_reads_in_two_ways_is_no_message(name: str, body: bytes) -> None:
    with pytest.raises(MessageError):
        parse_question(body)


@pytest.mark.parametrize(
    "change",
    [
        {"ground": "", "consent": ""}, {"ground": "  "}, {"purpose": ""}, {"extra": 1}, {"v": 2}, {"v": "1"}, {"at": "2026-11-26T00:00:00"},
        {"at": 1}, {"nonce": "short"}, {"operation": "police"}, {"params": []}, {"key": ""}, {"from": "Police"},
    ],
)  # fmt: skip
def test_a_question_without_ground_purpose_or_with_anything_else_wrong_is_no_message(
    world: World, change: dict[str, Any]
) -> None:
    told = json.loads(world.question().encode()) | change
    with pytest.raises(MessageError):
        parse_question(json.dumps(told).encode())


def test_nonces_are_bounded_and_forgotten_when_they_cannot_matter() -> None:
    moment = 1000.0
    nonces = Nonces(most=2, clock_=lambda: moment)
    assert nonces.use("a", "1", 1100)
    assert nonces.use("a", "2", 1200)
    assert refused(lambda: nonces.use("a", "3", 1300)) == "busy"
    moment = 1150.0
    assert nonces.use("a", "3", 1300)
    assert not nonces.use("a", "2", 1300)


def test_public_keys_of_both_kinds_verify_only_their_own(world: World) -> None:
    signer: Signer = world.signers["bank"]
    again = make_verifier(PublicKey.from_jwk(signer.public_key.jwk()))
    assert again.verify(signer.sign(b"x"), b"x")
    assert not again.verify(world.signers["police"].sign(b"x"), b"x")
