"""An agency that misbehaves on command: what a client sees, and what really happened behind it."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from onething.sandbox.service import CityHandles, running


@pytest.fixture(scope="module")
def lone() -> Iterator[CityHandles]:
    """A sandbox whose agencies may be tormented."""
    with running(people=100, births=60, only=("tax", "hrss", "phone")) as city:
        yield city


@pytest.fixture
def tax(lone: CityHandles) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=lone.gateways["tax"], timeout=5) as client:
        yield client
        client.post("/_control", json=dict.fromkeys(("latency_ms", "error_rate", "nonsense_rate", "duplicate_rate", "lost_rate", "hang_rate", "late_ms"), 0) | {"outage": False})  # fmt: skip


def pay(client: httpx.Client, number: str, key: str) -> httpx.Response:
    body = {"SBBH": number, "SFZJHM": "310104199403122622", "YJJE": 26500, "JFRSFZJHM": "310104199403122622"}
    return client.post("/SBF/CXJM/PAY", json=body, headers={"X-Serial-No": key})


def effects(client: httpx.Client, key: str) -> int:
    return client.get("/_effects", params={"key": key}).json()["count"]


def test_an_outage_answers_503_until_it_is_over(tax: httpx.Client) -> None:
    tax.post("/_control", json={"outage": True})
    assert pay(tax, "n1", "k1").status_code == 503
    assert tax.get("/healthz").status_code == 200, "the process lives, the agency does not answer"
    tax.post("/_control", json={"outage": False})
    assert pay(tax, "n1", "k1").json()["RETCODE"] == "00"


def test_latency_is_at_least_what_was_asked(tax: httpx.Client) -> None:
    tax.post("/_control", json={"latency_ms": 80})
    begun = time.monotonic()
    pay(tax, "n2", "k2")
    assert time.monotonic() - begun >= 0.08


def test_errors_come_at_the_asked_rate_and_have_no_effect(tax: httpx.Client) -> None:
    tax.post("/_control", json={"error_rate": 0.5})
    answers = [pay(tax, f"e{n}", f"e{n}").status_code for n in range(60)]
    failed = [n for n, status in enumerate(answers) if status >= 500]
    assert 15 <= len(failed) <= 45
    assert all(effects(tax, f"e{n}") == (0 if n in failed else 1) for n in range(60))


@pytest.mark.parametrize("seed", range(6))
def test_nonsense_hides_a_real_effect_and_the_key_finds_it_again(tax: httpx.Client, seed: int) -> None:
    tax.post("/_control", json={"nonsense_rate": 1, "seed": seed})
    answer = pay(tax, f"s{seed}", f"s{seed}")
    assert answer.status_code == 200
    tax.post("/_control", json={"nonsense_rate": 0})
    good = pay(tax, f"s{seed}", f"s{seed}").json()
    assert good["RETCODE"] == "00"
    assert answer.content != httpx.Response(200, json=good).content
    assert effects(tax, f"s{seed}") == 1


def test_a_lost_answer_is_a_broken_connection_after_the_effect(tax: httpx.Client) -> None:
    tax.post("/_control", json={"lost_rate": 1})
    with pytest.raises(httpx.TransportError):
        pay(tax, "l1", "l1")
    tax.post("/_control", json={"lost_rate": 0})
    assert effects(tax, "l1") == 1
    assert pay(tax, "l1", "l1").json()["RETCODE"] == "00"


def test_a_message_delivered_twice_has_one_effect_and_the_answer_is_late(tax: httpx.Client) -> None:
    tax.post("/_control", json={"duplicate_rate": 1, "late_ms": 60})
    begun = time.monotonic()
    assert pay(tax, "d1", "d1").json()["RETCODE"] == "00"
    assert time.monotonic() - begun >= 0.06
    assert effects(tax, "d1") == 1
    assert tax.get("/_stats").json()["counts"]["pay_premium.repeated"] >= 1


def test_a_hanging_agency_does_nothing_and_lets_others_in(tax: httpx.Client) -> None:
    tax.post("/_control", json={"hang_rate": 1})
    with pytest.raises(httpx.ReadTimeout):
        tax.post("/SBF/CXJM/PAY", json={}, headers={"X-Serial-No": "h1"}, timeout=0.2)
    assert tax.get("/healthz", timeout=1).status_code == 200
    assert effects(tax, "h1") == 0


@pytest.mark.parametrize("knobs", [{"error_rate": 2}, {"speed": 1}, {"latency_ms": -1}, [], "x"])
def test_impossible_knobs_are_refused_and_change_nothing(tax: httpx.Client, knobs: Any) -> None:
    assert tax.post("/_control", json=knobs).status_code == 422
    assert tax.get("/_stats").json()["knobs"]["error_rate"] == 0


def test_the_same_key_at_the_same_time_has_one_effect(tax: httpx.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pay(tax, "c1", "c1").json(), range(24)))
    assert all(answer == answers[0] for answer in answers)
    assert effects(tax, "c1") == 1
    assert tax.get("/_effects").json()["doubled_keys"] == 0


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        ({}, "b1", "10"),
        ({"SBBH": "x", "SFZJHM": "310104199403122623", "YJJE": 1, "JFRSFZJHM": "1"}, "b2", "10"),
        ({"SBBH": "x", "SFZJHM": "310104199403122622", "YJJE": 26500, "JFRSFZJHM": "310104199403122622"}, "", "11"),
        ({"SBBH": {"a": 1}, "YJJE": []}, "b3", "10"),
    ],
)
def test_bad_requests_are_refused_in_the_agencys_own_way(tax: httpx.Client, body: Any, key: str, code: str) -> None:
    answer = tax.post("/SBF/CXJM/PAY", json=body, headers={"X-Serial-No": key})
    assert (answer.status_code, answer.json()["RETCODE"]) == (200, code)
    assert tax.post("/SBF/CXJM/PAY", content=b"\xff{", headers={"X-Serial-No": "b"}).json()["RETCODE"] == "10"


def test_a_rest_agency_says_it_with_http_statuses(lone: CityHandles) -> None:
    with httpx.Client(base_url=lone.gateways["hrss"]) as client:
        nobody = client.post("/api/v1/employments/search", json={"personIdNumber": "310101199001010012"})
        bad = client.post("/api/v1/employments/search", json={"personIdNumber": "1"})
        no_key = client.post("/api/v1/card-applications", json={})
    assert (nobody.status_code, bad.status_code, no_key.status_code) == (404, 422, 400)
    assert bad.json()["error"]["code"] == "INVALID_FIELD"


def sms(client: httpx.Client, text: str, key: str, to: str = "13800000001") -> httpx.Response:
    return client.post("/sms", json={"to": to, "text": text, "idempotency_key": key})


def test_the_phone_shows_each_message_once(lone: CityHandles) -> None:
    with httpx.Client(base_url=lone.phone_url) as client:
        first, again = sms(client, "您的办件已受理", "m1"), sms(client, "您的办件已受理", "m1")
        assert (first.status_code, first.json()["known"], again.json()["known"]) == (202, False, True)
        assert sms(client, "另一条", "m1").status_code == 409
        assert client.post("/sms", json={"to": "123", "text": "x", "idempotency_key": "k"}).status_code == 422
        found = client.get("/messages", params={"to": "13800000001"}).json()["messages"]
        assert [m["text"] for m in found] == ["您的办件已受理"]
        assert "您的办件已受理" in client.get("/", params={"to": "13800000001"}).text
        assert "138 0000 0001" in client.get("/", headers={"Accept-Language": "en"}).text
        client.post("/_control", json={"error_rate": 1})
        assert sms(client, "x", "m2").status_code == 503
        client.post("/_control", json={"error_rate": 0, "duplicate_rate": 1})
        sms(client, "y", "m3")
        assert client.get("/_effects", params={"key": "m3"}).json()["count"] == 2
        client.post("/_control", json={"duplicate_rate": 0})


@pytest.mark.slow
async def test_the_phone_buzzes_the_moment_a_message_arrives(lone: CityHandles) -> None:
    address = {"to": "13800000002"}
    async with (
        httpx.AsyncClient(base_url=lone.phone_url, timeout=5) as client,
        client.stream("GET", "/events", params=address) as stream,
    ):
        lines = stream.aiter_lines()
        assert (await anext(lines)).startswith(":")
        sending = asyncio.create_task(
            client.post("/sms", json=address | {"text": "电子证照已签发", "idempotency_key": "sse"})
        )
        found = ""
        async for line in lines:
            if line.startswith("data:"):
                found = line
                break
        await sending
    assert "电子证照已签发" in found
