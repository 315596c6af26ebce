"""What may not be done is not offered on the page: the button is absent, and a line says why and who may."""

from dataclasses import replace
from typing import Any

import pytest
from rights_cases import Http
from rights_world import HOME, OTHER, OWNER, STRANGER, World, somebody

from onething.core.access import Principal, Role

OWN, ELSEWHERE = somebody(Role.OFFICER, HOME, OWNER[HOME]), somebody(Role.OFFICER, HOME, STRANGER[HOME])
POLICY, BESIDE = somebody(Role.OFFICER, OTHER, OWNER[OTHER]), somebody(Role.OFFICER, OTHER, STRANGER[OTHER])
AUDITOR, ADMIN = somebody(Role.AUDITOR, HOME), somebody(Role.ADMIN, HOME)
POLICY_AUDITOR, POLICY_ADMIN = somebody(Role.AUDITOR, OTHER), somebody(Role.ADMIN, OTHER)
NARROW = replace(POLICY, user_id="u_narrow", grants=frozenset({"policy.clause.draft"}))
MEDINS, HRSS = {"zh": "上海市医保局的工作人员", "en": "officers of Medical insurance in Shanghai"}, {"zh": "杭州市人社局的工作人员", "en": "officers of Human resources in Hangzhou"}  # fmt: skip
PAGES: list[tuple[str, str, Principal, Principal, dict[str, str]]] = [
    ("/console/rules/{slug}", "/console/rules/{slug}/draft", OWN, ELSEWHERE, MEDINS),
    ("/console/rules/{slug}", "/console/rules/{slug}/draft", OWN, AUDITOR, MEDINS),
    ("/console/rules/{slug}/v/{rule_submitted}", "/v/{rule_submitted}/decide", OWN, AUDITOR, MEDINS),
    ("/console/items/{item}", "/console/items/{item}/decide", OWN, AUDITOR, MEDINS),
    ("/console/certificates/{certificate}", "/console/certificates/{certificate}/suspend", OWN, AUDITOR, MEDINS),
    ("/console/faults", "/console/faults/{fault}/close", ADMIN, AUDITOR, {"zh": "上海市的管理员", "en": "administrators of Shanghai"}),
    ("/console/policy/clauses/{clause_draft}", 'name="action" value="save"', POLICY, POLICY_AUDITOR, HRSS),
    ("/console/policy/clauses/{clause_draft}", 'id="budget_key"', POLICY, NARROW, HRSS),
    ("/console/policy/clauses/{clause_submitted}", 'value="approve"', POLICY_ADMIN, POLICY_AUDITOR, HRSS),
    ("/console/policy", 'enctype="multipart/form-data"', BESIDE, POLICY_AUDITOR, {"zh": "杭州市的管理员", "en": "administrators of Hangzhou"}),
    ("/console/policy/{regulation}", "/console/policy/{regulation}/drafts/0", POLICY, POLICY_ADMIN, {"zh": "工作人员", "en": "officers of"}),
    ("/console/benefits/disputes", "/console/benefits/disputes/{dispute}", POLICY, POLICY_AUDITOR, HRSS),
    ("/console/benefits/suggestions", 'name="action" value="answer"', POLICY, POLICY_AUDITOR, {"zh": "工作人员", "en": "officers of"}),
    ("/console/benefits", "/console/benefits/overpaid/{award}", POLICY, POLICY_AUDITOR, HRSS),
]  # fmt: skip


def look(browse: Any, world: World, who: Principal, path: str, lang: str) -> str:
    browser = browse(who)
    browser.client.cookies.set("lang", lang)
    answer = browser.send(Http("GET", path))
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("path", "offered", "who", "other", "words"), PAGES, ids=lambda each: each if isinstance(each, str) else "")  # fmt: skip
def test_only_who_may_is_offered_it_and_others_read_who_may(
    browse: Any, world: World, lang: str, path: str, offered: str, who: Principal, other: Principal, words: dict[str, str]
) -> None:  # fmt: skip
    wanted = offered.format(**{name: value for name, value in vars(world).items() if isinstance(value, str)})
    hers, theirs = look(browse, world, who, path, lang), look(browse, world, other, path, lang)
    assert wanted in hers
    assert wanted not in theirs
    assert words[lang] in theirs


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        (OWN, ("/console/cases", "/console/rules"), ("/console/policy", "/console/faults", "/console/people")),
        (ADMIN, ("/console/faults", "/console/people", "/console/acts"), ("/console/cases", "/console/policy")),
        (POLICY, ("/console/policy", "/console/benefits"), ("/console/cases", "/console/rules", "/console/robots")),
        (POLICY_ADMIN, ("/console/policy", "/console/benefits"), ("/console/faults", "/console/people", "/console/acts")),
    ],
    ids=["officer", "admin", "officer of the other city", "admin of the other city"],
)  # fmt: skip
def test_the_menu_has_what_she_may_open_and_all_of_it_opens(
    browse: Any, world: World, who: Principal, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    browser = browse(who)
    first = browser.client.get("/console", follow_redirects=True)
    assert first.status_code == 200
    menu = {part.split('"')[0] for part in first.text.split("console-nav")[1].split("</nav>")[0].split('href="')[1:]}
    assert set(shown) <= menu
    assert not set(hidden) & menu
    for path in menu - {"/console/risk"}:  # the world has agencies that judge risk, and no city's policy of it
        assert browser.client.get(path, follow_redirects=True).status_code == 200, path


def test_whoever_is_refused_reads_whose_it_is_and_who_may(browse: Any, world: World) -> None:
    answer = browse(BESIDE).send(Http("GET", "/console/policy/clauses/{clause_draft}"))
    assert answer.status_code == 403
    for words in (
        "这属于人社局，您不能查看政策条款的草稿和待审版本",
        HRSS["zh"],
        "杭州市的审计人员",
        "rights.other_agency",
    ):
        assert words in answer.text


def test_people_of_another_city_are_not_taken_for_officers_of_this_one(browse: Any, world: World) -> None:
    browse(POLICY).send(Http("POST", "/console/benefits/overpaid/{award}", {"decision": "keep", "words": ""}))
    page = look(browse, world, ADMIN, "/console/people", "zh")
    row = next(part for part in page.split("<tr>") if f"officer:{OTHER}/{OWNER[OTHER]}:{POLICY.user_id}" in part)
    assert f"杭州市 {OWNER[OTHER]}" in row
    assert "上海市" not in row
