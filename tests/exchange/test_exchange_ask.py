"""What callers get from `ask`, over real HTTP: good answers, trouble of every kind, and never an exception for it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from exchange_world import FATHER, MOTHER, about, agency, make_city, raw_agency, resident_answer

from onething.casework.service import inquiry_of, looks_at
from onething.core import events
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.service import Answer, Call, Exchange, Outcome, messages_about
from onething.exchange.settings import ExchangeSettings
from onething.subjects.service import ensure_person

QUICK = Backoff(first=0.001, longest=0.002)


@asynccontextmanager
async def exchange(url: str, db: Database, **settings: Any) -> AsyncIterator[Exchange]:
    city = make_city(
        url, adapter=settings.pop("adapter", "rest"), idempotency=settings.pop("idempotency", "header:Idempotency-Key")
    )
    made = Exchange(city, db, settings=ExchangeSettings(**settings), backoff=QUICK)
    try:
        yield made
    finally:
        await made.aclose()


async def ask_once(
    db: Database, body: Any, status: int = 200, call: Call | None = None, headers: dict[str, str] | None = None
) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        text = body if isinstance(body, str) else json.dumps(body)
        return web.Response(text=text, status=status, headers=headers)

    async with agency(answer) as url, exchange(url, db) as ours:
        return await ours.ask(call or about())


async def test_an_answer_comes_in_our_names_and_normal_forms(db: Database) -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, await request.json(), request.headers["X-Request-Id"]))
        return web.json_response(resident_answer())

    async with agency(answer) as url, exchange(url, db) as ours:
        got = await ours.ask(about())
    assert got.ok
    assert got.data == {"id_number": MOTHER, "name": "王小丽", "sex": "female", "birth_date": "1990-03-07"}
    assert seen == [("POST", "/resident", {"query": {"gmsfhm": MOTHER}}, got.message_id)]


async def test_the_message_log_knows_who_asked_whom_for_what_on_which_ground_and_nothing_personal(db: Database) -> None:
    got = await ask_once(db, resident_answer())
    with db.reading() as session:
        (message,) = messages_about(session, case_id="case_1")
        assert [replace(each, about=()) for each in messages_about(session, subject_id="subj_1")] == [message]
        assert not messages_about(session, subject_id="somebody_else")
        (access,) = events.accesses_to(session, "subj_1")
    assert (message.message_id, message.outcome, message.attempts) == (got.message_id, Outcome.OK, 1)
    assert (message.agency, message.operation, message.purpose) == ("police", "resident", "household_registration")
    assert (access.what, access.ground, access.case_id) == ("resident", "户口登记条例 第七条", "case_1")
    assert MOTHER not in repr(message)
    assert "王" not in repr(message)


async def test_a_look_at_somebody_else_is_not_told_her_as_one_at_her_data_by_her_consent(db: Database) -> None:
    with db.transaction() as session:
        her = ensure_person(session, oidc_sub="s1", name="王小丽", id_number=MOTHER, phone=None)
        him = ensure_person(session, oidc_sub="s2", name="李大山", id_number=FATHER, phone=None)
    law = "中华人民共和国个人信息保护法第三十四条"
    call = Call(
        operation="police.resident", params={"id_number": FATHER}, purpose="newborn", ground="consent:fil_1:police.resident",
        law=law, matter="fil_1", key="k", subject_id=her.id, actor=f"citizen:{her.id}",
    )  # fmt: skip
    assert (await ask_once(db, resident_answer(gmsfhm=FATHER), call=call)).ok
    assert (await ask_once(db, resident_answer(), call=replace(call, params={"id_number": MOTHER}, key="k2"))).ok
    with db.reading() as session:
        hers = looks_at(events.accesses_to(session, her.id))
        his = looks_at(events.accesses_to(session, him.id))
        asked = [inquiry_of(each) for each in messages_about(session, subject_id=her.id)]
    own, other = hers
    assert (own.who.zh, own.why.zh) == ("系统替您问公安局", "您的同意")
    assert (other.who.zh, other.what.zh, other.why.zh) == ("系统替您问公安局", "别人的“身份证件”（不是您的信息）", law)
    assert other.what.en == "somebody else's “Identity paper” (not your data)"
    assert [(each.who.zh, each.why.zh) for each in his] == [("别人的申报（系统代为查询）", law)]
    assert [each.about and each.about.zh for each in asked] == [None, "查到的也有**山的信息"]
    assert asked[1].why.zh == f"您的同意；查**山的依据：{law}"


async def test_a_look_that_brought_nothing_is_logged_but_is_no_look_at_data(db: Database) -> None:
    got = await ask_once(db, {"code": "1004", "msg": "查无此人"})
    assert got.outcome is Outcome.NOT_FOUND
    with db.reading() as session:
        assert len(messages_about(session, case_id="case_1")) == 1
        assert not events.accesses_to(session, "subj_1")


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        ({"code": "2001", "msg": f"证件 {MOTHER} 状态异常"}, 200, Outcome.REFUSED),
        ({"code": "2001", "msg": "不予受理"}, 422, Outcome.REFUSED),
        ({"code": "0", "data": []}, 200, Outcome.NONSENSE),
        ("<html>login</html>", 200, Outcome.NONSENSE),
        ("", 200, Outcome.NONSENSE),
        ("null", 200, Outcome.NONSENSE),
        ("[[[[", 200, Outcome.NONSENSE),
        (resident_answer(gmsfhm=FATHER), 200, Outcome.NONSENSE),
        (resident_answer(gmsfhm=MOTHER[:-1] + ("0" if MOTHER[-1] != "0" else "1")), 200, Outcome.NONSENSE),
        (resident_answer(gmsfhm=True), 200, Outcome.NONSENSE),
        (resident_answer(csrq="19900230"), 200, Outcome.NONSENSE),
        (resident_answer(csrq=None), 200, Outcome.NONSENSE),
        (resident_answer(xb="9"), 200, Outcome.FAULT),
        (resident_answer(xb={"code": 2}), 200, Outcome.NONSENSE),
        (resident_answer(xm="x" * 5000), 200, Outcome.NONSENSE),
        (resident_answer(xm="王\u0000小丽"), 200, Outcome.NONSENSE),
        ({"code": "0", "data": {"0": "x"}}, 200, Outcome.NONSENSE),
    ],
)  # fmt: skip
async def test_what_is_not_a_good_answer_is_never_data(db: Database, body: Any, status: int, outcome: Outcome) -> None:
    got = await ask_once(db, body, status)
    assert got.outcome is outcome
    assert got.data == {}
    assert MOTHER not in got.reason
    assert FATHER not in got.reason


async def test_a_refusal_keeps_their_code_and_words(db: Database) -> None:
    got = await ask_once(db, {"code": "2001", "msg": "该户口簿已注销"})
    assert (got.code, got.reason, got.attempts) == ("2001", "该户口簿已注销", 1)


async def test_a_marriage_must_be_that_of_the_person_asked_about(db: Database) -> None:
    call = about(operation="police.marriage")
    good = await ask_once(db, {"code": 0, "man": FATHER, "woman": MOTHER}, call=call)
    strangers = {"code": 0, "man": FATHER, "woman": "11010519491231002X"}
    other = await ask_once(db, strangers, call=call)
    assert good.outcome is Outcome.OK
    assert other.outcome is Outcome.NONSENSE


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
async def test_passing_trouble_is_tried_again_with_the_same_key(db: Database, status: int) -> None:
    keys: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) < 3:
            return web.Response(status=status)
        assert await request.json() == {"order": {"fen": 38050, "day": "2026/11/01"}, "channel": "onething"}
        return web.json_response({"code": "0", "no": "R1", "fen": 38050, "at": "20261101083000"})

    call = about(operation="police.pay", params={"amount": "380.50", "paid_on": "2026-11-01"}, key="case_1:pay")
    async with agency(answer) as url, exchange(url, db) as ours:
        got = await ours.ask(call)
    assert got.data == {"receipt_number": "R1", "amount": "380.50", "paid_at": "2026-11-01T08:30"}
    assert got.attempts == 3
    assert keys == ["case_1:pay"] * 3


async def test_the_key_may_travel_in_the_body(db: Database) -> None:
    seen: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(await request.json())
        return web.json_response({"code": "0", "no": "R1", "fen": 100, "at": "20261101083000"})

    async with agency(answer) as url, exchange(url, db, idempotency="body:head.serial") as ours:
        assert (await ours.ask(about(operation="police.pay", params={"amount": "1"}, key="k9"))).ok
    assert seen[0]["head"] == {"serial": "k9"}


async def test_undoing_puts_the_number_into_the_path_quoted(db: Database) -> None:
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(f"{request.method} {request.raw_path}")
        return web.json_response({"code": "0", "no": "R/1 ?"})

    async with agency(answer) as url, exchange(url, db) as ours:
        got = await ours.ask(about(operation="police.refund", params={"receipt_number": "R/1 ?"}))
        missing = await ours.ask(about(operation="police.refund", params={}))
    assert got.data == {"receipt_number": "R/1 ?"}
    assert seen == ["DELETE /pay/R%2F1%20%3F"]
    assert (missing.outcome, missing.code) == (Outcome.FAULT, "not_sendable")


async def test_what_cannot_be_written_their_way_is_never_sent(db: Database) -> None:
    got = await ask_once(db, {}, call=about(operation="police.pay", params={"amount": "1", "paid_on": "yesterday"}))
    assert (got.outcome, got.code) == (Outcome.FAULT, "not_sendable")
    assert "paid_on" in got.reason
    assert "yesterday" not in got.reason


async def test_retry_after_is_respected_and_handed_on_when_too_long(db: Database) -> None:
    got = await ask_once(db, "", 503, call=about(deadline=0.5), headers={"Retry-After": "120"})
    assert (got.outcome, got.attempts, got.retry_after) == (Outcome.UNAVAILABLE, 1, 120.0)


async def test_a_silent_agency_is_given_up_at_the_deadline(db: Database) -> None:
    async def answer(_request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async with agency(answer) as url, exchange(url, db, exchange_timeout=0.05, exchange_attempts=2) as ours:
        got = await ours.ask(about())
        short = await ours.ask(about(deadline=0.03))
    assert (got.outcome, got.code, got.attempts) == (Outcome.UNAVAILABLE, "timeout", 2)
    assert (short.outcome, short.attempts) == (Outcome.UNAVAILABLE, 1)


async def test_nobody_there(db: Database) -> None:
    async with exchange("http://127.0.0.1:9", db) as ours:
        got = await ours.ask(about())
    assert (got.outcome, got.code, got.attempts) == (Outcome.UNAVAILABLE, "no_connection", 3)


async def test_a_flood_is_cut_off(db: Database) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        while not writer.is_closing():
            writer.write(chunk)
            await writer.drain()

    async with raw_agency(talk) as url, exchange(url, db) as ours:
        got = await ours.ask(about())
    assert (got.outcome, got.code) == (Outcome.NONSENSE, "too_large")


async def test_a_trickle_is_given_up(db: Database) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.01)

    async with raw_agency(talk) as url, exchange(url, db, exchange_timeout=0.1, exchange_attempts=1) as ours:
        got = await ours.ask(about())
    assert (got.outcome, got.code) == (Outcome.UNAVAILABLE, "timeout")


async def test_a_second_answer_on_the_line_is_never_taken_for_the_next_persons(db: Database) -> None:
    """An agency answers the first question twice, late: the copy must not become the next caller's answer."""

    def answer(body: dict[str, Any]) -> bytes:
        content = json.dumps(body).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            size = next(
                int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
            )
            who = json.loads(await reader.readexactly(size))["query"]["gmsfhm"]
            writer.write(answer(resident_answer(gmsfhm=who)))
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(answer(resident_answer(gmsfhm=who)))
            await writer.drain()

    async with raw_agency(talk) as url, exchange(url, db) as ours:
        for person in (MOTHER, FATHER, MOTHER):
            got = await ours.ask(about(person))
            assert got.ok
            assert got.data["id_number"] == person
            await asyncio.sleep(0.05)


async def test_half_an_answer_is_asked_again(db: Database) -> None:
    calls = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.readuntil(b"\r\n\r\n")
        content = json.dumps(resident_answer()).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content))
        writer.write(content[: 10 if calls == 1 else None])
        await writer.drain()

    async with raw_agency(talk) as url, exchange(url, db) as ours:
        got = await ours.ask(about())
    assert got.ok
    assert got.attempts == 2


async def test_a_redirect_is_not_followed(db: Database) -> None:
    got = await ask_once(db, "", 302, headers={"Location": "http://127.0.0.1:9/"})
    assert (got.outcome, got.code) == (Outcome.NONSENSE, "http_302")


async def test_an_operation_the_city_does_not_have_is_our_own_fault(db: Database) -> None:
    async with exchange("http://127.0.0.1:9", db) as ours:
        with pytest.raises(Problem) as problem:
            await ours.ask(about(operation="police.fly"))
    assert problem.value.kind.code == "exchange.unknown_operation"


async def test_many_at_once_are_all_answered_and_all_logged(db: Database) -> None:
    async def answer(request: web.Request) -> web.Response:
        asked = (await request.json())["query"]["gmsfhm"]
        return web.json_response(resident_answer(gmsfhm=asked))

    async with agency(answer) as url, exchange(url, db) as ours:
        people = [MOTHER, FATHER] * 100
        got = await asyncio.gather(*[ours.ask(about(person)) for person in people])
    assert [answer.data["id_number"] for answer in got] == people
    with db.reading() as session:
        assert len(messages_about(session, case_id="case_1", limit=500)) == 200
