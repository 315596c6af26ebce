"""Rules over REST: read by article, checked, tried, compared, and put in force by a second person only."""

from collections.abc import Iterator
from typing import Any

import pytest
from api_client import client
from web_stack import Stack, running_stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("api")]
CLAIM = "/rules/newborn.decisions.maternity_claim"
HOUSE = "/rules/newborn.decisions.household_registration"
PERSON = {
    "mother_insurance": {"scheme": "employee", "status": "paused"},
    "maternity_stay": {"settlement_number": "JS1"},
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("rules"), people=30) as running:
        yield running


@pytest.fixture(scope="module")
def callers(stack: Stack) -> Iterator[dict[str, Any]]:
    made = {sub: client(stack, sub) for sub in ("o_medins_1", "o_police_1", "o_police_2", "o_admin", "o_auditor")}
    made["mother"] = client(stack, stack.city.persona("happy_mother")["mother"]["sub"])
    yield made
    for each in made.values():
        each.close()


def loosened(content: str) -> str:
    changed = content.replace('mother_insurance.status = "active"', 'mother_insurance.status in ("active", "paused")')
    assert changed != content
    return changed


def test_rules_are_read_by_article_and_by_officials_only(callers: dict[str, Any]) -> None:
    auditor = callers["o_auditor"]
    lines = auditor.get("/rules/by-article", params={"law": "社会保险法", "article": "第五十四条"}).json()["items"]
    assert {line["rule"] for line in lines} == {"insured_as_employee", "insurance_in_force"}
    assert {line["slug"] for line in auditor.get("/rules").json()["items"]} >= {"newborn.review.newborn_review"}
    assert "rulesets" in auditor.get("/rules/schema").json()["properties"]
    assert auditor.get("/rules/no.such.set").status_code == 404
    assert callers["mother"].get("/rules").status_code == 403


def test_text_is_checked_tried_and_compared_without_being_stored(callers: dict[str, Any]) -> None:
    officer = callers["o_medins_1"]
    content = officer.get(CLAIM).json()["content"]
    assert officer.post(f"{CLAIM}/check", json={"content": content}).json() == []
    typo = officer.post(
        f"{CLAIM}/check", json={"content": content.replace("insurance.status", "insurance.statsu")}
    ).json()
    assert typo[0]["suggestion"] == "mother_insurance.status"
    assert officer.post(f"{CLAIM}/check", json={"content": "a: [\n" * 3000}).json()
    other = officer.post(f"{HOUSE}/check", json={"content": content}).json()
    assert other[0]["code"] == "rules.other_ruleset"

    before = officer.post(f"{CLAIM}/eval", json={"facts": PERSON}).json()
    assert before["outcome"] == "no"
    assert [r["id"] for r in before["reasons"] if r["outcome"] == "no"] == ["insurance_in_force"]
    assert officer.post(f"{CLAIM}/eval", json={"facts": {}}).json()["outcome"] != "yes"
    assert (
        officer.post(f"{CLAIM}/eval", json={"facts": PERSON, "content": loosened(content)}).json()["outcome"] == "yes"
    )
    assert "paused" in officer.post(f"{CLAIM}/diff", json={"content": loosened(content)}).json()[0]["zh"]
    compared = officer.post(
        f"{CLAIM}/population", json={"content": loosened(content), "records": [PERSON, {}], "ids": ["a", "b"]}
    ).json()
    assert (compared["gain"], compared["lose"], compared["gainers"]) == (1, 0, ["a"])
    assert officer.post(f"{CLAIM}/eval", json={"facts": {}, "content": "rulesets: 3"}).status_code == 422
    assert officer.get(f"{CLAIM}/versions").json() == {"items": [], "next": None}


def test_four_eyes(callers: dict[str, Any]) -> None:
    author, admin = callers["o_medins_1"], callers["o_admin"]
    content = author.get(CLAIM).json()["content"]
    assert callers["o_police_1"].post(f"{CLAIM}/versions", json={}).status_code == 403, "another agency's rules"
    assert admin.post(f"{CLAIM}/versions", json={}).status_code == 403, "administrators do not write law"
    assert callers["o_auditor"].post(f"{CLAIM}/versions", json={}).status_code == 403

    draft = author.post(f"{CLAIM}/versions", json={"reason": "暂停参保期间的补贴"}).json()
    one = f"{CLAIM}/versions/{draft['id']}"
    broken = content.replace('= "active"', "= =")
    saved = author.put(one, json={"content": broken, "lock": draft["lock"]}).json()
    assert author.put(one, json={"content": content, "lock": draft["lock"]}).status_code == 409
    refused = author.post(f"{one}/submit")
    assert refused.status_code == 422
    assert refused.json()["problems"]
    author.put(one, json={"content": loosened(content), "lock": saved["lock"]})
    assert author.post(f"{one}/submit").json()["status"] == "submitted"
    assert author.post(f"{one}/approve", json={}).status_code == 403, "not one's own"
    assert callers["o_police_2"].post(f"{one}/approve", json={}).status_code == 403
    assert author.post(f"{CLAIM}/eval", json={"facts": PERSON}).json()["outcome"] == "no"
    assert admin.post(f"{one}/approve", json={"reason": "同意"}).json()["status"] == "approved"
    assert author.post(f"{CLAIM}/eval", json={"facts": PERSON}).json()["outcome"] == "yes"
    assert admin.get(f"{HOUSE}/versions/{draft['id']}").status_code == 404, "a version belongs to its ruleset"

    back = author.post(f"{CLAIM}/roll-back", json={"number": 0, "reason": "恢复"}).json()
    assert (back["status"], back["back_to"]) == ("submitted", 0)
    assert admin.post(f"{CLAIM}/versions/{back['id']}/reject", json={"reason": ""}).status_code == 422
    later = admin.post(f"{CLAIM}/versions/{back['id']}/approve", json={"live_from": "2099-01-01"}).json()
    assert later["live_from"] == "2099-01-01"
    assert author.get(CLAIM).json()["version"] == 1, "until its day the earlier version decides"
    assert [v["status"] for v in author.get(f"{CLAIM}/versions").json()["items"]] == ["approved", "superseded"]


def test_two_officers_of_one_agency_are_four_eyes(callers: dict[str, Any]) -> None:
    first, second = callers["o_police_1"], callers["o_police_2"]
    draft = first.post(f"{HOUSE}/versions", json={}).json()
    one = f"{HOUSE}/versions/{draft['id']}"
    text = first.get(one).json()["content"]
    assert second.put(one, json={"content": text, "lock": 0}).status_code == 200
    first.post(f"{one}/submit")
    assert second.post(f"{one}/approve", json={}).status_code == 403, "she wrote in it too"
    assert callers["o_admin"].post(f"{one}/approve", json={}).status_code == 200
