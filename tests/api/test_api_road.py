"""The API against the running product: a case filed in one call, followed, decided by an officer, and kept from others."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from api_client import EVERYTHING, client, everything, paper
from typer.testing import CliRunner
from web_stack import Stack, running_stack

from onething.sandbox.cli import app as sandbox

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("api")]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("api"), people=40) as running:
        yield running


def file(caller: httpx.Client, body: dict[str, Any], key: str) -> httpx.Response:
    return caller.post("/filings/at-once", json=body, headers={"Idempotency-Key": key})


def until(caller: httpx.Client, case_id: str, *states: str) -> dict[str, Any]:
    """The case once it is in one of the states."""
    view: dict[str, Any] = {}
    for _ in range(150):
        view = caller.get(f"/cases/{case_id}").json()
        if view["summary"]["status"] in states:
            return view
        time.sleep(0.2)
    raise AssertionError(
        f"still {view['summary']['status']}: {[(t['id'], t['status'], t['code']) for t in view['tasks']]}"
    )


def test_one_call_files_and_everything_follows(stack: Stack) -> None:
    mother = stack.city.persona("happy_mother")
    with client(stack, mother["mother"]["sub"]) as caller:
        body = everything(mother["births"][0])
        answer = file(caller, body, "one-call-0001")
        assert answer.status_code == 201, answer.text
        submitted = answer.json()["submitted"]
        again = file(caller, body, "one-call-0001")
        assert again.json()["submitted"]["case_id"] == submitted["case_id"]
        case = until(caller, submitted["case_id"], "done")
        assert {task["status"] for task in case["tasks"]} <= {"done", "skipped"}
        titles = {certificate["evidence_type"] for certificate in case["certificates"]}
        assert {"e_birth_certificate", "immunisation_record"} <= titles
        pdf = caller.get(f"/certificates/{case['certificates'][0]['id']}.pdf")
        assert pdf.content.startswith(b"%PDF")
        code = case["certificates"][0]["code"]
        shown = httpx.get(f"{stack.url}/verify/{code}", timeout=30)
        assert "是真的" in shown.text
        assert mother["births"][0]["child_name"] not in shown.text, "a stranger with the code learns no names"
        forged = httpx.get(f"{stack.url}/verify/{code[:-1]}{'2' if code[-1] != '2' else '3'}")
        assert forged.status_code == 404
        assert "没有这个查验码" in forged.text
        assert [line["id"] for line in caller.get("/cases").json()["items"]] == [submitted["case_id"]]
        assert {message["outcome"] for message in caller.get("/me/exchanges").json()["items"]} <= {"ok", "not_found"}
        assert caller.get("/me/accesses").json()["items"]
        twice = file(caller, body, "one-call-0002")
        assert twice.status_code == 409
        assert submitted["reference"] in twice.text


def test_findings_come_back_and_the_draft_can_be_mended(stack: Stack) -> None:
    mother = stack.city.persona("twins")
    first, second = mother["births"][:2]
    with client(stack, mother["mother"]["sub"]) as caller:
        wrong = everything(first)
        wrong["facts"]["birth_certificate"]["mother_id_number"] = first["mother_id_number"][:-1] + "0"
        answer = file(caller, wrong, "mended-0001")
        assert answer.status_code == 200
        assert answer.json()["submitted"] is None
        assert any(finding["group"] == "fix_now" for finding in answer.json()["review"]["findings"])
        assert file(caller, everything(first), "mended-0001").status_code == 201
        assert file(caller, everything(second), "twin-two-0001").status_code == 201, "twins are two births"


def test_step_by_step_filing_keeps_wrong_answers_with_a_message(stack: Stack) -> None:
    mother = stack.city.persona("unmarried_mother")
    with client(stack, mother["mother"]["sub"]) as caller:
        filing = caller.post("/filings", json={"life_event": "newborn"}).json()["id"]
        values = {f"birth_certificate.{name}": value for name, value in paper(mother["births"][0]).items()}
        saved = caller.patch(
            f"/filings/{filing}/answers", json={"values": {**values, "choices.household_of": "moon"}}
        ).json()
        assert "choices.household_of" in saved["messages"] or "choices.household_of" in saved["refused"]
        caller.patch(f"/filings/{filing}/answers", json={"values": {"choices.household_of": "mother"}})
        caller.post(f"/filings/{filing}/consents", json={"names": list(EVERYTHING)})
        asked = caller.post(f"/filings/{filing}/prefill").json()
        assert asked["outcomes"]["birth_record"] == "ok"
        view = caller.get(f"/filings/{filing}").json()
        assert any(fact["slot"] == "mother_id" and fact["origin"]["kind"] == "registry" for fact in view["facts"])
        refused = caller.post(f"/filings/{filing}/submit")
        assert refused.status_code == 422
        assert refused.headers["content-type"].startswith("application/problem+json")
        assert refused.json()["what"]["zh"]
        assert caller.delete(f"/filings/{filing}").status_code == 204


def test_an_officer_decides_and_the_case_goes_on(stack: Stack) -> None:
    family = stack.city.persona("collective_household")
    with client(stack, family["mother"]["sub"]) as mother, client(stack, "o_police_1") as officer:
        case_id = file(mother, everything(family["births"][0]), "collective-0001").json()["submitted"]["case_id"]
        until(mother, case_id, "waiting")
        items = officer.get("/inbox").json()["items"]
        item = next(each for each in items if each["case_id"] == case_id)
        view = officer.get(f"/work-items/{item['id']}").json()
        assert view["findings"][0]["words"]["zh"].startswith("要落户的是集体户")
        assert family["mother"]["name"] not in str(view["item"]), "lists show names masked"
        decision = {"decision": "refuse", "version": view["item"]["version"]}
        assert officer.post(f"/work-items/{item['id']}/decision", json=decision).status_code == 422, "no reason given"
        decision = {"decision": "approve", "version": view["item"]["version"]}
        assert officer.post(f"/work-items/{item['id']}/decision", json=decision).status_code == 200
        assert officer.post(f"/work-items/{item['id']}/decision", json=decision).status_code == 409
        until(mother, case_id, "done")
        looked = mother.get("/me/accesses").json()["items"]
        assert any(look["actor"].startswith("officer:police") for look in looked), "she can see who looked"


def test_nobody_reaches_what_is_not_theirs(stack: Stack) -> None:
    family = stack.city.persona("low_income_family")
    with (
        client(stack, family["mother"]["sub"]) as mother,
        client(stack, stack.city.persona("rare_name")["mother"]["sub"]) as stranger,
        client(stack, "o_hrss_1") as officer,
        client(stack, None) as nobody,
    ):
        started = mother.post("/filings", json={"life_event": "newborn"}).json()["id"]
        case_id = file(mother, everything(family["births"][0]), "low-income-0001").json()["submitted"]["case_id"]
        item = None
        until(mother, case_id, "waiting", "done")
        with client(stack, "o_civil_1") as civil:
            item = next(each["id"] for each in civil.get("/inbox").json()["items"] if each["case_id"] == case_id)
        for path in (f"/cases/{case_id}", f"/filings/{started}", f"/cases/{case_id}/events"):
            assert stranger.get(path).status_code == 404, path
            assert nobody.get(path).status_code == 401, path
        assert stranger.get("/inbox").status_code == 403
        assert officer.get(f"/work-items/{item}").status_code == 404, "another agency's item"
        assert officer.get("/filings").status_code == 403
        forged = httpx.get(f"{stack.url}/api/v1/cases", headers={"Authorization": "Bearer not.a.token"})
        assert forged.status_code == 401
        assert forged.json()["code"] == "web.token_refused"


def test_the_description_names_every_path(stack: Stack) -> None:
    described = httpx.get(f"{stack.url}/api/v1/openapi.json", timeout=60).json()
    assert {"/life-events", "/filings/at-once", "/cases/{case_id}", "/inbox"} <= set(described["paths"])
    assert httpx.get(f"{stack.url}/api/v1/life-events/newborn/plan").json()["effort"]["visits"] == 0
    assert httpx.get(f"{stack.url}/api/v1/life-events", params={"q": "落户"}).json()["items"][0]["id"] == "newborn"
    assert httpx.get(f"{stack.url}/api/v1/life-events", params={"q": "no such thing"}).json()["items"] == []
    assert httpx.get(f"{stack.url}/api/v1/catalogue.jsonld").json()["@context"]


def test_a_token_for_curl_opens_the_api(stack: Stack) -> None:
    port = str(urlsplit(stack.city.issuer).port)
    said = CliRunner().invoke(sandbox, ["token", "happy_mother", "--base-port", port])
    assert said.exit_code == 0, said.output
    answer = httpx.get(f"{stack.url}/api/v1/cases", headers={"Authorization": f"Bearer {said.output.strip()}"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"items", "next"}
