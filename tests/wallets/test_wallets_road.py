"""A certificate goes into a stranger's wallet and is shown from it: what the holder, the asker and a verifier of others see."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from casework_world import citizen_of
from sqlalchemy import select
from wallet_world import World, world

from onething.casework.certificates import service as certificates
from onething.core.clock import now
from onething.core.errors import Problem
from onething.trust.credentials.models import Status
from onething.trust.credentials.service import change
from onething.wallets import service as wallets
from onething.wallets import status_lists
from onething.wallets.models import Asked, Offer, OfferState, QuestionState
from onething.wallets.rounds import tidy
from onething.wallets.tables import QuestionRow

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wallets")]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(monkeypatch) as made:
        yield made


def taken(here: World, kind: str) -> tuple[Offer, list[dict[str, Any]]]:
    offer = here.offer(kind)
    return offer, here.wallet("take", offer.address, offer.number)["held"]


def asked(here: World, kind: str, *fields: str) -> Asked:
    with here.db.transaction() as session:
        return wallets.ask(session, kind, fields, "开家长会")


def outcome(here: World, token: str) -> Any:
    with here.db.reading() as session:
        return wallets.outcome(session, token)


def test_a_certificate_is_taken_shown_and_withdrawn(here: World) -> None:
    offer, held = taken(here, "child_household_entry")
    with here.db.reading() as session:
        assert wallets.offer_state(session, offer.id, here.subject) is OfferState.FETCHED
        assert wallets.offer_state(session, offer.id, "somebody_else") is None
        assert len(wallets.held(session, here.mine["child_household_entry"].id, here.subject)) == 2
    one, other = held
    view = here.mine["child_household_entry"]
    assert one["claims"]["title"] == view.title.zh
    assert one["claims"]["number"] == view.number
    assert one["claims"]["name"] == "王小宝"
    assert one["type"]["vct"] == one["claims"]["vct"]
    assert {"locale": "zh-CN", "name": view.title.zh} in one["type"]["display"]
    assert one["claims"]["status"]["status_list"]["idx"] != other["claims"]["status"]["status_list"]["idx"]
    assert not {"subject", "id", "phone"} & one["claims"].keys()

    question = asked(here, "child_household_entry", "name", "number")
    assert outcome(here, question.token).state is QuestionState.WAITING
    shown = here.wallet("show", question.address, held=one)
    assert shown["status"] == 200
    assert shown["client"] == "上海市“一件事”：开家长会", "her phone tells her who asks, and what for"
    assert shown["query"]["claims"] == [{"path": ["name"]}, {"path": ["number"]}]
    found = outcome(here, question.token)
    assert (found.state, found.shown.verdict, found.shown.why) == (QuestionState.ANSWERED, "genuine", "")
    assert found.shown.fields == {"name": "王小宝", "number": view.number}
    assert found.shown.title == view.title.zh

    # A verifier of others reads the same presentation, and no field more.
    read = here.wallet("check", held={"credential": shown["presentation"], "nonce": shown["nonce"]})["claims"]
    assert read["name"] == "王小宝"
    assert "address" not in read
    with pytest.raises(AssertionError):
        here.wallet("check", held={"credential": shown["presentation"], "nonce": "another"})

    with here.db.transaction() as session:
        change(session, [view.id], Status.SUSPENDED, "待核实")
    assert again(here, one, "name").verdict == "suspended"
    with here.db.transaction() as session:
        change(session, [view.id], Status.ISSUED)
        change(session, [view.id], Status.REVOKED, "登记有误")
    assert again(here, one, "name").verdict == "withdrawn"
    with pytest.raises(AssertionError, match="status"):
        here.wallet("check", held={"credential": one["credential"]})
    with here.db.transaction() as session, pytest.raises(Problem, match=r"wallets\.not_in_force"):
        wallets.offer(session, certificates.certificate_of(session, citizen_of(here.filing), view.id), here.subject)


def again(here: World, held: dict[str, Any], *fields: str) -> Any:
    question = asked(here, held["claims"]["vct"].rpartition("/")[2], *fields)
    assert here.wallet("show", question.address, held=held)["status"] == 200
    return outcome(here, question.token).shown


def test_what_is_not_as_asked_is_named(here: World) -> None:
    _, (first, second) = taken(here, "child_household_entry")
    _, (birth, _) = taken(here, "e_birth_certificate")
    assert again(here, first, "name").verdict == "genuine"

    other_kind = asked(here, "e_birth_certificate", "number")
    assert here.wallet("show", other_kind.address, held=first)["status"] == 200
    assert outcome(here, other_kind.token).shown.verdict == "incomplete"

    # Shown with the key of another phone: the credential is genuine, the person is not its holder.
    stolen = asked(here, "child_household_entry", "name")
    assert (
        here.wallet("show", stolen.address, held={"credential": first["credential"], "jwk": birth["jwk"]})["status"]
        == 200
    )
    found = outcome(here, stolen.token).shown
    assert (found.verdict, found.fields) == ("forged", {})

    with here.db.transaction() as session:
        assert wallets.end_held(session, here.mine["child_household_entry"].id, here.subject) == 2
    assert again(here, second, "name").verdict == "withdrawn", "her phone was lost; the certificate itself is in force"
    assert again(here, birth, "number").verdict == "genuine"


def test_offers_and_questions_serve_once_and_not_another(here: World) -> None:
    offer = here.offer("subsidy")
    place = httpx.URL(offer.address.replace("openid-credential-offer://", "http://x/")).params["credential_offer_uri"]
    (grant,) = httpx.get(place).json()["grants"].values()
    code = grant["pre-authorized_code"]
    kind = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
    form = {"grant_type": kind, "pre-authorized_code": code, "tx_code": "000000" if offer.number != "000000" else "1"}
    with httpx.Client(base_url=here.url) as wallet:
        for _ in range(5):
            wrong = wallet.post("/wallet/token", data=form)
            assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
        right = wallet.post("/wallet/token", data=form | {"tx_code": offer.number})
        assert right.json()["error"] == "invalid_grant", "given up after five wrong numbers"
        assert wallet.get(place).status_code == 404

        second = here.offer("subsidy")
        place = httpx.URL(second.address.replace("openid-credential-offer://", "http://x/")).params[
            "credential_offer_uri"
        ]
        (grant,) = wallet.get(place).json()["grants"].values()
        form = {"grant_type": kind, "pre-authorized_code": grant["pre-authorized_code"], "tx_code": second.number}
        access = wallet.post("/wallet/token", data=form).json()["access_token"]
        assert wallet.post("/wallet/token", data=form).status_code == 400, "a code serves once"
        bearer = {"Authorization": f"Bearer {access}"}
        for body, error in (
            (b"[", "invalid_credential_request"),
            (b"[]", "invalid_credential_request"),
            (b'{"credential_configuration_id": "other"}', "unknown_credential_configuration"),
            (b'{"credential_configuration_id": "subsidy"}', "invalid_proof"),
            (b'{"credential_configuration_id": "subsidy", "proofs": {"jwt": ["a.b.c"]}}', "invalid_proof"),
            (b'{"credential_configuration_id": "subsidy", "proofs": {"jwt": [1]}}', "invalid_proof"),
            (b'{"credential_configuration_id": "subsidy", "proofs": {"jwt": "x"}}', "invalid_proof"),
        ):
            answer = wallet.post("/wallet/credential", content=body, headers=bearer)
            assert (answer.status_code, answer.json()["error"]) == (400, error), body
        assert wallet.post("/wallet/credential", json={}).status_code == 401
        assert (
            wallet.post("/wallet/credential", json={}, headers={"Authorization": "Bearer x"}).json()["error"]
            == "invalid_token"
        )
        assert wallet.get("/wallet/lists/99").status_code == wallet.get("/wallet/lists/x").status_code == 404

        question = asked(here, "subsidy", "number")
        where = httpx.URL(question.address.replace("openid4vp://", "http://x/")).params["request_uri"]
        answers = where.replace("/questions/", "/answers/")
        assert wallet.post(answers, data={"vp_token": "{}"}).json()["error"] == "invalid_request"
        assert wallet.post(answers, data={"vp_token": '{"certificate": ["a~b"]}', "state": "x"}).status_code == 400
        assert outcome(here, question.token).state is QuestionState.WAITING
        assert wallet.post(answers, data={"error": "access_denied"}).status_code == 200
        assert outcome(here, question.token).state is QuestionState.REFUSED
        assert wallet.get(where).status_code == 404, "what was answered is asked no more"
        with pytest.raises(Problem, match=r"wallets\.over"):
            outcome(here, where.rpartition("/")[2])
        with here.db.transaction() as session, pytest.raises(Problem, match=r"wallets\.no_such_kind"):
            wallets.ask(session, "subsidy", ["nothing"], "")


def test_what_was_shown_is_gone_when_the_question_is_over(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (held, _) = taken(here, "e_birth_certificate")
    question = asked(here, "e_birth_certificate", "number")
    assert here.wallet("show", question.address, held=held)["status"] == 200
    with here.db.reading() as session:
        stored = session.scalars(select(QuestionRow.answer)).one()
    assert here.mine["e_birth_certificate"].number not in stored
    assert stored.startswith("sealed:")
    later = now() + timedelta(minutes=11)
    monkeypatch.setattr("onething.wallets.rounds.now", lambda: later)
    tidy(here.db)
    with here.db.reading() as session:
        assert session.scalars(select(QuestionRow)).all() == []


def test_two_who_draw_the_same_place_both_get_one(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view, until = here.mine["subsidy"], now() + timedelta(days=1)
    with here.db.transaction() as session:
        first = status_lists.take_place(session, view.id, here.subject, until)
        drawn = iter([(first.list_number, first.place), (first.list_number, first.place + 1)])
        monkeypatch.setattr(status_lists, "_free_place", lambda _session: next(drawn))
        second = status_lists.take_place(session, view.id, here.subject, until)
        assert (second.list_number, second.place) == (first.list_number, first.place + 1)


def test_a_list_that_many_ask_for_is_made_once(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    taken(here, "subsidy")
    monkeypatch.setattr(status_lists, "KEEP", 60.0)
    lists = {httpx.get(f"{here.url}/wallet/lists/1").text for _ in range(3)}
    assert len(lists) == 1, "each signing would say another moment or cost another"
    calls: list[int] = []
    monkeypatch.setattr(status_lists, "values", lambda _session, number: calls.append(number))
    assert httpx.get(f"{here.url}/wallet/lists/1").text in lists
    assert calls == []


@pytest.mark.postgres
def test_the_road_on_postgresql(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_DATABASE_URL", postgres_url)
    with world(monkeypatch) as there:
        _, (held, _) = taken(there, "child_household_entry")
        assert again(there, held, "name", "number").verdict == "genuine"
        with there.db.transaction() as session:
            assert wallets.end_held(session, there.mine["child_household_entry"].id, there.subject) == 2
        assert again(there, held, "name").verdict == "withdrawn"
